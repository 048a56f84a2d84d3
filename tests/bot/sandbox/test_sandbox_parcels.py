"""Parcels: what the clock brings about, and what verbs change."""

import pytest

from bot.sandbox.clock import WorldClock
from bot.sandbox.parcels import Journey, Parcel, Scan

HOUR = 3_600_000
HAPPY = [Scan.PICKED, Scan.DEPARTED, Scan.ARRIVED, Scan.DELIVERING, Scan.SIGNED]


@pytest.fixture
def clock() -> WorldClock:
    return WorldClock()


@pytest.fixture
def parcel(clock: WorldClock) -> Parcel:
    return Parcel(Journey("73100196611386", ("杭州市", "广州市"), clock.now()), clock)


def scans(parcel: Parcel) -> list[Scan]:
    return [event.scan for event in parcel.events()]


def test_a_parcel_left_alone_is_picked_up_after_four_hours_and_signed_after_45(
    parcel: Parcel, clock: WorldClock
) -> None:
    assert scans(parcel) == []
    clock.move(4 * HOUR)
    assert scans(parcel) == [Scan.PICKED]
    clock.move(41 * HOUR)
    assert scans(parcel) == HAPPY
    assert [event.city for event in parcel.events()] == ["杭州市", "杭州市", "广州市", "广州市", "广州市"]
    assert parcel.delivered_at() == clock.now()


def test_a_scan_now_moves_the_rest_of_the_plan_forward(parcel: Parcel, clock: WorldClock) -> None:
    parcel.scanned()
    assert scans(parcel) == [Scan.PICKED]
    clock.move(3 * HOUR - 1)
    assert scans(parcel) == [Scan.PICKED]
    clock.move(1)
    assert scans(parcel) == [Scan.PICKED, Scan.DEPARTED]


def test_a_stalled_parcel_stays_where_it_is_until_it_is_scanned_again(parcel: Parcel, clock: WorldClock) -> None:
    clock.move(5 * HOUR)
    parcel.stalls()
    clock.move(100 * HOUR)
    assert scans(parcel) == [Scan.PICKED]
    parcel.scanned()
    assert scans(parcel) == [Scan.PICKED, Scan.DEPARTED]
    clock.move(100 * HOUR)
    assert scans(parcel) == HAPPY


def test_a_parcel_stalled_before_its_pick_up_is_never_picked_up(parcel: Parcel, clock: WorldClock) -> None:
    parcel.stalls()
    clock.move(100 * HOUR)
    assert scans(parcel) == []


def test_signed_now_brings_every_missing_scan_before_it(parcel: Parcel, clock: WorldClock) -> None:
    clock.move(5 * HOUR)
    parcel.signed()
    assert scans(parcel) == HAPPY
    assert parcel.delivered_at() == clock.now()


def test_a_stalled_parcel_can_be_signed(parcel: Parcel) -> None:
    parcel.stalls()
    parcel.signed()
    assert scans(parcel) == HAPPY


def test_a_parcel_in_a_locker_waits_until_it_is_taken(parcel: Parcel, clock: WorldClock) -> None:
    parcel.scanned()
    parcel.goes_to_locker()
    clock.move(100 * HOUR)
    assert scans(parcel) == [Scan.PICKED, Scan.LOCKER]
    assert parcel.delivered_at() == 0
    parcel.taken()
    assert parcel.delivered_at() == clock.now()


def test_a_refused_parcel_goes_home_when_told_to_and_is_never_delivered(parcel: Parcel, clock: WorldClock) -> None:
    parcel.scanned()
    parcel.refused()
    clock.move(100 * HOUR)
    parcel.returns()
    clock.move(60 * HOUR)
    homeward = [Scan.RETURNING, Scan.DEPARTED, Scan.ARRIVED, Scan.RETURNED]
    assert scans(parcel) == [Scan.PICKED, Scan.REFUSED, *homeward]
    assert [event.city for event in parcel.events()][-2:] == ["杭州市", "杭州市"]
    assert parcel.delivered_at() == 0


@pytest.mark.parametrize(("verb", "scan"), [("fails", Scan.FAILED), ("held", Scan.HELD)])
def test_after_a_mishap_nothing_happens_by_itself(parcel: Parcel, clock: WorldClock, verb: str, scan: Scan) -> None:
    getattr(parcel, verb)()
    clock.move(100 * HOUR)
    assert scans(parcel) == [scan]


def test_a_slow_parcel_takes_longer_for_what_is_left(parcel: Parcel, clock: WorldClock) -> None:
    clock.move(5 * HOUR)
    parcel.slows(3)
    clock.move(6 * HOUR - 1)
    assert scans(parcel) == [Scan.PICKED]
    clock.move(1)
    assert scans(parcel) == [Scan.PICKED, Scan.DEPARTED]


def test_a_lost_parcel_is_never_scanned_again(parcel: Parcel, clock: WorldClock) -> None:
    clock.move(5 * HOUR)
    parcel.is_lost()
    parcel.scanned()
    clock.move(1_000 * HOUR)
    assert scans(parcel) == [Scan.PICKED]
    assert parcel.next_at() == 0


def test_a_feed_can_contradict_itself_after_the_signature(parcel: Parcel, clock: WorldClock) -> None:
    parcel.contradicts()
    clock.move(HOUR)
    assert scans(parcel) == [*HAPPY, Scan.DELIVERING]


def test_a_parcel_can_be_signed_where_nobody_ordered_it(parcel: Parcel) -> None:
    parcel.is_signed_elsewhere()
    assert [(event.scan, event.city) for event in parcel.events()] == [(Scan.SIGNED, "乌鲁木齐市")]


def test_a_remark_moves_nothing(parcel: Parcel, clock: WorldClock) -> None:
    parcel.remarks()
    clock.move(45 * HOUR)
    assert scans(parcel) == [Scan.NOTE, *HAPPY]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("plain", [Scan.PICKED, Scan.DEPARTED]),
        ("twice", [Scan.PICKED, Scan.DEPARTED, Scan.PICKED, Scan.DEPARTED]),
        ("backwards", [Scan.DEPARTED, Scan.PICKED]),
        ("at midnight", []),
    ],
)
def test_scans_are_told_as_couriers_tell_them(parcel: Parcel, clock: WorldClock, how: str, told: list[Scan]) -> None:
    parcel.tells(how)
    clock.move(8 * HOUR)
    assert [event.scan for event in parcel.told()] == told


def test_a_days_scans_come_together_when_the_day_is_over(parcel: Parcel, clock: WorldClock) -> None:
    parcel.tells("at midnight")
    clock.move(int(8.5 * HOUR) - 1)
    assert parcel.told() == []
    clock.move(1)
    assert [event.scan for event in parcel.told()] == [Scan.PICKED, Scan.DEPARTED]
