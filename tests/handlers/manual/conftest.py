"""A small world, and a merchant who can print."""

import pytest

from bot.sandbox.world import World
from tests.support.merchant import Merchant


@pytest.fixture
def world() -> World:
    """Two orders wait; none of them is what these tests print."""
    return World(seed=7, orders=2)


@pytest.fixture
async def bound(merchant: Merchant) -> Merchant:
    """A merchant with shop and ZTO bound."""
    await merchant.has_bound()
    return merchant
