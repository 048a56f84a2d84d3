"""What a label says, field by field, under the names that a template binds."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from core.labels.label import Label, LabelItem, Party

_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")
_LETTERS_AND_DIGITS = re.compile(r"(\D*)(\d*)(.*)")
_ORDERS_NAMED = 2


@dataclass(frozen=True, slots=True)
class Content:
    """What one label says: every field that a template asks for, and the goods."""

    fields: Mapping[str, str]
    items: tuple[LabelItem, ...]


def content(label: Label, names: Iterable[str]) -> Content:
    """The named fields of a label."""
    return Content({name: FIELDS[name](label) for name in names}, label.items)


def visible(label: Label) -> Label:
    """The label with line breaks, tabs and zero-width marks turned into single spaces: none of them has a shape."""
    return replace(
        label,
        number=_plain(label.number),
        courier=_plain(label.courier),
        segment=_plain(label.segment),
        hub=_plain(label.hub),
        pickup_code=_plain(label.pickup_code),
        remark=_plain(label.remark),
        printed_at=_plain(label.printed_at),
        recipient=_plain_party(label.recipient),
        sender=_plain_party(label.sender),
        orders=tuple(map(_plain, label.orders)),
        items=tuple(LabelItem(_plain(item.name), _plain(item.spec), item.count) for item in label.items),
    )


def words(label: Label) -> str:
    """Everything the label's maker wrote, in one string."""
    parties = (label.recipient, label.sender)
    return "".join(
        (
            *(getattr(label, name) for name in _TEXTS),
            *(part for party in parties for part in (party.name, party.phone, party.address)),
            *label.orders,
            *(part for item in label.items for part in (item.name, item.spec)),
        )
    )


def groups(number: str) -> str:
    """A waybill number as people read it aloud: letters, then digits by four, a lone last digit kept with its group."""
    letters, digits, rest = _LETTERS_AND_DIGITS.fullmatch(number).groups()  # type: ignore[union-attr] # matches all
    fours = re.findall(r"\d{4}(?=\d$)\d|\d{1,4}", digits)
    return " ".join(filter(None, (letters, *fours, rest)))


def pieces(items: Iterable[LabelItem]) -> int:
    """How many pieces of goods there are."""
    return sum(item.count for item in items)


def _party(party: Party) -> str:
    return f"{party.name}  {party.phone}".strip()


def _orders(label: Label) -> str:
    named = "、".join(label.orders[:_ORDERS_NAMED])
    return named if len(label.orders) <= _ORDERS_NAMED else f"共{len(label.orders)}单 {named}…"


def _plain(text: str) -> str:
    return " ".join(_INVISIBLE.sub(" ", text).split())


def _plain_party(party: Party) -> Party:
    return Party(_plain(party.name), _plain(party.phone), _plain(party.address))


_TEXTS = ("number", "courier", "segment", "hub", "pickup_code", "remark", "printed_at")

FIELDS: Mapping[str, Callable[[Label], str]] = {
    "number": lambda label: label.number,
    "number_groups": lambda label: groups(label.number),
    "courier": lambda label: label.courier,
    "segment": lambda label: label.segment,
    "hub": lambda label: label.hub,
    "recipient": lambda label: _party(label.recipient),
    "recipient_address": lambda label: label.recipient.address,
    "sender": lambda label: _party(label.sender),
    "sender_address": lambda label: label.sender.address,
    "orders": _orders,
    "pieces": lambda label: str(pieces(label.items)) if label.items else "",
    "remark": lambda label: label.remark,
    "pickup_code": lambda label: label.pickup_code,
    "position": lambda label: str(label.position),
    "printed_at": lambda label: label.printed_at,
    "sample": lambda label: "SAMPLE 样张" if label.is_sample else "",
    "reprint": lambda label: "补打" if label.is_reprint else "",
}
"""Field name → what it says on a label, empty where it says nothing."""
