"""Loops that do what the database says is due: woken by the commit that made it due, or by the clock."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from core.storage.database import Database, Row, Statement
from handlers.errors import unforeseen

_LOOK_ANYWAY = 1.0  # seconds: another process may have made something due
_AFTER_FAILURE = 1.0  # seconds


class Worker:
    """Runs each step again and again while it finds something to do, each in `width` loops side by side."""

    def __init__(self, name: str, *steps: Callable[[], Awaitable[bool]], width: int = 1) -> None:
        """A step does one piece of work and tells whether there was one."""
        self.name = name
        self._steps = [step for step in steps for _ in range(width)]
        self._bells = [asyncio.Event() for _ in self._steps]
        self._resting = [asyncio.Event() for _ in self._steps]
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False

    def start(self) -> None:
        """Begin."""
        self._tasks = [
            asyncio.create_task(self._loop(step, bell, resting), name=f"{self.name} {place}")
            for place, (step, bell, resting) in enumerate(zip(self._steps, self._bells, self._resting, strict=True))
        ]

    def wake(self) -> None:
        """There may be something to do."""
        for bell, resting in zip(self._bells, self._resting, strict=True):
            resting.clear()
            bell.set()

    async def rest(self) -> None:
        """Wait until every loop has found nothing to do."""
        for resting in self._resting:
            await resting.wait()

    @property
    def is_resting(self) -> bool:
        """Whether every loop has found nothing to do since it was last woken."""
        return all(resting.is_set() for resting in self._resting)

    def close(self) -> None:
        """Begin nothing more."""
        self._closing = True
        self.wake()

    async def stop(self, grace: float) -> None:
        """Let what is in hand finish for so many seconds; the rest is gone on with by whoever comes next."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _loop(self, step: Callable[[], Awaitable[bool]], bell: asyncio.Event, resting: asyncio.Event) -> None:
        while not self._closing:
            bell.clear()
            try:
                while await step() and not self._closing:
                    pass
            except Exception as error:  # noqa: BLE001 - a worker outlives every failure; the row it failed on is retried
                unforeseen("worker failed", error, worker=self.name)
                await asyncio.sleep(_AFTER_FAILURE)
                continue
            if not bell.is_set():
                resting.set()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_ANYWAY):
                    await bell.wait()


class Bells:
    """A database that rings for the worker whose table a commit has touched."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._workers: Mapping[str, Worker] = {}
        self.next_commit = asyncio.Event()  # set by it, and then replaced by another one
        self.is_shared = database.is_shared
        self.skip_locked = database.skip_locked
        self.migration_lock = database.migration_lock

    def ring_for(self, workers: Mapping[str, Worker]) -> None:
        """Table name → the worker that looks after it."""
        self._workers = workers

    async def all(self, sql: str, *values: Any) -> list[Row]:  # noqa: ANN401 - a column takes what it takes
        """See `Database.all`."""
        return await self._database.all(sql, *values)

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        """See `Database.apply`; rings afterwards."""
        rows = await self._database.apply(*statements)
        committed, self.next_commit = self.next_commit, asyncio.Event()
        committed.set()
        for table, worker in self._workers.items():
            if any(statement.sql.startswith(_STIRS[table]) for statement in statements):
                worker.wake()
        return rows

    async def close(self) -> None:
        """See `Database.close`."""
        await self._database.close()


_STIRS: Mapping[str, str | tuple[str, ...]] = {
    "inbox": "INSERT INTO inbox",
    "effects": "INSERT INTO effects",
    "outbox": ("INSERT INTO outbox", "UPDATE outbox SET lease_until = 0"),
    "batches": "UPDATE batches SET state",
}
