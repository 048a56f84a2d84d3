"""A pasted recipient inside a message: cut out, so that only the words of the command are left."""

import re
from dataclasses import dataclass, field
from typing import Any

from core.recipients import divisions
from core.recipients.names import is_street
from core.recipients.parse import Pasted, parse
from core.recipients.phones import cut_phones

_PHONE = "\ue000"
_MAYBE = re.compile(r"[省市区县州旗镇乡村路街道号栋]")
_PLAIN_ENOUGH = 4  # weight of a place that stands without a phone
_SHORTEST = 4  # characters of a detail that has no street in it
_TAIL = re.compile(
    r"[\s,，。;；、]+(?:(?:帮我|麻烦|请|给我|都)*(?:用|走|发|寄|打|选|使用|with|via|by|use)\s?[\u4e00-\u9fffA-Za-z&]{2,8}(?:快递|速递|速运)?"
    r"|(?:帮我|麻烦|请|给我)*(?:打|发|寄|录|下|出|建)(?:一)?(?:张|个|件|份|单|下|出去?)?(?:面单|快递|运单|单|件)?)(?:发|寄|打|送|一下|吧|谢谢|了)*(?=$|[\s,，。;；!！])"
)
_EXTRAS = {
    "weight_kg": re.compile(
        r"[\s,，。;；]*(?:重量?|约|大概|毛重|weight)?[:：]?\s?(?<![\d.])(?P<said>\d+(?:\.\d+)?)\s?(?P<unit>kg|公斤|千克|斤|克)(?:重|左右)?(?![\u4e00-\u9fff]{2}路)",
        re.IGNORECASE,
    ),
    "goods": re.compile(r"[\s,，。;；]*(?:物品|货品|商品|品名|内件|货物|寄的是|东西是|goods|contents?)\s?[:：是为]?\s?(?P<said>[^\s,，。;；:：]{1,20})", re.IGNORECASE),
    "remark": re.compile(r"[\s,，。;；]*(?:备注|留言|remark|note)\s?[:：是为]\s?(?P<said>[^,，。;；\n]{1,60})", re.IGNORECASE),
}
_KILOGRAMS = {"斤": 0.5, "克": 0.001}


@dataclass(frozen=True, slots=True)
class Told:
    """A recipient and what was said along with it: weight_kg, goods, remark."""

    pasted: Pasted
    extras: dict[str, Any] = field(default_factory=dict)

    def slots(self) -> dict[str, Any]:
        """Those that are there."""
        number = f"{self.pasted.phone}-{self.pasted.extension}" if self.pasted.extension else self.pasted.phone
        told = {"name": self.pasted.name, "phone": number, "address": self.pasted.address, **self.extras}
        return {key: value for key, value in told.items() if value}


def cut_recipient(text: str, mark: str) -> tuple[str, Told | None]:
    """The words around the recipient with a mark in its place. The text itself where no address is in it."""
    if not _MAYBE.search(text):
        return text, None
    bare, phones = cut_phones(text, _PHONE)
    found = divisions.find(bare)
    if not found or not (phones or found.weight >= _PLAIN_ENOUGH):
        return text, None
    without, extras = _extras(text)
    tails = [match[0] for match in _TAIL.finditer(without, _place_of(without))]
    pasted = parse(_TAIL.sub("", without) if tails else without)
    if not (is_street(pasted.detail) or (phones and len(pasted.detail) >= _SHORTEST)):
        return text, None
    return f"{without[: _begin(without, pasted)]}{mark}{''.join(tails)}", Told(pasted, extras)


def _extras(text: str) -> tuple[str, dict[str, Any]]:
    extras: dict[str, Any] = {}
    for key, pattern in _EXTRAS.items():
        if match := pattern.search(text):
            extras[key] = _kilograms(match) if key == "weight_kg" else match["said"].strip()
            text = text[: match.start()] + " " + text[match.end() :]
    return text, extras


def _kilograms(match: re.Match[str]) -> float:
    weight = float(match["said"]) * _KILOGRAMS.get(match["unit"], 1.0)
    return int(weight) if weight.is_integer() else round(weight, 3)


def _place_of(text: str) -> int:
    """Where the place or the phone begins, whichever is first."""
    bare, phones = cut_phones(text, _PHONE)
    found = divisions.find(bare)
    starts = [found.start] if found else []
    return min([*starts, bare.index(_PHONE)] if phones else starts, default=0)


def _begin(text: str, pasted: Pasted) -> int:
    """Where the recipient begins: at the name, the phone or the place."""
    place = _place_of(text)
    name = text.find(pasted.name, 0, place) if pasted.name else -1
    return place if name < 0 else name
