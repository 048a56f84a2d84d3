"""The must-not-ship list: asked before numbering, again before printing, again before upload.

The rules are those of Pinduoduo's documentation and field practice; each says its reason, and the texts under `[holds]`
say it to the merchant.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum

from core.clock import DAY
from core.couriers.base import Courier
from core.orders import AfterSales, Order, OrderStatus, Standing

_SOON = 1 * DAY  # a presale that may ship this soon is no reason to wait


class Hold(StrEnum):
    """Why an order must not ship now."""

    NOT_WAITING = "not_waiting"
    NOT_CONFIRMED = "not_confirmed"
    GROUP_OPEN = "group_open"
    UNDER_REVIEW = "under_review"
    REFUNDING = "refunding"
    DISPUTED = "disputed"
    ON_HOLD = "on_hold"
    DEPOSIT_OPEN = "deposit_open"
    PRESALE = "presale"
    OUT_OF_STOCK = "out_of_stock"
    NO_COURIER = "no_courier"
    RECEIVER_HIDDEN = "receiver_hidden"
    COURIER_UNWANTED = "courier_unwanted"
    SF_ONLY = "sf_only"
    ADDRESS_CHANGED = "address_changed"
    BY_HAND = "by_hand"  # a person took it over


class Note(StrEnum):
    """What a merchant should look at, though the order may ship."""

    GIFT_PENDING = "gift_pending"
    MEMO = "memo"
    URGED = "urged"
    INSPECTION = "inspection"
    CONSOLIDATED = "consolidated"


def hold_reason(order: Order, now: int) -> Hold | None:
    """The first reason not to ship the order, with whatever courier."""
    return next((reason for reason, holds in _HOLDS if holds(order, now)), None)


def courier_reason(order: Order, courier: Courier) -> Hold | None:
    """Why this order must not go with this courier."""
    if any(_names(unwanted, courier) for unwanted in order.unwanted_couriers):
        return Hold.COURIER_UNWANTED
    if order.needs_sf and courier.code != "SF":
        return Hold.SF_ONLY
    return None


def notes(order: Order) -> Iterable[Note]:
    """What to look at."""
    return (note for note, applies in _NOTES if applies(order))


def with_standing(order: Order, standing: Standing | None) -> Order:
    """The order as it stands now; the worse of what the list and the quick check say."""
    if standing is None:
        return order
    after_sales = max(order.after_sales, standing.after_sales, key=list(AfterSales).index)
    return replace(order, status=standing.status, after_sales=after_sales)


def _names(unwanted: str, courier: Courier) -> bool:
    said = unwanted.casefold()
    return any(alias in said for alias in courier.aliases)


_HOLDS: tuple[tuple[Hold, Callable[[Order, int], bool]], ...] = (
    (Hold.REFUNDING, lambda order, _: order.after_sales in {AfterSales.OPEN, AfterSales.REFUNDED}),
    (Hold.DISPUTED, lambda order, _: order.after_sales is AfterSales.DISPUTED),
    (Hold.NOT_WAITING, lambda order, _: order.status is not OrderStatus.WAITING),
    (Hold.NOT_CONFIRMED, lambda order, _: not order.is_confirmed),
    (Hold.GROUP_OPEN, lambda order, _: not order.is_grouped),
    (Hold.UNDER_REVIEW, lambda order, _: order.is_under_review),
    (Hold.ON_HOLD, lambda order, _: order.is_on_hold),
    (Hold.DEPOSIT_OPEN, lambda order, _: order.is_deposit_open),
    (Hold.PRESALE, lambda order, now: (order.presale_until or 0) > now + _SOON),
    (Hold.OUT_OF_STOCK, lambda order, _: order.is_out_of_stock),
    (Hold.NO_COURIER, lambda order, _: order.needs_no_courier),
    (Hold.RECEIVER_HIDDEN, lambda order, _: not order.receiver.is_readable),
)

_NOTES: tuple[tuple[Note, Callable[[Order], bool]], ...] = (
    (Note.GIFT_PENDING, lambda order: order.gift_pending),
    (Note.MEMO, lambda order: bool(order.buyer_memo or order.remark)),
    (Note.URGED, lambda order: order.urged_at is not None),
    (Note.INSPECTION, lambda order: order.inspection_open),
    (Note.CONSOLIDATED, lambda order: order.is_consolidated),
)
