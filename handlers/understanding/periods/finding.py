"""The period that a message names: 近三天, 上周五到现在, 昨晚8点后, 11.3-11.5, since Monday. Shanghai wall-clock times.

A period is half-open. Its end is None for "since …": what that means is for the command to say, mostly "until now"; its
start is None for "before …". Where the year, month or week is left out, the past is meant.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from core.patterns import pattern
from handlers.understanding.numerals import HAN, WORD, number
from handlers.understanding.periods import calendar, dates_en, dates_zh
from handlers.understanding.periods.calendar import Stretch
from handlers.understanding.periods.clock import Clock, clock_at, part_at
from handlers.understanding.periods.moment import Moment, Reader

_TO = pattern(r"\s?(?:到|至|直到|[-~–—]{1,2}|(?:to|till|until|through|thru|and)\b)\s?")
_TO_NOW = pattern(
    r"\s?(?:(?:一直)?(?:到|至|直到|[-~–—])|to|till|until|up to|through)\s?"
    r"(?:现在|目前|此刻|当前|今(?![天日晚早年])|(?:right )?now\b|date\b|present\b)(?:为止)?"
)
_SINCE = pattern(r"\s?的?(?:以后|之后|过后|往后|以来|开始|起(?!点)|后(?![台天仓面续])|on\b|onwards?\b)(?:到现在|至今)?")
_THROUGH = pattern(r"\s?为止")
_BEFORE = pattern(r"\s?的?(?:以前|之前|前(?![台天\d一二三四五六七八九十]))")
_SINCE_AHEAD = pattern(r"(?:自从|自|\bsince|\bafter|\bstarting(?: from)?|\bas of)\s?(?:the )?$")
_FROM_AHEAD = pattern(r"(?:从|\bfrom|\bbetween|\bon|\bin|\bat|\bof|\bfor)\s?(?:the )?$")
_BEFORE_AHEAD = pattern(r"\bbefore\s?(?:the )?$")
_THROUGH_AHEAD = pattern(r"(?:截[至止]到?|\bup to(?: and including)?|\btill|\buntil|\bthrough)\s?$")
_AHEAD_OF_AN_END = pattern(rf"{_BEFORE_AHEAD.pattern}|{_THROUGH_AHEAD.pattern}")
_ROLLING = pattern(
    rf"(?:最近|近|过去|这|(?<!截止)(?<!超时)(?<!到期)前|最后)的?\s?(?P<n>\d{{1,3}}|半|几|{HAN})\s?个?\s?(?P<unit>天|日(?!\d)|周|星期|礼拜|月|年|小时|钟头)(?:[之以]?[内里])?"
    rf"|(?P<n2>\d{{1,3}}|半|{HAN})\s?个?\s?(?P<unit2>天|日|周|星期|礼拜|月|年|小时)[之以]?内(?!没|未|不|无|要)"
    rf"|(?:the\s)?(?:last|past|previous|recent)\s(?P<n3>\d{{1,3}}|{WORD})\s(?:of\s)?(?P<unit3>day|week|month|year|hour)s?\b"
    rf"|(?P<n4>最近|近|(?:the\s)?past)\s?(?P<unit4>周|月|年|day|week|month|year)\b"
)
_UNITS = {"天": 1, "日": 1, "周": 7, "星": 7, "礼": 7, "月": 30, "年": 365, "d": 1, "w": 7, "m": 30, "y": 365}
_SEVERAL = {"几": 3.0, "半": 0.5, "最近": 1.0, "近": 1.0, "past": 1.0, "the past": 1.0}
_HOURS = "小钟h"
_DAY_TO_DAY = pattern(r"(?P<first>\d{1,2})\s?[-到至~–—]\s?(?=\d{1,2}[日号])")
_DASHED = pattern(
    r"(?P<month>\d{1,2})-(?P<day>\d{1,2})(?=\s?[到至~–—]\s?\d{1,2}-\d{1,2}(?!\d))|(?P<month2>\d{1,2})-(?P<day2>\d{1,2})(?![\d-])"
)
_BARE_DAY = pattern(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d.:/月点单张个件])[日号]?")
_CLOCK_BEFORE_DAY = pattern(r"\s(?:on\s|of\s)?")
_AND = pattern(r"\s?(?:和|跟|与|及|、|and\b|&)\s?")
_AFTER = pattern(r"\s(?:after|since|from)\s")
_UNTIL = pattern(r"\s(?:before|until|up to)\s")
_LEADS = "近最过这前凌清早上午下中傍晚半夜零nmt一二两三四五六七八九十几0123456789"  # beside those of the dates
_HOUR = timedelta(hours=1)
_MAYBE = pattern(
    r"[天日昨今前明后周礼期月年点时号晚早晨午夜季双光节庆旦度]|\d[-./:]\d|618|六一八|day|week|month|year|hour|quarter|morning|noon|evening|night|mon\b|tue|wed|thu|fri|sat"
    r"|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d ?[ap]\.?m|q[1-4]|double|christmas"
)


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open period of wall-clock time. `rolling_days`: it was said as "the last n days", today counted."""

    start: datetime | None
    end: datetime | None
    rolling_days: int | None = None

    def record(self) -> dict[str, Any]:
        """As JSON data: {"start", "end", "rolling_days"}, the last one only where it was said."""
        told: dict[str, Any] = {"start": _iso(self.start), "end": _iso(self.end)}
        return told if self.rolling_days is None else {**told, "rolling_days": self.rolling_days}


@dataclass(frozen=True, slots=True)
class Found:
    """A period and where it stands in the text."""

    start: int
    end: int
    period: Period


class _Point(NamedTuple):
    """One expression: where it ends, which stretch it names, whether that is a moment and not a stretch."""

    end: int
    stretch: Stretch
    is_moment: bool = False
    has_day: bool = True


def find(text: str, now: datetime) -> Found | None:
    """The first period in a text that has been through `normalise`; `now` is a wall-clock time."""
    if not _MAYBE.search(text):
        return None
    lead = _LEAD.search(text)
    while lead:
        start, ends = lead.span()
        if not _is_inside_a_word(text, start):
            if found := _rolling(text, start, now) or _from(text, start, now):
                return found
            ends = max(ends, _end_of_nonsense(text, start, now))
        lead = _LEAD.search(text, ends)
    return None


def future_moment(text: str, now: datetime) -> datetime | None:
    """The moment that a text begins with, where the future is meant: 明天早上8点, 6pm, 周一."""
    point = _point(text, 0, Moment(now, now))
    if point is None:
        return None
    moment = point.stretch[0]
    return moment if moment > now else moment + (calendar.DAY if not point.has_day else timedelta())


def _end_of_nonsense(text: str, start: int, now: datetime) -> int:
    """Where a date ends that does not exist, so that 2月30日 is not taken for the 30th."""
    matches = ((form.match(text, start), reader) for form, reader in _FORMS[text[start]])
    return max((match.end() for match, reader in matches if match and reader(match, Moment(now)) is None), default=0)


def _is_inside_a_word(text: str, start: int) -> bool:
    """The nov in renovate, 3 in 13."""
    if not start:
        return False
    sign, before = text[start], text[start - 1]
    if sign.isdigit():
        return before.isdigit() or before in "移偏=" or (before in ".-:/x×" and start > 1 and text[start - 2].isdigit())
    return sign.isascii() and before.isascii() and before.isalnum()


# "The last n days".


def _rolling(text: str, start: int, now: datetime) -> Found | None:
    match = _ROLLING.match(text, start)
    if not match:
        return None
    said = match.groupdict()
    count = next(said[key] for key in ("n", "n2", "n3", "n4") if said[key])
    unit = next(said[key] for key in ("unit", "unit2", "unit3", "unit4") if said[key])
    amount = _SEVERAL.get(count) or float(number(count))
    if not amount:
        return None
    if unit[0] in _HOURS:
        return Found(start, match.end(), Period(now - amount * _HOUR, now))
    days = max(1, int(amount * _UNITS[unit[0]]))
    first = calendar.days(now.date(), 1 - days)[0]
    return Found(start, match.end(), Period(first, calendar.days(now.date(), 1)[0], days))


# From one expression to another, to now, or on.


def _from(text: str, start: int, now: datetime) -> Found | None:
    first = _first_point(text, start, Moment(now))
    if first is None:
        return None
    ahead = (
        _SINCE_AHEAD.search(text, 0, start)
        or _AHEAD_OF_AN_END.search(text, 0, start)
        or _FROM_AHEAD.search(text, 0, start)
    )
    begins = ahead.start() if ahead else start
    if match := _TO_NOW.match(text, first.end):
        return Found(begins, match.end(), Period(first.stretch[0], None))
    if last := _last_point(text, first, now):
        return Found(begins, last.end, Period(first.stretch[0], last.stretch[0] if last.is_moment else last.stretch[1]))
    if found := _since(text, first, begins, start) or _before(text, first, begins, start):
        return found
    if first.is_moment and not first.has_day:
        return None  # a time of day without a day says too little
    return Found(begins, first.end, Period(*first.stretch))


def _since(text: str, first: _Point, begins: int, start: int) -> Found | None:
    """昨天18点以后, since Monday, yesterday after 6pm."""
    if match := _SINCE.match(text, first.end):
        return Found(begins, match.end(), Period(first.stretch[0], None))
    if _SINCE_AHEAD.search(text, 0, start):
        return Found(begins, first.end, Period(first.stretch[0], None))
    clock = _clock_behind(_AFTER, text, first)
    return Found(begins, clock.end, Period(clock.stretch[0], None)) if clock else None


def _before(text: str, first: _Point, begins: int, start: int) -> Found | None:
    """昨天之前, 到昨天为止, 今天3点前, before noon, up to yesterday, yesterday before 6pm."""
    if clock := _clock_behind(_UNTIL, text, first):
        return Found(begins, clock.end, Period(first.stretch[0], clock.stretch[0]))
    match, through = _BEFORE.match(text, first.end), _THROUGH.match(text, first.end)
    includes = bool(through or _THROUGH_AHEAD.search(text, 0, start)) and not first.is_moment
    if not (match or through or includes or _AHEAD_OF_AN_END.search(text, 0, start)):
        return None
    since = calendar.midnight(first.stretch[0].date()) if first.is_moment else None
    until, behind = first.stretch[int(includes and not match)], match or through
    return Found(begins, behind.end() if behind else first.end, Period(since, until))


def _clock_behind(word: re.Pattern[str], text: str, day: _Point) -> _Point | None:
    """The time of that day which follows behind the word."""
    match = None if day.is_moment else word.match(text, day.end)
    clock = clock_at(text, match.end()) if match else None
    return _at(day.stretch, clock, clock.end, has_day=True) if clock else None


def _first_point(text: str, start: int, moment: Moment) -> _Point | None:
    if match := _DAY_TO_DAY.match(text, start):
        first = moment.nearest_in_month(int(match["first"]))
        return _Point(match.end("first"), first) if first else None
    return _point(text, start, moment)


def _last_point(text: str, first: _Point, now: datetime) -> _Point | None:
    """What ends the range; a bare number after a date is a day of the same month."""
    to = _TO.match(text, first.end)
    if not to:
        return _day_behind(text, first, now)
    moment = Moment(now, first.stretch[0])
    last = _point(text, to.end(), moment, is_day_known=first.has_day)
    if last is None and not first.is_moment and (match := _BARE_DAY.match(text, to.end())):
        stretch = moment.nearest_in_month(int(match["day"]))
        last = _Point(match.end(), stretch) if stretch else None
    if last and last.is_moment and last.stretch[0] <= first.stretch[0]:  # 下午2点到5点
        half = timedelta(hours=12)
        last = last._replace(stretch=(last.stretch[0] + half, last.stretch[1] + half))
    return last if last and last.stretch[1] > first.stretch[0] else None


def _day_behind(text: str, first: _Point, now: datetime) -> _Point | None:
    """昨天和今天: the day that follows on the first one."""
    match = _AND.match(text, first.end)
    last = _point(text, match.end(), Moment(now)) if match else None
    return last if last and last.stretch[0] == first.stretch[1] else None


# One expression: a day, perhaps with a part of it or a time.


def _point(text: str, start: int, moment: Moment, *, is_day_known: bool = False) -> _Point | None:
    if start >= len(text):
        return None
    if day := _day_at(text, start, moment):
        return _within(text, day)
    base = (moment.after or moment.now).date()
    if clock := clock_at(text, start):
        behind = _CLOCK_BEFORE_DAY.match(text, clock.end)
        day = _day_at(text, behind.end(), moment) if behind else None
        stretch, end = (day.stretch, day.end) if day else (calendar.whole_day(base), clock.end)
        return _at(stretch, clock, end, has_day=bool(day) or is_day_known)
    if part := part_at(text, start):
        return _Point(part.end, calendar.part_of(base, part.name))
    return None


def _day_at(text: str, start: int, moment: Moment) -> _Point | None:
    if start >= len(text):
        return None
    for form, reader in _FORMS[text[start]]:
        match = form.match(text, start)
        if match and (stretch := reader(match, moment)):
            return _Point(match.end(), stretch)
    if (match := _DASHED.match(text, start)) and (moment.after or match["month"]):
        found = moment.nearest(int(match["month"] or match["month2"]), int(match["day"] or match["day2"]))
        return _Point(match.end(), found) if found else None
    return None


def _within(text: str, day: _Point) -> _Point:
    """昨天下午, 昨天18点, 昨晚8点."""
    if day.stretch[1] - day.stretch[0] > calendar.DAY:
        return day
    if clock := clock_at(text, day.end):
        return _at(day.stretch, clock, clock.end, has_day=True)
    if part := part_at(text, day.end):
        return _Point(part.end, calendar.part_of(day.stretch[0].date(), part.name))
    return day


def _at(day: Stretch, clock: Clock, end: int, *, has_day: bool) -> _Point:
    is_late = day[0].hour >= calendar.NOON or (not has_day and clock.is_bare)
    moment = calendar.midnight(day[0].date()) + timedelta(minutes=clock.minutes(after_noon=is_late))
    return _Point(end, (moment, moment + _HOUR), is_moment=True, has_day=has_day)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


_FORMS: defaultdict[str, list[tuple[re.Pattern[str], Reader]]] = defaultdict(list)
for _lead, _form, _reader in (*dates_zh.FORMS, *dates_en.FORMS):
    for _sign in _lead:
        _FORMS[_sign].append((_form, _reader))
_LEAD = pattern(f"[{''.join(sorted({*_FORMS, *_LEADS}))}]")
