"""Moments, days and periods."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.clock import DAY, HOUR, Period, SystemClock, day, day_of, moment_of, rest_days, shanghai

MIDNIGHT = 1_795_276_800_000  # 2026-11-22 00:00:00 in Shanghai


def test_shanghai_is_eight_hours_ahead() -> None:
    assert shanghai(MIDNIGHT).isoformat() == "2026-11-22T00:00:00+08:00"
    assert moment_of(datetime(2026, 11, 21, 16, tzinfo=UTC)) == MIDNIGHT


def test_a_time_without_a_zone_is_shanghais() -> None:
    assert moment_of(datetime(2026, 11, 22, 15, 30)) == MIDNIGHT + 15 * HOUR + HOUR // 2  # noqa: DTZ001 - that is the case


@given(some.integers(0, 4_102_444_800).map(lambda seconds: seconds * 1_000))
def test_every_second_survives_the_way_to_the_wall_clock_and_back(moment: int) -> None:
    assert moment_of(shanghai(moment)) == moment


@pytest.mark.parametrize("moment", [MIDNIGHT, MIDNIGHT + 1, MIDNIGHT + DAY - 1])
def test_a_day_is_shanghais_from_midnight_to_midnight(moment: int) -> None:
    assert day_of(moment) == Period(MIDNIGHT, MIDNIGHT + DAY)


def test_the_moment_before_midnight_is_still_the_day_before() -> None:
    assert day_of(MIDNIGHT - 1) == day(date(2026, 11, 21)) == Period(MIDNIGHT - DAY, MIDNIGHT)


def test_a_period_is_cut_into_slices_that_touch_and_cover_it() -> None:
    assert Period(0, 70).slices(30) == [Period(0, 30), Period(30, 60), Period(60, 70)]
    assert Period(10, 40).slices(30) == [Period(10, 40)]
    assert Period(10, 10).slices(30) == []


def test_rest_days_are_whole_days_in_order_and_those_that_touch_are_one() -> None:
    written = "2026-11-25, 2026-11-21/2026-11-22,2026-11-23/2026-11-23,2026-11-22"
    first, second = rest_days(written)
    assert first == Period(MIDNIGHT - DAY, MIDNIGHT + 2 * DAY)
    assert second == Period(MIDNIGHT + 3 * DAY, MIDNIGHT + 4 * DAY)
    assert rest_days("") == ()
    with pytest.raises(ValueError, match="isoformat"):
        rest_days("春节")


def test_the_systems_clock_counts_milliseconds_since_1970() -> None:
    before = datetime.now(UTC).timestamp()
    assert int(before * 1_000) <= SystemClock().now() <= int(datetime.now(UTC).timestamp() * 1_000) + 1
