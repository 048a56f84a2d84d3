"""How a print is to be moved, or how it was seen to sit: 右移1.5 下移-2, 往上挪一点, 偏左了2毫米, 左 7 上 4.

Millimetres; right and down are positive. What is said to be off to one side is moved to the other.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.patterns import pattern
from handlers.understanding.normalise import normalise
from handlers.understanding.numerals import HAN, number

_NUMBER = rf"(?P<n>\d+(?:\.\d+)?|{HAN}点{HAN}|{HAN}(?![点些]|{HAN})|半)"
_MINUS = r"(?P<minus>[-−–负])?"
_MOVE_ZH = pattern(
    rf"(?P<off>偏)?(?P<way>[左右上下])[边面侧]?(?P<verb>移动?|偏移?|挪动?|调|靠)?(?P<was>了)?\s?{_MINUS}{_NUMBER}\s?个?"
    r"(?P<unit>毫米|mm|厘米|cm|公分)?"
)
_MOVE_EN = pattern(
    r"(?P<minus>[-−])?(?P<n>\d+(?:\.\d+)?)\s?(?P<unit>mm|millimet\w+|cm)?\s?"
    r"(?P<off>too (?:far |much )?(?:to the )?|off to the )?(?:to the |further )?(?P<way>left|right|up|down|high|low)"
)
_MOVE_EN_BEHIND = pattern(
    r"(?P<way>left|right|up|down)\s(?:by\s)?(?P<minus>[-−])?(?P<n>\d+(?:\.\d+)?)\s?(?P<unit>mm|millimet\w+|cm)?"
)
_A_LITTLE = pattern(
    r"(?<!偏)(?P<way>[左右上下])[边面]?(?:移动?|偏移|挪动?|调|靠)?(?:一?点[点儿]?|一?些|少许)"
    r"|(?<!too )\b(?P<way2>left|right|up|down) (?:just )?a (?:little|bit|touch|tad)"
    r"|\ba (?:little|bit|touch|tad) (?:more )?(?:to the )?(?P<way3>left|right|up|down)\b"
)
_ZERO = pattern(
    r"偏移.{0,4}(?:归零|归0|清零|清空|复位|重置|还原|恢复|取消|去掉|不要|改成0|设成0|为0)"
    r"|(?:归零|清零|复位|重置|还原|恢复|取消|去掉)(?:打印|一下)?.{0,2}偏移"
    r"|\b(?:reset|clear|remove|zero)\b.{0,12}\boffset|\boffset\b.{0,8}(?:\breset|\bzero|\bto 0)|\bno offset\b"
)
_ASKED = pattern(r"(?:现在|当前|目前|多少|什么|查|看).{0,6}偏移|偏移.{0,4}(?:多少|什么|几|怎么设)|offset")
_MARGIN = pattern(
    rf"(?P<way>[左右上下])[边面侧框距离到纸是有大约:]{{0,6}}\s?{_NUMBER}"
    r"|(?P<way2>left|right|top|bottom)[\s:]{0,3}(?P<n2>\d+(?:\.\d+)?)"
)
_WAYS = {"左": ("dx_mm", -1), "右": ("dx_mm", 1), "上": ("dy_mm", -1), "下": ("dy_mm", 1)}
_WAYS |= {"left": ("dx_mm", -1), "right": ("dx_mm", 1), "up": ("dy_mm", -1), "down": ("dy_mm", 1)}
_WAYS |= {"top": ("dy_mm", -1), "bottom": ("dy_mm", 1), "high": ("dy_mm", -1), "low": ("dy_mm", 1)}
_SIDES = {("dx_mm", -1): "left", ("dx_mm", 1): "right", ("dy_mm", -1): "up", ("dy_mm", 1): "down"}
_CENTIMETRES = {"厘米", "cm", "公分"}
_COMPLAINTS = {"high", "low"}
_MOVING = pattern(r"移|挪|调|偏|靠|\bmove|\bshift|\bnudge|\bmm (?:left|right|up|down)|off\b|too ")


def slots_of(heard: str) -> dict[str, Any]:
    """dx_mm and dy_mm; `a_little`: the side, where no number was said; `reset`: nothing is to be moved any more."""
    if _ZERO.search(heard):
        return {"reset": "yes"}
    if moved := _moves(heard):
        return moved
    little = _A_LITTLE.search(heard)
    return {"a_little": _SIDES[_WAYS[next(filter(None, little.groups()))]]} if little else {}


def asks_how_much(heard: str) -> bool:
    """Whether the offset itself is asked for."""
    return bool(_ASKED.search(heard))


def moves_in(said: str) -> dict[str, float]:
    """dx_mm and dy_mm of what is said to be moved, or to be off; nothing where a margin may be meant."""
    heard = normalise(said)
    return _moves(heard) if _MOVING.search(heard) else {}


def margins_in(said: str) -> dict[str, float]:
    """The margins that were measured, by side: 左 7 上 4 is {"left": 7, "up": 4}."""
    found = {}
    for match in _MARGIN.finditer(normalise(said)):
        side = _SIDES[_WAYS[match["way"] or match["way2"]]]
        found[side] = _value(match["n"] or match["n2"])
    return found


def _moves(heard: str) -> dict[str, float]:
    moved: dict[str, float] = {}
    for match in _matches(heard):
        parts = match.groupdict()
        key, sign = _WAYS[parts["way"]]
        sign *= (-1 if _is_off(parts) else 1) * (-1 if parts["minus"] else 1)
        moved[key] = plain(sign * _value(parts["n"]) * (10 if parts["unit"] in _CENTIMETRES else 1))
    return moved


def _is_off(parts: Mapping[str, str | None]) -> bool:
    """Whether it says where the print sits, rather than where it is to go: 偏左了2, 2 mm too far left."""
    return bool(parts.get("off") or (parts.get("verb") == "偏" and parts.get("was"))) or parts["way"] in _COMPLAINTS


def _matches(heard: str) -> Iterator[re.Match[str]]:
    yield from _MOVE_ZH.finditer(heard)
    behind = list(_MOVE_EN_BEHIND.finditer(heard))  # down 1 right 2 is no 1 right
    yield from behind or _MOVE_EN.finditer(heard)


def plain(value: float) -> float:
    """Whole numbers as such."""
    return int(value) if float(value).is_integer() else round(value, 3)


def _value(said: str) -> float:
    if said == "半":
        return 0.5
    if said[:1].isdecimal() and said.isascii():
        return float(said)
    whole, _, part = said.partition("点")
    return float(f"{number(whole)}.{''.join(str(number(each)) for each in part) or 0}")
