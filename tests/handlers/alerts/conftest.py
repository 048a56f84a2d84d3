"""Three parcels on their way, and a merchant who is told what becomes of them."""

import pytest

from bot.sandbox.world import World
from tests.handlers.alerts.people import ONLY_PARCELS, wishes
from tests.support.merchant import Merchant


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
