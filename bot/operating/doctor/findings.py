"""What the doctor found: one line each."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a line begins."""

    WELL = "ok"
    WRONG = "WRONG"
    UNUSED = "--"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at, what was `seen`, and for what is wrong `todo`."""

    what: str
    verdict: Verdict
    seen: str
    todo: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing must be done."""
        return self.verdict is not Verdict.WRONG

    @property
    def line(self) -> str:
        """As it is printed."""
        return f"{self.verdict:5}  {self.what}: {self.seen}" + (f"\n       → {self.todo}" if self.todo else "")


def well(what: str, seen: str) -> Finding:
    """All right."""
    return Finding(what, Verdict.WELL, seen)


def wrong(what: str, seen: str, todo: str) -> Finding:
    """Something must be done."""
    return Finding(what, Verdict.WRONG, seen, todo)


def unused(what: str, seen: str) -> Finding:
    """Not in use here, so there is nothing to be wrong."""
    return Finding(what, Verdict.UNUSED, seen)
