"""Turns a template's operations into drawers: given a label's content, each returns its PDF operators.

Drawers remember what they drew. Most of a batch repeats itself: sender, courier, hub, the goods of the day.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TypeAlias

from core.labels.barcode import DOT, bar_width, code128, qr, square_size
from core.labels.content import Content, pieces
from core.labels.label import LabelItem
from core.labels.pen import Pen
from core.labels.template import POINTS, Align, AnyOp, Box, Code128, Font, Items, Line, Qr, Rect, Text
from core.labels.typeface import Widths, widths
from core.labels.typesetting import LEADING, Setting, capacity, cut, sizes, typeset, wrap

Drawer: TypeAlias = Callable[[Content], str]
"""A label's content → operators, empty where nothing is due."""

_ASCENT = 0.88
"""From the top of a Chinese character down to the baseline, in em."""

_SPEC_SHARE = 0.6
"""How much of a line the specification may take when the name must be cut: it tells red from blue."""

_REMEMBERED = 512
"""Texts kept by each drawer."""

_SHIFT = {Align.CENTER: 0.5, Align.RIGHT: 1.0}


def drawer(pen: Pen, op: AnyOp) -> Drawer:
    """The operation as a function of a label's content; draws nothing where a field it depends on is empty."""
    draw = _unconditional(pen, op)
    return (lambda content: draw(content) if content.fields[op.when] else "") if op.when else draw


def _unconditional(pen: Pen, op: AnyOp) -> Drawer:
    match op:
        case Text():
            written = lru_cache(_REMEMBERED)(partial(_text, pen, op))
            return lambda content: written(content.fields[op.bind] if op.bind else op.text)
        case Items():
            listed = lru_cache(_REMEMBERED)(partial(_items, pen, op))
            return lambda content: listed(content.items)
        case Code128():
            return lambda content: _code128(pen, op.box, content.fields[op.bind])
        case Qr():
            return lambda content: _qr(pen, op.box, content.fields[op.bind])
        case Line():
            drawn = pen.line(op.box, op.stroke, op.dash)
        case Rect():
            drawn = pen.rect(op.box, op.stroke, filled=op.filled)
    return lambda _: drawn


def _text(pen: Pen, op: Text, value: str) -> str:
    if not value:
        return ""
    setting = typeset(op.text.replace("{}", value), op.font, op.box, op.lines, op.overflow)
    top = op.box.y
    if op.lines == 1:
        top += (op.box.height - setting.size / POINTS) / 2
    return _lines(pen, op, setting, top, op.align, op.grey)


def _lines(pen: Pen, op: Text | Items, setting: Setting, top: float, align: Align = Align.LEFT, grey: float = 0) -> str:
    em = setting.size / POINTS
    bold = op.font.bold
    left, baseline = op.box.x, top + _ASCENT * em
    drawn = []
    for line in setting.lines:
        if align is not Align.LEFT:
            left = op.box.x + _SHIFT[align] * (op.box.width - widths(bold).of(line) * em)
        drawn.append(pen.write(left, baseline, setting.size, line, bold=bold, grey=grey))
        baseline += LEADING * em
    return "\n".join(drawn)


def _code128(pen: Pen, box: Box, number: str) -> str:
    modules = code128(number)
    width = modules.columns * bar_width(modules.columns, box.width)
    return pen.stamp(modules, _on_dot(box.x + (box.width - width) / 2), _on_dot(box.y), width, _on_dot(box.height))


def _qr(pen: Pen, box: Box, text: str) -> str:
    modules = qr(text)
    size = modules.columns * square_size(modules.columns, min(box.width, box.height))
    x, y = box.x + (box.width - size) / 2, box.y + (box.height - size) / 2
    return pen.stamp(modules, _on_dot(x), _on_dot(y), size, size)


def _items(pen: Pen, op: Items, items: tuple[LabelItem, ...]) -> str:
    return _lines(pen, op, _listed(items, op.font, op.box), op.box.y)


def _listed(items: tuple[LabelItem, ...], font: Font, box: Box) -> Setting:
    """Every item in full if any size allows it, else one line each, the last of them …等N件 where lines run out."""
    face = widths(font.bold)
    width = box.width * POINTS
    for size in sizes(font):
        lines = [line for item in items for line in wrap(_full(item), width / size, face)]
        if len(lines) <= capacity(size, box.height):
            return Setting(size, tuple(lines))
    return Setting(size, tuple(_one_line_each(items, capacity(size, box.height), width / size, face)))


def _one_line_each(items: tuple[LabelItem, ...], room: int, width: float, face: Widths) -> list[str]:
    lines = [_short(item, width, face) for item in items[:room]]
    if len(items) > room:
        lines[-1] = f"…等{pieces(items)}件"
    return lines


def _full(item: LabelItem) -> str:
    return " ".join(filter(None, (item.name, item.spec, f"×{item.count}")))


def _short(item: LabelItem, width: float, face: Widths) -> str:
    """The name gives way first; the count always shows."""
    if face.of(_full(item)) <= width:
        return _full(item)
    tail = f" {cut(item.spec, width * _SPEC_SHARE, face)} ×{item.count}" if item.spec else f" ×{item.count}"
    return cut(item.name, width - face.of(tail), face) + tail


def _on_dot(millimetres: float) -> float:
    return round(millimetres / DOT) * DOT
