"""yesterday, last Friday, Nov 3, this month … at one place of a text."""

import re

from core.patterns import pattern
from handlers.understanding.numerals import WORD, number
from handlers.understanding.periods import calendar
from handlers.understanding.periods.calendar import Stretch
from handlers.understanding.periods.moment import Form, Moment

_BACK = {"last": 1, "previous": 1, "prior": 1, "this": 0, "current": 0, "next": -1}
_NEAR = {"today": 0, "tonight": 0, "2day": 0, "yesterday": 1, "day before yesterday": 2, "tomorrow": -1}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:,?\s(?P<year>20\d\d))?"
_MONTH_AND_DAY = rf"{_MONTH}\s?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?{_YEAR}(?!\d)"
_PART = "(?P<part>morning|noon|afternoon|evening|night)"
_DAY = "(?P<day>mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|s|rs|r)?"
_UNIT = "week|month|quarter|year"
_DIGITS = "0123456789"


def _near_day(said: re.Match[str], moment: Moment) -> Stretch:
    day = calendar.days(moment.today, -_NEAR[said["near"]])
    part = "evening" if said["near"] == "tonight" else said["part"]
    return calendar.part_of(day[0].date(), _part(part)) if part else day


def _part_of_day(said: re.Match[str], moment: Moment) -> Stretch:
    day = calendar.days(moment.today, -_BACK[said["back"]])
    return calendar.part_of(day[0].date(), _part(said["part"]))


def _part(name: str) -> str:
    return "evening" if name == "night" else name


def _unit(said: re.Match[str], moment: Moment) -> Stretch:
    return _whole(said["unit"], _BACK[said["back"]], moment)


def _whole(unit: str, back: int, moment: Moment) -> Stretch:
    now = moment.now
    if unit == "month":
        return calendar.month(now.year, now.month - back)
    if unit == "quarter":
        return calendar.quarter(now.year, (now.month + 2) // 3 - back)
    if unit == "year":
        return calendar.years(now.year - back)
    return calendar.weekend(moment.today, back) if unit == "weekend" else calendar.week(moment.today, back)


def _so_far(said: re.Match[str], moment: Moment) -> Stretch:
    """The start of the month, month to date: from then until the end of today."""
    first = _whole(said["unit"], 1 if said["back"] == "last" else 0, moment)[0]
    return first, calendar.whole_day(moment.today)[1]


def _week_of(said: re.Match[str], moment: Moment) -> Stretch | None:
    day = _date(said, moment)
    return calendar.week(day[0].date(), 0) if day else None


def _before_last(said: re.Match[str], moment: Moment) -> Stretch:
    if said["unit"] == "week":
        return calendar.week(moment.today, 2)
    return calendar.month(moment.now.year, moment.now.month - 2)


def _weekend(_said: re.Match[str], moment: Moment) -> Stretch:
    return calendar.weekend(moment.today, int(moment.now.weekday() not in {5, 6}))


def _weekday(said: re.Match[str], moment: Moment) -> Stretch:
    return moment.weekday(_WEEKDAYS.index(said["day"]), _BACK.get(said["back"] or ""))


def _date(said: re.Match[str], moment: Moment) -> Stretch | None:
    month, day = _MONTHS.index(said["month"][:3]) + 1, int(said["day"])
    return calendar.real_day(int(said["year"]), month, day) if said["year"] else moment.nearest(month, day)


def _month(said: re.Match[str], moment: Moment) -> Stretch | None:
    month = _MONTHS.index(said["month"][:3]) + 1
    return calendar.month(int(said["year"]), month) if said["year"] else moment.month(month, None)


def _ago(said: re.Match[str], moment: Moment) -> Stretch:
    length = {"day": 1, "week": 7}[said["unit"]]
    return calendar.days(moment.today, -length * number(said["n"]))


def _quarter(said: re.Match[str], moment: Moment) -> Stretch:
    which = int(said["which"])
    return calendar.quarter(moment.now.year - int(which > (moment.now.month + 2) // 3), which)


def _feast(said: re.Match[str], moment: Moment) -> Stretch | None:
    twelve = re.search("12|twelve", said[0])
    return moment.nearest(12, 25) if said[0].startswith("c") else moment.nearest(*((12, 12) if twelve else (11, 11)))


FORMS: tuple[Form, ...] = tuple(
    (lead, pattern(form), reader)
    for lead, form, reader in (
        ("tyd2", rf"(?P<near>{'|'.join(_NEAR)})(?:'?s\b)?(?:\s{_PART})?\b", _near_day),
        ("tl", rf"(?P<back>this|last)\s{_PART}\b", _part_of_day),
        ("lptcn", rf"(?P<back>{'|'.join(_BACK)})\s(?P<unit>weekend|{_UNIT})(?:'?s)?\b", _unit),
        ("sb", rf"(?:start|beginning) of (?:the |this |(?P<back>last) )?(?P<unit>{_UNIT})\b", _so_far),
        ("wmqy", rf"(?P<unit>{_UNIT})[\s-]to[\s-]date\b(?P<back>)", _so_far),
        ("w", rf"week (?:of|starting|beginning) (?:the )?{_MONTH_AND_DAY}", _week_of),
        ("w", r"(?P<unit>week) before last\b", _before_last),
        ("m", r"(?P<unit>month) before last\b", _before_last),
        ("w", r"weekend(?:'?s)?\b", _weekend),
        ("lmtwfsn", rf"(?:(?P<back>last|this|next)\s)?{_DAY}(?:'s)?\b", _weekday),
        ("jfmasond", _MONTH_AND_DAY, _date),
        (_DIGITS, rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}{_YEAR}", _date),
        ("jfmasond", rf"(?!may\b|mar\b|march\b){_MONTH}{_YEAR}", _month),
        ("i", rf"in {_MONTH}{_YEAR}", _month),
        (_DIGITS + "abcdefghijklmnopqrstuvwxyz", rf"(?P<n>\d{{1,3}}|{WORD})\s(?P<unit>day|week)s?\sago\b", _ago),
        ("q", r"q(?P<which>[1-4])\b", _quarter),
        ("dsc", r"double (?:11|12|eleven|twelve)\b|singles'? day\b|christmas\b", _feast),
    )
)  # fmt: skip
