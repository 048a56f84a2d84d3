"""Stretches of the calendar, as half-open pairs of Shanghai wall-clock times. Weeks begin on Monday."""

from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Stretch: TypeAlias = tuple[datetime, datetime]

DAY = timedelta(days=1)
NOON = 12
PARTS = {  # hours of a day
    "dawn": (0, 6),
    "morning": (6, 12),
    "noon": (11, 13),
    "afternoon": (12, 18),
    "dusk": (17, 19),
    "evening": (18, 24),
}
_DECEMBER = 12


def midnight(day: date) -> datetime:
    """The moment at which the day begins."""
    return datetime.combine(day, time())


def whole_day(day: date) -> Stretch:
    """The day."""
    return midnight(day), midnight(day) + DAY


def days(today: date, ahead: int) -> Stretch:
    """The day that many days after this one."""
    return whole_day(today + timedelta(days=ahead))


def real_day(year: int, number: int, day: int) -> Stretch | None:
    """The day, None where there is no such date."""
    try:
        return whole_day(date(year, number, day))
    except ValueError:
        return None


def part_of(day: date, part: str) -> Stretch:
    """A part of the day, by its key in `PARTS`."""
    first, last = PARTS[part]
    return midnight(day) + timedelta(hours=first), midnight(day) + timedelta(hours=last)


def week(today: date, back: int) -> Stretch:
    """The week `back` weeks before this one."""
    monday = midnight(today) - timedelta(days=today.weekday() + 7 * back)
    return monday, monday + 7 * DAY


def weekend(today: date, back: int) -> Stretch:
    """Saturday and Sunday of that week."""
    monday, end = week(today, back)
    return monday + 5 * DAY, end


def weekday(today: date, which: int, back: int | None) -> Stretch:
    """A day of the week `back` weeks before this one, else the latest such day up to today. Monday is 0."""
    if back is None:
        return days(today, -((today.weekday() - which) % 7))
    monday, _ = week(today, back)
    return whole_day((monday + which * DAY).date())


def month(year: int, number: int) -> Stretch:
    """A month; `number` may lie outside 1 to 12 and then counts on into other years."""
    first = _first(year, number)
    return first, _first(year, number + 1)


def third_of(stretch: Stretch, which: int) -> Stretch:
    """上旬, 中旬, 下旬 of a month: 0, 1, 2."""
    start, end = stretch
    marks = (start, start + 10 * DAY, start + 20 * DAY, end)
    return marks[which], marks[which + 1]


def quarter(year: int, number: int) -> Stretch:
    """A quarter; `number` as in `month`."""
    return _first(year, 3 * number - 2), _first(year, 3 * number + 1)


def half_year(year: int, which: int) -> Stretch:
    """上半年 is 1, 下半年 is 2."""
    return _first(year, 6 * which - 5), _first(year, 6 * which + 1)


def years(first: int) -> Stretch:
    """A whole year."""
    return _first(first, 1), _first(first + 1, 1)


def _first(year: int, number: int) -> datetime:
    over, rest = divmod(number - 1, _DECEMBER)
    return datetime(year + over, rest + 1, 1)  # noqa: DTZ001 - wall-clock times carry no zone here
