"""A pasted recipient inside a message: cut out, so that only the words of the command are left."""

import re
from dataclasses import dataclass, field
from typing import Any

from core.patterns import pattern
from core.recipients import divisions
from core.recipients.names import is_street
from core.recipients.parse import Pasted, parse
from core.recipients.phones import cut_phones
from handlers.understanding.grams import grams_of
from handlers.understanding.normalise import names_of, normalise
from handlers.understanding.numerals import number

_PHONE = "\ue000"
_NUMBERS = pattern("[\ue100-\ue1ff]")
_MAYBE = pattern(r"[省市区县州旗镇乡村路街道号栋]")
_PLAIN_ENOUGH = 4  # weight of a place that stands without a phone
_SHORTEST = 4  # characters of a detail that has no street in it
_ASKED = "(?:帮我|麻烦|请|给我|都)*"
_TAIL = pattern(
    rf"[\s,，。;；、]+(?:{_ASKED}(?:用|走|发|寄|打|选|使用|with|via|by|use)\s?[\u4e00-\u9fffA-Za-z&]{{2,8}}(?:快递|速递|速运)?"
    rf"|{_ASKED}(?:打|发|寄|录|下|出|建)一?(?:张|个|件|份|单|下|出去?)?(?:面单|快递|运单|单|件)?)"
    r"(?:发|寄|打|送|一下|吧|谢谢|了)*(?=$|[\s,，。;；!！])"
)
_LABEL = pattern(  # ahead of the recipient: no word of the command
    r"[【\[(（]?(?:收[件货]人?(?:姓名|信息)?|姓名|名字|联系人|客户|电话|手机号?码?|(?:收[件货]|详细)?地址)[】\])）]?\s*[:：]?\s*$"
)
_LAST_WORD = pattern(r"[\s,，。;；、]+([\u4e00-\u9fffA-Za-z&]{2,8})[\s。.]*$")
_EXTRAS = {
    "weight_kg": pattern(
        r"[\s,，。;；]*(?:重量?|约|大概|毛重|weight)?[:：]?\s?(?<![\d.])(?P<said>\d+(?:\.\d+)?|[半一二两三四五六七八九十](?=公斤|千克|斤))\s?"
        r"(?P<unit>kg|公斤|千克|斤|克)(?:重|左右)?(?!拉|隆)",
        re.IGNORECASE,
    ),
    "goods": pattern(
        r"[\s,，。;；]*(?:物品|货品|商品|品名|内件|货物|寄的是|东西是|goods|contents?)\s?[:：是为]\s?"
        r"(?P<said>[^\s,，。;；:：]{1,20}(?:[ 　]\d{1,4}\s?[盒件个包瓶袋箱套条双支只罐斤份张本](?![^\s,，。;；]))?)",
        re.IGNORECASE,
    ),
    "remark": pattern(
        r"[\s,，。;；]*(?:备注|留言|remark|note)\s?[:：是为]\s?(?P<said>[^,，。;；\n]{1,60})"
        r"|[\s,，。;；]+备注\s?(?P<bare>[^\s,，。;；:：\d]{1,60})",
        re.IGNORECASE,
    ),
}
_GOODS = pattern(  # 1号 配件 0.5kg, 9号 两双袜子, 5号 赠品
    r"[\s,，。;；]+(?P<said>(?![发走用寄打选重约毛净大备])[\u4e00-\u9fff]{1,6})"
    r"(?:[\s,，。;；]+(?=\d+(?:\.\d+)?\s?(?:kg|公斤|千克|斤|克))|(?=[半一二两三四五六七八九十](?:公斤|千克|斤)\s*$))"
    r"|[\s,，。;；]+(?:就|共|只有)?(?P<last>(?:[一二两三四五六七八九十半几\d]{1,3}(?:个|双|箱|件|盒|包|袋|瓶|条|套|台|本|斤|只|罐|桶|捆)"
    r"[\u4e00-\u9fff]{1,6}|赠品|配件|样品|样衣|文件|资料|发票|合同|衣服|鞋子?|零食|水果|茶叶|玩具|书|电子产品|日用品|退货|换货))\s*$",
    re.IGNORECASE,
)
_KILOGRAMS = {"斤": 0.5, "克": 0.001}


@dataclass(frozen=True, slots=True)
class Told:
    """A recipient and what was said along with it: weight_kg, goods, remark."""

    pasted: Pasted
    extras: dict[str, Any] = field(default_factory=dict)

    def slots(self) -> dict[str, Any]:
        """Those that are there; a privacy number carries its extension as "1xxxxxxxxxx-1234"."""
        number = f"{self.pasted.phone}-{self.pasted.extension}" if self.pasted.extension else self.pasted.phone
        told = {"name": self.pasted.name, "phone": number, "address": self.pasted.address, **self.extras}
        return {key: value for key, value in told.items() if value}


def cut_recipient(text: str, mark: str) -> tuple[str, Told | None]:
    """The words around the recipient with a mark in its place. The text itself where no address is in it."""
    if not _MAYBE.search(text):
        return text, None
    start, is_plain = _where(text)
    if not is_plain:
        return text, None
    bare, numbers = _without_numbers(text, start)
    text_without_goods, goods = _without_goods(bare)
    without, extras = cut_extras(text_without_goods)
    without, tail = _without_tail(without, start)
    pasted = parse(without)
    if not (is_street(pasted.detail) or (pasted.phone and len(pasted.detail) >= _SHORTEST)):
        return text, None
    return f"{_LABEL.sub('', without[: _begin(without, pasted)])}{mark}{tail}{numbers}", Told(pasted, goods | extras)


def cut_weight(text: str) -> tuple[str, float]:
    """The text without a weight, and the weight in kilograms; 0 where none is said."""
    match = _EXTRAS["weight_kg"].search(text)
    return (f"{text[: match.start()]} {text[match.end() :]}", _kilograms(match)) if match else (text, 0)


def cut_extras(text: str) -> tuple[str, dict[str, Any]]:
    """The text without weight, goods and remark, and these, as far as they are named as such."""
    extras: dict[str, Any] = {}
    for key, form in _EXTRAS.items():
        if match := form.search(text):
            extras[key] = _kilograms(match) if key == "weight_kg" else _told(match)
            text = f"{text[: match.start()]} {text[match.end() :]}"
    return text, extras


def _without_numbers(text: str, start: int) -> tuple[str, str]:
    """The text without the marks of numbers inside and behind the recipient, and those marks."""
    marks = _NUMBERS.findall(text, start)
    return (f"{text[:start]}{_NUMBERS.sub(' ', text[start:])}", "".join(marks)) if marks else (text, "")


def _where(text: str) -> tuple[int, bool]:
    """Where the place or the phone begins, whichever is first, and whether they are plain enough for a recipient."""
    bare, phones = cut_phones(text, _PHONE)
    found = divisions.find(bare)
    if not found:
        return 0, False
    start = min(found.start, bare.index(_PHONE)) if phones else found.start
    return start, bool(phones) or found.weight >= _PLAIN_ENOUGH


def _without_goods(text: str) -> tuple[str, dict[str, Any]]:
    """The text without the goods behind the address; what could be the only name stays."""
    match = _GOODS.search(text)
    if not match:
        return text, {}
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    return (rest, {"goods": match["said"] or match["last"]}) if parse(rest).name else (text, {})


def _without_tail(text: str, start: int) -> tuple[str, str]:
    """用圆通发, 打一张, or a courier's name alone behind the address: part of the command."""
    tails = [match[0] for match in _TAIL.finditer(text, start)]
    rest = _TAIL.sub("", text) if tails else text
    word = _LAST_WORD.search(rest, start)
    if word and names_of("couriers").cut(said := normalise(word[1]), grams_of(said), "")[0] == "":
        return rest[: word.start()], "".join([*tails, word[0]])
    return rest, "".join(tails)


def _told(match: re.Match[str]) -> str:
    return str(match["said"] or match.groupdict().get("bare") or "").strip()


def _kilograms(match: re.Match[str]) -> float:
    said = match["said"]
    weight = (0.5 if said == "半" else float(said) if said[0].isdigit() else number(said)) * _KILOGRAMS.get(
        match["unit"], 1.0
    )
    return int(weight) if weight.is_integer() else round(weight, 3)


def _begin(text: str, pasted: Pasted) -> int:
    """Where the recipient begins: at the name, the phone or the place."""
    place, _ = _where(text)
    name = text.find(pasted.name, 0, place) if pasted.name else -1
    return place if name < 0 else name
