"""The program with its own menu."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.world import World
from core.labels import Press
from tests.support.merchant import Merchant
from tests.support.stage import Stage


@pytest.fixture
async def stage(world: World, tmp_path: Path, press: Press) -> AsyncIterator[Stage]:
    """The program, running."""
    stage = Stage(world, tmp_path, press)
    await stage.light()
    yield stage
    await stage.dark()


@pytest.fixture
def world() -> World:
    """86 orders wait today, as in the model dialogue."""
    return World(seed=7, orders=86)


@pytest.fixture
async def bound(merchant: Merchant) -> Merchant:
    """A merchant with shop and ZTO bound."""
    await merchant.has_bound()
    return merchant
