"""The ledger's page of orders, and a summary of what a careful merchant could do with them."""

from collections import Counter
from collections.abc import Iterable

from bot.sandbox.clock import midnight, wall
from bot.sandbox.ledger import Json
from bot.sandbox.pinduoduo.desk import Desk
from bot.sandbox.pinduoduo.gate import beware, why_not
from bot.sandbox.pinduoduo.order import WAITING, Order
from bot.sandbox.pinduoduo.shops import Shop, settle


def entry(desk: Desk, shop: Shop, order: Order) -> Json:
    """How an order stands; orders with one `merge_id` go to the same person at the same door."""
    reasons = why_not(order, desk.clock.now())
    return {
        "order_sn": order.order_sn,
        "shop": shop.mall_id,
        "status": order.order_status,
        "refund_status": order.refund_status,
        "confirmed_at": order.confirmed_at,
        "may_ship": not reasons,
        "why_not": reasons,
        "beware": beware(order),
        "merge_id": _door(desk, order),
        "number": order.tracking_number,
    }


def summary(desk: Desk, shop: Shop) -> Json:
    """Waiting orders in figures: how many may ship, in how many parcels, and why the others may not."""
    settle(shop.orders, desk.scene.parcels)
    now = desk.clock.now()
    waiting = [order for order in shop.orders if order.order_status == WAITING]
    ready = [order for order in waiting if not why_not(order, now)]
    today = midnight(now)
    return {
        "now": wall(now),
        "waiting": len(waiting),
        "waiting_today": sum(order.confirmed_at >= today for order in waiting),
        "may_ship": len(ready),
        "may_ship_today": sum(order.confirmed_at >= today for order in ready),
        "parcels": len({_door(desk, order) for order in ready}),
        "shared_parcels": _sizes(_door(desk, order) for order in ready),
        "held": dict(Counter(reason for order in waiting for reason in why_not(order, now))),
        "beware": dict(Counter(warning for order in ready for warning in beware(order))),
        "shipped": len(shop.orders) - len(waiting),
    }


def _door(desk: Desk, order: Order) -> str:
    return desk.cipher.address_id(order.receiver)


def _sizes(doors: Iterable[str]) -> dict[str, int]:
    """How many parcels hold two orders, three, and so on."""
    return {str(size): n for size, n in sorted(Counter(Counter(doors).values()).items()) if size > 1}
