"""How far everything a merchant prints is moved, so that it sits where the paper is. Millimetres."""

from dataclasses import dataclass

MOST = 5.0
"""What an offset can mend; beyond it codes leave the paper, and it is the paper's size or the driver that is wrong."""

STEP = 0.125
"""One dot of a 203 dpi printer: between dots, bars would grow or shrink."""

_STRETCHED = 0.015  # from here on the print was made to fit something


@dataclass(frozen=True, slots=True)
class Offset:
    """Right and down are positive."""

    right: float = 0.0
    down: float = 0.0

    def moved(self, right: float, down: float) -> "Offset":
        """Further by this much."""
        return Offset(_on_step(self.right + right), _on_step(self.down + down))

    @property
    def is_possible(self) -> bool:
        """Whether codes stay on the paper."""
        return max(abs(self.right), abs(self.down)) <= MOST


STRAIGHT = Offset()
"""Nothing is moved."""


@dataclass(frozen=True, slots=True)
class Placement:
    """How far a print is off where it was to be: right and down are positive.

    `stretch`: its size over the size it should have; of a stretched print the first two mean nothing.
    """

    right: float
    down: float
    stretch: float

    @property
    def is_stretched(self) -> bool:
        """Whether it is of the wrong size rather than off its place."""
        return abs(self.stretch - 1) > _STRETCHED


def off(printed: Offset, found: Placement) -> Offset:
    """How far from its own place something stands that was printed with an offset, to half a millimetre."""
    return Offset(_half(printed.right + found.right), _half(printed.down + found.down))


def mended(printed: Offset, found: Placement) -> Offset:
    """The offset with which the same printer puts the next print where it belongs."""
    wrong = off(printed, found)
    return printed.moved(-wrong.right, -wrong.down)


def _half(millimetres: float) -> float:
    return round(millimetres * 2) / 2 + 0.0  # never -0.0


def _on_step(millimetres: float) -> float:
    return round(millimetres / STEP) * STEP + 0.0  # never -0.0
