"""Keeping our picture of the shop's orders true."""

from collections.abc import Sequence

from core.clock import DAY, MINUTE, SECOND, Clock, Period
from core.fulfilment.gate import with_standing
from core.fulfilment.tools import Look, Tools
from core.ids import new_id
from core.orders import Order, OrderEvent, OrderStatus, changes
from core.storage.database import Statement
from core.storage.repositories import Repositories
from core.storage.shops import BoundShop

_OVERLAP = 5 * MINUTE  # the platform writes late; what is read twice is kept once
_THOROUGH = 1 * MINUTE  # how long a thorough look is good for
_GLANCE = 10 * SECOND  # by how much two quick looks overlap
_REACH = 1 * DAY  # how far back changes are polled; older gaps are closed by back-fill


async def backfill(tools: Tools, shop: BoundShop, confirmed: Period) -> None:
    """Read all orders of a period that wait to ship; ours that the platform no longer lists wait no more."""
    platform = tools.platforms[shop.platform]
    listed = await platform.orders_confirmed(shop.id, confirmed)
    ours = await tools.kept.orders.waiting(shop.id, confirmed)
    gone = {order.number for order in ours} - {order.number for order in listed}
    await tools.kept.database.apply(
        *await noticed(tools.kept, tools.clock, shop, listed),
        *(tools.kept.orders.left(shop.id, number, OrderStatus.UNKNOWN) for number in sorted(gone)),
        tools.kept.shops.synced(shop.id, tools.clock.now() - _OVERLAP),
    )


async def poll(tools: Tools, shop: BoundShop) -> None:
    """Read what changed, up to now.

    Once a minute far enough back to catch what was listed late; in between, only what is new, because a big batch
    changes thousands of orders itself and would read them again and again.
    """
    platform, now = tools.platforms[shop.platform], tools.clock.now()
    last = tools.looks.get(shop.id)
    if last and now - last.thorough < _THOROUGH:
        page = await platform.orders_changed(shop.id, Period(last.at - _GLANCE, now))
        if page.orders:
            await tools.kept.database.apply(*await noticed(tools.kept, tools.clock, shop, page.orders))
        tools.looks[shop.id] = Look(last.thorough, now)
        return
    since = max(shop.synced_until - _OVERLAP, now - _REACH)
    page = await platform.orders_changed(shop.id, Period(since, now))
    changed = await noticed(tools.kept, tools.clock, shop, page.orders)
    await tools.kept.database.apply(*changed, tools.kept.shops.synced(shop.id, page.until))
    tools.looks[shop.id] = Look(now, now)


async def noticed(kept: Repositories, clock: Clock, shop: BoundShop, orders: Sequence[Order]) -> list[Statement]:
    """For the commit that keeps orders as they were just read: what happened to those that we knew otherwise."""
    now = clock.now()
    statements = kept.orders.keep(orders)
    known = await kept.orders.older(orders) if orders else {}
    for order in orders:
        told = changes(known[order.number], order) if order.number in known else []
        for kind, key, facts in told:
            event = OrderEvent(new_id(), shop.merchant, shop.id, order.number, kind, key, now, facts)
            statements.append(kept.order_events.add(event))
        if told:
            statements.append(kept.parcels.check_now(shop.id, order.number, now))
    return statements


async def fresh(tools: Tools, shop_id: str, numbers: list[str]) -> dict[str, Order]:
    """The orders as they stand at this moment: what changed, and the quick check on top."""
    shop, platform = await tools.shop(shop_id)
    await poll(tools, shop)
    standings = await platform.standings(shop_id, numbers)
    known = await tools.kept.orders.find(shop_id, numbers)
    return {number: with_standing(order, standings.get(number)) for number, order in known.items()}
