"""Breaking text into lines that fit: widths in em of the size in question, sizes in points."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from core.labels.template import POINTS, Box, Font, Overflow
from core.labels.typeface import Widths, widths

LEADING = 1.2
"""From baseline to baseline, in em."""

ELLIPSIS = "…"

_STEP = 0.5
# Words, numbers and 12号 stay whole; no line begins with a closing mark or ends with an opening one.
_JOINED = re.compile(r"[!-~][!-~号幢栋座弄]|.[，。、；：！？）】》」』”…*]|[（【《「『“].")


class Setting(NamedTuple):
    """Lines of one size, points."""

    size: float
    lines: tuple[str, ...]


def typeset(text: str, font: Font, box: Box, lines: int, overflow: Overflow) -> Setting:
    """The text in a box with at most `lines` lines, cut with … if it must be."""
    face = widths(font.bold)
    width = box.width * POINTS
    natural = face.of(text) * font.size
    if natural <= width:
        return Setting(font.size, (text,))
    if lines == 1 or overflow is Overflow.CUT:
        size = max(font.minimum, _tenths(font.size * width / natural)) if overflow is Overflow.SHRINK else font.size
        return Setting(size, (cut(text, width / size, face),))
    for size in sizes(font) if overflow is Overflow.SHRINK else (font.size,):
        room = min(lines, capacity(size, box.height))
        if natural * size > room * width * font.size and size > font.minimum:
            continue
        broken = wrap(text, width / size, face)
        if len(broken) <= room:
            return Setting(size, tuple(broken))
    return Setting(size, (*broken[: room - 1], cut("".join(broken[room - 1 :]), width / size, face)))


def sizes(font: Font) -> Iterator[float]:
    """From the font's size down to its minimum, which always comes last."""
    size = font.size
    while size > font.minimum:
        yield size
        size -= _STEP
    yield font.minimum


def capacity(size: float, height: float) -> int:
    """How many lines of a size in points stand in a height in mm; at least one."""
    return max(1, int((height * POINTS / size + LEADING - 1) / LEADING))


def wrap(text: str, room: float, face: Widths) -> list[str]:
    """Lines of at most `room` em, broken where `_JOINED` allows it and anywhere where nothing else helps."""
    ends = list(accumulate(map(face.__getitem__, text)))
    lines, start, used = [], 0, 0.0
    while start < len(text) and ends[-1] - used > room:
        stop = _break(text, start, max(start + 1, bisect_right(ends, used + room, start)))
        lines.append(text[start:stop].strip())
        start, used = stop, ends[stop - 1]
    return [*lines, text[start:].strip()]


def cut(text: str, room: float, face: Widths) -> str:
    """The text, or as much of it as leaves place for an ellipsis."""
    if face.of(text) <= room:
        return text
    room -= face[ELLIPSIS]
    kept = 0
    while kept < len(text) and (room := room - face[text[kept]]) >= 0:
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def _break(text: str, start: int, stop: int) -> int:
    """The last place up to `stop` where the line from `start` may end."""
    for at in range(stop, start, -1):
        if not _JOINED.match(text, at - 1):
            return at
    return stop


def _tenths(size: float) -> float:
    return int(size * 10) / 10
