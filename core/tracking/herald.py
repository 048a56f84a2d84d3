"""What a card shows, and the port to whoever puts it into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from core.alerts import Alert, Card
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


View: TypeAlias = OfParcel | OfMany | OfOrders | OfMatter


class Herald(Protocol):
    """Puts cards into words; what it returns is committed together with what it tells."""

    def draw(self, subscriber: Subscriber, card: Card, view: View) -> list[Statement]:
        """The card as it stands."""
        ...

    def refer(self, subscriber: Subscriber, card: Card) -> list[Statement]:
        """A newer card has taken its place."""
        ...
