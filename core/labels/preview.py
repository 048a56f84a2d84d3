"""A label as a picture: what the chat shows before anything is printed."""

from io import BytesIO

import pypdfium2

_MILLIMETRES_PER_POINT = 25.4 / 72


def png(pdf: bytes, page: int = 0, dpmm: float = 8.0) -> bytes:
    """One page, counted from 0, as a grey PNG of `dpmm` dots a millimetre (8 is a 203.2 dpi printer)."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[page].render(scale=dpmm * _MILLIMETRES_PER_POINT, grayscale=True).to_pil()
    finally:
        document.close()
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
