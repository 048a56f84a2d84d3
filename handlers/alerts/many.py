"""Cards of many parcels, of orders to be shipped soon, and of matters that are no parcel's."""

from collections import Counter
from collections.abc import Sequence

from core.alerts import Alert, Card, CardKind, Rule, Tier
from core.clock import HOUR, MINUTE
from core.rights import Right, allows
from core.subscribers import Subscriber
from core.tracking.herald import OfMany, OfMatter, OfOrders
from handlers import texts
from handlers.alerts.words import Say, age, latest, left, light
from handlers.messages import Button
from handlers.shown import courier_name, moment, region_name, short_number, short_order

_LISTED = 8  # parcels named on a card


def parcels_card(say: Say, subscriber: Subscriber, card: Card, view: OfMany, now: int) -> tuple[str, Sequence[Button]]:
    """Many parcels with one trouble, or stuck in one place."""
    if not view.parcels:
        return say("all_recovered", count=view.over), ()
    lines = [_head(say, card, view), *_parcel_lines(say, view, now)]
    if view.over:
        lines.append(say("some_recovered", count=view.over))
    if view.elsewhere:
        lines.append(say("elsewhere", count=view.elsewhere))
    return "\n".join(lines), _buttons(say, subscriber, card)


def _head(say: Say, card: Card, view: OfMany) -> str:
    gravest = max(view.alerts.values(), key=lambda alert: alert.tier)
    if card.kind is CardKind.OUTLET:
        courier, _, place = card.about.partition("/")
        told = say("outlet", courier=courier_name(say.language, courier), place=place, count=len(view.parcels))
    else:
        told = texts.text(say.language, f"alert_groups.{gravest.rule}", count=len(view.parcels))
        couriers = Counter(courier_name(say.language, parcel.courier) for parcel in view.parcels)
        if len(couriers) > 1:
            told += say("by_courier", counts=say("comma").join(f"{name} {n}" for name, n in couriers.most_common()))
    return f"{light(gravest)} {told}"


def _parcel_lines(say: Say, view: OfMany, now: int) -> list[str]:
    """The longest waiting first."""
    parcels = sorted(view.parcels, key=lambda parcel: (view.alerts[parcel.id].arm, parcel.id))
    lines = [
        say(
            "one_of_many",
            number=short_number(parcel.number),
            region=region_name(parcel.region),
            age=age(say.language, now - view.alerts[parcel.id].arm),
            last=latest(parcel.progress.last),
        ).rstrip(" ·")
        for parcel in parcels[:_LISTED]
    ]
    return [*lines, say("more", count=len(parcels) - _LISTED)] if len(parcels) > _LISTED else lines


def _buttons(say: Say, subscriber: Subscriber, card: Card) -> list[Button]:
    buttons = [say.button("one_by_one", "list_anomalies", card=card.id)]
    if not allows(subscriber.role, Right.CARE):
        return buttons
    answers = (("urge_all", "urge"), ("tomorrow", "snooze"), ("ignore", "ignore"))
    return [*buttons, *(say.button(key, intent, card=card.id) for key, intent in answers)]


def orders_card(say: Say, subscriber: Subscriber, card: Card, view: OfOrders, now: int) -> tuple[str, Sequence[Button]]:
    """Orders whose promise ends soon, or has ended."""
    if not view.alerts:
        return say("all_shipped", count=view.over), ()
    lines = [_deadline(say, view, now), _may_ship(say, view)]
    if view.printed:
        lines.append(say("printed_already", count=view.printed))
    if view.over:
        lines.append(say("some_shipped", count=view.over))
    buttons: list[Button] = []
    if view.ready and allows(subscriber.role, Right.PRINT):
        buttons.append(say.counting("print_these", "print_orders", {"count": len(view.ready)}, card=card.id))
    buttons.append(say.button("show_them", "list_anomalies", card=card.id))
    buttons.append(say.button("in_an_hour", "snooze", card=card.id, hours="1"))
    return "\n".join(lines), buttons


def _deadline(say: Say, view: OfOrders, now: int) -> str:
    """How many have passed it, how many come to it within how long."""
    promised = sorted(alert.arm for alert in view.alerts)
    passed = [at for at in promised if at <= now]
    coming = [at for at in promised if at > now]
    if not coming:
        return say("deadline_passed", count=len(passed), earliest=moment(passed[0]))
    within = left(say.language, max(HOUR, coming[-1] - now))
    if passed:
        told = {"earliest": moment(passed[0]), "within": within}
        return say("deadline_passed_and_near", passed=len(passed), coming=len(coming), **told)
    return say("deadline_near", count=len(coming), within=within, earliest=moment(coming[0]))


def _may_ship(say: Say, view: OfOrders) -> str:
    reasons = Counter(view.held.values())
    if not reasons:
        return say("may_ship", count=len(view.ready))
    told = say("comma").join(f"{texts.text(say.language, f'holds.{each}')} {n}" for each, n in reasons.most_common())
    return say("may_ship_or_held", count=len(view.ready), held=len(view.held), reasons=told)


def matter_card(say: Say, subscriber: Subscriber, card: Card, view: OfMatter, now: int) -> tuple[str, Sequence[Button]]:
    """A balance, an authorisation, an after-sale, a label of an old address."""
    alert = view.alert
    told = {**alert.facts, "left": left(say.language, max(0, alert.arm - now)), "at": moment(alert.arm)}
    told["courier"] = courier_name(say.language, str(alert.facts.get("courier", "")))
    told["order"] = short_order(str(alert.facts.get("order", "")))
    if alert.is_over:
        return f"🟢 {texts.text(say.language, f'matters.{alert.rule}_over', **told)}", ()
    key = f"{alert.rule}_last" if _is_last_word(alert, now) else alert.rule.value
    text = f"{light(alert)} {texts.text(say.language, f'matters.{key}', **told)}"
    return text, _matter_buttons(say, subscriber, card, alert)


def _is_last_word(alert: Alert, now: int) -> bool:
    """Whether it is too late, or nothing is left."""
    is_over = alert.rule in {Rule.AFTER_SALE, Rule.AUTHORISATION} and alert.arm - now < MINUTE
    return is_over or (alert.rule is Rule.LOW_BALANCE and alert.tier is Tier.SERIOUS)


def _matter_buttons(say: Say, subscriber: Subscriber, card: Card, alert: Alert) -> list[Button]:
    buttons: list[Button] = []
    if alert.rule is Rule.AUTHORISATION and allows(subscriber.role, Right.BIND):
        buttons.append(say.button("authorise", "bind_shop"))
    if alert.rule is Rule.ADDRESS_CHANGED and allows(subscriber.role, Right.PRINT):
        buttons.append(say.button("void_it", "cancel_waybill", orders=str(alert.facts.get("order", ""))))
    if alert.rule is Rule.LOW_BALANCE and allows(subscriber.role, Right.PRINT):
        buttons.append(say.button("ask_balance", "balance", account=alert.subject.partition("/")[2]))
    if alert.rule is Rule.AFTER_SALE:
        buttons.append(say.button("track", "track", orders=str(alert.facts.get("order", ""))))
    buttons.append(say.button("tomorrow", "snooze", card=card.id))
    if allows(subscriber.role, Right.CARE):
        buttons.append(say.button("ignore", "ignore", card=card.id))
    return buttons
