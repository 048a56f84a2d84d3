"""A service that fails again and again is left alone, then tried with one call."""

from bot.sandbox.clock import WorldClock
from core.tracking.breaker import Breakers

MINUTE = 60_000


def _fails(breakers: Breakers, times: int) -> None:
    for _ in range(times):
        assert breakers.lets_through("ZTO")
        breakers.failed("ZTO")


def test_four_failures_are_bad_luck_and_five_are_a_fault() -> None:
    breakers = Breakers(WorldClock())
    _fails(breakers, 4)
    assert breakers.lets_through("ZTO")
    breakers.failed("ZTO")
    assert not breakers.lets_through("ZTO")
    assert breakers.lets_through("pinduoduo"), "another service is another matter"


def test_an_answer_in_between_begins_the_count_anew() -> None:
    breakers = Breakers(WorldClock())
    _fails(breakers, 4)
    breakers.succeeded("ZTO")
    _fails(breakers, 4)
    assert breakers.lets_through("ZTO")


def test_after_a_rest_one_call_is_let_through_and_decides_about_the_others() -> None:
    clock = WorldClock()
    breakers = Breakers(clock)
    _fails(breakers, 5)
    clock.move(MINUTE)
    assert [breakers.lets_through("ZTO") for _ in range(3)] == [True, False, False]
    breakers.succeeded("ZTO")
    assert [breakers.lets_through("ZTO") for _ in range(3)] == [True, True, True]


def test_each_rest_is_twice_as_long_up_to_half_an_hour() -> None:
    clock = WorldClock()
    breakers = Breakers(clock)
    _fails(breakers, 5)
    rests = []
    for _ in range(8):
        minutes = 0
        while not breakers.lets_through("ZTO"):
            clock.move(MINUTE)
            minutes += 1
        rests.append(minutes)
        breakers.failed("ZTO")
    assert rests == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_call_that_never_came_back_does_not_close_the_line_for_ever() -> None:
    clock = WorldClock()
    breakers = Breakers(clock)
    _fails(breakers, 5)
    clock.move(MINUTE)
    assert breakers.lets_through("ZTO"), "and its outcome is never told"
    assert not breakers.lets_through("ZTO")
    clock.move(MINUTE)
    assert breakers.lets_through("ZTO")
