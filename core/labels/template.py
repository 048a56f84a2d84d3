"""A template is data: what stands where on the paper. Millimetres from the top left corner, font sizes in points.

`static` is the same on every label and drawn once a document; `fields` are bound to what a label says.
Coordinates are the project's own working zones; the sizes of the paper and of its two parts are those in use with
couriers (100×150 is torn at 90).
"""

from dataclasses import field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeAlias

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from core.labels.content import FIELDS

POINTS = 72 / 25.4
"""Points in a millimetre."""

_FOLDER = Path(__file__).parent / "templates"
_STRICT = ConfigDict(extra="forbid")
_REQUIRED = frozenset({"number", "sample", "reprint"})
_SYMBOLS = frozenset({"code128", "qr"})


class TemplateInvalid(ValueError):
    """The template's data cannot be drawn; the message says where and why."""


class Align(StrEnum):
    """Where a line stands in its box."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Overflow(StrEnum):
    """What happens to a text that is too long. All three end in … when nothing else is left."""

    SHRINK = "shrink"  # smaller, down to the font's minimum
    WRAP = "wrap"  # more lines of the same size
    CUT = "cut"  # the first line only


class Box(NamedTuple):
    """A place on the paper, mm."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, config=_STRICT)
class Paper:
    """The page in mm. `cuts` are the heights of perforations."""

    width: Annotated[float, Field(ge=25, le=120)]
    height: Annotated[float, Field(ge=25, le=220)]
    cuts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, config=_STRICT)
class Font:
    """Points. `minimum` is how far a text may shrink."""

    size: Annotated[float, Field(ge=4, le=72)]
    minimum: Annotated[float, Field(ge=4, le=72)] = 4
    bold: bool = False

    def __post_init__(self) -> None:
        if self.minimum > self.size:
            message = f"minimum {self.minimum} is above size {self.size}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, config=_STRICT)
class Op:
    """Something drawn. Without `bind` and `when` it belongs to the static part.

    `name` lets a merchant's settings switch it off; `when` draws it only if that field says something.
    """

    box: Box
    name: str = ""
    when: str = ""

    @property
    def sources(self) -> frozenset[str]:
        """The fields that decide what is drawn; empty for a static op."""
        return frozenset({self.when} - {""})


@dataclass(frozen=True, slots=True, config=_STRICT)
class Bound(Op):
    """Draws the field called `bind`, nothing where that is empty."""

    bind: str = ""

    @property
    def sources(self) -> frozenset[str]:
        """The bound field and the condition."""
        return frozenset({self.when, self.bind} - {""})


@dataclass(frozen=True, slots=True, config=_STRICT)
class Text(Bound):
    """One line or several. `text` is a literal, or frames the bound field where it has `{}`.

    `grey` goes from 0, black, to 1, white.
    """

    op: Literal["text"] = "text"
    font: Font = field(kw_only=True)
    text: str = "{}"
    align: Align = Align.LEFT
    overflow: Overflow = Overflow.SHRINK
    lines: Annotated[int, Field(ge=1, le=20)] = 1
    grey: Annotated[float, Field(ge=0, le=1)] = 0

    def __post_init__(self) -> None:
        if bool(self.bind) != ("{}" in self.text):
            raise ValueError("a bound text has {} in its pattern, a literal has neither")


@dataclass(frozen=True, slots=True, config=_STRICT)
class Code128(Bound):
    """A bar code, centred; the box includes its quiet zones."""

    op: Literal["code128"] = "code128"


@dataclass(frozen=True, slots=True, config=_STRICT)
class Qr(Bound):
    """A QR code, centred; the box includes its quiet zone."""

    op: Literal["qr"] = "qr"


@dataclass(frozen=True, slots=True, config=_STRICT)
class Items(Op):
    """The goods, one below the other; what does not fit ends in …等N件."""

    op: Literal["items"] = "items"
    font: Font = field(kw_only=True)


@dataclass(frozen=True, slots=True, config=_STRICT)
class Line(Op):
    """From the box's top left to its bottom right. `dash`: mm on and off, empty for a solid line."""

    op: Literal["line"] = "line"
    stroke: Annotated[float, Field(gt=0, le=2)] = 0.25
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, config=_STRICT)
class Rect(Op):
    """A frame `stroke` mm thick, or a black area if `filled`."""

    op: Literal["rect"] = "rect"
    stroke: Annotated[float, Field(gt=0, le=2)] = 0.25
    filled: bool = False


AnyOp: TypeAlias = Annotated[Text | Code128 | Qr | Items | Line | Rect, Field(discriminator="op")]


@dataclass(frozen=True, slots=True, config=_STRICT)
class Template:
    """A label's form. `version` grows with every change, so that a reprint can tell what it was printed with."""

    id: str
    version: Annotated[int, Field(ge=1)]
    paper: Paper
    static: tuple[AnyOp, ...]
    fields: tuple[AnyOp, ...]

    def __post_init__(self) -> None:
        if faults := self._faults():
            raise ValueError("; ".join(faults))

    @property
    def sources(self) -> frozenset[str]:
        """The fields that this template asks for."""
        return frozenset[str]().union(*(op.sources for op in self.fields))

    def _faults(self) -> list[str]:
        known, sources = FIELDS.keys(), self.sources
        return [
            *(
                f"{op.op} at {tuple(op.box)} leaves the paper"
                for op in self.static + self.fields
                if self._spills(op.box)
            ),
            *(f"static {op.op} at {tuple(op.box)} is bound" for op in self.static if op.sources or op.op == "items"),
            *(f"no field is called {source}" for source in sorted(sources - known)),
            *(f"{op.op} at {tuple(op.box)} has no bind" for op in self.fields if op.op in _SYMBOLS and not op.sources),
            *(f"{needed} is shown nowhere" for needed in sorted(_REQUIRED - sources)),
        ]

    def _spills(self, box: Box) -> bool:
        right, bottom = box.x + box.width, box.y + box.height
        return min(box) < 0 or right > self.paper.width or bottom > self.paper.height


_ADAPTER: TypeAdapter[Template] = TypeAdapter(Template)


def parse(data: str | bytes) -> Template:
    """A template from its JSON. Raises `TemplateInvalid` naming every fault and its place."""
    try:
        return _ADAPTER.validate_json(data)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc'])) or 'template'}: {fault['msg']}" for fault in error.errors())
        raise TemplateInvalid("; ".join(faults)) from error


@lru_cache
def template(name: str) -> Template:
    """The template of that name, such as 100x150. Raises `KeyError` for an unknown one."""
    return parse(_FILES[name].read_bytes())


_FILES = {path.stem: path for path in sorted(_FOLDER.glob("*.json"))}
TEMPLATES = tuple(_FILES)
"""The names of the templates that come with the program."""
