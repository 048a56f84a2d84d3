"""Spreadsheets that are safe to open: what somebody wrote is text, and stays text when the file becomes another one."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TypeAlias

Cell: TypeAlias = str | int | float | None

_LONGEST = 32_767  # characters of a cell
_WIDEST = 60  # characters that a column shows
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_DASH = "-"  # alone it says that there is nothing


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, the heads of its columns, its rows."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet, or one made from it as CSV, would take for a formula.

    Characters that a sheet cannot hold are left out, and the text ends where a cell does.
    """
    kept = "".join(sign for sign in text if sign in "\t\n\r" or sign.isprintable())
    is_formula = kept != _DASH and kept.lstrip(" ").startswith(_STARTS_A_FORMULA)
    return f"'{kept}"[:_LONGEST] if is_formula else kept[:_LONGEST]


def workbook(tables: Sequence[Table]) -> bytes:
    """The tables as an .xlsx file. Takes long for many rows: call it in a worker (`Press.workbook`)."""
    import xlsxwriter  # noqa: PLC0415 - loaded in the worker alone

    file = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(_widths(table)):
                sheet.set_column(column, column, width)
            for row, cells in enumerate((table.head, *table.rows)):
                for column, cell in enumerate(cells):
                    _write(sheet, row, column, cell, None if row else bold)
    return file.getvalue()


def _write(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell, style: object) -> None:  # type: ignore[name-defined]  # noqa: F821 - see workbook
    if isinstance(cell, str):
        sheet.write_string(row, column, harmless(cell), style)
    elif cell is not None:
        sheet.write_number(row, column, cell, style)


def _widths(table: Table) -> list[int]:
    """As wide as what stands in the first rows; Chinese characters take two places."""
    shown = [table.head, *table.rows[:100]]
    columns = zip(*([_places(cell) for cell in row] for row in shown), strict=True)
    return [min(_WIDEST, max(column) + 2) for column in columns]


def _places(cell: Cell) -> int:
    text = "" if cell is None else str(cell)
    return len(text) + sum(not sign.isascii() for sign in text)
