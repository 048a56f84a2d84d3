"""Times of day at one place of a text: 18点, 下午3点半, 6:30 pm, noon; and parts of a day: 上午, 晚上."""

from typing import NamedTuple

from core.patterns import pattern
from handlers.understanding.numerals import HAN, number

_PARTS = {
    "凌晨": "dawn",
    "半夜": "dawn",
    "清晨": "morning",
    "早上": "morning",
    "早晨": "morning",
    "上午": "morning",
    "中午": "noon",
    "下午": "afternoon",
    "午后": "afternoon",
    "傍晚": "dusk",
    "晚上": "evening",
    "晚间": "evening",
    "夜里": "evening",
}
_PART = pattern(rf"\s?的?\s?(?P<part>{'|'.join(_PARTS)}|早(?=\s?\d)|晚(?=\s?\d))(?!好|安|餐|饭)")
_CLOCK = pattern(
    rf"(?:{_PART.pattern})?\s?(?:at\s)?(?:"
    rf"(?P<hour>\d{{1,2}}|{HAN})\s?(?:点(?!击|数|位)|时(?![效间候])|:(?=\d))(?:钟|整)?\s?(?:(?P<minute>[0-5]?\d(?!\d)|{HAN}(?!天|单|个|张)|半|一刻|三刻)分?)?"
    rf"(?:\s?(?P<half>[ap])\.?m\b\.?)?|(?P<hour12>\d{{1,2}})\s?(?P<half12>[ap])\.?m\b\.?|(?P<word>noon|midnight)\b)"
)
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45}
_DAY = 24 * 60
_NOON = 12
_LATEST_BARE = 5


class PartOfDay(NamedTuple):
    """A key of `calendar.PARTS`, and where it ends in the text."""

    end: int
    name: str


class Clock(NamedTuple):
    """A time as it was said. `half`: a, p, or the part of the day that was said with it."""

    end: int
    hour: int
    minute: int
    half: str

    @property
    def is_bare(self) -> bool:
        """3点 without 凌晨 or 下午: parcels are packed in the afternoon."""
        return not self.half and 1 <= self.hour <= _LATEST_BARE

    def minutes(self, *, after_noon: bool) -> int:
        """Since midnight. `after_noon`: the day was given as an afternoon or an evening."""
        hour, is_late = self.hour, self.half in {"p", "afternoon", "dusk", "evening"} or (after_noon and not self.half)
        if is_late and hour < _NOON:
            hour += _NOON
        elif hour == _NOON and self.half in {"a", "dawn"}:
            hour = 0
        elif hour == _NOON and self.half == "evening":
            hour = 2 * _NOON
        return min(hour * 60 + self.minute, _DAY)


def part_at(text: str, start: int) -> PartOfDay | None:
    """The part of a day that is named here."""
    match = _PART.match(text, start)
    return PartOfDay(match.end(), _name(match["part"])) if match else None


def clock_at(text: str, start: int) -> Clock | None:
    """The time that is named here."""
    match = _CLOCK.match(text, start)
    if not match:
        return None
    if match["word"]:
        return Clock(match.end(), _NOON if match["word"] == "noon" else 0, 0, "a" if match["word"] != "noon" else "p")
    hour = number(match["hour"] or match["hour12"])
    half = match["half"] or match["half12"] or (_name(match["part"]) if match["part"] else "")
    minute = match["minute"] or "0"
    return Clock(match.end(), hour, _MINUTES.get(minute, number(minute)), half) if hour <= 2 * _NOON else None


def _name(part: str) -> str:
    return _PARTS.get(part, "morning" if part == "早" else "evening")
