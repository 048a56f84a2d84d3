"""Orders by their receiver: a name or the last digits of a phone, compared with the masks that platforms show."""

from dataclasses import dataclass

from core.orders import Order
from core.recipients.mask import may_be
from core.tracking.deadlines import REACH
from handlers.desk import Desk
from handlers.shown import moment, short_order

_MOST = 8  # orders to choose from


@dataclass(frozen=True, slots=True)
class Match:
    """An order that may be meant, and how it is called in a list to choose from."""

    order: str
    label: str


async def orders_for(desk: Desk, merchant: str, recipient: str, phone_tail: str) -> list[Match]:
    """The merchant's latest orders for somebody of this name or phone, the newest first."""
    found: list[Order] = []
    since = desk.clock.now() - REACH
    for shop in await desk.kept.shops.of(merchant):
        after = ""
        while page := await desk.kept.orders.page(shop.id, since, after):
            found += [order for order in page if is_for(order, recipient, phone_tail)]
            after = page[-1].number
    found.sort(key=lambda order: -order.confirmed_at)
    return [Match(order.number, _label(order)) for order in found[:_MOST]]


def is_for(order: Order, recipient: str, phone_tail: str) -> bool:
    """Whether the masks allow it: 张三 fits 张*, and 张三丰 does not."""
    name, phone = order.receiver.name_mask, order.receiver.phone_mask
    fits_name = not recipient or may_be(recipient, name)
    return fits_name and (not phone_tail or phone.endswith(phone_tail)) and bool(recipient or phone_tail)


def _label(order: Order) -> str:
    goods = order.items[0].name if order.items else ""
    return f"{short_order(order.number)} {order.receiver.name_mask} {moment(order.confirmed_at)} {goods}"[:40]
