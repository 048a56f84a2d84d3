"""Cells of a spreadsheet file as text, whoever made it. Runs where files of strangers are read.

A formula is never computed: its last result is taken, if the file holds one.
"""

import csv
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import TypeAlias

from core.errors import FileRefused

_MOST_ROWS = 5_020  # a batch may have 5,000 parcels; heads and notes stand above them
_MOST_COLUMNS = 60
_LONGEST_CELL = 500  # characters
_MOST_UNPACKED = 100 * 1024 * 1024  # bytes
_MOST_PARTS = 1_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # .xlsx; old .xls, and .xlsx with a password
_ENCODINGS = ("utf-8-sig", "gb18030")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16
_DELIMITERS = ",\t;|"

Row: TypeAlias = tuple[int, tuple[str, ...]]
"""The row's number from 1, and its cells."""


def read_cells(body: bytes) -> list[Row]:
    """The rows of the first sheet that has any, empty ones left out. Raises `FileRefused`."""
    if body.startswith(_OLE):
        raise FileRefused(why="old_sheet")
    rows = _of_workbook(body) if body.startswith(_ZIP) else _of_text(body)
    kept: list[Row] = []
    for number, cells in rows:
        if any(cells):
            kept.append((number, cells))
        if len(kept) > _MOST_ROWS:
            raise FileRefused(why="too_many_rows")
    return kept


def _of_workbook(body: bytes) -> Iterator[Row]:
    _check_parts(body)
    from openpyxl import load_workbook  # noqa: PLC0415 - text files need none of it

    try:
        book = load_workbook(BytesIO(body), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # what a file says of its own size is not believed
                rows = list(
                    _numbered(sheet.iter_rows(max_row=_MOST_ROWS + 50, max_col=_MOST_COLUMNS, values_only=True))
                )
                if rows:
                    return iter(rows)
    except Exception as error:  # the library raises whatever a broken file makes it stumble over
        raise FileRefused(why="no_sheet") from error
    return iter(())


def _numbered(rows: Iterable[Iterable[object]]) -> Iterator[Row]:
    for number, cells in enumerate(rows, 1):
        written = tuple(map(_written, cells))
        if any(written):
            yield number, written


def _check_parts(body: bytes) -> None:
    """A small file that unpacks to a huge one is refused unopened."""
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise FileRefused(why="no_sheet") from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise FileRefused(why="too_much")


def _of_text(body: bytes) -> Iterator[Row]:
    text = _decoded(body)
    head = text[:20_000]
    delimiter = max(_DELIMITERS, key=head.count) if any(sign in head for sign in _DELIMITERS) else ","
    try:
        for number, cells in enumerate(csv.reader(StringIO(text), delimiter=delimiter), 1):
            yield number, tuple(_written(cell) for cell in cells[:_MOST_COLUMNS])
    except csv.Error as error:
        raise FileRefused(why="no_sheet") from error


def _decoded(body: bytes) -> str:
    encodings = ("utf-16",) if body.startswith(_WIDE_MARKS) else _ENCODINGS
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileRefused(why="no_sheet")


def _written(cell: object) -> str:
    """As the spreadsheet shows it: whole numbers without a point, dates as dates."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:  # noqa: PLR2004 - what a double holds exactly
        cell = int(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell).strip()[:_LONGEST_CELL]
