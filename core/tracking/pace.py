"""When to ask again about a parcel: by where it is, when it was last heard of, and the hour of the day.

Every state has its habit. After a scan nothing is to be expected for a while; then it is asked about every so often,
at hours at which such a thing happens. The figures are proposals of ours (no courier publishes any): short where
something is due or a person waits, long where scans are hours apart, none when the journey is over.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from core.clock import DAY, HOUR, MINUTE, day_of, shanghai
from core.parcels import Parcel, ParcelState

S = ParcelState
FIRST = 2 * HOUR
"""After the upload of a number: couriers collect hours later."""


@dataclass(frozen=True, slots=True)
class Habit:
    """`quiet` after the last scan, then every `period`, in milliseconds; `hours` of the Shanghai day, 24 is its end."""

    quiet: int
    period: int
    hours: tuple[int, int] = (0, 24)


_COLLECTED, _DELIVERED, _WAITED_FOR = (9, 23), (8, 22), (8, 22)
_HABITS: Mapping[ParcelState, Habit] = {
    S.NO_RECORD: Habit(2 * HOUR, 2 * HOUR, _COLLECTED),
    S.CREATED: Habit(2 * HOUR, 2 * HOUR, _COLLECTED),
    S.PICKED_UP: Habit(150 * MINUTE, 90 * MINUTE),
    S.IN_TRANSIT: Habit(6 * HOUR, 115 * MINUTE),
    S.CUSTOMS: Habit(6 * HOUR, 6 * HOUR),
    S.FORWARDED: Habit(6 * HOUR, 3 * HOUR),
    S.ARRIVED_CITY: Habit(1 * HOUR, 90 * MINUTE, (8, 19)),
    S.HELD: Habit(1 * HOUR, 1 * HOUR, _WAITED_FOR),
    S.OUT_FOR_DELIVERY: Habit(45 * MINUTE, 75 * MINUTE, _DELIVERED),
    S.AT_PICKUP_POINT: Habit(3 * HOUR, 3 * HOUR, _DELIVERED),
    S.ATTEMPT_FAILED: Habit(1 * HOUR, 1 * HOUR, _WAITED_FOR),
    S.PROBLEM: Habit(1 * HOUR, 1 * HOUR, _WAITED_FOR),
    S.REFUSED: Habit(1 * HOUR, 2 * HOUR, _WAITED_FOR),
    S.INTERCEPTED: Habit(1 * HOUR, 1 * HOUR, _WAITED_FOR),
    S.RETURNING: Habit(6 * HOUR, 6 * HOUR),
}
_NOT_PICKED_UP = frozenset({S.NO_RECORD, S.CREATED})
_LATE, _OVERDUE = 18 * HOUR, 1 * HOUR  # not picked up so long after shipping: a deadline comes
_QUIET = ((60 * DAY, None), (10 * DAY, 1 * DAY), (3 * DAY, 12 * HOUR), (1 * DAY, 3 * HOUR))
"""Nothing heard for so long: asked no more often than this, and in the end never."""

_LAST_LOOK = 1 * DAY  # after the end, for what contradicts it
_SPREAD = 0.1  # of a period: parcels shipped together are not asked about together
_PUSHED = 3  # times as long where somebody pushes the news, and asking is for what was not pushed


def next_poll(parcel: Parcel, now: int) -> int | None:
    """The moment to ask again; None: never."""
    if parcel.progress.has_ended:
        return _last_look(parcel, now)
    habit, heard = _HABITS[parcel.state], max(parcel.shipped_at, parcel.progress.last_at or 0)
    period = _period(parcel, habit, now, heard)
    if period is None:
        return None
    times = _PUSHED if parcel.subscription else 1
    at = max(now + period * times, heard + habit.quiet * times) if now - heard < habit.quiet else now + period * times
    return _in_hours(habit, at + _jitter(parcel.number, period, now), parcel.number)


def first_poll(number: str, shipped_at: int) -> int:
    """The moment to ask for the first time."""
    return shipped_at + FIRST + _jitter(number, FIRST, shipped_at)


def _last_look(parcel: Parcel, now: int) -> int | None:
    """Once, a day after the end; a journey that was contradicted is looked at for a week."""
    ended_at = parcel.progress.ended_at or now
    if now < ended_at + _LAST_LOOK:
        return ended_at + _LAST_LOOK
    is_odd = bool(parcel.progress.oddities) and now < ended_at + 7 * DAY
    return now + DAY if is_odd else None


def _period(parcel: Parcel, habit: Habit, now: int, heard: int) -> int | None:
    if parcel.state in _NOT_PICKED_UP and _LATE <= now - parcel.shipped_at < 3 * DAY:
        return _OVERDUE
    for silence, period in _QUIET:
        if now - heard >= silence:
            return None if period is None else max(period, habit.period)
    return habit.period


def _in_hours(habit: Habit, at: int, number: str) -> int:
    """The moment, or the beginning of the next hours at which something can happen."""
    start, end = habit.hours
    hour = shanghai(at).hour
    if start <= hour < end:
        return at
    opening = day_of(at).start + start * HOUR + (DAY if hour >= end else 0)
    return opening + _jitter(number, HOUR, at)


def _jitter(number: str, period: int, now: int) -> int:
    """Up to a tenth of the period later, the same for the same number and day."""
    digest = hashlib.sha256(f"{number}/{now // DAY}".encode()).digest()
    return int(period * _SPREAD * int.from_bytes(digest[:4]) / 2**32)
