"""How far off its place a label was printed, measured in a photo of it. Runs where files of strangers are read.

The codes tell roughly where the label lies in the photo, the paper's edges tell exactly; then the paper is looked at
straight from above, and the label as it should be is moved over it until the two agree best.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import NamedTuple, TypeAlias

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from core.labels.photo import Code, codes, opened
from core.labels.template import POINTS, Paper
from core.offset import Placement

Numbers: TypeAlias = NDArray[np.float64]
Point: TypeAlias = tuple[float, float]

_DPMM = 8  # dots a millimetre in which paper and label are compared
_REACHES = (14.0, 5.0, 2.5)  # mm around an edge where it is looked for: far, then near
_STEP = 0.1  # mm
_LOOKS = 60  # places along an edge
_LEAST_LOOKS = 20
_LEAST_CONTRAST = 25.0  # of 255, between table and paper
_FARTHEST = 8  # mm that a label may be off
_LEAST_LIKENESS = 0.35  # of 1; what is less is another label, or none
_POINTS_NEEDED = 4


class _Edge(NamedTuple):
    """An edge of the paper as a line: across = slope · along + start."""

    slope: float
    start: float


def measure(photo: bytes, pdf: bytes, paper: Paper) -> Placement | None:
    """Where the label in the photo stands; `pdf`: the label as it should be, on this paper, not moved.

    None where codes or edges cannot be seen well enough. Raises `FileRefused`.
    """
    picture, drawn = opened(photo), _drawn(pdf)
    here, there = _points_of_codes(codes(drawn), codes(picture))
    if len(here) < _POINTS_NEEDED:
        return None
    lies = _mapping(here, there)
    for reach in _REACHES:
        corners = _corners(np.asarray(picture, float), lies, paper, reach)
        if corners is None:
            return None
        lies = _mapping(_corners_of(paper), corners)
    stretch = _stretch(here, _seen(np.linalg.inv(lies).astype(float), np.array(there)))
    return _compared(drawn, _from_above(picture, lies, drawn.size), stretch)


def _drawn(pdf: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    try:
        picture: Image.Image = document[0].render(scale=_DPMM / POINTS, grayscale=True).to_pil()
        return picture
    finally:
        document.close()


# Where the label lies: a mapping from millimetres on the paper to dots of the photo.


def _points_of_codes(drawn: Sequence[Code], seen: Sequence[Code]) -> tuple[list[Point], list[Point]]:
    """Points of the codes that are in both: in millimetres on the paper, and in dots of the photo."""
    pairs = [pair for kind in ("QRCode", "Code128") for pair in _pairs(kind, drawn, seen)]
    return [(x / _DPMM, y / _DPMM) for (x, y), _ in pairs], [there for _, there in pairs]


def _pairs(kind: str, drawn: Sequence[Code], seen: Sequence[Code]) -> Iterator[tuple[Point, Point]]:
    """Points of this kind of code; several are told apart by their order from head to foot, so all must be seen."""
    here = [code for code in drawn if code.kind == kind]
    there = [code for code in seen if code.kind == kind and code.text in {each.text for each in here}]
    if len(here) == len(there):
        for one, other in zip(_downwards(here), _downwards(there), strict=True):
            yield from zip(_points(one), _points(other), strict=True)


def _downwards(found: Sequence[Code]) -> list[Code]:
    """From head to foot, seen with the codes the right way up."""
    (left, top), (right, below) = found[0].corners[:2] if found else ((0, 0), (1, 0))
    across, along = right - left, below - top
    return sorted(found, key=lambda code: code.corners[0][1] * across - code.corners[0][0] * along)


def _points(code: Code) -> list[Point]:
    """A QR code's corners; of a bar code the middles of its ends, for how high it was read is chance."""
    if code.kind == "QRCode":
        return list(code.corners)
    a, b, c, d = code.corners
    return [((a[0] + d[0]) / 2, (a[1] + d[1]) / 2), ((b[0] + c[0]) / 2, (b[1] + c[1]) / 2)]


def _corners_of(paper: Paper) -> list[Point]:
    return [(0, 0), (paper.width, 0), (paper.width, paper.height), (0, paper.height)]


def _mapping(here: Sequence[Point], there: Sequence[Point] | Numbers) -> Numbers:
    """The projective mapping that brings points here closest to those there (direct linear transformation)."""
    to_here, around_here = _balanced(here)
    to_there, around_there = _balanced(there)
    rows = []
    for (x, y), (u, v) in zip(around_here, around_there, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, -u], [0, 0, 0, x, y, 1, -v * x, -v * y, -v]]
    solution = np.linalg.svd(np.array(rows))[2][-1].reshape(3, 3)
    mapping: Numbers = np.linalg.inv(to_there) @ solution @ to_here
    mapping /= mapping[2, 2]
    return mapping


def _balanced(points: Sequence[Point] | Numbers) -> tuple[Numbers, Numbers]:
    """Points around zero, about one apart, and what brought them there: the solution is exact only so."""
    given = np.array(points, float)
    middle = given.mean(axis=0)
    scale = 1.4 / np.hypot(*(given - middle).T).mean()
    brings = np.array([[scale, 0, -scale * middle[0]], [0, scale, -scale * middle[1]], [0, 0, 1]])
    return brings, (given - middle) * scale


# The paper's edges: where the table ends and the paper begins.


def _corners(picture: Numbers, lies: Numbers, paper: Paper, reach: float) -> Numbers | None:
    """The paper's corners in the photo, from four edges that meet; None where one of them cannot be seen."""
    left = _edge(picture, lies, (0, 1), (0.0, paper.height), reach)
    right = _edge(picture, lies, (0, -1), (paper.width, paper.height), reach)
    top = _edge(picture, lies, (1, 1), (0.0, paper.width), reach)
    bottom = _edge(picture, lies, (1, -1), (paper.height, paper.width), reach)
    if left is None or right is None or top is None or bottom is None:
        return None
    met = [_met(left, top), _met(right, top), _met(right, bottom), _met(left, bottom)]
    return _seen(lies, np.array(met))


def _edge(
    picture: Numbers, lies: Numbers, way: tuple[int, int], size: tuple[float, float], reach: float
) -> _Edge | None:
    """The edge near a place. `way`: the axis across it and the direction into the paper; `size`: place and length."""
    axis, inwards = way
    place, length = size
    along = np.linspace(0.06, 0.94, _LOOKS) * length
    across = place + inwards * np.arange(-reach, reach, _STEP)
    grid = np.stack(np.meshgrid(across, along), axis=-1)
    points = grid if axis == 0 else grid[..., ::-1]
    looks = _brightness(picture, _seen(lies, points.reshape(-1, 2))).reshape(grid.shape[:2])
    contrast, begins = _begins(looks)
    sure = contrast >= _LEAST_CONTRAST
    if sure.sum() < _LEAST_LOOKS:
        return None
    return _line(along[sure], across[begins[sure]])


def _begins(looks: Numbers) -> tuple[Numbers, NDArray[np.int64]]:
    """For each look from outside inwards: how much brighter the paper is than the table, and where the paper begins.

    That is where it first becomes brighter than half way: black print may follow close behind the edge.
    """
    table = np.median(looks[:, : looks.shape[1] // 4], axis=1)
    white = np.percentile(looks, 90, axis=1)
    half = (table + white) / 2
    return white - table, (looks > half[:, None]).argmax(axis=1)


def _line(along: Numbers, across: Numbers) -> _Edge:
    """A straight line through most of the points; those far off it are something else."""
    fits = np.ones(len(along), bool)
    for _ in range(6):
        slope, start = np.polyfit(along[fits], across[fits], 1)
        off = np.abs(across - (slope * along + start))
        fits = off < max(0.3, 2 * float(np.median(off)))
    return _Edge(float(slope), float(start))


def _met(upright: _Edge, level: _Edge) -> tuple[float, float]:
    """Where x = a·y + b and y = c·x + d meet."""
    y = (level.slope * upright.start + level.start) / (1 - level.slope * upright.slope)
    return upright.slope * y + upright.start, y


def _seen(lies: Numbers, points: Numbers) -> Numbers:
    """Points on the paper as dots of the photo."""
    there = np.column_stack([points, np.ones(len(points))]) @ lies.T
    seen: Numbers = there[:, :2] / there[:, 2:]
    return seen


def _brightness(picture: Numbers, points: Numbers) -> Numbers:
    """Between the dots; beyond the photo it goes on as at its border."""
    height, width = picture.shape
    x, y = np.clip(points[:, 0], 0, width - 1.001), np.clip(points[:, 1], 0, height - 1.001)
    left, top = x.astype(int), y.astype(int)
    right, below = x - left, y - top
    upper = picture[top, left] * (1 - right) + picture[top, left + 1] * right
    lower = picture[top + 1, left] * (1 - right) + picture[top + 1, left + 1] * right
    brightness: Numbers = upper * (1 - below) + lower * below
    return brightness


# The comparison: how far the label as it should be must be moved to lie on the one that is there.


def _from_above(picture: Image.Image, lies: Numbers, size: tuple[int, int]) -> Image.Image:
    mapping = lies @ np.diag([1 / _DPMM, 1 / _DPMM, 1.0])
    coefficients = tuple(float(each) for each in (mapping / mapping[2, 2]).flatten()[:8])
    return picture.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)


def _stretch(here: Sequence[Point], measured: Numbers) -> float:
    """The print's size over the size it should have, from where its codes stand; across, for so bar codes are exact."""
    return float(np.polyfit([x for x, _ in here], measured[:, 0], 1)[0])


def _compared(drawn: Image.Image, paper: Image.Image, stretch: float) -> Placement | None:
    right, down, likeness = _shift(1 - np.asarray(drawn, float) / 255, _ink(paper))
    placement = Placement(right, down, stretch)
    return placement if likeness >= _LEAST_LIKENESS or placement.is_stretched else None


def _ink(paper: Image.Image) -> Numbers:
    """0 for white paper, 1 for black, whatever light falls on it."""
    small = paper.resize((paper.width // 16, paper.height // 16)).filter(ImageFilter.MaxFilter(5))
    white = np.asarray(small.resize(paper.size), float)
    ink: Numbers = 1 - np.clip(np.asarray(paper, float) / np.maximum(white, 1), 0, 1)
    return ink


def _shift(wanted: Numbers, found: Numbers) -> tuple[float, float, float]:
    """Right and down in mm, and how alike the two are then, at best 1: the peak of their correlation."""
    height, width = wanted.shape
    one, other = wanted - wanted.mean(), found - found.mean()
    size = (2 * height, 2 * width)
    correlation = np.fft.irfft2(np.fft.rfft2(other, size) * np.conj(np.fft.rfft2(one, size)), size)
    reach = _FARTHEST * _DPMM
    near = np.roll(correlation, (reach, reach), (0, 1))[: 2 * reach + 1, : 2 * reach + 1]
    down, right = np.unravel_index(int(near.argmax()), near.shape)
    likeness = near.max() / np.sqrt((one**2).sum() * (other**2).sum())
    return (int(right) - reach) / _DPMM, (int(down) - reach) / _DPMM, float(likeness)
