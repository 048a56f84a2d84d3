"""Time that passes on a stage: the world's clock moves step by step, and at each step the program does what is due."""

import asyncio
from collections.abc import Callable

import httpx

from bot.web import web
from tests.support.stage import Stage

MINUTE = 60_000
HOUR = 60 * MINUTE


async def passes(stage: Stage, hours: float, step: int = 30 * MINUTE) -> None:
    """Let so many hours pass; pushes are delivered as they come."""
    until = stage.world.clock.now() + round(hours * HOUR)
    while stage.world.clock.now() < until:
        stage.world.clock.move(min(step, until - stage.world.clock.now()))
        await catches_up(stage)


async def catches_up(stage: Stage) -> None:
    """Everything that is due at this moment is done."""
    async with _reaching(stage) as client:
        await stage.world.pushes.deliver(client)
    for worker in stage.app.workers:
        worker.wake()
    await stage.app.quiet()


async def until(true: Callable[[], object]) -> None:
    """Wait, for some real seconds at the most, until something is so."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - it is watched from outside, nobody rings
            await asyncio.sleep(0.02)


def _reaching(stage: Stage) -> httpx.AsyncClient:
    """A client of the outside world's that reaches the program's public address."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(web(stage.app)))
