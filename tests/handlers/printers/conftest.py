"""A small world, and a merchant who has printed its orders."""

import pytest

from bot.sandbox.world import World
from tests.support.merchant import Merchant


@pytest.fixture
def world() -> World:
    """Three orders wait today."""
    return World(seed=7, orders=3)


@pytest.fixture
async def printed(merchant: Merchant, world: World) -> Merchant:
    """A merchant with labels in the chat; the world's clock has moved on since."""
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    await merchant.says("确认")
    world.clock.move(60_000)
    return merchant
