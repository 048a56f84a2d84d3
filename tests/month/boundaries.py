"""Boundaries: every step of every clock, with the scan that stops it a second before and after what it would stop."""

from collections.abc import Mapping

from bot.sandbox.clock import DAY, SECOND
from tests.month import thresholds
from tests.month.scripts import REGIONS, REMOTE, Draft, Way, on_grid
from tests.month.thresholds import GATHER

# What stands before a rule's clock, and the scan that stops it.
_STATIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "not_collected": ((), "got"),
    "no_record": ((), "got"),
    "not_departed": (("got",), "sent"),
    "stalled": (("got", "sent"), "hub"),
    "lost": (("got", "sent"), "hub"),
    "not_out": (("got", "sent", "arrived"), "out"),
    "not_signed": (("got", "sent", "arrived", "out"), "signed"),
    "not_fetched": (("got", "sent", "arrived", "out", "locker"), "signed"),
    "trouble": (("got", "sent", "arrived", "out", "problem"), "out"),
    "returning": (("got", "sent", "arrived", "out", "returning"), "returned"),
}
_BESIDE = (-SECOND, SECOND, GATHER - SECOND, GATHER + SECOND)
BOUNDARIES = [
    (rule, step, beside) for rule in _STATIONS for step in range(len(thresholds.STEPS[rule])) for beside in _BESIDE
]
"""Rule, place of the step, and so many milliseconds after the step is reached."""

_REST = {
    "got": ("sent", "arrived", "out", "signed"),
    "sent": ("arrived", "out", "signed"),
    "hub": ("arrived", "out", "signed"),
    "out": ("signed",),
}
_ON_ZTOS_PUSHES = frozenset("got sent hub arrived out locker signed".split())


def write(rule: str, step: int, beside: int, draft: Draft) -> None:
    """The scan that stops the clock comes a second before or after the step, or before or after it is told."""
    before, after = _STATIONS[rule]
    is_remote = rule == "stalled" and draft.dice.random() < 0.5
    draft.region = draft.dice.choice(REMOTE if is_remote else REGIONS)
    if not before and draft.dice.random() < 0.3:
        draft.promised_at = on_grid(draft.shipped_at + 2 * DAY)
    draft.travels(*before)
    arm = draft.at if before else max(draft.shipped_at, draft.promised_at or 0)
    elapsed, _ = thresholds.steps(rule, draft.region[0])[step]
    due = thresholds.moment(arm, elapsed, draft.holidays)
    if beside not in {-SECOND, SECOND}:
        due = thresholds.free(due + GATHER, has_quiet_hours=draft.has_quiet_hours) - GATHER
    at = due + beside
    if at <= draft.at:  # a rule that speaks at once has nothing before it
        at = draft.at + SECOND
    draft.scan_at(after, at, late=0)
    draft.travels(*_REST.get(after, ()))
    draft.way = Way.PUSHED if all(scan.what in _ON_ZTOS_PUSHES for scan in draft.scans) else Way.TRACKER
