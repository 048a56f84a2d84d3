"""How merchants word a correction: 电话改成 139…, 地址错了，应该是…, 加备注易碎, 2 换成李四, name is Wang Wu."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.patterns import pattern
from core.recipients import divisions
from core.recipients.names import Piece, is_street, likeness
from core.recipients.phones import cut_phones
from core.writing import consists_of
from handlers.manual import couriers
from handlers.understanding.pasted import cut_weight

_FIELDS = {
    "name": r"(?:收[件货]人的?)?(?:名字|姓名)|收[件货]人|(?:recipient(?:'s)?\s)?name\b|recipient\b",
    "phone": r"(?:联系)?(?:电话|手机)号?码?|号码|联系方式|phone(?:\snumber)?\b|mobile\b|tel\b",
    "address": r"(?:收件|收货|详细)?地址|城市|区县|门牌号?|address\b|street\b|city\b|district\b",
    "goods": r"货品|商品|物品|品名|内件|(?:货物?|东西|寄的)(?=是|为|改|换|[:： ])|goods\b|contents?\b",
    "weight": r"毛重|重量?(?=\D{0,6}[\d半一二两三四五六七八九十])|weight\b",
    "count": r"数量|件数|count\b|quantity\b",
    "remark": r"备注|留言|remark\b|note\b",
}
_ANY_FIELD = "|".join(_FIELDS.values())
_ONE_FIELD = "|".join(f"(?P<{field}>{form})" for field, form in _FIELDS.items())
_PLACE = r"(?:第\s*)?\d{1,4}\s*(?:行|个|号|条|[.、:：)）])?\s*的?\s*"
_LEAD = (
    r"(?:(?:请|麻烦|帮我|please)\s*)?(?:(?:把|将|改一?下?|换一?下?|修改|更正|加[上个]?|添加?|补充?|写上?"
    r"|(?:change|correct|fix|update|set|make|add)\b)\s*)?(?:(?:the|his|her|their|an?)\s+)?"
)
_AHEAD = rf"{_LEAD}(?P<place>{_PLACE})?{_LEAD}"
_ANY_AHEAD = rf"{_LEAD}(?:{_PLACE})?{_LEAD}"
_FAULT = (
    r"(?:\s*(?:写|打|填|发|弄)?(?:错了?|不对|有误)|\s+(?:is|was)\s+(?:wrong|incorrect))"
    r"(?:[\s,，.。;；]+(?:it\b)?|(?=[应叫是改换\d]))"
)
_SAYS = r"\s*(?:应该?|should\b|must\b)?\s*(?:改成|改为|改到|改|换成|换为|换|叫做?|是|为|[:：=]|\b(?:is|are|be|to|as)\b)"
_BECOMES = rf"(?:{_FAULT})?(?:{_SAYS}|\s)+|{_FAULT}"
_CHANGE = pattern(
    rf"(?:^|(?<=[,，;；。\s])){_AHEAD}(?:{_ONE_FIELD})(?P<joint>{_BECOMES})?\s*(?P<value>\S.*?)\s*"
    rf"(?=[,，;；。]\s*{_ANY_AHEAD}(?:备注|留言|(?:{_ANY_FIELD})(?=\d))|[,，;；。\s]\s*{_ANY_AHEAD}(?:{_ANY_FIELD})(?:{_BECOMES})|$)",
    re.IGNORECASE | re.DOTALL,
)
_DENIAL = r"(?:(?:不是[^\s,，。]{0,12}|不对|[写打填]?错了|哦|噢|no|wrong|sorry)[\s,，.。]*)*"
_BARELY = pattern(
    rf"\s*{_DENIAL}(?P<joint>(?P<place>{_PLACE})?(?:\s*应该|\s*it\b|{_SAYS}|\s*make it\b)+)?\s*(?P<value>.+?)\s*",
    re.IGNORECASE | re.DOTALL,
)
_REMOVES = r"(?:去掉|删掉|删除|去除|不要|不打|remove|drop|delete)"
_REMOVAL = pattern(
    rf"^\s*{_REMOVES}\s*(?:第\s*)?(\d{{1,4}}(?:\s*[、,，和\s]\s*\d{{1,4}})*)\s*(?:行|个|号)?\s*$", re.IGNORECASE
)
_PIECES = r"\s*(?:寄|发|共|一共)?\s*[\d一两二三四五六七八九十]{1,4}\s*(?:件|份|个|盒|箱|pieces|pcs)货?\s*"
_COUNT = pattern(_PIECES, re.IGNORECASE)
_BEGINS = rf"{_DENIAL}(?:{_PLACE})?(?:应该|改成|改为|换成|换为|是|it\b|make it\b)"
OWN = rf"(?i:^\s*{_ANY_AHEAD}(?:{_ANY_FIELD})|^\s*{_REMOVES}\s*(?:第\s*)?\d|^\s*{_BEGINS}|^{_PIECES}$|{couriers.OWN})"
"""What reads like a command elsewhere, and corrects a recipient here."""

_LATIN_NAME = pattern(r"[A-Z][A-Za-z.'-]*(?: [A-Z][A-Za-z.'-]*){1,3}")
_SURE = 7.0  # likeness of what stands alone to a name: surname and given name, or a title
_SIGNS_OF_FAULT = frozenset("错 错了 不对 有误 写错了 填错了 打错了 是 了 哦 , ，".split())


@dataclass(frozen=True, slots=True)
class Change:
    """One correction; `place` 0 where none was said, `field` also "street", or "whole" for what only tells itself."""

    place: int
    field: str
    value: str


def removed(text: str) -> set[int]:
    """The places of those that are to be left out."""
    removal = _REMOVAL.match(text)
    return {int(place) for place in re.findall(r"\d+", removal[1])} if removal else set()


def changes_in(text: str) -> Iterator[Change]:
    """Every correction, in the order said."""
    named = [match for match in _CHANGE.finditer(text) if _is_meant(match)]
    ahead = text[: named[0].start()] if named else text
    if ahead.strip(" ,，;；。\n"):
        yield _bare(ahead)
    for match in named:
        yield Change(_number(match["place"]), _field_of(match), match["value"])


def _bare(text: str) -> Change:
    """Said without the name of its field: 应该是王五, 寄2件, a phone alone, a whole recipient."""
    match = _BARELY.fullmatch(text)
    if not match:
        return Change(0, "whole", text)
    likely = ("count", "weight", "name", "street") if match["joint"] else ("count", "weight")  # 谢谢 alone is no name
    field = next((field for field in likely if _looks_like(field, match["value"])), "whole")
    return Change(_number(match["place"]), field, match["value"])


def _is_meant(match: re.Match[str]) -> bool:
    """备注易碎 and 电话13911112222 need no word between, where what follows can be nothing else."""
    value = match["value"]
    return not consists_of(value, _SIGNS_OF_FAULT) and (bool(match["joint"]) or _looks_like(_field_of(match), value))


def _looks_like(field: str, value: str) -> bool:
    return _LOOKS[field](value) if field in _LOOKS else True


def _is_weight(value: str) -> bool:
    rest, kilograms = cut_weight(value)
    return bool(kilograms) and not rest.strip(" 寄发共约")


def _is_name(value: str) -> bool:
    is_latin = _LATIN_NAME.fullmatch(value) is not None
    return is_latin or likeness(Piece(value, is_first=True, is_last=True)) >= _SURE


def _is_phone(value: str) -> bool:
    return bool(cut_phones(value, " ")[1])


def _is_street(value: str) -> bool:
    return is_street(value) and not divisions.find(value) and not _is_phone(value)


_LOOKS: dict[str, Callable[[str], bool]] = {
    "count": lambda value: _COUNT.fullmatch(value) is not None,
    "weight": _is_weight,
    "phone": _is_phone,
    "address": lambda value: bool(divisions.find(value)) or is_street(value),
    "street": _is_street,
    "name": _is_name,
}


def _field_of(match: re.Match[str]) -> str:
    return next(field for field in _FIELDS if match[field] is not None)


def _number(place: str | None) -> int:
    found = re.search(r"\d+", place or "")
    return int(found[0]) if found else 0
