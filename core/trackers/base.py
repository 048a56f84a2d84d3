"""The port to a tracker: an aggregator that can be asked about, and subscribed to, parcels of many couriers."""

from dataclasses import dataclass
from typing import Protocol

from core.parcels import Node
from core.pushes import PushDoor


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parcel that is asked about. `phone_tail`: the last four digits of a party's phone, which some need."""

    courier: str  # our code
    number: str
    phone_tail: str = ""


class Tracker(Protocol):
    """One aggregator.

    Raises throughout: `ServiceUnavailable`, `RateLimited`, `NotPermitted`, `BalanceShort`, `ServiceRefused`.
    """

    code: str
    price: int  # fen for one query, and taken for one `detect`
    patience: int  # milliseconds to let pass between two queries of one number
    most_a_day: int  # queries of one number in 24 hours, well below what the service punishes
    couriers: frozenset[str]  # our codes of those it knows

    @property
    def pushes(self) -> PushDoor:
        """Who reads what it pushes."""
        ...

    async def query(self, wanted: Wanted) -> tuple[Node, ...]:
        """The journey; empty before the first scan."""
        ...

    async def subscribe(self, wanted: Wanted) -> None:
        """Have the parcel's news pushed to us. Asking twice is asking once."""
        ...

    async def detect(self, number: str) -> tuple[str, ...]:
        """Our codes of the couriers whose number it may be, the most likely first."""
        ...
