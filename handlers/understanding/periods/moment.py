"""From when an expression of time is counted, and what one reader of such expressions is."""

from collections.abc import Callable
from datetime import date, datetime
from re import Match, Pattern
from typing import NamedTuple, TypeAlias

from handlers.understanding.periods import calendar
from handlers.understanding.periods.calendar import Stretch

_DECEMBER = 12


class Moment(NamedTuple):
    """Now, and the beginning of the range that the expression ends, if it ends one. Shanghai wall-clock times."""

    now: datetime
    after: datetime | None = None

    def nearest(self, month: int, day: int) -> Stretch | None:
        """That day of this year, of last year if it is still to come; at the end of a range behind its start."""
        first = (self.after or self.now).year
        found = calendar.real_day(first, month, day)
        if self.after:
            return found if found and found[0] >= self.after else calendar.real_day(first + 1, month, day)
        return found if found and found[0] <= self.now else calendar.real_day(first - 1, month, day)

    def nearest_in_month(self, day: int) -> Stretch | None:
        """That day of this month, unless it is still to come."""
        base = self.after or self.now
        found = calendar.real_day(base.year, base.month, day)
        if self.after:
            return found if found and found[0] >= self.after else None
        if found and found[0] <= self.now:
            return found
        before = calendar.month(self.now.year, self.now.month - 1)[0]
        return calendar.real_day(before.year, before.month, day)

    def weekday(self, which: int, back: int | None) -> Stretch:
        """That day of the week `back` weeks ago, else the latest; at the end of a range the next from its start."""
        if back is None and self.after:
            ahead = (which - self.after.weekday()) % 7
            return calendar.days(self.after.date(), ahead)
        return calendar.weekday(self.now.date(), which, back)

    def month(self, which: int, years_back: int | None) -> Stretch | None:
        """A month by its number, of this year unless it is still to come."""
        if not 1 <= which <= _DECEMBER:
            return None
        back = int(which > self.now.month) if years_back is None else years_back
        return calendar.month(self.now.year - back, which)

    @property
    def today(self) -> date:
        """The day of now."""
        return self.now.date()


Reader: TypeAlias = Callable[[Match[str], Moment], Stretch | None]
Form: TypeAlias = tuple[str, Pattern[str], Reader]
"""The characters that an expression may begin with, how it is written, and what it means."""
