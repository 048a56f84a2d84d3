"""The two symbols on a label, as black and white modules: Code 128 (ISO/IEC 15417) and QR (ISO/IEC 18004).

Thermal printers have 8 dots a millimetre, so a module is a whole number of dots wide; a fraction of a dot costs
readability as soon as the paper prints a little too dark or too light.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import zxingcpp

DOT = 0.125
"""One dot of a 203.2 dpi printer, mm."""

CODE128_QUIET = 10
QR_QUIET = 4
"""Blank modules demanded on either side of a symbol."""

_MODULE_WIDTHS = (3 * DOT, 2 * DOT)
_START_B, _START_C, _TO_C, _TO_B = 104, 105, 99, 100
_STOP_PATTERN = "1100011101011"
_NEVER = float("inf")

# The widths of bars and spaces in turn, for symbol values 0–105 (ISO/IEC 15417, table 1).
_WIDTHS = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122
123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323
131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131
213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122
141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112
124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141
411131 211412 211214 211232
"""


class Unencodable(ValueError):
    """Code 128 carries printable ASCII; this text has something else or nothing."""


class TooWide(ValueError):
    """The symbol does not fit its zone even with the narrowest module a label printer can draw."""


@dataclass(frozen=True, slots=True)
class Modules:
    """A symbol without its quiet zone: a row of modules is a string, 1 for black and 0 for white."""

    columns: int
    rows: tuple[str, ...]

    def hexadecimal(self) -> str:
        """The rows as a PDF image mask holds them: each padded to whole bytes, a set bit is black."""
        size = (self.columns + 7) // 8 * 8
        bits = "".join([row.ljust(size, "0") for row in self.rows])
        return f"{int(bits, 2):0{len(bits) // 4}x}"


@lru_cache(maxsize=8192)  # a label draws its number twice, a batch later
def code128(text: str) -> Modules:
    """Code 128 in the fewest symbols, with check symbol and stop. Raises `Unencodable`."""
    row = "".join([_PATTERNS[value] for value in _with_check(_values(text))]) + _STOP_PATTERN
    return Modules(len(row), (row,))


def qr(text: str) -> Modules:
    """A QR code at error correction level M.

    The mask is fixed: readers take all eight, and scoring them costs six times as long as all the rest.
    """
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=3)
    image = symbol.to_image(scale=1, add_quiet_zones=False)
    pixels = memoryview(image).tobytes()  # type: ignore[arg-type] # its stub does not say that it is a buffer
    columns = math.isqrt(len(pixels))
    bits = pixels.translate(_BIT_OF_PIXEL).decode()
    return Modules(columns, tuple([bits[at : at + columns] for at in range(0, len(bits), columns)]))


def bar_width(columns: int, room: float) -> float:
    """The module width in mm for a Code 128 with its quiet zones in `room` mm: 0.375, else 0.25. Raises `TooWide`."""
    total = columns + 2 * CODE128_QUIET
    for width in _MODULE_WIDTHS:
        if total * width <= room:
            return width
    raise TooWide


def square_size(columns: int, room: float) -> float:
    """The widest module in whole dots, mm, for a QR code with its quiet zone in `room` mm. Raises `TooWide`."""
    dots = int(room / DOT / (columns + 2 * QR_QUIET))
    if dots < 2:  # noqa: PLR2004 - single dots run together
        raise TooWide
    return dots * DOT


def _values(text: str) -> list[int]:
    """Symbol values from the start symbol on, switching between sets B and C only where that saves symbols."""
    if not text or not text.isascii() or not text.isprintable():
        raise Unencodable
    in_b, in_c, pairs = _costs(text)
    paired = in_c[0] < in_b[0]
    values = [_START_C if paired else _START_B]
    at = 0
    while at < len(text):
        wants_pair = in_c[at] == pairs[at] if paired else in_b[at] < 1 + in_b[at + 1]
        if wants_pair != paired:
            values.append(_TO_C if wants_pair else _TO_B)
            paired = wants_pair
        values.append(int(text[at : at + 2]) if paired else ord(text[at]) - 32)
        at += 2 if paired else 1
    return values


def _costs(text: str) -> tuple[list[float], list[float], list[float]]:
    """The fewest symbols for each tail of the text: in set B, in set C, in set C with two digits next."""
    length = len(text)
    in_b, in_c, pairs = [0.0] * (length + 1), [0.0] * (length + 1), [_NEVER] * length
    for at in range(length - 1, -1, -1):
        if at + 1 < length and text[at : at + 2].isdecimal():
            pairs[at] = 1 + in_c[at + 2]
        in_b[at] = 1 + min(in_b[at + 1], pairs[at])
        in_c[at] = min(pairs[at], 2 + in_b[at + 1])
    return in_b, in_c, pairs


def _with_check(values: list[int]) -> list[int]:
    return [*values, (values[0] + sum(at * value for at, value in enumerate(values))) % 103]


def _pattern(widths: str) -> str:
    return "".join("10"[at % 2] * int(width) for at, width in enumerate(widths))


_PATTERNS = tuple(_pattern(widths) for widths in _WIDTHS.split())
_BIT_OF_PIXEL = bytes(b"1"[0] if pixel == 0 else b"0"[0] for pixel in range(256))
