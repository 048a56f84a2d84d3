"""The rules about a parcel: which clocks run for it, which of their steps are reached, and when the next will be.

Pure functions over a parcel, what its orders say, the merchant's limits and the moment. A step that is due at a moment
is reached at that moment, not a millisecond earlier.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from core.alerts import Rule, Tier
from core.parcels import DELIVERED, Oddity, Parcel, ParcelState
from core.tracking.limits import GIVEN_UP, LAPSE, TOO_FAST, Limits

S = ParcelState
HOMEWARD = frozenset({S.REFUSED, S.INTERCEPTED, S.RETURNING})
TROUBLED = frozenset({S.HELD, S.ATTEMPT_FAILED, S.PROBLEM})
LASTING = frozenset({Rule.RETURNING, Rule.REFUNDING, Rule.PROXY, Rule.WRONG_CITY, Rule.CONTRADICTION, Rule.TOO_FAST})
"""Rules whose clock goes on though the parcel moves: armed again only after they had nothing to say."""

_UNDER_WAY = frozenset({S.IN_TRANSIT, S.CUSTOMS, S.FORWARDED})
_MAY_BE_LOST = _UNDER_WAY | TROUBLED | {S.PICKED_UP, S.ARRIVED_CITY, S.OUT_FOR_DELIVERY}
_AT_THE_DOOR = frozenset({S.OUT_FOR_DELIVERY, S.AT_PICKUP_POINT})
_CONTRADICTIONS = frozenset(
    {Oddity.NEWS_AFTER_END, Oddity.BACK_AFTER_DELIVERY, Oddity.NEVER_PICKED_UP, Oddity.OLDER_THAN_PARCEL}
)


@dataclass(frozen=True, slots=True)
class Case:
    """What is known about a parcel beside its scans. Times in epoch milliseconds UTC."""

    promised_at: int | None = None  # a presale's promise: nobody waits for the parcel before
    refund_at: int | None = None  # when a refund was asked for that is not closed
    homeward_at: int | None = None  # since when it is known to be on its way home
    odd_at: int | None = None  # since when something is known to be odd about its end
    missed_at: int | None = None  # since when an interception is known not to have worked
    address_at: int | None = None  # when the buyer changed the address that the label was printed for
    is_called_back: bool = False  # we asked for it to come home
    is_redirected: bool = False  # we asked for it to go elsewhere


@dataclass(frozen=True, slots=True)
class Clock:
    """A rule that has started to count: its steps as moments, and the moment from which it does not matter any more."""

    rule: Rule
    arm: int
    steps: tuple[tuple[int, Tier], ...]
    lapses_at: int | None = None

    def reached(self, now: int) -> int:
        """How many steps are reached."""
        return sum(at <= now for at, _ in self.steps)

    def tier(self, step: int) -> Tier:
        """How grave a step is."""
        return self.steps[step - 1][1]

    def has_lapsed(self, now: int) -> bool:
        """Whether it does not matter any more."""
        return self.lapses_at is not None and self.lapses_at <= now

    def next_at(self, now: int) -> int | None:
        """When there will be something new to say."""
        if self.has_lapsed(now):
            return None
        moments = [at for at, _ in self.steps] + ([self.lapses_at] if self.lapses_at else [])
        return min((at for at in moments if at > now), default=None)


def clocks(parcel: Parcel, case: Case, limits: Limits) -> list[Clock]:
    """Every rule that counts for the parcel as it stands, whether or not it has anything to say yet."""
    return [clock for rule in _RULES for clock in rule(parcel, case, limits)]


def next_look(counting: list[Clock], now: int) -> int | None:
    """The next moment at which any rule may have something to say; None: none without news."""
    moments = [at for clock in counting if (at := clock.next_at(now)) is not None]
    return min(moments, default=None)


def _before_pick_up(parcel: Parcel, case: Case, limits: Limits) -> Iterator[Clock]:
    begun = max(parcel.shipped_at, case.promised_at or 0)
    if parcel.state in {S.NO_RECORD, S.CREATED}:
        yield _timed(Rule.NOT_COLLECTED, begun, parcel, limits)
    if parcel.state is S.NO_RECORD:
        yield _timed(Rule.NO_RECORD, begun, parcel, limits)


def _on_its_way(parcel: Parcel, _: Case, limits: Limits) -> Iterator[Clock]:
    progress, last_at = parcel.progress, parcel.progress.last_at or parcel.shipped_at
    since = progress.since or last_at
    if parcel.state is S.PICKED_UP:
        yield _timed(Rule.NOT_DEPARTED, progress.picked_up_at or since, parcel, limits)
    if parcel.state in _UNDER_WAY:
        yield _timed(Rule.STALLED, last_at, parcel, limits)
    if parcel.state is S.ARRIVED_CITY:
        yield _timed(Rule.NOT_OUT, since, parcel, limits)
    if parcel.state is S.OUT_FOR_DELIVERY:
        yield _timed(Rule.NOT_SIGNED, since, parcel, limits)
    if parcel.state is S.AT_PICKUP_POINT:
        yield _timed(Rule.NOT_FETCHED, since, parcel, limits)
    if parcel.state in _MAY_BE_LOST:
        yield _timed(Rule.LOST, last_at, parcel, limits)


def _in_trouble(parcel: Parcel, _: Case, limits: Limits) -> Iterator[Clock]:
    if parcel.state in TROUBLED:
        yield _timed(Rule.TROUBLE, parcel.progress.since or parcel.shipped_at, parcel, limits)


def _homeward(parcel: Parcel, case: Case, limits: Limits) -> Iterator[Clock]:
    if parcel.state not in HOMEWARD:
        return
    clock = _timed(Rule.RETURNING, case.homeward_at or parcel.progress.since or parcel.shipped_at, parcel, limits)
    (begun, tier), *later = clock.steps
    first = (begun, Tier.INFO if case.is_called_back else tier)
    yield replace(clock, steps=(first, *later))


def _refunding(parcel: Parcel, case: Case, _: Limits) -> Iterator[Clock]:
    """Something can be done about it only while the parcel is under way, and soon not any more at the door."""
    if case.refund_at is None or parcel.progress.has_ended or parcel.state in HOMEWARD:
        return
    steps = [(case.refund_at, Tier.LATE)]
    if parcel.state in _AT_THE_DOOR:
        steps.append((max(case.refund_at, parcel.progress.since or 0), Tier.SERIOUS))
    yield Clock(Rule.REFUNDING, case.refund_at, tuple(steps))


def _sent_wrong(parcel: Parcel, case: Case, _: Limits) -> Iterator[Clock]:
    """It goes where nobody wants it any more."""
    is_stopped = parcel.state in HOMEWARD or parcel.state is S.RETURNED
    if case.missed_at is not None and not is_stopped:
        yield _lapsing(Rule.MISSED, case.missed_at, ((case.missed_at, Tier.LATE),))
    is_stopped = is_stopped or parcel.progress.has_ended or case.is_redirected
    if case.address_at is not None and not is_stopped:
        yield Clock(Rule.ADDRESS_CHANGED, case.address_at, ((case.address_at, Tier.LATE),))


def _signed_by_proxy(parcel: Parcel, case: Case, _: Limits) -> Iterator[Clock]:
    """A refund asked for afterwards is the receiver's complaint."""
    since = parcel.progress.since
    if parcel.state is not S.DELIVERED_PROXY or since is None:
        return
    steps = [(since, Tier.INFO)]
    if case.refund_at is not None:
        steps.append((max(since, case.refund_at), Tier.SERIOUS))
    yield _lapsing(Rule.PROXY, since, tuple(steps))


def _odd(parcel: Parcel, case: Case, _: Limits) -> Iterator[Clock]:
    progress = parcel.progress
    arrived = progress.delivered_at or progress.ended_at or progress.last_at or parcel.shipped_at
    at_once = ((arrived, Tier.LATE),)
    if progress.oddities & _CONTRADICTIONS:
        known = case.odd_at or progress.last_at or arrived
        yield _lapsing(Rule.CONTRADICTION, known, ((known, Tier.LATE),))
    if Oddity.WRONG_CITY in progress.oddities and not case.is_redirected:
        yield _lapsing(Rule.WRONG_CITY, arrived, at_once)
    if _is_too_fast(parcel):
        yield _lapsing(Rule.TOO_FAST, arrived, at_once)


def _is_too_fast(parcel: Parcel) -> bool:
    picked_up, delivered = parcel.progress.picked_up_at, parcel.progress.delivered_at
    ended = parcel.state in DELIVERED
    return ended and picked_up is not None and delivered is not None and delivered - picked_up < TOO_FAST


_RULES: tuple[Callable[[Parcel, Case, Limits], Iterator[Clock]], ...] = (
    _before_pick_up,
    _on_its_way,
    _in_trouble,
    _homeward,
    _refunding,
    _sent_wrong,
    _signed_by_proxy,
    _odd,
)


def _timed(rule: Rule, arm: int, parcel: Parcel, limits: Limits) -> Clock:
    steps = limits.steps(rule, parcel.courier, parcel.region.province)
    moments = tuple((limits.after(arm, step.after), step.tier) for step in steps)
    return Clock(rule, arm, moments, limits.after(arm, GIVEN_UP))


def _lapsing(rule: Rule, arm: int, steps: tuple[tuple[int, Tier], ...]) -> Clock:
    return Clock(rule, arm, steps, steps[-1][0] + LAPSE[rule])
