"""When to ask again about a parcel: by where it is, the hour of the day, and how long nothing was heard.

The periods are proposals of ours (no courier publishes any): short where something is due or a person waits, long where
scans are hours apart, none when the journey is over.
"""

import hashlib
from collections.abc import Mapping

from core.clock import DAY, HOUR, MINUTE, shanghai
from core.parcels import Parcel, ParcelState

S = ParcelState
FIRST = 2 * HOUR
"""After the upload of a number: couriers collect hours later."""

_PERIODS: Mapping[ParcelState, int] = {
    S.NO_RECORD: 150 * MINUTE,
    S.CREATED: 150 * MINUTE,
    S.PICKED_UP: 4 * HOUR,
    S.IN_TRANSIT: 5 * HOUR,
    S.CUSTOMS: 6 * HOUR,
    S.FORWARDED: 5 * HOUR,
    S.ARRIVED_CITY: 2 * HOUR,
    S.HELD: 1 * HOUR,
    S.OUT_FOR_DELIVERY: 45 * MINUTE,
    S.AT_PICKUP_POINT: 6 * HOUR,
    S.ATTEMPT_FAILED: 1 * HOUR,
    S.PROBLEM: 1 * HOUR,
    S.REFUSED: 1 * HOUR,
    S.INTERCEPTED: 1 * HOUR,
    S.RETURNING: 6 * HOUR,
}
_NOT_PICKED_UP = frozenset({S.NO_RECORD, S.CREATED})
_WAITED_FOR = frozenset({S.HELD, S.ATTEMPT_FAILED, S.PROBLEM, S.REFUSED, S.INTERCEPTED})
_ASLEEP = frozenset({S.OUT_FOR_DELIVERY, S.AT_PICKUP_POINT, S.ARRIVED_CITY})  # nobody delivers at night
_LATE, _OVERDUE = 18 * HOUR, 1 * HOUR  # not picked up so long after shipping: a deadline comes
_QUIET = ((60 * DAY, None), (10 * DAY, 1 * DAY), (3 * DAY, 12 * HOUR))  # nothing heard for so long: asked so rarely
_LAST_LOOK = 1 * DAY  # after the end, for what contradicts it
_MORNING, _NIGHT = 8, 22  # hours in Shanghai
_SPREAD = 0.1  # of a period: parcels shipped together are not asked about together
_PUSHED = 3  # times as long where somebody pushes the news, and asking is for what was not pushed


def next_poll(parcel: Parcel, now: int) -> int | None:
    """The moment to ask again; None: never."""
    if parcel.progress.has_ended:
        return _last_look(parcel, now)
    period = _period(parcel, now)
    if period is None:
        return None
    at = now + period * (_PUSHED if parcel.subscription else 1)
    return _by_day(parcel, at + _jitter(parcel.number, period, now))


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


def _period(parcel: Parcel, now: int) -> int | None:
    heard = max(parcel.shipped_at, parcel.progress.last_at or 0)
    for quiet, period in _QUIET:
        if now - heard >= quiet:
            return period
    if parcel.state in _NOT_PICKED_UP and now - parcel.shipped_at >= _LATE:
        return _OVERDUE
    if parcel.state in _WAITED_FOR and now - heard >= DAY:
        return 3 * HOUR
    return _PERIODS[parcel.state]


def _by_day(parcel: Parcel, at: int) -> int:
    """A moment in the night becomes the morning after, where nothing happens at night."""
    hour = shanghai(at).hour
    if parcel.state not in _ASLEEP or _MORNING <= hour < _NIGHT:
        return at
    local = shanghai(at).replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    morning = int(local.timestamp() * 1_000) + (DAY if hour >= _NIGHT else 0)
    return morning + _jitter(parcel.number, HOUR, at)


def _jitter(number: str, period: int, now: int) -> int:
    """Up to a tenth of the period later, the same for the same number and day."""
    digest = hashlib.sha256(f"{number}/{now // DAY}".encode()).digest()
    return int(period * _SPREAD * int.from_bytes(digest[:4]) / 2**32)
