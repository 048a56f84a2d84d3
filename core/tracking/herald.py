"""What a card shows, and the port to whoever puts it into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from core.alerts import Alert, Card, Rule
from core.errands import Errand
from core.orders import Order
from core.parcels import Parcel
from core.storage.database import Statement
from core.subscribers import Subscriber


@dataclass(frozen=True, slots=True)
class OfParcel:
    """One parcel: what is or was wrong with it, gravest first, and what its courier was asked for; no refusals."""

    parcel: Parcel
    order: Order | None  # the first of those it carries, where it is known
    open: tuple[Alert, ...]
    over: tuple[Alert, ...]
    errands: tuple[Errand, ...]


@dataclass(frozen=True, slots=True)
class OfMany:
    """Parcels with one trouble, or in one place; `alerts` are the headlines by parcel, `over` counts those settled.

    `elsewhere`: parcels stuck in the same place that have cards of their own.
    """

    alerts: Mapping[str, Alert]
    parcels: tuple[Parcel, ...]
    over: int
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class OfOrders:
    """Orders to be shipped soon: those that may ship, and those held with their reason (a gate's word).

    `printed` have a label whose number the shop does not know yet; `over` have shipped meanwhile.
    """

    alerts: tuple[Alert, ...]
    ready: tuple[Order, ...]
    held: Mapping[str, str]
    printed: int
    over: int


@dataclass(frozen=True, slots=True)
class OfMatter:
    """A balance, an authorisation, an after-sale, a label of an old address."""

    alert: Alert


class Place(StrEnum):
    """Where an order is, as a merchant counts."""

    WAITING = "waiting"
    NOT_COLLECTED = "not_collected"
    UNDER_WAY = "under_way"
    AT_THE_DOOR = "at_the_door"
    COMING_BACK = "coming_back"
    SIGNED = "signed"
    RETURNED = "returned"
    ELSEWHERE = "elsewhere"  # shipped by a number that is not watched here
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Digest:
    """What one merchant is told. `places` add up to `orders`."""

    at: int
    is_morning: bool
    orders: int
    places: Mapping[Place, int]
    due: int  # orders whose promise ends before the next digest
    earliest: int | None
    rules: Mapping[Rule, int]  # alerts that are open
    shipped: int  # parcels, since a day
    signed: int
    settled: int  # alerts that were over with news, since a day
    in_time: int  # of these, before they were serious


View: TypeAlias = OfParcel | OfMany | OfOrders | OfMatter


class Herald(Protocol):
    """Puts cards into words; what it returns is committed together with what it tells."""

    def draw(self, subscriber: Subscriber, card: Card, view: View) -> list[Statement]:
        """The card as it stands."""
        ...

    def digest(self, subscriber: Subscriber, digest: Digest) -> list[Statement]:
        """A morning's or an evening's digest."""
        ...

    def refer(self, subscriber: Subscriber, card: Card) -> list[Statement]:
        """A newer card has taken its place."""
        ...
