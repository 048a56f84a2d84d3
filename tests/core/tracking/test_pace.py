"""When a parcel is asked about again."""

from dataclasses import replace
from datetime import datetime

import pytest

from core.clock import DAY, HOUR, MINUTE, moment_of, shanghai
from core.orders import NOWHERE
from core.parcels import Node, Oddity, Parcel, ParcelState, fold
from core.tracking.pace import FIRST, first_poll, next_poll

S = ParcelState
MORNING = moment_of(datetime(2026, 11, 23, 10, 0))  # noqa: DTZ001 - Shanghai wall clock
PARCEL = Parcel("p", "m", "s", ("o",), "ZTO", "73100000000001", NOWHERE, MORNING, MORNING)
MOVING = frozenset(S) - {S.DELIVERED, S.DELIVERED_PROXY, S.RETURNED, S.CANCELLED, S.NO_RECORD, S.CREATED, S.OTHER}


def in_state(state: ParcelState, at: int = MORNING, parcel: Parcel = PARCEL) -> Parcel:
    nodes = [Node(at - MINUTE, S.PICKED_UP, "揽收"), Node(at, state, "x")]
    return replace(parcel, progress=fold(nodes, shipped_at=parcel.shipped_at))


def wait(parcel: Parcel, now: int) -> float:
    """Hours until it is asked about."""
    at = next_poll(parcel, now)
    assert at is not None
    return (at - now) / HOUR


@pytest.mark.parametrize(
    ("state", "least", "most"),
    [
        (S.PICKED_UP, 2.5, 3),
        (S.IN_TRANSIT, 6, 6.5),
        (S.ARRIVED_CITY, 1.5, 1.7),
        (S.OUT_FOR_DELIVERY, 1.25, 1.4),
        (S.AT_PICKUP_POINT, 3, 3.4),
        (S.PROBLEM, 1, 1.1),
        (S.REFUSED, 2, 2.2),
        (S.RETURNING, 6, 6.7),
    ],
)
def test_right_after_a_scan_the_wait_is_as_long_as_nothing_is_to_be_expected(
    state: ParcelState, least: float, most: float
) -> None:
    assert least <= wait(in_state(state), MORNING) <= most


@pytest.mark.parametrize("state", sorted(MOVING))
def test_two_questions_are_never_closer_than_a_tracker_bears(state: ParcelState) -> None:
    for hours in (0, 1, 5, 12, 24, 47, 48, 90, 300):
        now = MORNING + hours * HOUR
        assert wait(in_state(state), now) >= 0.5


@pytest.mark.parametrize("state", sorted(MOVING))
def test_a_number_is_asked_about_at_most_24_times_a_day(state: ParcelState) -> None:
    now, times = MORNING, 0
    parcel = in_state(state)
    while now < MORNING + DAY:
        now = next_poll(parcel, now) or MORNING + DAY
        times += 1
    assert times <= 24


@pytest.mark.parametrize("state", [S.ARRIVED_CITY, S.OUT_FOR_DELIVERY, S.AT_PICKUP_POINT, S.HELD])
def test_at_night_nobody_asks_about_what_happens_by_day(state: ParcelState) -> None:
    evening = moment_of(datetime(2026, 11, 23, 21, 30))  # noqa: DTZ001 - Shanghai wall clock
    at = next_poll(in_state(state, evening), evening)
    assert at is not None
    assert (shanghai(at).day, shanghai(at).hour) == (24, 8)


def test_a_deadline_of_the_pick_up_is_asked_about_every_hour() -> None:
    late = MORNING + 24 * HOUR
    assert 1 <= wait(PARCEL, late) <= 1.2
    assert wait(PARCEL, MORNING + 3 * HOUR) >= 2


@pytest.mark.parametrize(("days", "least", "most"), [(1, 3, 3.5), (3, 12, 13.5), (10, 24, 27), (59, 24, 27)])
def test_the_longer_nothing_was_heard_the_longer_the_wait(days: int, least: float, most: float) -> None:
    assert least <= wait(in_state(S.IN_TRANSIT), MORNING + days * DAY) <= most


def test_after_sixty_days_of_silence_nobody_asks_any_more() -> None:
    assert next_poll(in_state(S.IN_TRANSIT), MORNING + 60 * DAY) is None
    assert next_poll(PARCEL, MORNING + 60 * DAY) is None


@pytest.mark.parametrize("state", [S.DELIVERED, S.RETURNED, S.CANCELLED])
def test_an_end_is_looked_at_once_more_after_a_day(state: ParcelState) -> None:
    parcel = in_state(state)
    assert next_poll(parcel, MORNING + HOUR) == MORNING + DAY
    assert next_poll(parcel, MORNING + DAY) is None


def test_an_end_that_was_contradicted_is_looked_at_for_a_week() -> None:
    ended = in_state(S.DELIVERED)
    odd = replace(ended, progress=replace(ended.progress, oddities=frozenset({Oddity.NEWS_AFTER_END})))
    assert next_poll(odd, MORNING + 2 * DAY) == MORNING + 3 * DAY
    assert next_poll(odd, MORNING + 7 * DAY) is None


def test_where_news_is_pushed_asking_is_three_times_as_rare() -> None:
    pushed = replace(in_state(S.IN_TRANSIT), subscription="ZTO")
    assert 18 <= wait(pushed, MORNING) <= 18.5


def test_numbers_shipped_together_are_spread_the_same_way_every_time() -> None:
    first = [first_poll(f"7310000000{n:04}", MORNING) for n in range(200)]
    assert first == [first_poll(f"7310000000{n:04}", MORNING) for n in range(200)]
    assert min(first) >= MORNING + FIRST
    assert max(first) < MORNING + FIRST * 1.1
    assert len(set(first)) > 190
