"""Alerts: which rule found something, how grave it is, and what has become of it.

    open → told → acted | snoozed | ignored → closed by news, by hand or by time; a new scan arms the rule again

A rule's clock starts at its `arm`, the moment of the scan or promise that it counts from. It fires once for each of its
steps; a step that was told is never told again in the same arm.
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any


class Rule(StrEnum):
    """What may be wrong. Of two that are equally grave the earlier one is the headline."""

    LOST = "lost"  # 疑似遗失
    WRONG_CITY = "wrong_city"  # 签收城市不符
    CONTRADICTION = "contradiction"  # 轨迹矛盾
    TOO_FAST = "too_fast"  # 签收过快
    REFUNDING = "refunding"  # 退款中仍在途
    MISSED = "missed"  # an interception that did not work
    ADDRESS_CHANGED = "address_changed"  # after the label was printed
    RETURNING = "returning"  # 拒收、退回
    TROUBLE = "trouble"  # 疑难、派送失败、留仓
    NO_RECORD = "no_record"  # 发货后无记录
    NOT_COLLECTED = "not_collected"  # 发货后未揽收
    NOT_DEPARTED = "not_departed"  # 揽收后未发出
    STALLED = "stalled"  # 中转停滞
    NOT_OUT = "not_out"  # 到派件城市未派
    NOT_SIGNED = "not_signed"  # 派件后未签
    NOT_FETCHED = "not_fetched"  # 入柜未取
    PROXY = "proxy"  # 代签
    SHIP_DEADLINE = "ship_deadline"  # 临近承诺发货
    AFTER_SALE = "after_sale"  # 售后将逾期
    AUTHORISATION = "authorisation"  # 授权将到期
    LOW_BALANCE = "low_balance"  # 单号余额不足


ABOUT_OTHERS = frozenset({Rule.SHIP_DEADLINE, Rule.AFTER_SALE, Rule.AUTHORISATION, Rule.LOW_BALANCE})
"""Rules about orders, shops and accounts; all others are about parcels."""


class Tier(IntEnum):
    """How grave."""

    INFO = 0  # told in digests only
    WARN = 1
    LATE = 2
    SERIOUS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rule: so many milliseconds after its clock has started, negative for before a deadline."""

    after: int
    tier: Tier


@dataclass(frozen=True, slots=True)
class Limit:
    """A merchant's own first step of a rule, in milliseconds; "" stands for every courier, every province."""

    rule: Rule
    first: int
    courier: str = ""
    province: str = ""


class AlertState(StrEnum):
    """How far somebody has come with an alert."""

    OPEN = "open"  # something of it is still to be told
    TOLD = "told"
    ACTED = "acted"
    SNOOZED = "snoozed"
    IGNORED = "ignored"
    CLOSED = "closed"


class Closing(StrEnum):
    """Why an alert is over."""

    NEWS = "news"  # a scan, a shipped order, a refilled balance
    HAND = "hand"  # somebody said that it is settled
    TIME = "time"  # nobody needs to care any more


@dataclass(frozen=True, slots=True)
class Alert:
    """One rule about one subject, since its clock has started. Times in epoch milliseconds UTC.

    `subject` is "parcel/ID", "order/SHOP/NUMBER", "after_sale/SHOP/NUMBER", "shop/ID" or "account/ID". `facts` hold
    what a card needs beside its subject; no personal data.
    """

    id: str
    merchant: str
    subject: str
    rule: Rule
    arm: int
    step: int  # reached, from 1
    tier: Tier
    raised_at: int  # when this step was reached here
    state: AlertState = AlertState.OPEN
    tell_at: int | None = None  # when somebody is to be told; None: everybody who wants to know has been
    closed_at: int | None = None
    closing: Closing | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    version: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nobody needs to care any more."""
        return self.state is AlertState.CLOSED

    @property
    def parcel(self) -> str:
        """The id of the parcel it is about, "" where it is about something else."""
        return self.subject.partition("/")[2] if self.subject.startswith("parcel/") else ""


class CardKind(StrEnum):
    """What a card shows."""

    PARCEL = "parcel"  # everything about one parcel
    GROUP = "group"  # many parcels with the same trouble
    OUTLET = "outlet"  # many parcels that are stuck in one place
    ORDERS = "orders"  # orders to be shipped soon
    MATTER = "matter"  # a balance, an authorisation, an after-sale


@dataclass(frozen=True, slots=True)
class Card:
    """A message in one chat that shows alerts and is edited as they change. Times in epoch milliseconds UTC.

    `about` is the subject of a card of one parcel or matter, "RULE/TIER" of a group, "COURIER/OUTLET" of an outlet.
    `marks` counts what has changed since; `is_news`: it is worth a new message where none can be edited.
    """

    id: str
    channel: str
    peer: str
    merchant: str
    kind: CardKind
    about: str
    made_at: int
    redraw_at: int | None = None
    is_news: bool = False
    ended_at: int | None = None
    heir: str = ""  # the card that took its place
    marks: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    """What one chat was told of an alert: up to which step, and on which card. `until`: nothing more before then."""

    alert: str
    channel: str
    peer: str
    step: int
    card: str
    until: int = 0


def about_parcel(parcel: str) -> str:
    """The subject of alerts about a parcel."""
    return f"parcel/{parcel}"


def about_order(shop: str, number: str) -> str:
    """The subject of alerts about an order that has no parcel yet."""
    return f"order/{shop}/{number}"
