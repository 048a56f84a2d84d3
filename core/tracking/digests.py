"""The morning and the evening digest: where every order is, what to see to, what was settled."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from core.alerts import Alert, AlertState, Closing, Rule, Tier
from core.clock import DAY, HOUR, Period
from core.orders import OrderStatus
from core.parcels import DELIVERED, ParcelState
from core.storage.address import Address
from core.storage.database import Conflict
from core.subscribers import Subscriber, at_minute
from core.tracking.deadlines import REACH
from core.tracking.herald import Digest, Place
from core.tracking.rules import HOMEWARD
from core.tracking.watch import Watch

_LATEST = 12 * HOUR  # a digest that is later than this is not sent any more
_SOON = 14 * HOUR  # deadlines told in advance: the working day, or the night


async def send_digests(watch: Watch) -> None:
    """Send every digest whose time has come, once; a moment that was missed is made up for, late."""
    for merchant in await watch.kept.subscribers.merchants():
        for subscriber in await watch.kept.subscribers.of(merchant):
            if slot := await _slot(watch, subscriber):
                await _send(watch, merchant, subscriber, slot)


async def _slot(watch: Watch, subscriber: Subscriber) -> int | None:
    """The latest moment for which this person should have a digest and has none."""
    now, wishes = watch.clock.now(), subscriber.wishes
    if not subscriber.reads_digests or subscriber.free_at(now) > now:
        return None
    moments = [at_minute(now, minute) for minute in (wishes.morning, wishes.evening) if minute is not None]
    due = [at for at in moments if at <= now < at + _LATEST and at >= subscriber.since]
    if not due:
        return None
    last = await watch.kept.subscribers.last_digest(Address(subscriber.channel, subscriber.peer))
    return max(due) if last is None or last < max(due) else None


async def _send(watch: Watch, merchant: str, subscriber: Subscriber, slot: int) -> None:
    digest, told = await digest_of(watch, merchant, is_morning=_is_morning(subscriber, slot))
    to = Address(subscriber.channel, subscriber.peer)
    try:
        await watch.kept.database.apply(
            watch.kept.subscribers.digest(to, slot),
            *(watch.kept.alerts.update(replace(alert, state=AlertState.TOLD)) for alert in told),
            *watch.herald.digest(subscriber, digest),
        )
    except Conflict:
        return  # somebody else has sent it, or an alert changed: then it is due again


def _is_morning(subscriber: Subscriber, slot: int) -> bool:
    return subscriber.wishes.morning is not None and slot == at_minute(slot, subscriber.wishes.morning)


async def digest_of(watch: Watch, merchant: str, *, is_morning: bool) -> tuple[Digest, list[Alert]]:
    """How the merchant stands, and the alerts that only digests tell."""
    kept, now = watch.kept, watch.clock.now()
    places: Counter[Place] = Counter()
    promised: list[int] = []
    for shop in await kept.shops.of(merchant):
        for (status, state), count in (await kept.census.orders(shop.id, now - REACH)).items():
            places[place_of(status, state)] += count
        promised += [order.promised_at for order in await kept.orders.due(shop.id, now + _SOON)]
    open_ = await kept.alerts.open(merchant)
    over = [each for each in await kept.alerts.closed(merchant, Period(now - DAY, now)) if _was_settled(each)]
    shipped, signed = await kept.census.shipped(merchant, now - DAY, now)
    digest = Digest(
        at=now,
        is_morning=is_morning,
        orders=sum(places.values()),
        places=places,
        due=len(promised),
        earliest=min(promised, default=None),
        rules=Counter(alert.rule for alert in open_ if alert.rule is not Rule.SHIP_DEADLINE),
        shipped=shipped,
        signed=signed,
        settled=len(over),
        in_time=sum(alert.tier < Tier.SERIOUS for alert in over),
    )
    return digest, [alert for alert in open_ if alert.tier is Tier.INFO and alert.state is AlertState.OPEN]


def _was_settled(alert: Alert) -> bool:
    return alert.closing is Closing.NEWS and alert.tier > Tier.INFO and alert.rule is not Rule.SHIP_DEADLINE


def place_of(status: OrderStatus, state: ParcelState | None) -> Place:
    """Where an order is, by its status and its first parcel's state."""
    if status is OrderStatus.WAITING:
        return Place.WAITING
    if state is None:
        return _WITHOUT_PARCEL[status]
    return next((place for place, states in _PLACES.items() if state in states), Place.UNDER_WAY)


_WITHOUT_PARCEL: Mapping[OrderStatus, Place] = {
    OrderStatus.SHIPPED: Place.ELSEWHERE,
    OrderStatus.SIGNED: Place.SIGNED,
    OrderStatus.UNKNOWN: Place.CLOSED,
}
_PLACES: Mapping[Place, frozenset[ParcelState]] = {
    Place.NOT_COLLECTED: frozenset({ParcelState.NO_RECORD, ParcelState.CREATED}),
    Place.AT_THE_DOOR: frozenset({ParcelState.OUT_FOR_DELIVERY, ParcelState.AT_PICKUP_POINT}),
    Place.COMING_BACK: HOMEWARD,
    Place.SIGNED: DELIVERED,
    Place.RETURNED: frozenset({ParcelState.RETURNED}),
    Place.CLOSED: frozenset({ParcelState.CANCELLED}),
}
