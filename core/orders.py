"""A shop's order, in this program's own words; platform adapters translate into it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_USUAL_PROMISE = 48 * 3_600_000  # ms


class OrderStatus(StrEnum):
    """Where the order stands with the platform."""

    WAITING = "waiting"  # 待发货
    SHIPPED = "shipped"  # 已发货待签收
    SIGNED = "signed"  # 已签收
    UNKNOWN = "unknown"  # closed, or a state the platform calls abnormal


class AfterSales(StrEnum):
    """Whether the buyer wants out."""

    NONE = "none"
    OPEN = "open"  # asked for, being handled
    DISPUTED = "disputed"  # refused by the merchant, the buyer has not given up
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Region:
    """A receiver's province, city and district, as the platform spells them."""

    province: str
    city: str
    district: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.province, self.city, self.district) if part)


NOWHERE = Region("", "", "")
"""Where a parcel goes whose receiver nobody has told."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """The buyer's address as the platform gives it: ciphertexts to pass on, masks to show, the region in plain.

    The ciphertexts are empty while the platform hides them (under review, refunding, shipped).
    """

    region: Region
    name: str = ""
    phone: str = ""
    address: str = ""  # without the region
    name_mask: str = ""
    phone_mask: str = ""
    address_mask: str = ""

    @property
    def is_readable(self) -> bool:
        """Whether the platform hands out all three ciphertexts."""
        return bool(self.name and self.phone and self.address)

    @property
    def fingerprint(self) -> str:
        """A digest of whom the parcel goes to, from what the platform always shows: another address, another digest."""
        told = "|".join((str(self.region), self.name_mask, self.phone_mask, self.address_mask))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to send to, in plain text. Lives in memory only; never logged, never stored unsealed."""

    name: str
    phone: str  # mobile or landline; a privacy number carries its extension as "1xxxxxxxxxx-1234"
    region: Region
    address: str  # street and house, without the region

    def __repr__(self) -> str:
        return "Recipient(…)"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the shop's own name, phone and address."""

    name: str
    phone: str
    region: Region
    address: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of goods. `price` in fen."""

    name: str
    spec: str
    count: int
    price: int = 0
    sku_code: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One order. Times in epoch milliseconds UTC, money in fen; a field that a platform lacks keeps its default."""

    shop: str  # the platform's shop id
    number: str  # 订单号
    status: OrderStatus
    receiver: Receiver
    items: tuple[Item, ...]
    confirmed_at: int  # 成交时间
    updated_at: int
    ship_by: int | None = None  # the promised ship time
    after_sales: AfterSales = AfterSales.NONE
    is_confirmed: bool = True  # 已成交
    is_grouped: bool = True  # 已成团
    is_under_review: bool = False  # 风控审核中
    is_on_hold: bool = False  # 暂停发货 set by the platform
    is_deposit_open: bool = False  # 定金单, the balance not paid
    is_out_of_stock: bool = False  # 缺货待处理
    needs_no_courier: bool = False  # 门店自提, 同城配送, 一小时达
    needs_sf: bool = False  # 顺丰包邮 or a paid SF upgrade
    is_consolidated: bool = False  # 集运: the parcel goes to a transit warehouse
    presale_until: int | None = None
    gift_pending: bool = False  # the gift order does not exist yet
    urged_at: int | None = None  # the buyer asked to ship
    inspection_open: bool = False  # 质检 or 国补 codes still missing
    merge_id: str = ""  # 合单ID: same shop and same id may share a parcel
    unwanted_couriers: tuple[str, ...] = field(default=())  # courier names the buyer refused
    buyer_memo: str = ""
    remark: str = ""
    paid: int = 0
    tracking_number: str = ""  # what the platform holds for this order

    @property
    def promised_at(self) -> int:
        """By when it must have been shipped; a platform that does not say is taken to mean two days."""
        return self.ship_by or self.confirmed_at + _USUAL_PROMISE

    @property
    def pieces(self) -> int:
        """How many pieces of goods."""
        return sum(item.count for item in self.items)


@dataclass(frozen=True, slots=True)
class Standing:
    """The quick, cheap part of an order that is asked again right before each act."""

    status: OrderStatus
    after_sales: AfterSales


class OrderEventKind(StrEnum):
    """What happened to an order after it came in, as far as a parcel on its way may care."""

    REFUND_OPENED = "refund_opened"
    REFUND_CHANGED = "refund_changed"  # agreed, goods sent back, a message
    REFUND_CLOSED = "refund_closed"
    REFUNDED = "refunded"  # the money is back with the buyer
    ADDRESS_CHANGED = "address_changed"
    REVIEW_CHANGED = "review_changed"  # 风控
    NOTE_CHANGED = "note_changed"


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One such fact. `facts` hold what its kind has; no personal data.

    `refund`, `fee` (fen) of a refund that a message told of; `receiver`, the fingerprint of a changed address;
    `is_under_review`.

    `key` tells two events of one kind apart: the same event told again has the same key.
    """

    id: str
    merchant: str
    shop: str
    number: str
    kind: OrderEventKind
    key: str
    at: int
    facts: dict[str, Any] = field(default_factory=dict)


def open_refunds(events: Iterable[OrderEvent]) -> dict[str, int]:
    """The refunds of one order that are open, by their numbers, "" where only a look at the shop told: since when."""
    since: dict[str, int] = {}
    for event in sorted(events, key=lambda event: event.at):
        refund = str(event.facts.get("refund", ""))
        if event.kind is OrderEventKind.REFUND_OPENED:
            since.setdefault(refund, event.at)
        elif event.kind is OrderEventKind.REFUND_CLOSED and refund:
            since.pop(refund if refund in since else "", None)
        elif event.kind is OrderEventKind.REFUND_CLOSED:
            since.clear()  # a look at the shop sees none any more
    return since


def changes(before: Order, after: Order) -> list[tuple[OrderEventKind, str, dict[str, Any]]]:
    """What happened between two versions of an order: kind, key and facts. The same two versions tell the same."""
    if after.updated_at < before.updated_at:
        return []
    stamp, receiver = str(after.updated_at), after.receiver.fingerprint
    review = {"is_under_review": after.is_under_review}
    was, now = before.after_sales, after.after_sales
    kinds = OrderEventKind
    told: tuple[tuple[bool, OrderEventKind, str, dict[str, Any]], ...] = (
        (now is AfterSales.OPEN and was in _NO_REFUND, kinds.REFUND_OPENED, stamp, {}),
        (was is AfterSales.OPEN and now in _NO_REFUND, kinds.REFUND_CLOSED, stamp, {}),
        (now is AfterSales.REFUNDED and was is not now, kinds.REFUNDED, "", {}),
        (receiver != before.receiver.fingerprint, kinds.ADDRESS_CHANGED, receiver, {"receiver": receiver}),
        (after.is_under_review is not before.is_under_review, kinds.REVIEW_CHANGED, stamp, review),
        (_notes(after) != _notes(before), kinds.NOTE_CHANGED, stamp, {}),
    )
    return [(kind, key, facts) for applies, kind, key, facts in told if applies]


_NO_REFUND = frozenset({AfterSales.NONE, AfterSales.DISPUTED})


def _notes(order: Order) -> tuple[str, str]:
    return order.buyer_memo, order.remark
