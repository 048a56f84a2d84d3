"""The port to a shop platform: what this program needs of Pinduoduo and its like."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from core.clock import Period
from core.grants import Grant
from core.orders import Order, Recipient, Sender, Standing
from core.parcels import Node

__all__ = [
    "Grant", "GrantKeeper", "Messages", "OrderPage", "OrderSource", "ShopEvent", "ShopMessage", "ShopPlatform",
    "ShopProfile", "ShopStanding", "Take",
]  # fmt: skip


class GrantKeeper(Protocol):
    """Where grants are kept; doors have no storage of their own."""

    async def grant(self, shop: str) -> Grant:
        """The shop's grant. Raises `AuthorisationEnded` when there is none."""
        ...

    async def renew(self, stale: Grant, refresh: Callable[[Grant], Awaitable[Grant]]) -> Grant:
        """Replace a stale grant, once, however many ask at the same time: everyone gets the new one.

        `refresh` is called by at most one of them; its `AuthorisationEnded` is raised to all.
        """
        ...


class ShopStanding(StrEnum):
    """Whether the shop may be worked for."""

    OPEN = "open"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class ShopProfile:
    """What a merchant calls the shop, and whether it may be bound. `said` is the platform's word for why not."""

    shop: str
    name: str
    standing: ShopStanding = ShopStanding.OPEN
    said: str = ""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders of a period, complete."""

    orders: tuple[Order, ...]
    until: int  # everything updated before this moment is in; epoch milliseconds UTC


class ShopEvent(StrEnum):
    """What a platform tells of an order without being asked."""

    ORDER_CONFIRMED = "order_confirmed"
    ORDER_CHANGED = "order_changed"
    ADDRESS_CHANGED = "address_changed"
    REVIEW_CHANGED = "review_changed"
    NOTE_CHANGED = "note_changed"
    REFUND_OPENED = "refund_opened"
    REFUND_CHANGED = "refund_changed"
    REFUND_CLOSED = "refund_closed"


@dataclass(frozen=True, slots=True)
class ShopMessage:
    """One message of a platform. `at`: when it happened, in epoch milliseconds UTC; `fee` in fen."""

    shop: str
    order: str
    event: ShopEvent
    at: int
    refund: str = ""  # the after-sale's number, where it is about one
    fee: int = 0


Take: TypeAlias = Callable[[ShopMessage], Awaitable[None]]
"""Keeps a message; one that raises is told again later."""


class Messages(Protocol):
    """A platform's message service, for all shops of our app."""

    platform: str

    async def listen(self, take: Take) -> None:
        """Hand over every message, and acknowledge it once it is kept. Raises `ConnectionError` when the line ends."""
        ...


class OrderSource(Protocol):
    """Where orders come from, and where their tracking numbers go back to: a platform, or a book of our own.

    Raises throughout: `ServiceUnavailable`, `RateLimited`, `ClockWrong`, `ServiceRefused`, `AuthorisationEnded`;
    writes also `OutcomeUnknown`.
    """

    code: str
    reveals_receivers: bool  # whether receivers are handed out in plain text

    async def orders_confirmed(self, shop: str, period: Period) -> tuple[Order, ...]:
        """All orders that were confirmed (成交) in the period and still wait to ship; any length of period."""
        ...

    async def orders_changed(self, shop: str, period: Period) -> OrderPage:
        """All orders updated in the period, whatever their state; the period may be of any length."""
        ...

    async def order(self, shop: str, number: str) -> Order:
        """One order, fresh. Raises `NotFound`."""
        ...

    async def reply_by(self, shop: str, number: str, refund: str = "") -> int | None:
        """By when the seller must answer an after-sale, epoch milliseconds; None when nobody waits for her.

        `refund` is its number; "" where it is not known: the order's last one.
        """
        ...

    async def standings(self, shop: str, numbers: Sequence[str]) -> Mapping[str, Standing]:
        """The fresh standing of orders, including after-sales that the order list does not show yet."""
        ...

    async def merge_groups(self, shop: str, numbers: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """Which of these orders the platform lets share a parcel."""
        ...

    async def declare_courier_labels(self, shop: str, numbers: Sequence[str]) -> None:
        """Tell the platform that these orders will carry a courier's own label; must come before `reveal`."""
        ...

    async def reveal(self, shop: str, orders: Sequence[Order]) -> Mapping[str, Recipient]:
        """The plain receivers by order number; an order that the platform will not decrypt is missing."""
        ...

    async def report_printed(self, shop: str, number: str, courier: str, tracking_number: str) -> None:
        """Tell the platform that the label is printed. `courier`: the platform's code of the courier, as in `ship`."""
        ...

    async def ship(self, shop: str, number: str, courier: str, tracking_number: str) -> None:
        """Upload a tracking number. Returns also when the order already carries exactly this number.

        Raises `AlreadyShipped` (details `number`: what it carries instead) or `ServiceRefused`.
        """
        ...

    async def permit_messages(self, shop: str) -> None:
        """Let our app hear of this shop on the message service; needed once for each authorisation."""
        ...

    async def trace(self, shop: str, courier: str, tracking_number: str) -> tuple[Node, ...]:
        """The parcel's journey as the platform sees it. Raises `NoTrace` before the first scan."""
        ...


class ShopPlatform(OrderSource, Protocol):
    """One platform that shops are bound on.

    Every method that takes a shop uses that shop's grant and renews it when it has expired.
    """

    name: str
    has_app: bool  # whether the operator's app is set; without it no shop can be bound

    async def check_app(self) -> None:
        """Whether the platform can be reached and knows our app. Raises what any call would; `ClockWrong` too."""
        ...

    def authorisation_url(self, state: str, *, on_phone: bool = False) -> str:
        """The page on which the shop's main account agrees; it returns to our callback with a code and `state`."""
        ...

    async def exchange(self, code: str) -> Grant:
        """A one-use code for a grant. A wrong or old code raises `AuthorisationEnded`."""
        ...

    async def profile(self, grant: Grant) -> ShopProfile:
        """The shop behind a fresh grant, before it is kept."""
        ...

    async def return_addresses(self, shop: str) -> tuple[Sender, ...]:
        """The shop's own addresses, the default one first."""
        ...
