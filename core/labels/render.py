"""Labels in, PDF out: a pure function, one page a label."""

from collections.abc import Sequence

from core.errors import MissingGlyph
from core.labels.content import Content, content, visible, words
from core.labels.document import Document
from core.labels.label import Label
from core.labels.layout import Drawer, drawer
from core.labels.pen import Pen
from core.labels.privacy import ensure_masked
from core.labels.template import Template
from core.labels.typeface import Undrawable, undrawable
from core.offset import STRAIGHT, Offset

_NOTHING = Content({}, ())


def render(labels: Sequence[Label], template: Template, offset: Offset = STRAIGHT) -> bytes:
    """A PDF of exactly the paper's size, the same bytes for the same labels, everything moved by the offset.

    Raises `MissingGlyph` (`characters`, `number`) where a label holds a character that no face can draw,
    `RecipientInPlainText` where a recipient is not masked, `Unencodable` or `TooWide` where the number cannot be a
    bar code on this template, and `ValueError` for no labels.
    """
    if not labels:
        raise ValueError("no labels")
    document = Document(template.paper, offset)
    pen = Pen(document, template.paper.height)
    document.keep_static(_drawn([drawer(pen, op) for op in template.static], [_NOTHING])[0])
    drawers = [drawer(pen, op) for op in template.fields]
    for label in labels:
        ensure_masked(label)
    for operators in _pages(drawers, labels, tuple(template.sources)):
        document.add_page(operators)
    return document.finished()


def _pages(drawers: Sequence[Drawer], labels: Sequence[Label], names: Sequence[str]) -> list[str]:
    try:
        return _drawn(drawers, [content(label, names) for label in labels])
    except Undrawable:
        return [_page(drawers, visible(label), names) for label in labels]


def _page(drawers: Sequence[Drawer], label: Label, names: Sequence[str]) -> str:
    try:
        return _drawn(drawers, [content(label, names)])[0]
    except Undrawable as error:
        raise MissingGlyph(characters=undrawable(words(label)), number=label.number) from error


def _drawn(drawers: Sequence[Drawer], contents: Sequence[Content]) -> list[str]:
    """The operators of each page. One drawer draws all labels before the next does: that way is a third faster."""
    columns = [list(map(draw, contents)) for draw in drawers]
    return ["\n".join(filter(None, page)) for page in zip(*columns, strict=True)]
