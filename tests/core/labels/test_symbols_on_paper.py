"""Bars and QR codes as a printer lays them down: at two resolutions, printed too dark and too light."""

from collections.abc import Callable

import pytest
import zxingcpp
from label_samples import BARE, CROWDED, many
from PIL import Image

from core.labels import Label
from core.labels.render import render
from core.labels.template import TEMPLATES, template
from tests.support.paper import as_is, dots, one_dot_thicker, one_dot_thinner, symbols

LABELS = [BARE, CROWDED, *many(4)]
DOTS_PER_INCH = pytest.mark.parametrize("dpi", [203.2, 300])
FORMS = pytest.mark.parametrize("form", TEMPLATES)


def printed(labels: list[Label], form: str, dpi: float) -> list[Image.Image]:
    return dots(render(labels, template(form)), dpi)


@FORMS
@DOTS_PER_INCH
@pytest.mark.parametrize("print_quality", [as_is, one_dot_thicker, one_dot_thinner])
def test_both_bar_codes_and_the_qr_code_of_every_page_say_the_number(
    form: str, dpi: float, print_quality: Callable[[Image.Image], Image.Image]
) -> None:
    for one, page in zip(LABELS, printed(LABELS, form, dpi), strict=True):
        expected = [("Code128", one.number), ("Code128", one.number), ("QRCode", one.number)]
        assert symbols(print_quality(page)) == expected


@FORMS
def test_at_203_dots_an_inch_every_bar_is_a_whole_number_of_dots(form: str) -> None:
    bars = template(form).fields[next(at for at, op in enumerate(template(form).fields) if op.op == "code128")]
    middle = round((bars.box.y + bars.box.height / 2) * 8)
    for page in printed(LABELS, form, 203.2):
        row = "".join("1" if page.getpixel((x, middle)) == 0 else "0" for x in range(24, page.width - 24))
        runs = row.strip("0").replace("01", "0 1").replace("10", "1 0").split()
        assert len(runs) > 60
        assert {len(run) % 3 for run in runs} == {0}


@FORMS
def test_nothing_is_drawn_in_a_quiet_zone(form: str) -> None:
    for page in printed([CROWDED], form, 203.2):
        for code in zxingcpp.read_barcodes(page):
            place = code.position
            left, right = place.top_left.x, place.top_right.x
            top, bottom = place.top_left.y + 4, place.bottom_left.y - 4
            quiet = 28 if code.format is zxingcpp.BarcodeFormat.Code128 else 14
            for x in (*range(left - quiet, left - 2), *range(right + 3, right + quiet)):
                assert all(page.getpixel((x, y)) == 255 for y in range(top, bottom))
