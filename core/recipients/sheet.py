"""Recipients from a spreadsheet file, row by row. Runs where files of strangers are read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import FileRefused
from core.patterns import pattern
from core.recipients.columns import Columns, find
from core.recipients.entry import Entry, Flaw
from core.recipients.parse import Pasted, parse
from core.recipients.phones import cut_phones
from core.recipients.workbook import Row, read_cells

MOST = 5_000
"""Recipients of one sheet: as many parcels as one batch may have."""

_ROUNDED = pattern(r"\d\.\d+E\+?\d+", re.IGNORECASE)  # 1.38E+10: a spreadsheet program has thrown digits away
_TOTALS = pattern(r"合计|总计|小计|total", re.IGNORECASE)
_KILOGRAMS = pattern(r"(\d{1,3}(?:\.\d+)?)\s*(?:kg|公斤|千克)?", re.IGNORECASE)
_WHOLE_NUMBER = pattern(r"\d{1,4}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds. `repeated`: rows whose recipient stands in an earlier row too."""

    entries: tuple[Entry, ...]
    repeated: tuple[int, ...] = ()


def read_sheet(body: bytes) -> Sheet:
    """The recipients of a .xlsx or text file. Raises `FileRefused`."""
    rows = read_cells(body)
    columns, above = find(rows)
    entries = [entry for row in rows[above:] if (entry := _entry(row, columns))]
    if not any(entry.pasted.phone or entry.pasted.places for entry in entries):
        raise FileRefused(why="no_recipients")
    if len(entries) > MOST:
        raise FileRefused(why="too_many_rows")
    return Sheet(tuple(entries), tuple(_repeated(entries)))


def _entry(row: Row, columns: Columns) -> Entry | None:
    """A row's recipient; None where it names nobody and nowhere, as a line of totals does."""
    number, cells = row
    pasted = parse(" ".join(filter(None, cells))) if "whole" in columns else _pasted(cells, columns)
    phone = _joined(cells, columns, "phone")
    spoilt: Flaw = "phone_rounded" if _ROUNDED.search(phone) else ""
    if not (pasted.phone or pasted.places or spoilt) and (not pasted.name or _TOTALS.match(pasted.name)):
        return None
    goods = " ".join(filter(None, (_joined(cells, columns, "goods"), _joined(cells, columns, "spec"))))
    count = _joined(cells, columns, "count")
    return Entry(
        number,
        pasted,
        goods,
        int(count) if _WHOLE_NUMBER.fullmatch(count) and int(count) else 1,
        _joined(cells, columns, "remark"),
        float(weight[1]) if (weight := _KILOGRAMS.fullmatch(_joined(cells, columns, "weight"))) else 0,
        spoilt,
    )


def _pasted(cells: Sequence[str], columns: Columns) -> Pasted:
    """Place and street are understood from all of the address; name and phone have their own cells."""
    address = " ".join(filter(None, (_joined(cells, columns, "place", ""), _joined(cells, columns, "address"))))
    pasted = parse(address)
    name = _joined(cells, columns, "name") or pasted.name
    if name and name != pasted.name and pasted.name:  # a part of the address was taken for a name
        pasted = parse(f"收件人:{name} 地址:{address}")
    phones = cut_phones(_joined(cells, columns, "phone"), " ")[1]
    if phones:
        pasted = replace(pasted, phone=phones[0].number, extension=phones[0].extension)
    return replace(pasted, name=name)


def _joined(cells: Sequence[str], columns: Columns, field: str, joint: str = " ") -> str:
    return joint.join(filter(None, (cells[column] for column in columns.get(field, ()) if column < len(cells))))


def _repeated(entries: Sequence[Entry]) -> list[int]:
    seen: set[tuple[str, str, str]] = set()
    again: list[int] = []
    for entry in entries:
        who = (entry.pasted.name, entry.phone, entry.pasted.address)
        if who in seen:
            again.append(entry.place)
        seen.add(who)
    return again
