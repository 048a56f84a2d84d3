"""Who of a merchant's people hears of what, and when it is time to speak."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from core.alerts import Rule, Tier
from core.clock import MINUTE, day_of, moment_of, shanghai
from core.rights import Role

_MATTERS = frozenset({Rule.LOW_BALANCE, Rule.AUTHORISATION})
_BEFORE_SHIPPING = frozenset({Rule.SHIP_DEADLINE, Rule.ADDRESS_CHANGED})
_HEARD: Mapping[Role, frozenset[Rule]] = {
    Role.OWNER: frozenset(Rule),
    Role.MANAGER: frozenset(Rule),
    Role.PACKER: _BEFORE_SHIPPING,
    Role.SERVICE: frozenset(Rule) - _MATTERS,
    Role.VIEWER: frozenset(),
}
_READ_DIGESTS = frozenset({Role.OWNER, Role.MANAGER})
_NIGHT = (22 * 60, 8 * 60)
_MORNING, _EVENING = 8 * 60 + 30, 20 * 60 + 30
_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants to hear. Times of day in minutes after Shanghai midnight; None: not at all."""

    is_on: bool = True
    silent_until: int = 0  # epoch milliseconds UTC
    quiet: tuple[int, int] | None = _NIGHT  # from, to; over midnight where `to` is smaller
    morning: int | None = _MORNING
    evening: int | None = _EVENING
    least: Tier = Tier.WARN
    off: frozenset[Rule] = frozenset()
    also: frozenset[Rule] = frozenset()  # more than her role would hear


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person in a chat who may be spoken to."""

    channel: str
    peer: str
    role: Role
    language: str
    wishes: Wishes = Wishes()
    since: int = 0  # when she joined

    def hears(self, rule: Rule, tier: Tier) -> bool:
        """Whether she wants to know of this at all."""
        wanted = (_HEARD[self.role] | self.wishes.also) - self.wishes.off
        return self.wishes.is_on and rule in wanted and tier >= self.wishes.least

    @property
    def reads_digests(self) -> bool:
        """Whether she gets the morning and the evening digest."""
        return self.wishes.is_on and self.role in _READ_DIGESTS

    def free_at(self, now: int) -> int:
        """`now` when she may be spoken to, else the moment from which she may."""
        at = max(now, self.wishes.silent_until)
        return end if (end := _end_of_quiet(self.wishes.quiet, at)) else at


def _end_of_quiet(quiet: tuple[int, int] | None, at: int) -> int | None:
    """The end of the quiet hours in which the moment lies."""
    if quiet is None or quiet[0] == quiet[1]:
        return None
    begin, end = quiet
    minute = (at - day_of(at).start) // MINUTE
    if (minute - begin) % _MINUTES >= (end - begin) % _MINUTES:
        return None
    return at_minute(at, end, tomorrow=minute >= end)


def at_minute(day: int, minute: int, *, tomorrow: bool = False) -> int:
    """The moment at this minute of the Shanghai day in which `day` lies, or of the day after."""
    midnight = shanghai(day).replace(hour=0, minute=0, second=0, microsecond=0)
    return moment_of(midnight + timedelta(days=int(tomorrow), minutes=minute))
