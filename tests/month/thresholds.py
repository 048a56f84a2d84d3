"""After how long what must be told, at which tier: the sheet of rules once more, in figures of its own.

Nothing here or in `oracle.py` is shared with the program, so that neither blesses the other's mistakes.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bot.sandbox.clock import DAY, HOUR, MINUTE, midnight

Holidays: TypeAlias = Sequence[tuple[int, int]]
"""From and until, in epoch milliseconds UTC, in order and apart."""

INFO, WARN, LATE, SERIOUS = range(4)

STEPS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "not_collected": ((18 * HOUR, WARN), (24 * HOUR, LATE), (48 * HOUR, SERIOUS)),
    "no_record": ((24 * HOUR, WARN), (48 * HOUR, LATE), (72 * HOUR, SERIOUS)),
    "not_departed": ((18 * HOUR, WARN), (24 * HOUR, LATE), (48 * HOUR, SERIOUS)),
    "stalled": ((24 * HOUR, WARN), (48 * HOUR, LATE), (72 * HOUR, SERIOUS)),
    "not_out": ((24 * HOUR, LATE), (48 * HOUR, SERIOUS)),
    "not_signed": ((24 * HOUR, LATE), (48 * HOUR, SERIOUS)),
    "not_fetched": ((24 * HOUR, WARN), (48 * HOUR, LATE), (120 * HOUR, SERIOUS)),
    "lost": ((120 * HOUR, LATE), (168 * HOUR, SERIOUS)),
    "trouble": ((0, LATE), (24 * HOUR, SERIOUS)),
    "returning": ((0, LATE), (168 * HOUR, SERIOUS)),
}
_REMOTE = {"新疆": 2.0, "西藏": 2.0, "青海": 1.5, "内蒙古": 1.5, "甘肃": 1.5, "宁夏": 1.5, "海南": 1.5}

TOO_FAST = 2 * HOUR
FORGOTTEN = 60 * DAY  # without news for so long nobody cares any more
SHOWN_FOR = {"proxy": 3 * DAY, "contradiction": 7 * DAY, "wrong_city": 7 * DAY, "too_fast": 7 * DAY}

GATHER = 2 * MINUTE  # between found and told
_NIGHT, _MORNING = 22 * HOUR, 8 * HOUR


def steps(rule: str, province: str) -> list[tuple[int, int]]:
    """How long after its beginning each tier of a rule is reached on the way to this province."""
    times = next((much for name, much in _REMOTE.items() if province.startswith(name)), 1.0) if rule == "stalled" else 1
    return [(round(elapsed * times), tier) for elapsed, tier in STEPS[rule]]


def moment(start: int, elapsed: int, holidays: Holidays) -> int:
    """When so much time has passed since `start` outside of holidays; what is due at once is due at once."""
    if elapsed == 0:
        return start
    at, left = start, elapsed
    for begin, end in holidays:
        if end <= at:
            continue
        if begin - at >= left:
            break
        left -= max(0, begin - at)
        at = end
    return at + left


def free(at: int, *, has_quiet_hours: bool) -> int:
    """When somebody may be spoken to, from this moment on."""
    day = midnight(at)
    if not has_quiet_hours or _MORNING <= at - day < _NIGHT:
        return at
    return day + _MORNING + (DAY if at - day >= _NIGHT else 0)
