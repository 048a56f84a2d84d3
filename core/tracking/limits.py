"""After how long a rule speaks: defaults, what a merchant has changed, remote provinces and holidays.

The defaults sit on public thresholds where there are any, and are proposals of ours elsewhere; a merchant can change
the first step of every rule that has one, for all parcels, a courier, a province or both. The later steps keep their
proportion to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.alerts import Limit, Rule, Step, Tier
from core.clock import DAY, HOUR, Period

WARN, LATE, SERIOUS = Tier.WARN, Tier.LATE, Tier.SERIOUS

DEFAULTS: Mapping[Rule, tuple[Step, ...]] = {
    Rule.NOT_COLLECTED: (Step(18 * HOUR, WARN), Step(24 * HOUR, LATE), Step(48 * HOUR, SERIOUS)),
    Rule.NO_RECORD: (Step(24 * HOUR, WARN), Step(48 * HOUR, LATE), Step(3 * DAY, SERIOUS)),
    Rule.NOT_DEPARTED: (Step(18 * HOUR, WARN), Step(24 * HOUR, LATE), Step(48 * HOUR, SERIOUS)),
    Rule.STALLED: (Step(24 * HOUR, WARN), Step(48 * HOUR, LATE), Step(72 * HOUR, SERIOUS)),
    Rule.NOT_OUT: (Step(24 * HOUR, LATE), Step(48 * HOUR, SERIOUS)),
    Rule.NOT_SIGNED: (Step(24 * HOUR, LATE), Step(48 * HOUR, SERIOUS)),
    Rule.NOT_FETCHED: (Step(24 * HOUR, WARN), Step(48 * HOUR, LATE), Step(5 * DAY, SERIOUS)),
    Rule.LOST: (Step(5 * DAY, LATE), Step(7 * DAY, SERIOUS)),
    Rule.TROUBLE: (Step(0, LATE), Step(24 * HOUR, SERIOUS)),
    Rule.RETURNING: (Step(0, LATE), Step(7 * DAY, SERIOUS)),
    Rule.SHIP_DEADLINE: (Step(-12 * HOUR, WARN), Step(-4 * HOUR, LATE), Step(-1 * HOUR, LATE), Step(0, SERIOUS)),
    Rule.AFTER_SALE: (Step(-12 * HOUR, LATE), Step(0, SERIOUS)),
    Rule.AUTHORISATION: (Step(-7 * DAY, WARN), Step(-3 * DAY, LATE), Step(-1 * DAY, SERIOUS)),
}
"""Rules that go by the clock."""

ADJUSTABLE = frozenset(rule for rule, steps in DEFAULTS.items() if steps[0].after > 0)
"""Rules whose first step a merchant can move."""

TOO_FAST = 2 * HOUR
"""From pick-up to signature: no courier is as fast as that between two cities."""

LAPSE: Mapping[Rule, int] = {
    Rule.PROXY: 3 * DAY,
    Rule.MISSED: 7 * DAY,
    Rule.WRONG_CITY: 7 * DAY,
    Rule.CONTRADICTION: 7 * DAY,
    Rule.TOO_FAST: 7 * DAY,
}
"""How long something odd about a parcel that has arrived is kept before everybody."""

GIVEN_UP = 60 * DAY
"""Without news for so long a parcel is asked about no more, and spoken of no more."""

_REMOTE: Mapping[str, tuple[int, int]] = {
    "新疆": (2, 1),
    "西藏": (2, 1),
    "青海": (3, 2),
    "内蒙古": (3, 2),
    "甘肃": (3, 2),
    "宁夏": (3, 2),
    "海南": (3, 2),
}
_LONGER_WHEN_REMOTE = frozenset({Rule.STALLED})
_ENDINGS = ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市")


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds of one merchant. Holidays, in which couriers rest and no clock runs, in order and apart."""

    own: Mapping[tuple[Rule, str, str], int] = field(default_factory=dict)
    holidays: tuple[Period, ...] = ()

    def steps(self, rule: Rule, courier: str = "", province: str = "") -> tuple[Step, ...]:
        """The rule's steps for a parcel of this courier to this province (however it is spelled)."""
        steps, where = DEFAULTS[rule], short_province(province)
        for key in ((rule, courier, where), (rule, "", where), (rule, courier, ""), (rule, "", "")):
            if key in self.own:
                steps = scaled(steps, self.own[key], steps[0].after)
                if key[2]:
                    return steps  # said for this province, remote or not
                break
        times = _REMOTE.get(where) if rule in _LONGER_WHEN_REMOTE else None
        return scaled(steps, *times) if times else steps

    def after(self, start: int, elapsed: int) -> int:
        """The moment at which so many milliseconds have run since `start`, holidays not counted.

        What is due at once is due at once: a courier that scans a refusal on a holiday is at work.
        """
        due = start + elapsed
        if not elapsed:
            return due
        for holiday in self.holidays:
            if holiday.end > start and holiday.start < due:
                due += holiday.end - max(holiday.start, start)
        return due


def limits_of(own: Sequence[Limit], holidays: tuple[Period, ...] = ()) -> Limits:
    """The thresholds that a merchant's own ones come to."""
    return Limits({(each.rule, each.courier, each.province): each.first for each in own}, holidays)


def scaled(steps: tuple[Step, ...], times: int, by: int) -> tuple[Step, ...]:
    """The steps in the same proportion, multiplied by times/by."""
    return tuple(Step(step.after * times // by, step.tier) for step in steps)


def short_province(name: str) -> str:
    """新疆 for 新疆维吾尔自治区, 浙江 for 浙江省, 北京 for 北京市."""
    ending = next((each for each in _ENDINGS if name.endswith(each) and len(name) > len(each)), "")
    return name.removesuffix(ending)
