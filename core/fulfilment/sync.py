"""Keeping our picture of the shop's orders true."""

from core.clock import DAY, MINUTE, Period
from core.fulfilment.gate import with_standing
from core.fulfilment.tools import Tools
from core.orders import Order, OrderStatus
from core.storage.shops import BoundShop

_OVERLAP = 5 * MINUTE  # the platform writes late; what is read twice is kept once
_REACH = 1 * DAY  # how far back changes are polled; older gaps are closed by back-fill


async def backfill(tools: Tools, shop: BoundShop, confirmed: Period) -> None:
    """Read all orders of a period that wait to ship; ours that the platform no longer lists wait no more."""
    platform = tools.platforms[shop.platform]
    listed = await platform.orders_confirmed(shop.id, confirmed)
    ours = await tools.kept.orders.waiting(shop.id, confirmed)
    gone = {order.number for order in ours} - {order.number for order in listed}
    await tools.kept.database.apply(
        *tools.kept.orders.keep(listed),
        *(tools.kept.orders.left(shop.id, number, OrderStatus.UNKNOWN) for number in sorted(gone)),
        tools.kept.shops.synced(shop.id, tools.clock.now() - _OVERLAP),
    )


async def poll(tools: Tools, shop: BoundShop) -> None:
    """Read what changed since the last time, up to now."""
    platform, now = tools.platforms[shop.platform], tools.clock.now()
    since = max(shop.synced_until - _OVERLAP, now - _REACH)
    page = await platform.orders_changed(shop.id, Period(since, now))
    await tools.kept.database.apply(*tools.kept.orders.keep(page.orders), tools.kept.shops.synced(shop.id, page.until))


async def fresh(tools: Tools, shop_id: str, numbers: list[str]) -> dict[str, Order]:
    """The orders as they stand at this moment: what changed, and the quick check on top."""
    shop, platform = await tools.shop(shop_id)
    await poll(tools, shop)
    standings = await platform.standings(shop_id, numbers)
    known = await tools.kept.orders.find(shop_id, numbers)
    return {number: with_standing(order, standings.get(number)) for number, order in known.items()}
