"""异常件: a board of what is wrong by rule, age and courier, that refreshes, and what stands behind each figure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.alerts import ABOUT_OTHERS, Alert, CardKind, Rule, Tier
from core.clock import DAY, HOUR
from core.fulfilment import gate
from core.ids import token
from core.orders import Order
from core.parcels import Parcel
from core.tracking.answers import alerts_on
from core.tracking.drawing import orders_of
from core.tracking.telling import headline
from handlers.alerts.rule_words import anomalies_named
from handlers.alerts.words import age
from handlers.conversation import Chat, command_data
from handlers.desk import Desk
from handlers.messages import Button
from handlers.shown import courier_name, moment, region_name, short_number

_A_PAGE = 8
_AGES = ((DAY, "under_a_day"), (2 * DAY, "under_two_days"), (3 * DAY, "under_three_days"))
_RULES = 6  # buttons on the board
_CHOOSES = ("card", "anomaly", "courier", "couriers", "hours")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A parcel by the gravest of what is wrong with it. Times in epoch milliseconds UTC."""

    parcel: str
    number: str
    courier: str
    region: str
    rule: Rule
    tier: Tier
    since: int


@dataclass(frozen=True, slots=True)
class Due:
    """An order by the moment at which it should have been shipped; `hold` is a gate's word, "" where it may ship."""

    order: str
    promised_at: int
    hold: str


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to show, and when it was looked up."""

    at: int
    troubles: list[Trouble]
    orders: list[Due]


async def list_anomalies(chat: Chat) -> None:
    """The board, or the list behind one of its figures or a card."""
    card = str(chat.slots.get("card", ""))
    found = await chat.look("found", troubles_on if card else troubles_of, chat.member.merchant, card)
    if found.orders:
        await _orders(chat, found.orders)
        return
    wanted = chosen(found, chat.slots)
    if any(key in chat.slots for key in _CHOOSES):
        await _list(chat, wanted, found.at)
    else:
        await _board(chat, found)


def chosen(found: Found, slots: Mapping[str, Any]) -> list[Trouble]:
    """The parcels of these kinds, couriers and ages, the gravest and oldest first."""
    rules, couriers = anomalies_named(slots.get("anomaly")), couriers_named(slots)
    least = float(slots.get("hours", 0)) * HOUR
    wanted = [
        each
        for each in found.troubles
        if (not rules or each.rule in rules)
        and (not couriers or each.courier in couriers)
        and found.at - each.since >= least
    ]
    return sorted(wanted, key=lambda each: (-each.tier, each.since, each.parcel))


def couriers_named(slots: Mapping[str, Any]) -> frozenset[str]:
    """The codes of the couriers that were named."""
    return frozenset([str(slots["courier"])] if "courier" in slots else slots.get("couriers", ()))


async def _board(chat: Chat, found: Found) -> None:
    if not found.troubles:
        await chat.say("all_well")
        return
    board = str(chat.slots.get("board", "")) or await chat.look("name", fresh_name)
    rules = Counter(each.rule for each in found.troubles)
    lines = [chat.text("head", count=len(found.troubles), at=moment(found.at))]
    lines += [_rule_line(chat, rule, found) for rule, _ in rules.most_common()]
    couriers = Counter(courier_name(chat.language, each.courier) for each in found.troubles)
    lines.append(chat.text("couriers", counts=_counted(chat, couriers.most_common())))
    lines.append(chat.text("ages", counts=_counted(chat, _by_age(chat, found))))
    buttons = [_rule_button(chat, rule, count) for rule, count in rules.most_common(_RULES)]
    again = chat.button("refresh", "list_anomalies", board=board)
    await chat.say("told", *buttons, again, card=f"board:{board}", text="\n".join(lines))


def _rule_line(chat: Chat, rule: Rule, found: Found) -> str:
    mine = [each for each in found.troubles if each.rule is rule]
    red = sum(each.tier >= Tier.LATE for each in mine)
    longest = age(chat.language, found.at - min(each.since for each in mine))
    return chat.text("line", rule=chat.text(f"rules.{rule}"), count=len(mine), red=red, longest=longest)


def _rule_button(chat: Chat, rule: Rule, count: int) -> Button:
    label = chat.text("rule_button", rule=chat.text(f"rules.{rule}"), count=count)
    return Button(label, command_data("list_anomalies", {"anomaly": rule}))


def _by_age(chat: Chat, found: Found) -> list[tuple[str, int]]:
    counts = Counter(_age_key(found.at - each.since) for each in found.troubles)
    keys = [*(key for _, key in _AGES), "longer"]
    return [(chat.text(key), counts[key]) for key in keys if counts[key]]


def _age_key(elapsed: int) -> str:
    return next((key for least, key in _AGES if elapsed < least), "longer")


def _counted(chat: Chat, counts: Iterable[tuple[str, int]]) -> str:
    return chat.text("comma").join(f"{name} {count}" for name, count in counts)


async def _list(chat: Chat, wanted: Sequence[Trouble], now: int) -> None:
    """A page of parcels; each has a button that shows it."""
    if not wanted:
        await chat.say("none_of_those")
        return
    page = int(chat.slots.get("page", 0))
    shown = wanted[page * _A_PAGE : (page + 1) * _A_PAGE]
    lines = [_trouble_line(chat, each, now) for each in shown]
    buttons = [_parcel_button(each) for each in shown]
    if len(wanted) > (page + 1) * _A_PAGE:
        buttons.append(_next_page(chat, page + 1))
    first = page * _A_PAGE + 1
    text = chat.text("list", first=first, last=first + len(shown) - 1, count=len(wanted), lines="\n".join(lines))
    await chat.say("told", *buttons, text=text)


def _next_page(chat: Chat, page: int) -> Button:
    kept: dict[str, Any] = {key: chat.slots[key] for key in _CHOOSES if key in chat.slots}
    return Button(chat.text("next_page"), command_data("list_anomalies", {**kept, "page": page}))


def _trouble_line(chat: Chat, trouble: Trouble, now: int) -> str:
    return chat.text(
        "trouble",
        light="🔴" if trouble.tier >= Tier.LATE else "🟡",
        courier=courier_name(chat.language, trouble.courier),
        number=short_number(trouble.number),
        region=trouble.region,
        rule=chat.text(f"rules.{trouble.rule}"),
        age=age(chat.language, now - trouble.since),
    )


def _parcel_button(trouble: Trouble) -> Button:
    return Button(short_number(trouble.number), command_data("track", {"parcel": trouble.parcel}))


async def _orders(chat: Chat, orders: Sequence[Due]) -> None:
    lines = [
        chat.text(
            "order_line",
            order=order.order,
            at=moment(order.promised_at),
            hold=chat.text(f"holds.{order.hold}") if order.hold else "",
        ).rstrip()
        for order in orders[: 4 * _A_PAGE]
    ]
    more = chat.text("more", count=len(orders) - len(lines)) if len(orders) > len(lines) else ""
    await chat.say("orders", count=len(orders), lines="\n".join(lines), more=more)


async def troubles_of(desk: Desk, merchant: str, _card: str) -> Found:
    """Everything of the merchant's that is not settled."""
    open_ = [alert for alert in await desk.kept.alerts.open(merchant) if alert.rule not in ABOUT_OTHERS]
    return Found(desk.clock.now(), await _troubles(desk, open_), [])


async def troubles_on(desk: Desk, merchant: str, card_id: str) -> Found:
    """What a card shows."""
    card, now = await desk.kept.alerts.card(card_id), desk.clock.now()
    if card is None or card.merchant != merchant:
        return Found(now, [], [])
    alerts = await alerts_on(desk.watch, card)
    if card.kind is CardKind.ORDERS:
        return Found(now, [], [_due(order, now) for order in await orders_of(desk.watch, alerts)])
    return Found(now, await _troubles(desk, alerts), [])


async def fresh_name(_desk: Desk) -> str:
    """A name for a board, under which it is refreshed."""
    return token()


def _due(order: Order, now: int) -> Due:
    reason = gate.hold_reason(order, now)
    return Due(order.number, order.promised_at, reason.value if reason else "")


async def _troubles(desk: Desk, alerts: Sequence[Alert]) -> list[Trouble]:
    by_parcel: dict[str, list[Alert]] = {}
    for alert in alerts:
        if alert.parcel:
            by_parcel.setdefault(alert.parcel, []).append(alert)
    parcels = await desk.kept.parcels.with_ids(sorted(by_parcel))
    return [_trouble(parcels[key], headline(mine)) for key, mine in by_parcel.items() if key in parcels]


def _trouble(parcel: Parcel, alert: Alert) -> Trouble:
    where = region_name(parcel.region)
    return Trouble(parcel.id, parcel.number, parcel.courier, where, alert.rule, alert.tier, alert.arm)
