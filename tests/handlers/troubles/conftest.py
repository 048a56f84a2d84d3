"""A small world."""

import pytest

from bot.sandbox.world import World


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=12)
