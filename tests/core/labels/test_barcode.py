"""Code 128 and QR, read back by a decoder that shares nothing with the Code 128 encoder."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.labels.barcode import Modules, TooWide, Unencodable, bar_width, code128, qr, square_size


def picture(modules: Modules, quiet: int, height: int = 1) -> Image.Image:
    bits = [row for row in modules.rows for _ in range(height)]
    image = Image.new("L", (modules.columns, len(bits)), 255)
    image.putdata([0 if bit == "1" else 255 for row in bits for bit in row])
    framed = Image.new("L", (image.width + 2 * quiet, image.height + 2 * quiet), 255)
    framed.paste(image, (quiet, quiet))
    return framed.resize((framed.width * 3, framed.height * 3), Image.Resampling.NEAREST)


def read(image: Image.Image, kind: zxingcpp.BarcodeFormat) -> list[tuple[str, str]]:
    """What a reader of this kind sees; bars of one kind, cut anywhere, can look like another (EAN checks little)."""
    return [(code.format.name, code.text) for code in zxingcpp.read_barcodes(image, formats=kind)]


@pytest.mark.parametrize(
    ("number", "modules"),
    [("YT1234567890123", 145), ("771234567890123", 134), ("77123456789012", 112), ("123456789012", 101), ("A", 46)],
)
def test_a_number_takes_the_fewest_modules(number: str, modules: int) -> None:
    assert code128(number).columns == modules


@settings(deadline=None)
@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=2, max_size=24))
def test_every_printable_ascii_text_reads_back_from_its_bars(text: str) -> None:
    assert read(picture(code128(text), quiet=10, height=20), zxingcpp.BarcodeFormat.Code128) == [("Code128", text)]


@settings(deadline=None)
@given(st.from_regex(r"[A-Z]{0,3}[0-9]{10,15}", fullmatch=True))
def test_every_number_reads_back_from_its_qr_code(number: str) -> None:
    assert read(picture(qr(number), quiet=4), zxingcpp.BarcodeFormat.QRCode) == [("QRCode", number)]


@pytest.mark.parametrize("text", ["", "单号", "12\n34", "\x7f", "１２３"])
def test_what_code_128_cannot_carry_is_refused(text: str) -> None:
    with pytest.raises(Unencodable):
        code128(text)


def test_bars_are_three_dots_wide_where_they_fit_and_two_where_they_must() -> None:
    assert bar_width(145, room=61.875) == 0.375
    assert bar_width(145, room=61.8) == 0.25
    assert bar_width(145, room=41.25) == 0.25


def test_bars_that_would_need_less_than_two_dots_are_refused() -> None:
    with pytest.raises(TooWide):
        bar_width(145, room=41.2)


def test_a_qr_code_uses_whole_dots_and_keeps_its_quiet_zone() -> None:
    assert square_size(21, room=20) == 0.625
    assert square_size(21, room=18) == 0.5
    with pytest.raises(TooWide):
        square_size(21, room=7)


def test_rows_are_padded_to_whole_bytes_for_the_image_mask() -> None:
    assert Modules(10, ("1000000001", "0111111110")).hexadecimal() == "80407f80"
