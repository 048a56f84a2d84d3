"""The PDF file around the operators: pages, the part that all pages share, font subsets.

reportlab keeps the fonts and the file's structure. Pages are written here: all labels share one size and one set of
resources, and describing those anew on every page costs more than drawing the label.
"""

import zlib
from io import BytesIO

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from core.labels.template import POINTS, Paper
from core.labels.typeface import BOLD, REGULAR, font_for, load
from core.offset import STRAIGHT, Offset

rl_config.useA85 = 0  # text armour for binary streams: a quarter more bytes and a third more time, of use to nobody

_STATIC = "static"
# A form is encoded by reportlab, which does not know every code of a font subset. Line feeds stand between operators.
_OCTAL = {code: f"\\{code:03o}" for code in range(256) if not chr(code).isprintable() or code > ord("~")} | {10: "\n"}


class Document:
    """A PDF in the making, every page as large as the paper; the same bytes for the same drawing.

    What is drawn is moved by the offset; what leaves the paper is lost.
    """

    def __init__(self, paper: Paper, offset: Offset = STRAIGHT) -> None:
        for name in (REGULAR, BOLD):
            load(name)
        self._size = (paper.width * POINTS, paper.height * POINTS)
        self._file = BytesIO()
        # Without a font of ours the file would name Helvetica and not embed it.
        self._canvas = Canvas(self._file, pagesize=self._size, pageCompression=1, invariant=1, initialFontName=REGULAR)
        self._pdf = self._canvas._doc  # noqa: SLF001 - fonts and pages belong to the document inside the canvas
        self._shared = b""
        right, up = offset.right * POINTS, -offset.down * POINTS
        self._moved = f"1 0 0 1 {right:.4f} {up:.4f} cm\n" if offset != STRAIGHT else ""

    def glyph(self, char: str, *, bold: bool) -> tuple[str, int]:
        """The font resource that draws the character, and its code there. Raises `Undrawable`."""
        font = font_for(char, bold=bold)
        ((subset, code),) = font.splitString(char, self._pdf)
        return font.getSubsetInternalName(subset, self._pdf), code[0]

    def keep_static(self, operators: str) -> None:
        """What every page shows, drawn once for all; to be called before the first page."""
        self._canvas.beginForm(_STATIC, 0, 0, *self._size)
        self._canvas.addLiteral(operators.translate(_OCTAL))
        self._canvas.endForm()
        resources = pdfdoc.PDFResourceDictionary()
        resources.basicFonts()
        resources.XObject = self._pdf.xobjDict([_STATIC])
        references = self._reference(self._pdf.Pages), self._reference(resources)
        self._shared = b"/Type/Page/Parent %b/Resources %b" % references + b"/MediaBox[0 0 %b %b]" % tuple(
            map(_rounded_down, self._size)
        )

    def add_page(self, operators: str) -> None:
        """A page with these operators over the static part; their characters end at U+00FF."""
        drawn = f"{self._moved}/{self._pdf.getXObjectName(_STATIC)} Do\n{operators}\n".encode("latin-1")
        press = zlib.compressobj(level=3, wbits=12, memLevel=5)  # fits a page of 2 KB; the defaults take twice the time
        stream = press.compress(drawn) + press.flush()
        head = b"<</Length %d/Filter/FlateDecode>>" % len(stream)
        contents = self._reference(_Written(head + b"\nstream\n" + stream + b"\nendstream\n"))
        self._pdf.addPage(_Written(b"<<%b/Contents %b>>" % (self._shared, contents)))

    def finished(self) -> bytes:
        """The whole file; the document takes no more pages."""
        self._canvas.save()
        return self._file.getvalue()

    def _reference(self, part: pdfdoc.PDFObject) -> bytes:
        reference: bytes = self._pdf.Reference(part).format(self._pdf)
        return reference


def _rounded_down(points: float) -> bytes:
    """Four decimals. Renderers round up to whole dots: a hair more than 76 mm would make a page 609 dots wide."""
    return b"%.4f" % (int(points * 10_000) / 10_000)


class _Written(pdfdoc.PDFObject):  # type: ignore[misc] # reportlab has no types
    """An object that is in PDF's own words already."""

    __RefOnly__ = 1

    def __init__(self, words: bytes) -> None:
        self._words = words

    def format(self, _document: pdfdoc.PDFDocument) -> bytes:
        return self._words
