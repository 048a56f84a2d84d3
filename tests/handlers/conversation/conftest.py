"""A guest in front of the program with a tea house in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.world import World
from core.labels import Press
from tests.handlers.conversation.tea import Kitchen, menu
from tests.support.merchant import Merchant
from tests.support.stage import Stage


@pytest.fixture
def world() -> World:
    """A small world: two orders wait."""
    return World(seed=7, orders=2)


@pytest.fixture
def kitchen() -> Kitchen:
    """Nothing brewed yet."""
    return Kitchen()


@pytest.fixture
async def stage(world: World, tmp_path: Path, press: Press, kitchen: Kitchen) -> AsyncIterator[Stage]:
    """The program, running, with tea on its menu."""
    stage = Stage(world, tmp_path, press)
    stage.commands = menu(kitchen.order_tea, kitchen.order_snack)
    await stage.light()
    yield stage
    await stage.dark()


@pytest.fixture
async def guest(stage: Stage) -> Merchant:
    """Somebody known, who can order tea."""
    guest = Merchant(stage)
    await guest.joins()
    return guest
