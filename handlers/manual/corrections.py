"""Corrections of recipients, as they were worded, applied to the entries; and whole recipients pasted anew."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.patterns import pattern
from core.recipients.entry import LONGEST_DETAIL, LONGEST_NAME, Entry
from core.recipients.names import cleaned
from core.recipients.parse import Pasted, parse
from core.recipients.phones import cut_phones
from core.writing import half_width
from handlers.journal import Unclear
from handlers.manual.wording import Change, changes_in, removed
from handlers.understanding.numerals import HAN, number
from handlers.understanding.pasted import cut_weight

_COUNTED = pattern(r"(.*?\S)\s*(?:[×xX*]\s*|\s)(\d{1,4})\s*(?:盒|件|个|包|袋|瓶|箱|双|套|条|份|张)?\s*$", re.DOTALL)
_COUNT = pattern(rf"(?:寄|发|共|一共)?\s*(\d{{1,4}}|{HAN}?)(?:\D{{0,2}}|\s?(?:pieces|pcs))")
_HEAVIEST = 1000  # kg: more is a slip


def corrected(entries: Sequence[Entry], said: str) -> tuple[Entry, ...]:
    """The entries as they are wanted. Raises `Unclear`."""
    text = half_width(said).strip()
    if places := removed(text):
        return _without(entries, places)
    for change in changes_in(text):
        if change.field == "whole" and not _tells_a_recipient(change.value):
            raise Unclear("correction_unclear")
        place = _place_of(entries, change)
        entries = [with_field(each, change.field, change.value) if each.place == place else each for each in entries]
    return tuple(entries)


def with_field(entry: Entry, field: str, value: str) -> Entry:
    """The entry with one field as it was typed. Raises `Unclear`."""
    return _READERS[field](entry, value.strip())


def counted(goods: str) -> tuple[str, int]:
    """茶叶 2盒 → 茶叶 and 2; one where no number is said."""
    found = _COUNTED.fullmatch(goods.strip())
    if not found or not int(found[2]):
        return goods.strip()[:60], 1
    return found[1][:60], int(found[2])


def _place_of(entries: Sequence[Entry], change: Change) -> int:
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


def _tells_a_recipient(text: str) -> bool:
    """Whether a phone, an address or more is in it: plain enough without a word about it."""
    pasted = parse(text)
    return bool(pasted.phone or pasted.places)


def _over(old: Pasted, new: Pasted) -> Pasted:
    """What the new one tells takes the old one's place."""
    told = replace(old, name=new.name) if new.name and new.phone and new.places else old
    if new.phone:
        told = replace(told, phone=new.phone, extension=new.extension)
    return _moved(told, new) if new.places else told


def _moved(old: Pasted, new: Pasted) -> Pasted:
    """At the new place; of several that may be meant, the one in the same city.

    Street and house stay where only the city or the district is told.
    """
    near = [place for place in new.places if (place.province, place.city) == (old.province, old.city)]
    if len(new.places) > 1 and len(near) == 1:
        new = replace(new, province=near[0].province, city=near[0].city, district=near[0].district, places=(near[0],))
    place = {"province": new.province, "city": new.city, "district": new.district}
    detail, address = (new.detail, new.address) if new.detail else (old.detail, f"{new.address}{old.detail}")
    return replace(old, **place, detail=detail, places=new.places, address=address)


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
    count = number(found[1]) if found else 0
    if not count:
        raise Unclear("count_unclear")
    return count


def _kilograms(value: str) -> float:
    """With its unit; a number alone is in kilograms."""
    weight = cut_weight(value if re.search(r"[^\d.\s]", value) else f"{value}kg")[1]
    if not 0 < weight <= _HEAVIEST:
        raise Unclear("weight_unclear")
    return weight


def _with_goods(entry: Entry, value: str) -> Entry:
    goods, count = counted(value)
    return replace(entry, goods=goods, count=count)


_READERS: dict[str, Callable[[Entry, str], Entry]] = {
    "name": _named,
    "phone": _phoned,
    "address": _addressed,
    "street": _addressed,
    "whole": lambda entry, value: replace(entry, pasted=_over(entry.pasted, parse(value))),
    "goods": _with_goods,
    "count": lambda entry, value: replace(entry, count=_count(value)),
    "weight": lambda entry, value: replace(entry, weight=_kilograms(value)),
    "remark": lambda entry, value: replace(entry, remark=value[:60]),
}
