"""Parcels on their way, and a merchant who is told what becomes of them."""

import pytest

from bot.sandbox.world import World
from tests.handlers.alerts.cards import numbers
from tests.handlers.alerts.people import ONLY_PARCELS, wishes
from tests.support.merchant import Merchant
from tests.support.passing import passes
from tests.support.stage import Stage


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=12)


@pytest.fixture
async def printed(merchant: Merchant) -> Merchant:
    """Three parcels are on their way; it is half past three in the afternoon. She wants to hear of parcels."""
    await merchant.has_bound()
    await wishes(merchant, **ONLY_PARCELS)
    await merchant.says("打印今天最早的 3 单")
    await merchant.says("确认")
    merchant.marks()
    return merchant


@pytest.fixture
async def told_of_eight(stage: Stage, merchant: Merchant, world: World) -> Merchant:
    """Eight parcels are not picked up, and the merchant has a card of them all."""
    await merchant.has_bound()
    await merchant.says("打印今天最早的 8 单")
    await merchant.says("确认")
    for number in numbers(world):
        world.parcel(number).stalls()
    await passes(stage, 20)
    assert "个包裹发货后还没揽收" in merchant.messages[-1].text
    return merchant
