"""Corrections of recipients in words: 电话改成 139…, 2 地址改成 …, 去掉 3; and whole recipients pasted anew."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.patterns import pattern
from core.recipients.entry import LONGEST_DETAIL, LONGEST_NAME, Entry
from core.recipients.names import cleaned
from core.recipients.parse import Pasted, parse
from core.recipients.phones import cut_phones
from core.writing import half_width
from handlers.journal import Unclear

_FIELDS = {
    "name": "名字|姓名|收件人|收货人|name",
    "phone": "电话号?码?|手机号?码?|号码|phone",
    "address": "(?:收件|收货|详细)?地址|address",
    "goods": "货品|商品|物品|品名|goods",
    "count": "数量|件数|count",
    "remark": "备注|留言|remark|note",
}
_ANY_FIELD = "|".join(_FIELDS.values())
_PLACE = r"(?:第\s*)?\d{1,4}\s*(?:行|个|号|条|[.、:：)）])?\s*的?\s*"
_REMOVES = r"(?:去掉|删掉|删除|去除|不要|不打|remove|drop|delete)"
OWN = rf"^\s*(?:{_PLACE})?(?:{_ANY_FIELD})|^\s*{_REMOVES}\s*(?:第\s*)?\d"
"""What reads like a command elsewhere, and corrects a recipient here."""

_REMOVAL = pattern(
    rf"^\s*{_REMOVES}\s*(?:第\s*)?(\d{{1,4}}(?:\s*[、,，和\s]\s*\d{{1,4}})*)\s*(?:行|个|号)?\s*$", re.IGNORECASE
)
_BECOMES = r"\s*(?:应该)?(?:改成|改为|改到|换成|改|换|是|为|[:：=]|\bto\b|\s)+"
_CHANGE = pattern(
    rf"(?:^|(?<=[,，;；。\s]))(?P<place>{_PLACE})?(?:(?:把|将)\s*)?(?P<field>{_ANY_FIELD}){_BECOMES}\s*(?P<value>.+?)\s*"
    rf"(?=[,，;；。\s]\s*(?:{_PLACE})?(?:{_ANY_FIELD}){_BECOMES}|$)",
    re.IGNORECASE | re.DOTALL,
)
_COUNTED = pattern(r"(.*?\S)\s*(?:[×xX*]\s*|\s)(\d{1,4})\s*(?:盒|件|个|包|袋|瓶|箱|双|套|条|份|张)?\s*$", re.DOTALL)
_COUNT = pattern(r"(\d{1,4})\D{0,2}")


@dataclass(frozen=True, slots=True)
class _Change:
    """One correction; `place` 0 where none was said."""

    place: int
    field: str
    value: str


def corrected(entries: Sequence[Entry], said: str) -> tuple[Entry, ...]:
    """The entries as they are wanted. Raises `Unclear`."""
    text = half_width(said).strip()
    if removal := _REMOVAL.match(text):
        return _without(entries, {int(place) for place in re.findall(r"\d+", removal[1])})
    changes = list(_changes(text))
    if not changes:
        return _pasted_over(entries, text)
    for change in changes:
        place = _place_of(entries, change)
        entries = [with_field(each, change.field, change.value) if each.place == place else each for each in entries]
    return tuple(entries)


def with_field(entry: Entry, field: str, value: str) -> Entry:
    """The entry with one field as it was typed. Raises `Unclear`."""
    match field:
        case "name":
            return _named(entry, value)
        case "phone":
            return _phoned(entry, value)
        case "address":
            return _addressed(entry, value)
        case "goods":
            goods, count = counted(value)
            return replace(entry, goods=goods, count=count)
        case "count":
            return replace(entry, count=_count(value))
    return replace(entry, remark=value[:60])


def counted(goods: str) -> tuple[str, int]:
    """茶叶 2盒 → 茶叶 and 2; one where no number is said."""
    found = _COUNTED.fullmatch(goods.strip())
    if not found or not int(found[2]):
        return goods.strip()[:60], 1
    return found[1][:60], int(found[2])


def _changes(text: str) -> Iterator[_Change]:
    for match in _CHANGE.finditer(text):
        place = re.search(r"\d+", match["place"] or "")
        field = next(name for name, form in _FIELDS.items() if re.fullmatch(form, match["field"], re.IGNORECASE))
        yield _Change(int(place[0]) if place else 0, field, match["value"].strip())


def _place_of(entries: Sequence[Entry], change: _Change) -> int:
    if not change.place and len(entries) > 1:
        raise Unclear("which_entry")
    place = change.place if len(entries) > 1 else entries[0].place
    if place not in {entry.place for entry in entries}:
        raise Unclear("no_such_entry", place=place)
    return place


def _without(entries: Sequence[Entry], places: set[int]) -> tuple[Entry, ...]:
    known = {entry.place for entry in entries}
    if strangers := places - known:
        raise Unclear("no_such_entry", place=min(strangers))
    if known == places:
        raise Unclear("nobody_left")
    return tuple(entry for entry in entries if entry.place not in places)


def _pasted_over(entries: Sequence[Entry], text: str) -> tuple[Entry, ...]:
    """A phone, an address or a whole recipient without a word about it: plain enough where there is one entry only."""
    pasted = parse(text)
    if not (pasted.phone or pasted.places):
        raise Unclear("correction_unclear")
    if len(entries) > 1:
        raise Unclear("which_entry")
    return (replace(entries[0], pasted=_over(entries[0].pasted, pasted)),)


def _over(old: Pasted, new: Pasted) -> Pasted:
    """What the new one tells takes the old one's place."""
    told = replace(old, name=new.name) if new.name and new.phone and new.places else old
    if new.phone:
        told = replace(told, phone=new.phone, extension=new.extension)
    return _moved(told, new) if new.places else told


def _moved(old: Pasted, new: Pasted) -> Pasted:
    """At the new place; of several that may be meant, the one in the same city."""
    near = [place for place in new.places if (place.province, place.city) == (old.province, old.city)]
    if len(new.places) > 1 and len(near) == 1:
        new = replace(new, province=near[0].province, city=near[0].city, district=near[0].district, places=(near[0],))
    place = {"province": new.province, "city": new.city, "district": new.district}
    return replace(old, **place, detail=new.detail, places=new.places, address=new.address)


def _named(entry: Entry, value: str) -> Entry:
    name = cleaned(value)
    if not name or len(name) > LONGEST_NAME or cut_phones(name, " ")[1]:
        raise Unclear("name_unclear")
    return replace(entry, pasted=replace(entry.pasted, name=name))


def _phoned(entry: Entry, value: str) -> Entry:
    phones = cut_phones(value, " ")[1]
    if len(phones) != 1:
        raise Unclear("phone_unclear")
    return replace(
        entry, spoilt="", pasted=replace(entry.pasted, phone=phones[0].number, extension=phones[0].extension)
    )


def _addressed(entry: Entry, value: str) -> Entry:
    """A whole address, or only the street where the place is known."""
    new = parse(value)
    if new.places:
        return replace(entry, pasted=_moved(entry.pasted, new))
    old, street = entry.pasted, " ".join(value.split())
    if len(old.places) != 1 or not 1 < len(street) <= LONGEST_DETAIL:
        raise Unclear("address_unclear")
    return replace(entry, pasted=replace(old, detail=street, address=f"{old.province}{old.city}{old.district}{street}"))


def _count(value: str) -> int:
    found = _COUNT.fullmatch(value)
    if not found or not int(found[1]):
        raise Unclear("count_unclear")
    return int(found[1])
