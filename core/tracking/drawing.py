"""Cards drawn as things stand: new ones, those that something has changed on, and the last word of those that end."""

from collections.abc import Sequence
from dataclasses import replace

from core.alerts import Alert, Card, CardKind
from core.clock import MINUTE
from core.errands import Errand, ErrandState
from core.fulfilment import gate
from core.orders import Order, OrderStatus
from core.storage.address import Address
from core.storage.database import Conflict
from core.tracking.herald import OfMany, OfMatter, OfOrders, OfParcel, View
from core.tracking.telling import STUCK, headline
from core.tracking.watch import Watch

_ABOUT_TO_BE_TOLD = 10 * MINUTE


async def draw_due(watch: Watch) -> bool:
    """Draw the cards that do not show what is; False when there is none."""
    cards = await watch.kept.alerts.cards_to_redraw(watch.clock.now())
    for card in cards:
        await _draw(watch, card)
    return bool(cards)


async def _draw(watch: Watch, card: Card) -> None:
    kept, now = watch.kept, watch.clock.now()
    subscriber = await kept.subscribers.get(Address(card.channel, card.peer), card.merchant)
    ended_at: int | None = now
    if subscriber is None:
        told = []  # she left
    elif card.heir:
        ended_at, told = card.ended_at, watch.herald.refer(subscriber, card)
    else:
        view, is_live = await _view(watch, card)
        ended_at = None if is_live else now
        shown = replace(card, ended_at=ended_at)
        told = watch.herald.draw(subscriber, shown, view) if view else watch.herald.refer(subscriber, shown)
    try:
        await kept.database.apply(kept.alerts.drawn(card, ended_at=ended_at), *told)
    except Conflict:
        return  # something changed meanwhile: it is drawn again


async def _view(watch: Watch, card: Card) -> tuple[View | None, bool]:
    """What a card shows, None where all of it stands on another one by now, and whether it may still change."""
    tellings = await watch.kept.alerts.tellings_on(card.id)
    shown = await watch.kept.alerts.with_ids([telling.alert for telling in tellings])
    if card.kind is CardKind.PARCEL:
        return await _of_parcel(watch, card, shown)
    is_live = any(not alert.is_over for alert in shown)
    if not shown:
        return None, False
    if card.kind is CardKind.MATTER:
        return OfMatter(headline([alert for alert in shown if not alert.is_over] or shown)), is_live
    if card.kind is CardKind.ORDERS:
        return await _of_orders(watch, shown), is_live
    return await _of_many(watch, card, shown), is_live


async def _of_parcel(watch: Watch, card: Card, shown: Sequence[Alert]) -> tuple[View | None, bool]:
    parcel = await watch.kept.parcels.get(card.about.partition("/")[2])
    if parcel is None:
        return None, False
    known = (await watch.kept.alerts.of_subjects([card.about]))[card.about]
    is_open = sorted((alert for alert in known if not alert.is_over), key=lambda alert: -alert.tier)
    mine = {alert.id for alert in shown}
    errands = [
        errand
        for errand in await watch.kept.errands.of_parcel(parcel.id)
        if errand.state is not ErrandState.REFUSED and (not errand.is_over or errand.changed_at >= card.made_at)
    ]
    if not (mine or errands) and await _is_elsewhere(watch, card, is_open):
        return None, False
    view = OfParcel(
        parcel=parcel,
        order=await first_order(watch, parcel.shop, parcel.orders),
        open=tuple(is_open),
        over=tuple(alert for alert in known if alert.is_over and alert.id in mine),
        errands=tuple(errands),
    )
    return view, bool(is_open) or any(_is_live(errand, watch.clock.now()) for errand in errands)


async def _is_elsewhere(watch: Watch, card: Card, alerts: Sequence[Alert]) -> bool:
    """Whether the chat sees these alerts, as far as it was told of them, on another card."""
    tellings = await watch.kept.alerts.tellings([alert.id for alert in alerts])
    mine = [telling for telling in tellings if (telling.channel, telling.peer) == (card.channel, card.peer)]
    return bool(mine) and all(telling.card != card.id for telling in mine)


def _is_live(errand: Errand, now: int) -> bool:
    """Whether something more is to come; that one failed is about to be told on a card that takes this one's place."""
    return not errand.is_over or (errand.state is ErrandState.FAILED and now - errand.changed_at < _ABOUT_TO_BE_TOLD)


async def _of_many(watch: Watch, card: Card, shown: Sequence[Alert]) -> View:
    is_open: dict[str, list[Alert]] = {}
    for alert in shown:
        if not alert.is_over:
            is_open.setdefault(alert.parcel, []).append(alert)
    parcels = await watch.kept.parcels.with_ids(sorted(is_open))
    over = {alert.parcel for alert in shown} - is_open.keys()
    heads = {parcel: headline(alerts) for parcel, alerts in is_open.items()}
    courier, _, place = card.about.partition("/")
    stuck = await watch.kept.alerts.outlets(card.merchant, sorted(STUCK)) if card.kind is CardKind.OUTLET else {}
    elsewhere = max(0, stuck.get((courier, place), 0) - len(is_open))
    return OfMany(heads, tuple(parcels.values()), len(over), elsewhere)


async def _of_orders(watch: Watch, shown: Sequence[Alert]) -> View:
    is_open = [alert for alert in shown if not alert.is_over]
    orders, now = await orders_of(watch, is_open), watch.clock.now()
    printed: set[str] = set()
    for shop in {order.shop for order in orders}:
        printed |= await watch.kept.shipments.claimed(shop, [each.number for each in orders if each.shop == shop])
    left = [order for order in orders if order.number not in printed]
    held = {order.number: reason.value for order in left if (reason := gate.hold_reason(order, now))}
    ready = sorted(
        (order for order in left if order.number not in held), key=lambda order: (order.promised_at, order.number)
    )
    return OfOrders(tuple(is_open), tuple(ready), held, len(printed), len(shown) - len(is_open))


async def orders_of(watch: Watch, alerts: Sequence[Alert]) -> list[Order]:
    """The orders that alerts are about, as far as they still wait."""
    by_shop: dict[str, list[str]] = {}
    for alert in alerts:
        _, shop, number = alert.subject.split("/")
        by_shop.setdefault(shop, []).append(number)
    found: list[Order] = []
    for shop, numbers in by_shop.items():
        orders = await watch.kept.orders.find(shop, numbers)
        found += [order for order in orders.values() if order.status is OrderStatus.WAITING]
    return found


async def first_order(watch: Watch, shop: str, orders: Sequence[str]) -> Order | None:
    """The first of these orders that is known."""
    known = await watch.kept.orders.find(shop, list(orders[:1])) if shop else {}
    return next(iter(known.values()), None)
