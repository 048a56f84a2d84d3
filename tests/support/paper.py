"""Pages as a printer lays them down: dots, printed as they are, too dark or too light, and what a scanner reads."""

import pypdfium2
import zxingcpp
from PIL import Image, ImageChops

_MIDDLE = 128


def dots(pdf: bytes, dpi: float) -> list[Image.Image]:
    """The pages in black and white, one pixel a dot."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
    return [page.point(lambda level: 255 if level >= _MIDDLE else 0) for page in pages]


def as_is(page: Image.Image) -> Image.Image:
    """Printed well."""
    return page


def one_dot_thicker(page: Image.Image) -> Image.Image:
    """Printed too dark."""
    wider = ImageChops.darker(page, ImageChops.offset(page, 1, 0))
    return ImageChops.darker(wider, ImageChops.offset(wider, 0, 1))


def one_dot_thinner(page: Image.Image) -> Image.Image:
    """Printed too light."""
    narrower = ImageChops.lighter(page, ImageChops.offset(page, 1, 0))
    return ImageChops.lighter(narrower, ImageChops.offset(narrower, 0, 1))


def symbols(page: Image.Image) -> list[tuple[str, str]]:
    """What a scanner reads: format and text of each code."""
    return sorted((code.format.name, code.text) for code in zxingcpp.read_barcodes(page))
