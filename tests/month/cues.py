"""What happens when: uploads, pushes and refunds by the scripts, and the hours of every day."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.clock import DAY, HOUR, MINUTE, SECOND, midnight
from tests.month.scripts import Scan, Script, Way

# Before the night ends, all questions that are due are asked, so that no answer comes at the moment of the telling.
_HOURS = ((8 * HOUR - SECOND, "dawn"), (8 * HOUR + 30 * MINUTE, "digest"), (20 * HOUR + 30 * MINUTE, "digest"))


@dataclass(order=True, slots=True)
class Cue:
    """One thing at one moment; of several the lowest number comes first."""

    at: int
    number: int
    what: str = field(compare=False)  # upload, push, refund, dawn, digest
    script: Script | None = field(compare=False, default=None)
    detail: Any = field(compare=False, default=None)  # the scan that is pushed; whether the refund is open


class Cues:
    """In order. `until`: the last moment of all."""

    def __init__(self, scripts: Sequence[Script], opening: int, open_for: int) -> None:
        """`open_for`: milliseconds that the days go on after the last script has ended."""
        self._cues = [cue for script in scripts for cue in _of_script(script)]
        self._coming = len(self._cues)
        self.until = max(cue.at for cue in self._cues) + open_for
        days = range(midnight(opening), self.until, DAY)
        self._cues += [Cue(day + hour, 0, what) for day in days for hour, what in _HOURS]
        heapq.heapify(self._cues)

    @property
    def is_waiting_only(self) -> bool:
        """Whether the scripts have ended."""
        return self._coming == 0

    @property
    def next_at(self) -> int:
        """When the next one is; `until` when there is none."""
        return self._cues[0].at if self._cues else self.until

    def due(self, now: int) -> Iterator[Cue]:
        """Those whose moment has come; each comes once."""
        while self._cues and self._cues[0].at <= now:
            cue = heapq.heappop(self._cues)
            self._coming -= cue.script is not None
            yield cue


def _of_script(script: Script) -> Iterator[Cue]:
    yield Cue(script.shipped_at, 0, "upload", script)
    if script.way is not Way.ASKED:
        yield from (_pushed(script, place, scan) for place, scan in enumerate(script.scans))
    if script.refund:
        yield Cue(script.refund.opened_at, 0, "refund", script, detail=True)
    if script.refund and script.refund.closed_at:
        yield Cue(script.refund.closed_at, 0, "refund", script, detail=False)


def _pushed(script: Script, place: int, scan: Scan) -> Cue:
    """Of what is pushed at one moment the newest comes first."""
    return Cue(scan.pushed_at, 1 - place, "push", script, scan)
