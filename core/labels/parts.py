"""Cutting a PDF into several, for those who take no large files."""

from io import BytesIO

import pypdfium2


def parts(pdf: bytes, largest: int) -> list[bytes]:
    """The pages in order, in PDFs of at most `largest` bytes. Raises `ValueError` where a single page is larger.

    Every part carries the fonts that its pages need, so the parts together are larger than the whole.
    """
    source = pypdfium2.PdfDocument(pdf)
    try:
        return _halved(source, range(len(source)), largest)
    finally:
        source.close()


def _halved(source: pypdfium2.PdfDocument, pages: range, largest: int) -> list[bytes]:
    written = _written(source, pages)
    if len(written) <= largest:
        return [written]
    if len(pages) == 1:
        raise ValueError(f"page {pages[0]} alone has {len(written)} bytes")
    half = len(pages) // 2
    return [*_halved(source, pages[:half], largest), *_halved(source, pages[half:], largest)]


def _written(source: pypdfium2.PdfDocument, pages: range) -> bytes:
    target, file = pypdfium2.PdfDocument.new(), BytesIO()
    try:
        target.import_pages(source, list(pages))
        target.save(file)
    finally:
        target.close()
    return file.getvalue()
