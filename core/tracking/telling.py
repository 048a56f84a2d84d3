"""Who is told what, on which card: one by one while they are few, together when they are many or stuck in one place.

A card is one live message in one chat. What is new replaces the card that showed its parcel before, so that the chat
has one message about it and somebody sees that something happened; everything else edits the card in place.
Drawing is another step: whatever is committed here is drawn until it is, and told once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from core.alerts import Alert, AlertState, Card, CardKind, Rule, Telling, about_parcel
from core.clock import MINUTE
from core.ids import new_id
from core.parcels import Parcel
from core.storage.address import Address
from core.storage.alerts import Alerts
from core.storage.database import Conflict, Statement
from core.subscribers import Subscriber
from core.tracking.watch import Watch

_JOINED = 30 * MINUTE  # a card of many that is no older takes more in silently
STUCK = frozenset({Rule.NOT_DEPARTED, Rule.STALLED, Rule.NOT_OUT, Rule.LOST})
"""Rules for which the place of the last scan is to blame."""

Outlet: TypeAlias = tuple[str, str]  # the courier's code, the place


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes onto one card."""

    kind: CardKind
    about: str
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known of a merchant while she is told something."""

    parcels: Mapping[str, Parcel]
    outlets: Mapping[Outlet, int]  # how many parcels are stuck where
    told: Mapping[tuple[str, str, str], Telling]  # by alert, channel, peer
    now: int

    def telling(self, alert: Alert, subscriber: Subscriber) -> Telling | None:
        """What a subscriber knows of an alert."""
        return self.told.get((alert.id, subscriber.channel, subscriber.peer))


async def tell_due(watch: Watch) -> bool:
    """Make the cards of what is to be told now; False when there is nothing."""
    merchants = await watch.kept.alerts.merchants_to_tell(watch.clock.now())
    for merchant in merchants:
        await _tell(watch, merchant)
    return bool(merchants)


async def _tell(watch: Watch, merchant: str) -> None:
    now = watch.clock.now()
    alerts = await watch.kept.alerts.to_tell(merchant, now)
    scene = await _scene(watch, merchant, alerts, now)
    statements: list[Statement] = []
    later: defaultdict[str, list[int]] = defaultdict(list)
    heard: set[str] = set()
    for subscriber in await watch.kept.subscribers.of(merchant):
        fresh = [alert for alert in alerts if _is_news(scene, alert, subscriber)]
        free = {alert.id: _free_at(scene, alert, subscriber) for alert in fresh}
        for alert in fresh:
            if free[alert.id] > now:
                later[alert.id].append(free[alert.id])
        at_once = [alert for alert in fresh if free[alert.id] <= now]
        heard |= {alert.id for alert in at_once}
        statements += await _cards(watch, merchant, scene, subscriber, at_once)
    heard |= {alert for alert, _, _ in scene.told}
    settled = [_told(alert, later[alert.id], is_heard=alert.id in heard) for alert in alerts]
    try:
        await watch.kept.database.apply(*(watch.kept.alerts.update(alert) for alert in settled), *statements)
    except Conflict:
        return  # one of them changed meanwhile: all are looked at again


def _told(alert: Alert, later: Sequence[int], *, is_heard: bool) -> Alert:
    waits = alert.state in {AlertState.OPEN, AlertState.SNOOZED}
    state = AlertState.TOLD if waits and is_heard and not later else alert.state
    return replace(alert, state=state, tell_at=min(later, default=None))


def _is_news(scene: Scene, alert: Alert, subscriber: Subscriber) -> bool:
    telling = scene.telling(alert, subscriber)
    return subscriber.hears(alert.rule, alert.tier) and (telling is None or telling.step < alert.step)


def _free_at(scene: Scene, alert: Alert, subscriber: Subscriber) -> int:
    telling = scene.telling(alert, subscriber)
    return subscriber.free_at(max(scene.now, telling.until if telling else 0))


async def _scene(watch: Watch, merchant: str, alerts: Sequence[Alert], now: int) -> Scene:
    kept = watch.kept
    tellings = await kept.alerts.tellings([alert.id for alert in alerts])
    return Scene(
        parcels=await kept.parcels.with_ids(sorted({alert.parcel for alert in alerts if alert.parcel})),
        outlets=await kept.alerts.outlets(merchant, sorted(STUCK)),
        told={(each.alert, each.channel, each.peer): each for each in tellings},
        now=now,
    )


# What goes together.


def bundles(scene: Scene, alerts: Sequence[Alert], *, few: int, crowd: int) -> list[Bundle]:
    """The cards that alerts go onto: those about orders together, parcels by outlet, by trouble, or one by one."""
    orders = tuple(alert for alert in alerts if alert.rule is Rule.SHIP_DEADLINE)
    made = [Bundle(CardKind.ORDERS, Rule.SHIP_DEADLINE, orders)] if orders else []
    by_subject: defaultdict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        if alert.rule is not Rule.SHIP_DEADLINE:
            by_subject[alert.subject].append(alert)
    matters = [subject for subject, mine in by_subject.items() if not mine[0].parcel]
    made += [Bundle(CardKind.MATTER, subject, tuple(by_subject.pop(subject))) for subject in matters]
    return [*made, *_of_parcels(scene, by_subject, few, crowd)]


def _of_parcels(scene: Scene, by_subject: Mapping[str, list[Alert]], few: int, crowd: int) -> list[Bundle]:
    heads = {subject: headline(mine) for subject, mine in by_subject.items()}
    places = {subject: _outlet(scene, head) for subject, head in heads.items()}
    crowded = {place for place in places.values() if place and scene.outlets.get(place, 0) >= crowd}
    keys: dict[str, tuple[CardKind, str]] = {}
    for subject, head in heads.items():
        place = places[subject]
        if place in crowded:
            keys[subject] = (CardKind.OUTLET, "/".join(place))
        else:
            keys[subject] = (CardKind.GROUP, f"{head.rule}/{int(head.tier)}")
    sizes = Counter(keys.values())
    return [
        bundle
        for key, size in sizes.items()
        for bundle in _bundled(key, [subject for subject, mine in keys.items() if mine == key], by_subject, size > few)
    ]


def _bundled(
    key: tuple[CardKind, str],
    subjects: Sequence[str],
    by_subject: Mapping[str, list[Alert]],
    is_many: bool,  # noqa: FBT001 - what the caller counted
) -> list[Bundle]:
    if is_many or key[0] is CardKind.OUTLET:
        return [Bundle(*key, tuple(alert for subject in subjects for alert in by_subject[subject]))]
    return [Bundle(CardKind.PARCEL, subject, tuple(by_subject[subject])) for subject in subjects]


def headline(alerts: Iterable[Alert]) -> Alert:
    """The gravest of several about one subject; of two as grave the one that the rules list first."""
    order = list(Rule)
    return min(alerts, key=lambda alert: (-alert.tier, order.index(alert.rule)))


def _outlet(scene: Scene, head: Alert) -> Outlet | None:
    parcel = scene.parcels.get(head.parcel)
    last = parcel.progress.last if parcel else None
    if head.rule not in STUCK or parcel is None or last is None or not last.place:
        return None
    return parcel.courier, last.place


# Cards.


async def _cards(
    watch: Watch, merchant: str, scene: Scene, subscriber: Subscriber, alerts: Sequence[Alert]
) -> list[Statement]:
    statements: list[Statement] = []
    for bundle in bundles(scene, alerts, few=watch.few, crowd=watch.crowd):
        statements += await _card(watch, merchant, scene, subscriber, bundle)
    return statements


async def _card(watch: Watch, merchant: str, scene: Scene, subscriber: Subscriber, bundle: Bundle) -> list[Statement]:
    kept, now = watch.kept.alerts, scene.now
    live = await kept.live_cards(bundle.about, Address(subscriber.channel, subscriber.peer))
    if live and bundle.kind in {CardKind.GROUP, CardKind.OUTLET} and now - live[-1].made_at < _JOINED:
        return [*_told_on(kept, scene, subscriber, bundle, live[-1].id), kept.mark_about(bundle.about, now)]
    card = new_card(subscriber, merchant, bundle.kind, bundle.about, now)
    begun = [kept.begin(card), *(each for old in live for each in kept.replace(old, card.id, now))]
    moved = kept.move(card, bundle.about) if bundle.kind is CardKind.PARCEL else []
    return [*begun, *moved, *_told_on(kept, scene, subscriber, bundle, card.id)]


def _told_on(kept: Alerts, scene: Scene, subscriber: Subscriber, bundle: Bundle, card: str) -> list[Statement]:
    """The alerts stand on this card from now on; those that they stood on before show less."""
    known = [scene.telling(alert, subscriber) for alert in bundle.alerts]
    left = sorted({telling.card for telling in known if telling and telling.card != card})
    tellings = (Telling(alert.id, subscriber.channel, subscriber.peer, alert.step, card) for alert in bundle.alerts)
    return [*(kept.mark_card(each, scene.now) for each in left), *map(kept.told, tellings)]


async def bring_up(watch: Watch, subscriber: Subscriber, merchant: str, parcel: str) -> None:
    """A card of the parcel as the newest message of a chat, in place of any other."""
    kept, about, now = watch.kept.alerts, about_parcel(parcel), watch.clock.now()
    live = await kept.live_cards(about, Address(subscriber.channel, subscriber.peer))
    card = new_card(subscriber, merchant, CardKind.PARCEL, about, now)
    replaced = [statement for old in live for statement in kept.replace(old, card.id, now)]
    await watch.kept.database.apply(kept.begin(card), *replaced, *kept.move(card, about))


def new_card(subscriber: Subscriber, merchant: str, kind: CardKind, about: str, now: int) -> Card:
    """A card to be drawn at once."""
    return Card(
        id=new_id(),
        channel=subscriber.channel,
        peer=subscriber.peer,
        merchant=merchant,
        kind=kind,
        about=about,
        made_at=now,
        redraw_at=now,
        is_news=True,
    )
