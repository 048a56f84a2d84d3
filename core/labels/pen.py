"""Writes PDF operators. Millimetres from the top left corner come in, points from the bottom go out."""

from core.labels.barcode import Modules
from core.labels.document import Document
from core.labels.template import POINTS, Box

_INSET = 0.003
"""Points. Renderers round images outwards: a hair over a dot's edge would add a dot."""

_ESCAPED = {ord(char): f"\\{char}" for char in "()\\"} | {0x0A: "\\n", 0x0D: "\\r"}


class Pen:
    """Draws on pages of `height` mm with the fonts of one document; every method returns operators."""

    def __init__(self, document: Document, height: float) -> None:
        self._glyphs = {bold: _Glyphs(document, bold=bold) for bold in (False, True)}
        self._top = height * POINTS

    def write(self, x: float, baseline: float, size: float, text: str, *, bold: bool, grey: float = 0) -> str:
        """A line of text from `x` on. `size` in points, `grey` from 0 (black) to 1 (white)."""
        shown = f"BT {x * POINTS:.1f} {self._top - baseline * POINTS:.1f} Td {self._shown(text, size, bold=bold)} ET"
        return f"{grey:g} g {shown} 0 g" if grey else shown

    def stamp(self, modules: Modules, x: float, y: float, width: float, height: float) -> str:
        """A symbol as a 1-bit image mask: renderers fill exactly its dots, where paths would gain some at the edges."""
        left, bottom = x * POINTS + _INSET, self._top - (y + height) * POINTS + _INSET
        place = f"{width * POINTS - 2 * _INSET:.4f} 0 0 {height * POINTS - 2 * _INSET:.4f} {left:.4f} {bottom:.4f} cm"
        size = f"/W {modules.columns} /H {len(modules.rows)}"
        return f"q {place} BI {size} /IM true /D [1 0] /F /AHx ID {modules.hexadecimal()}> EI Q"

    def line(self, box: Box, stroke: float, dash: tuple[float, ...]) -> str:
        """From the box's top left to its bottom right. `dash`: mm on and off; empty for a solid line."""
        pattern = " ".join(f"{part * POINTS:.2f}" for part in dash)
        path = f"{self._point(box.x, box.y)} m {self._point(box.x + box.width, box.y + box.height)} l S"
        return f"q {stroke * POINTS:.3f} w [{pattern}] 0 d {path} Q"

    def rect(self, box: Box, stroke: float, *, filled: bool) -> str:
        """A frame, or a black area."""
        path = f"{self._point(box.x, box.y + box.height)} {box.width * POINTS:.3f} {box.height * POINTS:.3f} re"
        return f"{path} f" if filled else f"{stroke * POINTS:.3f} w {path} S"

    def _point(self, x: float, y: float) -> str:
        return f"{x * POINTS:.3f} {self._top - y * POINTS:.3f}"

    def _shown(self, text: str, size: float, *, bold: bool) -> str:
        """The show operators, one for each run of characters in the same font subset."""
        glyphs = self._glyphs[bold]
        if text.isascii() and text.isprintable():  # always the first subset, under its own codes
            return f"{glyphs[text[0]][0]} {size:g} Tf({text.translate(_ESCAPED)})Tj"
        shown = []
        current = ""
        for font, code in map(glyphs.__getitem__, text):
            if font != current:
                shown.append(f"{')Tj ' if current else ''}{font} {size:g} Tf(")
                current = font
            shown.append(code)
        return "".join(shown) + ")Tj"


class _Glyphs(dict[str, tuple[str, str]]):
    """Character → (font resource, character as it stands in a string operand), assigned as characters are met."""

    def __init__(self, document: Document, *, bold: bool) -> None:
        super().__init__()
        self._document = document
        self._bold = bold

    def __missing__(self, char: str) -> tuple[str, str]:
        font, code = self._document.glyph(char, bold=self._bold)
        self[char] = glyph = font, _ESCAPED.get(code, chr(code))
        return glyph
