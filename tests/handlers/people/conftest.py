"""A merchant with an owner and a packer; nothing to ship."""

import pytest

from bot.sandbox.world import World
from core.rights import Role
from tests.handlers.people.crowd import Crowd
from tests.support.stage import Stage


@pytest.fixture
def world() -> World:
    """A small world."""
    return World(seed=7, orders=3)


@pytest.fixture
async def crowd(stage: Stage) -> Crowd:
    """An owner, and 小王, who packs."""
    crowd = Crowd(stage)
    await crowd.settles("店主", Role.OWNER)
    await crowd.settles("小王", Role.PACKER)
    return crowd
