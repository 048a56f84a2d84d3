"""Questions a parcel and hours until a scan is known: asking by state and hour, beside asking every two hours.

Both follow the same parcels from the upload of the number until the end is seen, or for sixty days.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from core.clock import DAY, HOUR
from core.orders import NOWHERE
from core.parcels import ENDED, Parcel, fold
from core.tracking.pace import first_poll, next_poll
from tests.benchmarks.fates import Fate, fates

pytestmark = pytest.mark.benchmark

COUNT = 800
Pace = Callable[[Parcel, int], int | None]


@dataclass(frozen=True)
class Outcome:
    """Per parcel: questions asked; per scan: hours until it was known."""

    polls: float
    delay: float


def fixed(period: int) -> Pace:
    return lambda parcel, now: None if parcel.progress.has_ended or now > parcel.shipped_at + 60 * DAY else now + period


def follow(fate: Fate, pace: Pace, first: int) -> tuple[int, list[int]]:
    """Questions, and each scan's delay in milliseconds."""
    parcel = Parcel("p", "m", "s", ("o",), "ZTO", fate.number, NOWHERE, fate.shipped_at, fate.shipped_at)
    polls, known, delays, at = 0, 0, list[int](), first
    while at is not None:
        polls += 1
        told = [node for node in fate.nodes if node.at <= at]
        delays += [at - node.at for node in told[known:]]
        known = len(told)
        parcel = replace(parcel, progress=fold(told, shipped_at=fate.shipped_at))
        at = pace(parcel, at)
    return polls, delays


def measure(travelled: Sequence[Fate], pace: Pace, first: Callable[[Fate], int]) -> Outcome:
    followed = [follow(fate, pace, first(fate)) for fate in travelled]
    delays = [delay for _, some in followed for delay in some]
    return Outcome(sum(polls for polls, _ in followed) / len(travelled), sum(delays) / len(delays) / HOUR)


def fixed_measure(travelled: Sequence[Fate], period: int) -> Outcome:
    return measure(travelled, fixed(period), lambda fate: fate.shipped_at + period)


def ours_measure(travelled: Sequence[Fate]) -> Outcome:
    return measure(travelled, next_poll, lambda fate: first_poll(fate.number, fate.shipped_at))


def test_asking_when_something_is_due_needs_fewer_questions_for_the_same_delay() -> None:
    arriving = [fate for fate in fates(COUNT, seed=7) if fate.nodes[-1].state in ENDED]
    ours, plain = ours_measure(arriving), fixed_measure(arriving, 2 * HOUR)
    as_late = fixed_measure(arriving, round(2 * ours.delay * HOUR))
    _print(("ours", ours), ("every two hours", plain), ("fixed, as late as ours", as_late))
    assert ours.delay <= plain.delay
    assert ours.polls <= 0.8 * plain.polls
    assert ours.polls <= 0.8 * as_late.polls


def test_a_lost_parcel_is_not_asked_about_for_ever() -> None:
    lost = [fate for fate in fates(COUNT, seed=7) if fate.nodes[-1].state not in ENDED]
    ours, plain = ours_measure(lost), fixed_measure(lost, 2 * HOUR)
    _print((f"{len(lost)} lost parcels: ours", ours), ("every two hours", plain))
    assert ours.polls <= 0.2 * plain.polls


def _print(*outcomes: tuple[str, Outcome]) -> None:
    print()
    for name, outcome in outcomes:
        print(f"{name}: {outcome.polls:.1f} questions a parcel, a scan is known after {outcome.delay:.2f} h")
