"""Labels in, PDF out: a pure function, one page a label."""

from collections.abc import Iterable, Sequence

from core.errors import MissingGlyph
from core.labels.content import Content, content, visible, words
from core.labels.document import Document
from core.labels.label import Label
from core.labels.layout import Drawer, drawer
from core.labels.pen import Pen
from core.labels.privacy import ensure_masked
from core.labels.template import Template
from core.labels.typeface import Undrawable, undrawable

_NOTHING = Content({}, ())


def render(labels: Sequence[Label], template: Template) -> bytes:
    """A PDF of exactly the paper's size, the same bytes for the same labels.

    Raises `MissingGlyph` (`characters`, `number`) where a label holds a character that no face can draw,
    `RecipientInPlainText` where a recipient is not masked, `Unencodable` or `TooWide` where the number cannot be a
    bar code on this template, and `ValueError` for no labels.
    """
    if not labels:
        raise ValueError("no labels")
    document = Document(template.paper)
    pen = Pen(document, template.paper.height)
    document.keep_static(_drawn([drawer(pen, op) for op in template.static], _NOTHING))
    drawers = [drawer(pen, op) for op in template.fields]
    names = tuple(template.sources)
    for label in labels:
        ensure_masked(label)
        document.add_page(_page(drawers, label, names))
    return document.finished()


def _page(drawers: Sequence[Drawer], label: Label, names: Sequence[str]) -> str:
    try:
        return _drawn(drawers, content(label, names))
    except Undrawable:
        return _second_look(drawers, visible(label), names)


def _second_look(drawers: Sequence[Drawer], label: Label, names: Sequence[str]) -> str:
    """The label without what has no shape anyway, such as line breaks in a remark."""
    try:
        return _drawn(drawers, content(label, names))
    except Undrawable as error:
        raise MissingGlyph(characters=undrawable(words(label)), number=label.number) from error


def _drawn(drawers: Iterable[Drawer], said: Content) -> str:
    return "\n".join(filter(None, (draw(said) for draw in drawers)))
