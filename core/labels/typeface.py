"""The two faces of a label, Noto Sans SC regular and bold, loaded once a process.

Bold holds the common characters only; a character it lacks is drawn in regular, which also holds the rare ones that
occur in names. What neither holds cannot be drawn.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "NotoSansSC-Regular"
BOLD: Final = "NotoSansSC-Bold"

_FOLDER = Path(__file__).parent / "fonts"
_PER_EM = 1000


class Undrawable(ValueError):
    """No face holds the character; reportlab would print nothing and say nothing."""


class Widths(dict[str, float]):
    """Character → advance width in em, filled as characters are met."""

    def __init__(self, *, bold: bool) -> None:
        super().__init__()
        self._bold = bold

    def __missing__(self, char: str) -> float:
        width: float = font_for(char, bold=self._bold).face.getCharWidth(ord(char)) / _PER_EM
        self[char] = width
        return width

    def of(self, text: str) -> float:
        """The width of a line in em."""
        return sum(map(self.__getitem__, text))


def font_for(char: str, *, bold: bool) -> TTFont:
    """The font that draws the character. Raises `Undrawable`."""
    for name in (BOLD, REGULAR) if bold else (REGULAR,):
        if holds(name, char):
            return load(name)
    raise Undrawable


def undrawable(text: str) -> str:
    """The characters that no face holds, each once, sorted."""
    return "".join(char for char in sorted(set(text)) if not holds(REGULAR, char) and not holds(BOLD, char))


def holds(name: str, char: str) -> bool:
    """Whether the font of that name can draw the character."""
    return ord(char) in load(name).face.charToGlyph


@lru_cache
def load(name: str) -> TTFont:
    """The font, registered with reportlab under its PostScript name."""
    font = TTFont(name, str(_FOLDER / f"{name}.ttf"), asciiReadable=1)
    pdfmetrics.registerFont(font)
    return font


@lru_cache
def widths(bold: bool) -> Widths:  # noqa: FBT001 - asked for with every text; a keyword slows the cache
    """The advance widths of a face and its fallback."""
    return Widths(bold=bold)
