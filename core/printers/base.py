"""The port to a printer that puts ink on paper: what came out cannot be rolled back, and may stay unknown.

Labels that go into the chat as a PDF need no printer: a file in a chat is sent by the same commit that records it.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One label. `key` is the same for every attempt at the same copy of it."""

    key: str
    pdf: bytes  # one page
    width: float  # mm
    height: float  # mm


class Printer(Protocol):
    """A printer."""

    async def look(self) -> str:
        """What the printer says is wrong with it, "" when it is ready. Raises like `print`; nothing comes out."""
        ...

    async def print(self, job: PrintJob) -> None:
        """Put one label on paper; returns when the printer has taken the job.

        Raises `ServiceUnavailable` (surely nothing came out), `RateLimited` (busy: nothing came out, try again),
        `ServiceRefused` (it will not, details `said`) or `OutcomeUnknown` (something may have come out).
        """
        ...
