"""What a look at a subject changes in its alerts: raised, a step further, over, armed again. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.alerts import Alert, AlertState, Closing, Rule, Tier
from core.ids import new_id
from core.tracking.rules import LASTING, Clock

_SILENT = frozenset({AlertState.IGNORED, AlertState.CLOSED})


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at what, when; `tell_at`: when whatever is new may be told."""

    merchant: str
    subject: str
    now: int
    tell_at: int
    facts: Mapping[str, Any] = field(default_factory=dict)


def changed(look: Look, counting: Sequence[Clock], known: Sequence[Alert]) -> list[Alert]:
    """The alerts that are new or not as they were; `known` are all that there ever were about the subject."""
    latest = latest_of(known)
    ticking = {clock.rule for clock in counting}
    over = [alert for alert in known if not alert.is_over and alert.rule not in ticking]
    return [
        *(closed(alert, Closing.NEWS, look.now) for alert in over),
        *(alert for clock in counting for alert in _of_clock(look, clock, latest.get(clock.rule))),
    ]


def latest_of(known: Sequence[Alert]) -> dict[Rule, Alert]:
    """The alert of each rule whose clock started last."""
    return {alert.rule: alert for alert in sorted(known, key=lambda alert: alert.arm)}


def closed(alert: Alert, why: Closing, now: int) -> Alert:
    """The alert, over."""
    return replace(alert, state=AlertState.CLOSED, closed_at=now, closing=why, tell_at=None)


def _of_clock(look: Look, clock: Clock, last: Alert | None) -> Iterator[Alert]:
    if last is not None and _is_same_arm(clock, last):
        yield from _went_on(look, clock, last)
        return
    if last is not None and not last.is_over:
        yield closed(last, Closing.NEWS, look.now)
    if clock.reached(look.now) and not clock.has_lapsed(look.now):
        yield _raised(look, clock)


def _is_same_arm(clock: Clock, last: Alert) -> bool:
    """A clock that seems to have started earlier is the same one: an older scan has come late."""
    return clock.arm <= last.arm or (clock.rule in LASTING and not last.is_over)


def _went_on(look: Look, clock: Clock, last: Alert) -> Iterator[Alert]:
    step = clock.reached(look.now)
    if last.is_over:
        return
    if clock.has_lapsed(look.now):
        yield closed(last, Closing.TIME, look.now)
    elif step > last.step:
        further = replace(last, step=step, tier=clock.tier(step), raised_at=look.now)
        yield further if last.state in _SILENT else _to_tell(further, look)


def _raised(look: Look, clock: Clock) -> Alert:
    step = clock.reached(look.now)
    alert = Alert(
        id=new_id(),
        merchant=look.merchant,
        subject=look.subject,
        rule=clock.rule,
        arm=clock.arm,
        step=step,
        tier=clock.tier(step),
        raised_at=look.now,
        facts=dict(look.facts),
    )
    return _to_tell(alert, look)


def _to_tell(alert: Alert, look: Look) -> Alert:
    """What is only for digests is told to nobody now."""
    return replace(alert, state=AlertState.OPEN, tell_at=None if alert.tier is Tier.INFO else look.tell_at)
