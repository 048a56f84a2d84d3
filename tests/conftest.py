"""What every test may ask for: a stage with the real program on it, and a merchant in front of it."""

import multiprocessing
from collections.abc import AsyncIterator, Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from hypothesis import settings

from bot.sandbox.world import World
from core.labels import Press
from tests.support.merchant import Merchant
from tests.support.stage import Stage

settings.register_profile("untimed", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """One worker process for the whole run."""
    import asyncio  # noqa: PLC0415 - only to close it

    press = Press()
    yield press
    asyncio.run(press.close())


@pytest.fixture
def world() -> World:
    """The usual world: 86 orders wait today."""
    return World(seed=7, orders=86)


@pytest.fixture
async def stage(world: World, tmp_path: Path, press: Press) -> AsyncIterator[Stage]:
    """The program, running."""
    stage = Stage(world, tmp_path, press)
    await stage.light()
    yield stage
    await stage.dark()


@pytest.fixture
def merchant(stage: Stage) -> Merchant:
    """Somebody who has never written before."""
    return Merchant(stage)


@pytest.fixture
def workers() -> Callable[[], list[BaseProcess]]:
    """Processes that began with this test or after; the whole run's press may be at work already."""
    before = multiprocessing.active_children()
    return lambda: [each for each in multiprocessing.active_children() if each not in before]
