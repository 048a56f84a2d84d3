"""Recipients as the merchant is shown them: her own input, in her private chat, in full, to be checked."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.clock import shanghai
from core.recipients.entry import Entry
from handlers.conversation import Chat
from handlers.manual.work import Means, Sent
from handlers.shown import short_number

_LISTED = 20  # recipients of a paste in one message
_FLAWED = 12  # rows of a sheet that need a person, in one message
_TEMPLATE = "100×150"


@dataclass(frozen=True, slots=True)
class Shown:
    """The sheet that the entries come from. `repeated`: rows whose recipient stands in an earlier row too."""

    name: str
    repeated: tuple[int, ...] = ()


def checked_text(
    chat: Chat,
    entries: Sequence[Entry],
    sent: Mapping[int, Sent],
    sheet: Shown | None,
    courier: str,
    means: Means,
    page: int,
) -> str:
    """What is to be checked: who, what was sent to them lately, with which courier."""
    if sheet:
        lines = _sheet_lines(chat, entries, sheet, page)
    elif len(entries) == 1:
        lines = [*_fields(chat, entries[0])]
    else:
        lines = [chat.text("manual.several", count=len(entries)), *_lines(chat, entries, page)]
    if sent:
        lines.append(_sent_text(chat, entries, sent))
    count = sum(not entry.flaw for entry in entries)
    lines.append(_means_text(chat, count, courier, means))
    lines.append(chat.text("manual.how_to_correct" if len(entries) == 1 else "manual.how_to_correct_one"))
    return "\n".join(lines)


def pages(entries: Sequence[Entry], sheet: Shown | None) -> int:
    """On how many pages they are shown: all of a paste, of a sheet those that need a person."""
    shown, size = (sum(bool(entry.flaw) for entry in entries), _FLAWED) if sheet else (len(entries), _LISTED)
    return max(1, math.ceil(shown / size))


def _lines(chat: Chat, entries: Sequence[Entry], page: int) -> list[str]:
    """One line each."""
    first = page * _LISTED
    lines = [f"{entry.place}. {_line(entry)}" for entry in entries[first : first + _LISTED]]
    return [*lines, *_rest(chat, "manual.more", len(entries) - first - _LISTED)]


def _rest(chat: Chat, key: str, count: int) -> list[str]:
    return [chat.text(key, count=count)] if count > 0 else []


def who(chat: Chat, entry: Entry, among: int) -> str:
    """How a question names a recipient."""
    known = entry.pasted.name or entry.phone or chat.text("manual.this_one")
    return known if among == 1 else chat.text("manual.nth", place=entry.place, known=known)


def _fields(chat: Chat, entry: Entry) -> list[str]:
    lines = [chat.text("manual.fields", name=entry.pasted.name, phone=entry.phone, address=_address(entry))]
    if entry.contents:
        lines.append(chat.text("manual.goods", goods=entry.contents, count=entry.count))
    if entry.weight:
        lines.append(chat.text("manual.weight", kilograms=f"{entry.weight:g}"))
    if entry.remark:
        lines.append(chat.text("manual.remark", remark=entry.remark))
    return lines


def _line(entry: Entry) -> str:
    told = " ".join(filter(None, (entry.pasted.name, entry.phone, _address(entry))))
    goods = f" · {entry.contents} ×{entry.count}" if entry.contents else ""
    return f"{told}{goods}" + (f"（{entry.note}）" if entry.note else "")


def _address(entry: Entry) -> str:
    pasted = entry.pasted
    region = dict.fromkeys(filter(None, (pasted.province, pasted.city, pasted.district)))
    return " ".join(filter(None, (*region, pasted.detail)))


def _sheet_lines(chat: Chat, entries: Sequence[Entry], sheet: Shown, page: int) -> list[str]:
    flawed = [entry for entry in entries if entry.flaw]
    ready = len(entries) - len(flawed)
    key = "manual.sheet_flawed" if flawed else "manual.sheet"
    lines = [chat.text(key, name=sheet.name, rows=len(entries), ready=ready, flawed=len(flawed))]
    first = page * _FLAWED
    lines += [_flaw_line(chat, entry) for entry in flawed[first : first + _FLAWED]]
    lines += _rest(chat, "manual.more_rows", len(flawed) - first - _FLAWED)
    if sheet.repeated:
        rows = chat.text("manual.list_comma").join(map(str, sheet.repeated[:_FLAWED]))
        lines.append(chat.text("manual.repeated", count=len(sheet.repeated), rows=rows))
    return lines


def _flaw_line(chat: Chat, entry: Entry) -> str:
    told = chat.text(f"flaws.{entry.flaw}", district=entry.pasted.district, places=len(entry.pasted.places))
    return chat.text("manual.flawed_row", row=entry.place, known=entry.pasted.name or entry.phone, flaw=told)


def _sent_text(chat: Chat, entries: Sequence[Entry], sent: Mapping[int, Sent]) -> str:
    latest = max(sent.values(), key=lambda each: each.at)
    at = f"{shanghai(latest.at):%m-%d %H:%M}"
    key = "manual.sent_before" if len(entries) == 1 else "manual.some_sent_before"
    return chat.text(key, at=at, number=short_number(latest.number), count=len(sent))


def _means_text(chat: Chat, count: int, courier: str, means: Means) -> str:
    if not means.is_known:
        key = "means_unknown"
    elif means.balance is None:
        key = "means_monthly"
    else:
        key = "means_short" if means.balance < count else "means_enough"
    short = count - (means.balance or 0)
    return chat.text(f"manual.{key}", courier=courier, balance=means.balance, short=short, template=_TEMPLATE)
