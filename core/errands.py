"""Errands: what a courier was asked to do about a parcel on the merchant's behalf, followed to its end.

    asking → open → done | failed      side exits: refused · unsure (the answer was lost) · cancelled

`asking` is committed before the courier is called. An interception found there is asked for again, because couriers
recognise its key; an urging is not, because they do not: it becomes `unsure`. `refused` was told to whoever asked;
`failed` was believed to be under way, so it is news.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.orders import Recipient


class ErrandKind(StrEnum):
    """What was asked for."""

    URGE = "urge"  # 催件
    CALL_BACK = "call_back"  # 拦截退回
    REDIRECT = "redirect"  # 改地址


class ErrandState(StrEnum):
    """How far it has come."""

    ASKING = "asking"
    OPEN = "open"
    UNSURE = "unsure"
    REFUSED = "refused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Said:
    """What the courier wrote. `at` in epoch milliseconds UTC, 0 where it does not say."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Details:
    """What of an errand may hold personal data, and is sealed."""

    recipient: Recipient | None = None  # where to, for `REDIRECT`
    said: tuple[Said, ...] = ()  # the courier's replies, oldest first; or why it refused


@dataclass(frozen=True, slots=True)
class Errand:
    """One of them. Times in epoch milliseconds UTC; `look_at`: when to ask what has come of it."""

    id: str
    merchant: str
    parcel: str
    kind: ErrandKind
    asked_at: int
    changed_at: int
    state: ErrandState = ErrandState.ASKING
    reference: str = ""  # the courier's number for it
    details: Details = Details()
    look_at: int | None = None
    version: int = 0

    @property
    def came_to_nothing(self) -> bool:
        """Whether it may be asked for again."""
        return self.state in {ErrandState.REFUSED, ErrandState.FAILED, ErrandState.CANCELLED}

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come."""
        return self.state not in {ErrandState.ASKING, ErrandState.OPEN}
