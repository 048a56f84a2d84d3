"""Doing many things at once, but not too many; and telling one parcel's trouble from everybody's."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from core.errors import AuthorisationEnded, ClockWrong, MerchantError, NotPermitted, RateLimited, ServiceUnavailable

T = TypeVar("T")
Ready = TypeVar("Ready")
CROWD_CONTROL = (1.0, 3.0, 9.0)  # seconds to wait when a service says "too many", before each further try


class Halt(Exception):
    """The batch cannot go on now, for a reason that no single parcel is to blame for. What is done stays done."""

    def __init__(self, cause: MerchantError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class HandOver(Exception):
    """The program is closing: what is in hand is finished, the rest is left to whoever comes next."""


@contextmanager
def everybodys_trouble() -> Iterator[None]:
    """A service that is down, or that lets us in no more, halts the batch."""
    try:
        yield
    except (ServiceUnavailable, RateLimited, ClockWrong, AuthorisationEnded, NotPermitted) as error:
        raise Halt(error) from error


async def look_ahead(
    items: Sequence[T],
    prepare: Callable[[T], Awaitable[Ready]],
    work: Callable[[Ready], Awaitable[None]],
    is_stopping: Callable[[], Awaitable[bool]],
) -> None:
    """Prepare each item and work on it, in order; while one is worked on, the next is being prepared."""
    coming: asyncio.Future[Ready] | None = None
    try:
        for place, item in enumerate(items):
            if await is_stopping():
                return
            ready = await (coming or prepare(item))
            coming = asyncio.ensure_future(prepare(items[place + 1])) if place + 1 < len(items) else None
            await work(ready)
    finally:
        if coming:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


async def crowd(size: int, work: Callable[[T], Awaitable[None]], items: Sequence[T], closing: asyncio.Event) -> None:
    """Work on all items, `size` at a time.

    The first failure, or `closing`, lets those in hand finish and starts no more; the failure or `HandOver` is raised.
    """
    waiting = iter(items)
    failed: list[Exception] = []

    async def worker() -> None:
        for item in waiting:
            if failed or closing.is_set():
                return
            try:
                await work(item)
            except Exception as error:  # noqa: BLE001 - kept, and raised once the others have finished what they hold
                failed.append(error)

    async with asyncio.TaskGroup() as group:
        for _ in items[:size]:
            group.create_task(worker())
    if failed:
        raise failed[0]
    if closing.is_set():
        raise HandOver
