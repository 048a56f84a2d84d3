"""The faces that ship, and that both of them reach the paper."""

import re
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from label_samples import CROWDED, LABEL

import core.labels
from core.labels.render import render
from core.labels.template import template
from core.labels.typeface import BOLD, REGULAR, Undrawable, font_for

FOLDER = Path(core.labels.__file__).parent / "fonts"
POSTSCRIPT_NAME, FULL_NAME, FAMILY = 6, 4, 1


def shipped(name: str) -> TTFont:
    return TTFont(FOLDER / f"{name}.ttf")


def embedded(pdf: bytes) -> list[TTFont]:
    streams = re.findall(rb"stream\r?\n(.*?)\r?\n?endstream", pdf, re.DOTALL)
    files = [zlib.decompress(stream) for stream in streams]
    return [TTFont(BytesIO(file)) for file in files if file.startswith(b"\x00\x01\x00\x00")]


def test_the_two_faces_differ_in_every_name_that_tells_fonts_apart() -> None:
    regular, bold = shipped(REGULAR)["name"], shipped(BOLD)["name"]
    assert regular.getDebugName(POSTSCRIPT_NAME) == "NotoSansSC-Regular"
    assert bold.getDebugName(POSTSCRIPT_NAME) == "NotoSansSC-Bold"
    for identity in (FAMILY, FULL_NAME):
        assert regular.getDebugName(identity) != bold.getDebugName(identity)


def test_the_faces_have_the_weights_their_names_promise() -> None:
    assert shipped(REGULAR)["OS/2"].usWeightClass == 400
    assert shipped(BOLD)["OS/2"].usWeightClass == 700
    assert "fvar" not in shipped(REGULAR)
    assert "fvar" not in shipped(BOLD)


def test_regular_holds_all_of_gbk_and_bold_all_of_gb2312() -> None:
    han = set(range(0x4E00, 0x9FA6))
    assert not han - shipped(REGULAR).getBestCmap().keys()
    common = {code for code in han if chr(code).encode("gb2312", "ignore")}
    assert len(common) == 6763
    assert not common - shipped(BOLD).getBestCmap().keys()


def test_both_weights_are_embedded_and_nothing_is_left_to_the_reader() -> None:
    pdf = render([LABEL, CROWDED], template("100x150"))
    named = {name.decode() for name in re.findall(rb"/BaseFont /[A-Z]{6}\+([\w-]+)", pdf)}
    assert named == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    assert b"Helvetica" not in pdf
    fonts = embedded(pdf)
    assert len(fonts) == len(re.findall(rb"/Type /FontDescriptor", pdf)) == len(re.findall(rb"/FontFile2", pdf))
    assert {font["name"].getDebugName(POSTSCRIPT_NAME) for font in fonts} == named
    assert {font["OS/2"].usWeightClass for font in fonts} == {400, 700}


def test_a_bold_character_falls_back_to_regular_and_then_is_refused() -> None:
    assert font_for("王", bold=True).fontName == "NotoSansSC-Bold"
    assert font_for("㐂", bold=True).fontName == "NotoSansSC-Regular"
    with pytest.raises(Undrawable):
        font_for("👍", bold=True)


def test_the_fonts_licence_travels_with_them() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text()
