"""Spreadsheets: what was typed stays text."""

import re
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.labels import Press
from core.sheets import Table, harmless, workbook


def cells(file: bytes) -> list[str]:
    """The texts of the first sheet, as the file holds them."""
    with zipfile.ZipFile(BytesIO(file)) as parts:
        return re.findall(r"<t[^>]*>(.*?)</t>", parts.read("xl/worksheets/sheet1.xml").decode(), re.DOTALL)


@pytest.mark.parametrize(
    "typed",
    ["=1+1", "+8613800138000", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", '=HYPERLINK("https://x","y")'],
)
def test_what_looks_like_a_formula_gets_an_apostrophe(typed: str) -> None:
    assert harmless(typed) == f"'{typed}"


@pytest.mark.parametrize("typed", ["小王", "7612…9036", "261120-300000000000001", "-", "", "a=b", "1+1"])
def test_everything_else_stays_as_it_is(typed: str) -> None:
    assert harmless(typed) == typed


@given(st.text())
def test_no_text_becomes_a_formula_or_breaks_the_file(typed: str) -> None:
    file = workbook([Table("x", ("头",), ((typed,),))])
    with zipfile.ZipFile(BytesIO(file)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert not harmless(typed).lstrip(" ").startswith(("=", "@", "\t", "\r", "\n"))


async def test_a_worker_writes_texts_and_numbers() -> None:
    table, press = Table("记录", ("谁", "几"), (("小王", 3), ("=1+1", 2.5), (None, 0))), Press()
    file = await press.workbook([table])
    await press.close()
    assert cells(file) == ["谁", "几", "小王", "'=1+1"]
    with zipfile.ZipFile(BytesIO(file)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r"<v>(.*?)</v>", sheet) == ["3", "2.5", "0"]
    assert "<f>" not in sheet


def test_a_very_long_text_ends_where_a_cell_does() -> None:
    assert len(harmless("=" * 40_000)) == len(harmless("长" * 40_000)) == 32_767
