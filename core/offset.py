"""How far everything a merchant prints is moved, so that it sits where the paper is. Millimetres."""

from dataclasses import dataclass

MOST = 5.0
"""What an offset can mend; beyond it codes leave the paper, and it is the paper's size or the driver that is wrong."""

_STEP = 0.125  # one dot of a 203 dpi printer: between dots, bars would grow or shrink


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


def _on_step(millimetres: float) -> float:
    return round(millimetres / _STEP) * _STEP + 0.0  # never -0.0
