"""What must be told of a parcel, by its script and the moments at which its news was handed over.

Written from the sheet of rules, for whoever judges the program: a parcel's state is folded from the scans known, clocks
follow from the state, steps are reached to the millisecond, and what is reached is told two minutes later or in the
morning, unless news came first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.month import thresholds
from tests.month.scripts import Scan, Script
from tests.month.thresholds import INFO, LATE, SERIOUS, Holidays

_ROAD = ("sent", "hub", "customs", "forwarded")
_FIRST = ("created", "got")
_HOMEWARD = ("refused", "returning")
_SIGNED = ("signed", "proxy")
_OVER = (*_SIGNED, "returned", "cancelled")
_TROUBLE = ("problem", "held", "failed")
_GOES_ON = ("returning", "refunding", "proxy", "wrong_city", "contradiction", "too_fast")
# What may follow an end without being odd.
_FITS = {
    "signed": ("created", "signed", "proxy"),
    "proxy": ("created", "proxy", "locker"),
    "returned": ("created", "returning", "signed", "proxy", "returned"),
    "cancelled": ("created", "cancelled"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One step of a rule as a merchant hears it."""

    number: str
    rule: str
    arm: int
    step: int
    tier: int
    raised_at: int
    told_at: int


@dataclass(frozen=True, slots=True)
class Span:
    """An alert from its first step to its end; `why` it ended: news or time."""

    number: str
    rule: str
    arm: int
    raised_at: int
    closed_at: int
    why: str
    tier: int  # the gravest


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that became known: scans, or that a refund is open since (0: not any more)."""

    at: int
    scans: tuple[Scan, ...] = ()
    refund: int | None = None


@dataclass(slots=True)
class _Parcel:
    """How a parcel stands by the scans known."""

    state: str = "no_record"
    since: int = 0
    last_at: int = 0
    got_at: int | None = None
    signed_at: int | None = None
    is_elsewhere: bool = False
    odd_at: int | None = None


@dataclass(frozen=True, slots=True)
class _Clock:
    rule: str
    arm: int
    steps: tuple[tuple[int, int], ...]  # moments and tiers
    until: int | None = None


@dataclass(slots=True)
class _Open:
    arm: int
    step: int
    tier: int
    raised_at: int
    first_at: int
    tell_at: int | None


@dataclass
class Oracle:
    """One parcel's."""

    script: Script
    holidays: Holidays
    has_quiet_hours: bool
    told: list[Told] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    _open: dict[str, _Open] = field(default_factory=dict)
    _past: dict[str, int] = field(default_factory=dict)  # by rule: the arm of the last one that is over
    _odd_since: int | None = None

    def foretell(self, heard: Sequence[Heard], until: int) -> None:
        """Everything that must be told up to a moment."""
        known: list[Scan] = []
        refund = 0
        moments = [Heard(self.script.shipped_at), *heard]
        for place, news in enumerate(moments):
            known += news.scans
            refund = refund if news.refund is None else news.refund
            parcel = _fold(known, self.script)
            end = moments[place + 1].at if place + 1 < len(moments) else until
            self._lives(parcel, refund, news.at, end)

    def _lives(self, parcel: _Parcel, refund: int, start: int, end: int) -> None:
        now = start
        while True:
            clocks = self._clocks(parcel, refund)
            self._look(clocks, now)
            self._tell(now)
            due = [at for clock in clocks for at, _ in clock.steps]
            due += [clock.until for clock in clocks if clock.until]
            due += [each.tell_at for each in self._open.values() if each.tell_at]
            later = [at for at in due if now < at < end]
            if not later:
                return
            now = min(later)

    def _look(self, clocks: Sequence[_Clock], now: int) -> None:
        ticking = {clock.rule for clock in clocks}
        for rule in [rule for rule in self._open if rule not in ticking]:
            self._close(rule, now, "news")
        for clock in clocks:
            self._look_at(clock, now)

    def _look_at(self, clock: _Clock, now: int) -> None:
        step, mine = sum(at <= now for at, _ in clock.steps), self._open.get(clock.rule)
        is_over = clock.until is not None and clock.until <= now
        if mine and clock.arm > mine.arm and clock.rule not in _GOES_ON:
            self._close(clock.rule, now, "news")
            mine = None
        if mine and is_over:
            self._close(clock.rule, now, "time")
        elif mine and step > mine.step:
            self._reach(mine, clock, step, now)
        elif mine is None and step and not is_over and clock.arm > self._past.get(clock.rule, 0):
            self._open[clock.rule] = _Open(clock.arm, 0, 0, 0, now, None)
            self._reach(self._open[clock.rule], clock, step, now)

    def _reach(self, mine: _Open, clock: _Clock, step: int, now: int) -> None:
        mine.step, mine.tier, mine.raised_at = step, clock.steps[step - 1][1], now
        mine.tell_at = None if mine.tier == INFO else self._free(now + thresholds.GATHER)

    def _free(self, at: int) -> int:
        return thresholds.free(at, has_quiet_hours=self.has_quiet_hours)

    def _tell(self, now: int) -> None:
        for rule, mine in self._open.items():
            if mine.tell_at is not None and mine.tell_at <= now:
                number = self.script.number
                self.told.append(Told(number, rule, mine.arm, mine.step, mine.tier, mine.raised_at, mine.tell_at))
                mine.tell_at = None

    def _close(self, rule: str, now: int, why: str) -> None:
        mine = self._open.pop(rule)
        self.spans.append(Span(self.script.number, rule, mine.arm, mine.first_at, now, why, mine.tier))
        self._past[rule] = mine.arm

    # Which clocks run.

    def _clocks(self, parcel: _Parcel, refund: int) -> list[_Clock]:
        return [*self._by_state(parcel), *self._by_refund(parcel, refund), *self._oddities(parcel)]

    def _by_state(self, parcel: _Parcel) -> Iterator[_Clock]:
        state, begun = parcel.state, max(self.script.shipped_at, self.script.promised_at or 0)
        if state in {"no_record", "created"}:
            yield self._timed("not_collected", begun)
        if state == "no_record":
            yield self._timed("no_record", begun)
        if state in _STANDING:
            yield self._timed(_STANDING[state], parcel.last_at if state in _ROAD else parcel.since)
        if state in _ROAD or state in {*_TROUBLE, "got", "arrived", "out"}:
            yield self._timed("lost", parcel.last_at)
        if state in _HOMEWARD:
            mine = self._open.get("returning")
            yield self._timed("returning", mine.arm if mine else parcel.since)

    def _timed(self, rule: str, arm: int) -> _Clock:
        steps = thresholds.steps(rule, self.script.region[0])
        moments = tuple((thresholds.moment(arm, elapsed, self.holidays), tier) for elapsed, tier in steps)
        return _Clock(rule, arm, moments, thresholds.moment(arm, thresholds.FORGOTTEN, self.holidays))

    def _by_refund(self, parcel: _Parcel, refund: int) -> Iterator[_Clock]:
        if refund and parcel.state not in {*_OVER, *_HOMEWARD}:
            at_door = ((max(refund, parcel.since), SERIOUS),) if parcel.state in {"out", "locker"} else ()
            yield _Clock("refunding", refund, ((refund, LATE), *at_door))
        if parcel.state == "proxy":
            complaint = ((max(refund, parcel.since), SERIOUS),) if refund else ()
            yield _shown("proxy", parcel.since, (parcel.since, INFO), *complaint)

    def _oddities(self, parcel: _Parcel) -> Iterator[_Clock]:
        if parcel.odd_at is not None:
            yield _shown("contradiction", parcel.odd_at, (parcel.odd_at, LATE))
        signed = parcel.signed_at
        if signed is None:
            return
        if parcel.is_elsewhere:
            yield _shown("wrong_city", signed, (signed, LATE))
        if parcel.got_at is not None and signed - parcel.got_at < thresholds.TOO_FAST and parcel.state in _SIGNED:
            yield _shown("too_fast", signed, (signed, LATE))


_STANDING = {
    "got": "not_departed",
    **dict.fromkeys(_ROAD, "stalled"),
    "arrived": "not_out",
    "out": "not_signed",
    "locker": "not_fetched",
    **dict.fromkeys(_TROUBLE, "trouble"),
}


def _shown(rule: str, arm: int, *steps: tuple[int, int]) -> _Clock:
    return _Clock(rule, arm, steps, steps[-1][0] + thresholds.SHOWN_FOR[rule])


def _fold(known: Sequence[Scan], script: Script) -> _Parcel:
    """In order of the scans' own time, whenever they came and however often."""
    parcel = _Parcel()
    for scan in sorted({(scan.at, scan.what, scan.city) for scan in known}):
        _move(parcel, *scan, script)
    return parcel


def _move(parcel: _Parcel, at: int, what: str, city: str, script: Script) -> None:
    parcel.last_at = at
    if what == "remark":
        return
    if parcel.state in _OVER:
        _after_the_end(parcel, at, what)
        return
    if _changes_nothing(parcel.state, what):
        return
    if what != parcel.state and not (what in _ROAD and parcel.state in {"sent", "hub"} and what in {"sent", "hub"}):
        parcel.since = at
    parcel.state = what
    if what == "got" and parcel.got_at is None:
        parcel.got_at = at
    if what in _SIGNED and parcel.signed_at is None:
        parcel.signed_at = at
        parcel.is_elsewhere = city not in script.region
        parcel.odd_at = at if parcel.got_at is None else parcel.odd_at


def _changes_nothing(state: str, what: str) -> bool:
    """On its way home a parcel passes hubs; nobody picks a parcel up again."""
    if state == "returning" and what != "returned":
        return True
    if state == "refused" and what in {*_FIRST, *_ROAD, "arrived", "held"}:
        return True
    return what in _FIRST and state not in {"no_record", "created"}


def _after_the_end(parcel: _Parcel, at: int, what: str) -> None:
    if parcel.state in _SIGNED and what in {*_HOMEWARD, "returned"}:
        parcel.state, parcel.since, parcel.odd_at = what, at, parcel.odd_at or at
    elif parcel.state == "proxy" and what == "signed":
        parcel.state, parcel.since = what, at
    elif what not in _FITS[parcel.state]:
        parcel.odd_at = parcel.odd_at or at
