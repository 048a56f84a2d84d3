"""The pretend world's time: it stands still until it is moved, or follows the real one.

Inside, moments are epoch milliseconds UTC; the outside world's wall clocks show Asia/Shanghai.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

OPENING = int(datetime(2026, 11, 22, 15, 30, tzinfo=SHANGHAI).timestamp()) * SECOND


def _opening() -> int:
    return OPENING


class WorldClock:
    """Stands at 2026-11-22 15:30:00 Shanghai until moved; give `reads` another source of milliseconds to start from."""

    def __init__(self, reads: Callable[[], int] = _opening) -> None:
        self._reads = reads
        self._moved = 0

    @classmethod
    def ticking(cls) -> Self:
        """A clock that follows real time, and can still be moved."""
        return cls(lambda: time.time_ns() // 1_000_000)

    def now(self) -> int:
        """The moment, epoch milliseconds UTC."""
        return self._reads() + self._moved

    def move(self, ms: int) -> None:
        """Go forward (or back) by `ms` milliseconds."""
        self._moved += ms


def wall(moment: int) -> str:
    """The moment as `yyyy-MM-dd HH:mm:ss` in Shanghai; 0, which means never, is the empty string."""
    return f"{datetime.fromtimestamp(moment // SECOND, SHANGHAI):%Y-%m-%d %H:%M:%S}" if moment else ""


def midnight(moment: int) -> int:
    """The beginning of the moment's day in Shanghai."""
    day = datetime.fromtimestamp(moment // SECOND, SHANGHAI).replace(hour=0, minute=0, second=0)
    return int(day.timestamp()) * SECOND
