"""What a platform tells of orders: kept at once, and each order it speaks of read again as soon as it can be.

A message is a reason to look, not the truth: it may come late, twice or before the order can be read. What it says of a
refund is kept as it is; everything else is found by comparing the order with what we knew of it.
"""

from collections.abc import Mapping
from contextlib import suppress

from core.clock import MINUTE, SECOND
from core.errors import AuthorisationEnded, NotFound, ServiceError
from core.fulfilment.pace import HandOver, crowd
from core.fulfilment.sync import noticed
from core.ids import new_id
from core.orders import OrderEvent, OrderEventKind
from core.shops.base import ShopEvent, ShopMessage
from core.storage.database import Statement
from core.storage.order_events import OrderSync
from core.storage.shops import BoundShop
from core.tracking.tools import Lookout, each_alone

LEASE = 2 * MINUTE
_AGAIN = (5 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE)  # after each try that failed
_REFUNDS: Mapping[ShopEvent, OrderEventKind] = {
    ShopEvent.REFUND_OPENED: OrderEventKind.REFUND_OPENED,
    ShopEvent.REFUND_CHANGED: OrderEventKind.REFUND_CHANGED,
    ShopEvent.REFUND_CLOSED: OrderEventKind.REFUND_CLOSED,
}


async def take(lookout: Lookout, message: ShopMessage) -> None:
    """Keep a message, in one commit; told again, it is the same message. Nobody's shop is nobody's news."""
    shop = await lookout.kept.shops.get(message.shop)
    if shop is None:
        return
    now = lookout.clock.now()
    sync = lookout.kept.order_syncs.ask(message.shop, message.order, now)
    await lookout.kept.database.apply(sync, *_refund(lookout, shop, message, now))


async def sync_due(lookout: Lookout) -> bool:
    """Read some of the orders that were spoken of; False when there are none."""
    if lookout.closing.is_set():
        return False
    syncs = await lookout.kept.order_syncs.claim(lookout.clock.now(), LEASE, 2 * lookout.crowd)
    with suppress(HandOver):  # those in hand are read; the others are due again when their lease ends
        await crowd(lookout.crowd, lambda sync: each_alone("order", _sync(lookout, sync)), syncs, lookout.closing)
    return bool(syncs)


def _refund(lookout: Lookout, shop: BoundShop, message: ShopMessage, now: int) -> list[Statement]:
    kind = _REFUNDS.get(message.event)
    if kind is None:
        return []
    key = message.refund if kind is OrderEventKind.REFUND_OPENED else f"{message.refund}/{message.at}"
    facts = {"refund": message.refund, "fee": message.fee}
    event = OrderEvent(new_id(), shop.merchant, shop.id, message.order, kind, key, message.at or now, facts)
    return [lookout.kept.order_events.add(event), lookout.kept.parcels.check_now(shop.id, message.order, now)]


async def _sync(lookout: Lookout, sync: OrderSync) -> None:
    shop = await lookout.kept.shops.get(sync.shop)
    if shop is None:
        await lookout.kept.database.apply(lookout.kept.order_syncs.done(sync))
        return
    try:
        order = await lookout.platforms[shop.platform].order(sync.shop, sync.number)
    except (NotFound, ServiceError) as error:
        await lookout.kept.database.apply(_later(lookout, sync, error))
        return
    changed = await noticed(lookout.kept, lookout.clock, shop, [order])
    await lookout.kept.database.apply(*changed, lookout.kept.order_syncs.done(sync))


def _later(lookout: Lookout, sync: OrderSync, error: Exception) -> Statement:
    """Once more after a while; an order that cannot be read for an hour is found by the next look at the shop."""
    is_over = sync.attempts >= len(_AGAIN) or isinstance(error, AuthorisationEnded)
    if is_over:
        return lookout.kept.order_syncs.done(sync)
    return lookout.kept.order_syncs.again(sync, lookout.clock.now() + _AGAIN[sync.attempts])
