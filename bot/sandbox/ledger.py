"""What really happened in the outside world, to be compared with what the program believes.

Times (`at`) are epoch milliseconds UTC.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field, fields

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Issued:
    """A courier gave a waybill number for the caller's `key`; the same key twice means two numbers."""

    courier: str
    key: str
    number: str
    at: int


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A shop platform accepted a waybill number for an order."""

    order_sn: str
    number: str
    at: int


@dataclass(frozen=True, slots=True)
class Reported:
    """A shop platform was told that an order's label is printed."""

    order_sn: str
    number: str
    at: int


@dataclass(frozen=True, slots=True)
class Voided:
    """A courier took a number back."""

    courier: str
    number: str
    at: int


@dataclass(frozen=True, slots=True)
class Printed:
    """One page came out of a printer; `key` is the print job's name."""

    key: str
    at: int


@dataclass(frozen=True, slots=True)
class Queried:
    """A service was asked where a parcel is, and answered or refused."""

    service: str
    number: str
    at: int
    refused: bool


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A service was asked to push a parcel's news."""

    service: str
    number: str
    at: int


@dataclass(frozen=True, slots=True)
class Pushed:
    """A service pushed news of a parcel; `answered` as the service demands, or it will push again.

    `scans`: the moments of the scans that it told.
    """

    service: str
    number: str
    at: int
    attempt: int
    answered: bool
    scans: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """A courier took a complaint or a wish about a parcel; `kind` is the courier's own word."""

    courier: str
    number: str
    kind: str
    id: str
    at: int


@dataclass(frozen=True, slots=True)
class Intercepted:
    """A courier agreed to stop a parcel; `to` is the courier's own code of where it goes instead."""

    courier: str
    number: str
    to: str
    request: str
    at: int


@dataclass(slots=True)
class Ledger:
    """The outside world's own books. `calls` counts every call that arrived, as "service:operation"."""

    numbers: list[Issued] = field(default_factory=list)
    uploads: list[Uploaded] = field(default_factory=list)
    reports: list[Reported] = field(default_factory=list)
    voids: list[Voided] = field(default_factory=list)
    prints: list[Printed] = field(default_factory=list)
    queries: list[Queried] = field(default_factory=list)
    subscriptions: list[Subscribed] = field(default_factory=list)
    pushes: list[Pushed] = field(default_factory=list)
    work_orders: list[WorkOrder] = field(default_factory=list)
    intercepts: list[Intercepted] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> Json:
        """The books as plain JSON values, oldest entries first."""
        books = [each.name for each in fields(self) if each.name != "calls"]
        return {book: [asdict(row) for row in getattr(self, book)] for book in books} | {"calls": dict(self.calls)}
