"""Time that passes on a stage: the world's clock moves step by step, and at each step the program does what is due."""

import asyncio
from collections.abc import Callable

import httpx

from bot.app import App
from bot.sandbox.world import World
from bot.web.site import web
from tests.support.stage import Stage

MINUTE = 60_000
HOUR = 60 * MINUTE


async def passes(stage: Stage, hours: float, step: int = 30 * MINUTE) -> None:
    """Let so many hours pass; pushes are delivered as they come."""
    await time_passes(stage.world, stage.app, hours, step)


async def time_passes(world: World, app: App, hours: float, step: int = 30 * MINUTE) -> None:
    """The same for any program in any world."""
    until = world.clock.now() + round(hours * HOUR)
    while world.clock.now() < until:
        world.clock.move(min(step, until - world.clock.now()))
        await _all_is_done(world, app)


async def catches_up(stage: Stage) -> None:
    """Everything that is due at this moment is done."""
    await _all_is_done(stage.world, stage.app)


async def _all_is_done(world: World, app: App) -> None:
    async with _reaching(app) as client:
        await world.pushes.deliver(client)
    for worker in app.workers:
        worker.wake()
    await app.quiet()


async def until(true: Callable[[], object]) -> None:
    """Wait, for some real seconds at the most, until something is so."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - it is watched from outside, nobody rings
            await asyncio.sleep(0.02)


def _reaching(app: App) -> httpx.AsyncClient:
    """A client of the outside world's that reaches the program's public address."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(web(app)))
