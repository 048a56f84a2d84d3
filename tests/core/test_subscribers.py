"""Who hears of what, and when she may be spoken to."""

from datetime import datetime

import pytest

from core.alerts import Rule, Tier
from core.clock import SHANGHAI, moment_of
from core.rights import MEMBERSHIPS, Role
from core.subscribers import Subscriber, Wishes, at_minute


def at(hour: int, minute: int = 0, day: int = 22) -> int:
    return moment_of(datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI))


def subscriber(role: Role = Role.OWNER, **wishes: object) -> Subscriber:
    return Subscriber("room", "小满", role, "zh", Wishes(**wishes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "free"),
    [
        (at(21, 59), at(21, 59)),
        (at(22), at(8, day=23)),
        (at(23, 59), at(8, day=23)),
        (at(0, day=23), at(8, day=23)),
        (at(7, 59, day=23), at(8, day=23)),
        (at(8, day=23), at(8, day=23)),
        (at(15), at(15)),
    ],
)
def test_nobody_speaks_at_night(now: int, free: int) -> None:
    assert subscriber().free_at(now) == free


@pytest.mark.parametrize(("now", "free"), [(at(12), at(13)), (at(11, 59), at(11, 59)), (at(13), at(13))])
def test_quiet_hours_may_lie_within_a_day(now: int, free: int) -> None:
    assert subscriber(quiet=(12 * 60, 13 * 60)).free_at(now) == free


def test_without_quiet_hours_she_may_be_spoken_to_at_any_time() -> None:
    assert subscriber(quiet=None).free_at(at(3)) == at(3)
    assert subscriber(quiet=(60, 60)).free_at(at(1)) == at(1)


def test_silence_that_ends_at_night_lasts_until_the_morning() -> None:
    assert subscriber(silent_until=at(18)).free_at(at(15)) == at(18)
    assert subscriber(silent_until=at(23)).free_at(at(15)) == at(8, day=23)


HEARD = {
    Role.OWNER: {Rule.STALLED, Rule.SHIP_DEADLINE, Rule.LOW_BALANCE, Rule.AUTHORISATION},
    Role.MANAGER: {Rule.STALLED, Rule.SHIP_DEADLINE, Rule.LOW_BALANCE, Rule.AUTHORISATION},
    Role.PACKER: {Rule.SHIP_DEADLINE},
    Role.SERVICE: {Rule.STALLED, Rule.SHIP_DEADLINE},
    Role.VIEWER: set(),
}


@pytest.mark.parametrize("role", MEMBERSHIPS)
def test_each_role_hears_what_it_can_do_something_about(role: Role) -> None:
    asked = {Rule.STALLED, Rule.SHIP_DEADLINE, Rule.LOW_BALANCE, Rule.AUTHORISATION}
    assert {rule for rule in asked if subscriber(role).hears(rule, Tier.LATE)} == HEARD[role]
    assert subscriber(role).reads_digests is (role in {Role.OWNER, Role.MANAGER})


def test_her_own_wishes_come_first() -> None:
    assert not subscriber(off=frozenset({Rule.STALLED})).hears(Rule.STALLED, Tier.SERIOUS)
    assert subscriber(Role.VIEWER, also=frozenset({Rule.LOST})).hears(Rule.LOST, Tier.LATE)
    assert not subscriber(least=Tier.LATE).hears(Rule.STALLED, Tier.WARN)
    assert subscriber(least=Tier.LATE).hears(Rule.STALLED, Tier.LATE)
    assert not subscriber(is_on=False).hears(Rule.LOST, Tier.SERIOUS)
    assert not subscriber(is_on=False).reads_digests


def test_a_minute_of_the_day() -> None:
    assert at_minute(at(15), 9 * 60) == at(9)
    assert at_minute(at(15), 9 * 60 + 30, tomorrow=True) == at(9, 30, day=23)
