"""Orders as last seen."""

from dataclasses import replace

import pytest
from stored_samples import NOW, an_order

from core.clock import Period
from core.orders import OrderStatus
from core.storage.database import Database
from core.storage.orders import Orders
from core.vault import Vault

EVER = Period(0, 2 * NOW)


@pytest.fixture
def orders(database: Database, vault: Vault) -> Orders:
    return Orders(database, vault)


async def test_an_order_comes_back_whole(orders: Orders, database: Database) -> None:
    order = an_order("261122-1")
    await database.apply(*orders.keep([order]))
    assert await orders.find("s1", ["261122-1", "261122-9"]) == {"261122-1": order}
    assert await orders.find("s2", ["261122-1"]) == {}


async def test_an_older_version_never_replaces_a_newer_one(orders: Orders, database: Database) -> None:
    newer = an_order("1", updated=NOW + 2, status=OrderStatus.SHIPPED)
    for version in (an_order("1", updated=NOW + 1), newer, an_order("1", updated=NOW + 1), an_order("1")):
        await database.apply(*orders.keep([version]))
    assert await orders.find("s1", ["1"]) == {"1": newer}
    assert await orders.count_waiting("s1") == 0


async def test_of_two_versions_of_one_moment_the_one_read_last_counts(orders: Orders, database: Database) -> None:
    first, second = an_order("1"), replace(an_order("1"), remark="改地址")
    await database.apply(*orders.keep([first, second]))
    assert await orders.find("s1", ["1"]) == {"1": second}


async def test_waiting_orders_of_a_period_are_told_earliest_first(orders: Orders, database: Database) -> None:
    early, twin, late = an_order("2", at=NOW), an_order("3", at=NOW + 1), an_order("1", at=NOW + 1)
    too_early, too_late = an_order("4", at=NOW - 1), an_order("5", at=NOW + 10)
    gone, elsewhere = an_order("6", status=OrderStatus.SHIPPED), replace(an_order("7"), shop="s2")
    await database.apply(*orders.keep([twin, late, too_late, early, gone, too_early, elsewhere]))
    assert await orders.waiting("s1", Period(NOW, NOW + 10)) == [early, late, twin]
    assert await orders.count_waiting("s1") == 5


async def test_an_order_that_left_waits_no_longer_until_a_newer_version_says_so(
    orders: Orders, database: Database
) -> None:
    await database.apply(*orders.keep([an_order("1"), an_order("2")]))
    await database.apply(orders.left("s1", "1", OrderStatus.SHIPPED))
    assert await orders.waiting("s1", EVER) == [an_order("2")]
    back = an_order("1", updated=NOW + 1)
    await database.apply(*orders.keep([back]))
    assert await orders.waiting("s1", EVER) == [back, an_order("2")]


async def test_more_orders_than_one_query_takes_are_found(orders: Orders, database: Database) -> None:
    many = [an_order(f"{n:04}") for n in range(1_201)]
    await database.apply(*orders.keep(many))
    found = await orders.find("s1", [order.number for order in many])
    assert found == {order.number: order for order in many}
