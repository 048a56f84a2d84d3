"""The page for setting the offset: rulers that begin at the paper's edges, a frame, and codes for a photo to go by."""

import re
from collections.abc import Iterator, Sequence

from core.labels.label import Label, Party
from core.labels.template import (
    TEMPLATES,
    Align,
    AnyOp,
    Box,
    Code128,
    Font,
    Line,
    Paper,
    Qr,
    Rect,
    Template,
    Text,
    template,
)
from core.offset import MOST, STEP, STRAIGHT, Offset

INSET = 5.0
"""How far the frame stands from every edge of the paper, mm."""

_LENGTH = 12  # of a ruler, mm
_LONG = 5  # every fifth tick is longer
_NUMBERED = 10  # the frame itself marks the fifth
_CODE = re.compile(r"MIANDAN-(\d+X\d+)-(\d\d)(\d\d)")  # and how it was moved, in dots from as far left and up as can be
_LOWER = 62  # from the lower bar code's top to the paper's end, mm
_NOBODY = Party("*", "******", "***")
_SMALL = Font(6)


def code_of(name: str, offset: Offset) -> str:
    """What the codes say on the page for this template, printed with this offset."""
    right, down = (round((moved + MOST) / STEP) for moved in (offset.right, offset.down))
    return f"MIANDAN-{name.upper()}-{right:02}{down:02}"


def printed_as(code: str) -> tuple[str, Offset] | None:
    """The template for whose paper a page with this code was printed, and the offset; None for any other code."""
    found = _CODE.fullmatch(code)
    if not found or (name := found[1].lower()) not in TEMPLATES:
        return None
    return name, Offset(int(found[2]) * STEP - MOST, int(found[3]) * STEP - MOST)


def page_label(name: str, offset: Offset = STRAIGHT) -> Label:
    """What is printed on the page as a label's content: its codes, and nobody's data."""
    code = code_of(name, offset)
    return Label(code, "", "", "", recipient=_NOBODY, sender=_NOBODY, orders=(), items=())


def page(name: str, lines: Sequence[str] = ()) -> Template:
    """The page for a template's paper, with these lines of explanation."""
    paper = template(name).paper
    static = (*_frame(paper), *_rulers(paper), *_written(paper, lines))
    return Template(f"{name}-calibration", 1, Paper(paper.width, paper.height), static, tuple(_codes(paper)))


def _frame(paper: Paper) -> Iterator[AnyOp]:
    yield Rect(Box(INSET, INSET, paper.width - 2 * INSET, paper.height - 2 * INSET), stroke=0.25)


def _rulers(paper: Paper) -> Iterator[AnyOp]:
    """One from the middle of each edge inwards: the first tick that is on the paper tells how much is missing."""
    across, along = paper.height * 0.3, paper.width * 0.3
    for n in range(_LENGTH + 1):
        tick = 3.0 if n % _LONG == 0 else 1.5
        yield Line(Box(n, across, 0, tick))
        yield Line(Box(paper.width - n, across, 0, tick))
        yield Line(Box(along, n, tick, 0))
        yield Line(Box(along, paper.height - n, tick, 0))
    yield from _numbers(paper, across, along)


def _numbers(paper: Paper, across: float, along: float) -> Iterator[AnyOp]:
    n = _NUMBERED
    level, upright = across + 3, along + 3
    for x, y in (
        (n - 3, level),
        (paper.width - n - 3, level),
        (upright, n - 1.5),
        (upright, paper.height - n - 1.5),
    ):
        yield Text(Box(x, y, 6, 3), text=str(n), font=_SMALL, align=Align.CENTER)


def _written(paper: Paper, lines: Sequence[str]) -> Iterator[AnyOp]:
    """Between the left ruler and the lower bar code, closer together on shorter paper."""
    top, bottom = paper.height * 0.3 + 6, paper.height - _LOWER - 1
    step = min(5.5, (bottom - top) / max(len(lines), 1))
    for n, line in enumerate(lines):
        font = Font(min(11, step * 2.5), minimum=4, bold=True) if n == 0 else Font(min(8, step * 2), minimum=4)
        yield Text(Box(8, top + n * step, paper.width - 16, step), text=line, font=font, align=Align.CENTER)


def _codes(paper: Paper) -> Iterator[AnyOp]:
    """Far apart, so that a photo tells where the page begins and ends."""
    middle = paper.width / 2
    for top in (16, paper.height - _LOWER):
        yield Code128(Box(6, top, paper.width - 12, 12), bind="number")
    yield Qr(Box(middle - 12, paper.height - 44, 24, 24), bind="number")
    yield Text(Box(14, paper.height - 18, 30, 4), bind="sample", font=_SMALL)
    yield Text(Box(46, paper.height - 18, 20, 4), bind="reprint", font=_SMALL)
