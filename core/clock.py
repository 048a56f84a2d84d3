"""Time. Inside: epoch milliseconds UTC. To the merchant: Asia/Shanghai, always."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock(Protocol):
    """Whoever needs the time is given one of these, so that tests can move it."""

    def now(self) -> int:
        """The moment, in epoch milliseconds UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """The moment, in epoch milliseconds UTC."""
        return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of time [start, end), both in epoch milliseconds UTC."""

    start: int
    end: int

    def slices(self, longest: int) -> list["Period"]:
        """The same stretch as consecutive periods of at most `longest` milliseconds, oldest first."""
        starts = range(self.start, self.end, longest)
        return [Period(start, min(start + longest, self.end)) for start in starts]


def shanghai(moment: int) -> datetime:
    """The moment as a Shanghai wall-clock time."""
    return datetime.fromtimestamp(moment / SECOND, SHANGHAI)


def moment_of(local: datetime) -> int:
    """Epoch milliseconds of a time; a naive one is taken as Shanghai wall clock."""
    aware = local if local.tzinfo else local.replace(tzinfo=SHANGHAI)
    return round(aware.astimezone(UTC).timestamp() * SECOND)


def day_of(moment: int) -> Period:
    """The whole Shanghai day in which the moment lies."""
    return day(shanghai(moment).date())


def day(which: date) -> Period:
    """A calendar day in Shanghai."""
    midnight = datetime(which.year, which.month, which.day, tzinfo=SHANGHAI)
    return Period(moment_of(midnight), moment_of(midnight + timedelta(days=1)))


def rest_days(written: str) -> tuple[Period, ...]:
    """The periods of "2027-02-04/2027-02-12,2027-05-01": whole Shanghai days, in order, those that touch as one.

    Raises `ValueError` for what is no day.
    """
    found: list[Period] = []
    for part in sorted(each.strip() for each in written.split(",") if each.strip()):
        first, _, last = part.partition("/")
        period = Period(day(date.fromisoformat(first)).start, day(date.fromisoformat(last or first)).end)
        if found and period.start <= found[-1].end:
            before = found.pop()
            period = Period(before.start, max(before.end, period.end))
        found.append(period)
    return tuple(found)
