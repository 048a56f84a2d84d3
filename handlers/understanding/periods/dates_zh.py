"""昨天, 上周五, 11月3号, 本月初, 双十一 … at one place of a text."""

import re

from core.patterns import pattern
from handlers.understanding.numerals import HAN, number
from handlers.understanding.periods import calendar
from handlers.understanding.periods.calendar import Stretch
from handlers.understanding.periods.moment import Form, Moment

_N = rf"(?:\d{{1,4}}|{HAN})"
_DIGITS, _HAN_DIGITS = "0123456789", "一二两三四五六七八九十"
_DAYS_BACK = {"大前": 3, "前": 2, "昨": 1, "今": 0, "当": 0, "本": 0, "明": -1, "后": -2, "大后": -3}
_BACK = {"上上": 2, "上": 1, "本": 0, "这": 0, "当": 0, "下": -1}
_YEARS_BACK = {"前年": 2, "去年": 1, "今年": 0, "本年": 0}
_SUNDAY = {"日": 6, "天": 6}
_THIRDS = {"初": 0, "上旬": 0, "中旬": 1, "下旬": 2, "底": 2}
_FEASTS = (
    ("双十一|双11|光棍节", 11, 11, 1),
    ("双十二|双12", 12, 12, 1),
    ("618|六一八", 6, 18, 1),
    ("国庆(?:节|假期|长假)?", 10, 1, 7),
    ("元旦节?", 1, 1, 1),
    ("(?:五一|51)(?:劳动)?(?:节|假期)", 5, 1, 5),
    ("妇女节|三八节|38节", 3, 8, 1),
    ("情人节", 2, 14, 1),
    ("圣诞节?", 12, 25, 1),
)
_ANY_FEAST = "|".join(names for names, *_ in _FEASTS)
_WEEK = "(?:周|星期|礼拜)"
_WEEKDAY = r"(?P<which>[一二三四五六日天末1-7])(?![\d个次金])"
_YEAR = "(?P<year>前年|去年|今年)"
_THIRD = "(?P<part>初|底|上旬|中旬|下旬)"
_PART = "(?P<part>[晚早晨夜])[上晨间里]?(?!餐|饭)"
_WHICH_QUARTER = "(?:第(?=[一二三四1-4]季)|(?=[一二三四1-4]季度))(?P<which>[一二三四1-4])季度?(?P<back>)"
_IS_MEASURED = r"(?![\d.]|\s*(?:kg|公斤|千克|斤|mm|毫米|厘米|cm|元|块|折|小时|h\b|%|版))"
_NO_NUMBER = r"(?!\d(?!\d?(?:点|:\d)))"  # 3号12点 is a time, 3号12 is not
_IS_NO_HOUSE = "(?!楼|线|店|仓|机|打印|单元|院|门|库|模板|柜|台)"


def _near_day(said: re.Match[str], moment: Moment) -> Stretch:
    day = calendar.days(moment.today, -_DAYS_BACK[said["near"]])
    if part := said.groupdict().get("part"):
        return calendar.part_of(day[0].date(), "morning" if part in "早晨" else "evening")
    return day


def _weekday(said: re.Match[str], moment: Moment) -> Stretch:
    back = _BACK[said["back"]] if said["back"] else None
    if said["which"] == "末":
        has_begun = moment.now.weekday() in {5, 6}
        return calendar.weekend(moment.today, int(not has_begun) if back is None else back)
    return moment.weekday(_SUNDAY.get(said["which"], number(said["which"]) - 1), back)


def _week(said: re.Match[str], moment: Moment) -> Stretch:
    return calendar.week(moment.today, _BACK[said["back"]])


def _month(said: re.Match[str], moment: Moment) -> Stretch | None:
    now, parts = moment.now, said.groupdict()
    if back := parts.get("back"):
        stretch: Stretch | None = calendar.month(now.year, now.month - _BACK[back])
    elif which := parts.get("month"):
        stretch = moment.month(number(which), _YEARS_BACK.get(parts.get("year") or ""))
    else:
        stretch = calendar.month(now.year, now.month)
    return calendar.third_of(stretch, _THIRDS[parts["part"]]) if stretch and parts.get("part") else stretch


def _day_of_some_month(said: re.Match[str], moment: Moment) -> Stretch | None:
    first = calendar.month(moment.now.year, moment.now.month - _BACK[said["back"]])[0]
    return calendar.real_day(first.year, first.month, number(said["day"]))


def _first_days(said: re.Match[str], moment: Moment) -> Stretch | None:
    month = _month(said, moment)
    return (month[0], min(month[0] + number(said["n"]) * calendar.DAY, month[1])) if month else None


def _full_date(said: re.Match[str], _moment: Moment) -> Stretch | None:
    return calendar.real_day(int(said["year"]), int(said["month"]), int(said["day"]))


def _date(said: re.Match[str], moment: Moment) -> Stretch | None:
    month, day = number(said["month"]), number(said["day"])
    year = said.groupdict().get("year")
    return calendar.real_day(moment.now.year - _YEARS_BACK[year], month, day) if year else moment.nearest(month, day)


def _day_of_month(said: re.Match[str], moment: Moment) -> Stretch | None:
    return moment.nearest_in_month(number(said["day"]))


def _ago(said: re.Match[str], moment: Moment) -> Stretch:
    length = 1 if said["unit"] in "天日" else 7
    return calendar.days(moment.today, -length * number(said["n"]))


def _quarter(said: re.Match[str], moment: Moment) -> Stretch:
    this = (moment.now.month + 2) // 3
    if said["back"]:
        return calendar.quarter(moment.now.year, this - _BACK[said["back"]])
    which = number(said["which"])
    return calendar.quarter(moment.now.year - _YEARS_BACK.get(said["year"] or "", int(which > this)), which)


def _year(said: re.Match[str], moment: Moment) -> Stretch:
    year = moment.now.year - _YEARS_BACK.get(said["year"] or "", 0)
    return calendar.half_year(year, 1 + (said["half"] == "下")) if said["half"] else calendar.years(year)


def _new_year(said: re.Match[str], moment: Moment) -> Stretch:
    return calendar.month(moment.now.year - _YEARS_BACK.get(said["year"] or "", 0), 1)


def _feast(said: re.Match[str], moment: Moment) -> Stretch | None:
    month, day, length = next(rest for names, *rest in _FEASTS if re.fullmatch(names, said["feast"]))
    if said["year"]:
        first = calendar.real_day(moment.now.year - _YEARS_BACK[said["year"]], month, day)
    else:
        first = moment.nearest(month, day)
    return (first[0], first[0] + length * calendar.DAY) if first else None


FORMS: tuple[Form, ...] = tuple(
    (lead, pattern(form), reader)
    for lead, form, reader in (
        ("大前昨今明后", rf"(?P<near>大前|大后|[前昨今明后])(?:[天日]|儿个?(?!子)|{_PART})", _near_day),
        ("当本", "(?P<near>当|本)[天日]", _near_day),
        (_DIGITS + _HAN_DIGITS, rf"(?P<month>\d\d?|{HAN})月份?的?[头前](?P<n>{_N})[天日]", _first_days),
        ("上本这当", rf"(?P<back>上上|[上本这当])一?个?月的?[头前](?P<n>{_N})[天日]", _first_days),
        (_DIGITS, r"(?P<year>20\d\d)\s?[-/.年]\s?(?P<month>\d\d?)\s?[-/.月]\s?(?P<day>\d\d?)[日号]?(?!\d)", _full_date),
        (_DIGITS, rf"(?P<month>\d\d?)\s?月份?的?\s?(?P<day>\d\d?(?!\d)|{HAN})(?:[日号]|(?![个单件张条天]))", _date),
        (_DIGITS, rf"(?P<month>\d{{1,2}})(?P<sign>[./])(?P<day>\d{{1,2}})[日号]?{_IS_MEASURED}(?!(?P=sign)\d)", _date),
        (_HAN_DIGITS, rf"(?P<month>{HAN})月(?P<day>{HAN})[日号]", _date),
        ("前去今", rf"{_YEAR}的?(?P<month>{_N})月(?P<day>{_N})[日号]", _date),
        (_DIGITS + _HAN_DIGITS, rf"(?P<day>\d\d?|{HAN})[日号](?:[当那]天)?{_IS_NO_HOUSE}{_NO_NUMBER}", _day_of_month),
        ("上本这下周星礼", rf"(?P<back>上上|[上本这下])?个?{_WEEK}{_WEEKDAY}", _weekday),
        ("上本这当", rf"(?P<back>上上|[上本这当])一?个?月的?\s?(?P<day>\d{{1,2}}|{HAN})[日号]", _day_of_some_month),
        ("上本这下当", r"(?P<back>上上|上|本|这|当|下)一?个?(?:周|星期|礼拜)(?:内|里)?(?!期)", _week),
        ("上本这下当", r"(?P<back>上上|上|本|这|当|下)一?个?月份?(?P<part>初|底|上旬|中旬|下旬)?", _month),
        ("前去今" + _DIGITS + _HAN_DIGITS, rf"{_YEAR}?的?(?P<month>\d\d?|{HAN})月份?{_THIRD}?(?!\d)", _month),
        ("月", r"月(?P<part>初|底)", _month),
        ("今去前年", rf"{_YEAR}?年?初(?!中|[一二三四五六七八九十])", _new_year),
        (_DIGITS + _HAN_DIGITS, rf"(?P<n>{_N})\s?个?(?P<unit>天|日|周|星期|礼拜)(?:以|之)?前", _ago),
        ("前去今第" + _HAN_DIGITS + _DIGITS, rf"{_YEAR}?的?{_WHICH_QUARTER}", _quarter),
        ("上本这下", r"(?P<year>)(?P<which>)(?P<back>[上本这下])一?个?季度?", _quarter),
        ("前去今双光6六国元五53三妇情圣", rf"{_YEAR}?的?(?P<feast>{_ANY_FEAST})(?!\d)(?:[当那]一?天|期间)?", _feast),
        ("前去今本上下", r"(?:(?P<year>前年|去年|今年|本年)度?的?(?P<half>[上下](?=半年))?(?:半年)?)", _year),
        ("上下", r"(?P<year>)(?P<half>[上下])半年", _year),
    )
)  # fmt: skip
