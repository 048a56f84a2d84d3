"""A shipment: one parcel of one or more orders, on its way from a wish to a number on the shop's page.

    new → asking → numbered → printing → printed → uploading → done      side exits: held · failed · unsure · voided

`asking` is committed before the courier is called, `printing` before the paper moves: what is found in one of these two
after a crash may or may not have happened, and is never simply done again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ShipmentState(StrEnum):
    """Where a shipment is."""

    NEW = "new"
    ASKING = "asking"
    NUMBERED = "numbered"
    PRINTING = "printing"
    PRINTED = "printed"
    UPLOADING = "uploading"
    DONE = "done"
    HELD = "held"
    FAILED = "failed"
    UNSURE = "unsure"
    VOIDED = "voided"


OPEN = (
    ShipmentState.NEW,
    ShipmentState.ASKING,
    ShipmentState.NUMBERED,
    ShipmentState.PRINTING,
    ShipmentState.PRINTED,
    ShipmentState.UPLOADING,
)


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel. `reason` is an error's record or a gate reason; times in epoch milliseconds UTC."""

    key: str
    batch: str
    merchant: str
    shop: str
    position: int  # n of the batch, from 1
    orders: tuple[str, ...]  # sorted order numbers
    package: int  # n of the parcels these orders were split into, from 1
    attempt: int  # 1, more only after a person allowed a new number
    courier: str
    account: str
    state: ShipmentState
    receiver: str = ""  # fingerprint of whom the label was made for
    number: str | None = None
    reason: dict[str, Any] | None = None
    updated_at: int = 0
    numbered_at: int | None = None
    printed_at: int | None = None
    done_at: int | None = None


def shipment_key(shop: str, orders: Sequence[str], package: int, attempt: int) -> str:
    """The parcel's one name: our key in the database and the courier's order id.

    Readable for one order (`123-261122-3…1-1`); merged orders are told by the first and a digest of all.
    """
    numbers = sorted(orders)
    name = numbers[0] if len(numbers) == 1 else f"{numbers[0]}+{len(numbers) - 1}.{_digest(numbers)}"
    return f"{shop}-{name}-{package}" + (f"-a{attempt}" if attempt > 1 else "")


def _digest(numbers: Sequence[str]) -> str:
    return hashlib.sha256("+".join(numbers).encode()).hexdigest()[:10]
