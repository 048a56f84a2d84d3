"""Several recipients in one paste: a list with blank lines, one a line, numbered, or one behind the other."""

import re
from collections.abc import Iterator

from core.patterns import pattern
from core.recipients import divisions
from core.recipients.parse import Pasted, parse
from core.recipients.phones import cut_phones

_PHONE = "\ue000"
_NUMBERED = pattern(r"^\s*(?:\d{1,3}\s*[.、)）]|[①-⑳]|[（(]\d{1,3}[)）])\s*", re.MULTILINE)
_CUTS = (
    pattern(r"\n\s*\n"),
    pattern(r"\n(?=\s*(?:\d{1,3}\s*[.、)）]|[①-⑳]|[（(]\d{1,3}[)）]))"),
    pattern(r"\n"),
    pattern(r"[;；]"),
)


def parse_all(text: str) -> tuple[Pasted, ...]:
    """Every recipient of a paste, in their order; at least one, which may be empty."""
    return tuple(map(parse, each_of(text)))


def each_of(text: str) -> tuple[str, ...]:
    """The text of each recipient, with what is said of the parcel."""
    if _phones(text) < 2:  # noqa: PLR2004 - one phone, one recipient
        return (text,)
    pieces = (
        next(filter(None, (_each_whole(cut.split(text)) for cut in _CUTS)), None)
        or _by_lines(text)
        or list(_run_on(text))
    )
    return tuple(_NUMBERED.sub("", piece) for piece in pieces)


def _phones(text: str) -> int:
    return cut_phones(text, _PHONE)[0].count(_PHONE)


def _each_whole(pieces: list[str]) -> list[str] | None:
    """The pieces, if there are several and each has a phone and a place of its own."""
    told = [piece for piece in pieces if piece.strip()]
    is_each = len(told) > 1 and all(_phones(piece) and divisions.find(piece) for piece in told)
    return told if is_each else None


def _by_lines(text: str) -> list[str] | None:
    """Recipients of equally many lines without a blank line between them."""
    lines = [line for line in text.splitlines() if line.strip()]
    count = _phones(text)
    if len(lines) <= count or len(lines) % count:
        return None
    size = len(lines) // count
    return _each_whole(["\n".join(lines[start : start + size]) for start in range(0, len(lines), size)])


def _run_on(text: str) -> Iterator[str]:
    """One behind the other: each begins at its name, or where the one before ends with its phone."""
    marked, phones = cut_phones(text, _PHONE)
    place = divisions.find(marked)
    if place is None:
        yield text
        return
    numbers = [f"{phone.number}-{phone.extension}" if phone.extension else phone.number for phone in phones]
    parts = marked.split(_PHONE)
    if place.start < marked.index(_PHONE):  # address, name, phone
        pieces = [f"{part} {number} " for part, number in zip(parts, numbers, strict=False)]
        pieces[-1] += parts[-1]
    else:
        pieces = list(_name_first(parts, numbers))
    yield from _each_whole(pieces) or [text]


def _name_first(parts: list[str], numbers: list[str]) -> Iterator[str]:
    """Name, phone, address: the last word ahead of a phone is the next one's name."""
    name = parts[0]
    for part, number in zip(parts[1:-1], numbers, strict=False):
        words = part.rstrip().rsplit(maxsplit=1)
        address, next_name = words if len(words) > 1 else (part, "")
        yield f"{name} {number} {address}"
        name = next_name
    yield f"{name} {numbers[-1]} {parts[-1]}"
