"""Rules over the parcels that are due: what they find becomes alerts, in the commit that says when to look again.

Before something is said because a scan is missing, somebody is asked for news: one that we have not heard of yet must
not be told as a stall, nor a pick-up that was overtaken by the signature as one that never was. Where nobody answers,
the alert waits; for hours, not for ever. Where there is nobody to ask, silence means nothing and nothing is said.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from core.alerts import Alert, Closing, Rule, about_parcel
from core.clock import HOUR, MINUTE
from core.errands import Errand, ErrandKind, ErrandState
from core.fulfilment.pace import HandOver, crowd
from core.orders import Order, OrderEvent, OrderEventKind, open_refunds
from core.parcels import Oddity, Parcel, ParcelState
from core.storage.database import Conflict
from core.tracking import poll, sources
from core.tracking.changes import Look, changed, latest_of
from core.tracking.limits import DEFAULTS, Limits, limits_of
from core.tracking.rules import Case, Clock, clocks, next_look
from core.tracking.watch import Watch

LEASE = 10 * MINUTE
_AT_ONCE = 200  # parcels
_FRESH = 30 * MINUTE
_AGAIN = 15 * MINUTE  # nobody could be asked: look again
_LONGEST_WAIT = 6 * HOUR
_BLIND = 6 * HOUR  # there is nobody to ask: look again, for there may be somebody by then
_TRIES = 3
_IN_FORCE = frozenset({ErrandState.ASKING, ErrandState.OPEN, ErrandState.DONE})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around the parcels of one pass, by merchant, shop and order number, parcel id, shipment."""

    limits: Mapping[str, Limits]
    orders: Mapping[tuple[str, str], Order]
    events: Mapping[tuple[str, str], list[OrderEvent]]
    errands: Mapping[str, list[Errand]]
    labels: Mapping[str, int]  # by shipment: when its label was made


async def check_due(watch: Watch) -> bool:
    """Look at some of the parcels that are due; False when none is."""
    parcels = await watch.kept.parcels.claim_checks(watch.clock.now(), LEASE, _AT_ONCE)
    if not parcels:
        return False
    around = await _surroundings(watch, parcels)
    known = await watch.kept.alerts.of_subjects([about_parcel(parcel.id) for parcel in parcels])
    looked = await asyncio.gather(*(_check(watch, each, around, known[about_parcel(each.id)]) for each in parcels))
    doubtful = [parcel for parcel, is_done in zip(parcels, looked, strict=True) if not is_done]
    with suppress(HandOver):  # they are due again when their lease ends
        await crowd(watch.lookout.crowd, lambda parcel: _ask(watch, parcel, around), doubtful, watch.lookout.closing)
    return True


async def _ask(watch: Watch, parcel: Parcel, around: Surroundings) -> None:
    """Ask for news, and look again; where there was any, the parcel is due again with it."""
    _, is_fresh = await poll.latest(watch.lookout, parcel)
    stands = await watch.kept.parcels.get(parcel.id)
    if stands is not None and stands.check_at == parcel.check_at:
        await _check(watch, stands, around, await _known(watch, parcel), is_fresh=is_fresh)


async def _check(
    watch: Watch, parcel: Parcel, around: Surroundings, known: Sequence[Alert], *, is_fresh: bool | None = None
) -> bool:
    """Keep what the rules find; False when news must be asked for before. `is_fresh` None: nobody was asked yet."""
    for _ in range(_TRIES):
        now = watch.clock.now()
        counting = clocks(parcel, _case(parcel, around, known), around.limits[parcel.merchant])
        look = Look(parcel.merchant, about_parcel(parcel.id), now, now + watch.gather)
        changes, next_at = changed(look, counting, known), next_look(counting, now)
        if late := [alert for alert in changes if _rests_on_silence(parcel, alert, now)]:
            if not await sources.can_ask(watch.lookout, parcel):
                changes, next_at = _without(changes, late), min(next_at or now + _BLIND, now + _BLIND)
            elif is_fresh is None and not _was_polled(parcel, now):
                return False
            elif is_fresh is False and now - _due_since(counting, late, known, now) < _LONGEST_WAIT:
                changes, next_at = _without(changes, late), now + _AGAIN
            elif is_fresh is False:
                changes = [replace(alert, facts={**alert.facts, "unverified": True}) for alert in changes]
        try:
            await _keep(watch, parcel, changes, next_at)
        except Conflict:
            stands = await watch.kept.parcels.get(parcel.id)
            if stands is None or stands.check_at != parcel.check_at:
                return True  # news came: it is due again with it
            known = await _known(watch, parcel)  # somebody acted on one of its alerts
        else:
            return True
    return True


def _without(changes: Sequence[Alert], late: Sequence[Alert]) -> list[Alert]:
    return [alert for alert in changes if alert not in late]


async def _known(watch: Watch, parcel: Parcel) -> list[Alert]:
    about = about_parcel(parcel.id)
    return (await watch.kept.alerts.of_subjects([about]))[about]


async def _keep(watch: Watch, parcel: Parcel, changes: Sequence[Alert], next_at: int | None) -> None:
    saved = [statement for alert in changes for statement in watch.kept.alerts.save(alert)]
    await watch.kept.database.apply(watch.kept.parcels.checked(parcel, next_at), *saved)


def _case(parcel: Parcel, around: Surroundings, known: Sequence[Alert]) -> Case:
    latest = latest_of(known)
    returning, odd = latest.get(Rule.RETURNING), latest.get(Rule.CONTRADICTION)
    return Case(
        promised_at=_promised_at(parcel, around),
        refund_at=_refund_at(parcel, around),
        homeward_at=returning.arm if returning and not returning.is_over else None,
        odd_at=odd.arm if odd and odd.closing is not Closing.NEWS else None,  # what scans explained was not odd
        missed_at=_missed_at(parcel, around),
        address_at=_address_at(parcel, around),
        is_called_back=_was_asked(parcel, around, ErrandKind.CALL_BACK),
        is_redirected=_was_asked(parcel, around, ErrandKind.REDIRECT),
    )


def _missed_at(parcel: Parcel, around: Surroundings) -> int | None:
    """When the last interception failed."""
    stops = [errand for errand in around.errands.get(parcel.id, ()) if errand.kind is not ErrandKind.URGE]
    return stops[-1].changed_at if stops and stops[-1].state is ErrandState.FAILED else None


def _address_at(parcel: Parcel, around: Surroundings) -> int | None:
    """When the buyer changed the address after the label was made."""
    events = [event for number in parcel.orders for event in around.events.get((parcel.shop, number), ())]
    changed_at = [event.at for event in events if event.kind is OrderEventKind.ADDRESS_CHANGED]
    made_at = around.labels.get(parcel.shipment, parcel.shipped_at)
    return max((at for at in changed_at if at > made_at), default=None)


def _was_asked(parcel: Parcel, around: Surroundings, kind: ErrandKind) -> bool:
    errands = around.errands.get(parcel.id, ())
    return any(errand.kind is kind and errand.state in _IN_FORCE for errand in errands)


def _promised_at(parcel: Parcel, around: Surroundings) -> int | None:
    promises = [
        order.presale_until
        for number in parcel.orders
        if (order := around.orders.get((parcel.shop, number))) and order.presale_until
    ]
    return max(promises, default=None)


def _refund_at(parcel: Parcel, around: Surroundings) -> int | None:
    """The earliest refund of one of its orders that is still open."""
    opened = (open_refunds(around.events.get((parcel.shop, number), ())) for number in parcel.orders)
    return min((at for refunds in opened for at in refunds.values()), default=None)


def _rests_on_silence(parcel: Parcel, alert: Alert, now: int) -> bool:
    """Whether this would be new, and is so because a scan has not come: its push may have been overtaken."""
    if alert.is_over or alert.raised_at != now:
        return False
    if alert.rule is Rule.CONTRADICTION:
        return Oddity.NEVER_PICKED_UP in parcel.progress.oddities
    steps = DEFAULTS.get(alert.rule)
    return steps is not None and steps[alert.step - 1].after > 0


def _was_polled(parcel: Parcel, now: int) -> bool:
    return parcel.polled_at is not None and now - parcel.polled_at < _FRESH


def _due_since(counting: Sequence[Clock], late: Sequence[Alert], known: Sequence[Alert], now: int) -> int:
    """When the first step that was not raised yet was due."""
    raised = {alert.id: alert.step for alert in known}
    steps = {alert.rule: raised.get(alert.id, 0) for alert in late}
    return min((clock.steps[steps[clock.rule]][0] for clock in counting if clock.rule in steps), default=now)


async def _surroundings(watch: Watch, parcels: Sequence[Parcel]) -> Surroundings:
    merchants = {parcel.merchant for parcel in parcels}
    limits = {each: limits_of(await watch.kept.alert_limits.of(each), watch.holidays) for each in merchants}
    orders: dict[tuple[str, str], Order] = {}
    events: dict[tuple[str, str], list[OrderEvent]] = {}
    for shop in {parcel.shop for parcel in parcels if parcel.shop}:
        mine = [parcel for parcel in parcels if parcel.shop == shop]
        waiting = [number for parcel in mine if _is_not_collected(parcel) for number in parcel.orders]
        orders |= {(shop, number): order for number, order in (await watch.kept.orders.find(shop, waiting)).items()}
        numbers = [number for parcel in mine for number in parcel.orders]
        for event in await watch.kept.order_events.of_orders(shop, numbers):
            events.setdefault((shop, event.number), []).append(event)
    errands = await watch.kept.errands.of_parcels([parcel.id for parcel in parcels])
    return Surroundings(limits, orders, events, errands, await _labels(watch, parcels, events))


async def _labels(
    watch: Watch, parcels: Sequence[Parcel], events: Mapping[tuple[str, str], list[OrderEvent]]
) -> dict[str, int]:
    """When labels were made, of parcels whose address changed."""
    moved = {key for key, mine in events.items() if any(each.kind is OrderEventKind.ADDRESS_CHANGED for each in mine)}
    labels: dict[str, int] = {}
    for parcel in parcels:
        if parcel.shipment and any((parcel.shop, number) in moved for number in parcel.orders):
            shipment = await watch.kept.shipments.get(parcel.shipment)
            labels[parcel.shipment] = (shipment and shipment.numbered_at) or parcel.shipped_at
    return labels


def _is_not_collected(parcel: Parcel) -> bool:
    return parcel.state in {ParcelState.NO_RECORD, ParcelState.CREATED}
