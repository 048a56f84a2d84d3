"""What is wrong with a parcel, in words: how long, where, and whose."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.alerts import Alert, Rule, Tier
from core.clock import DAY, HOUR, MINUTE
from core.orders import Order
from core.parcels import Node, Parcel, ParcelState
from handlers import texts
from handlers.buttons import command_data
from handlers.messages import Button
from handlers.shown import moment, region_name

_DAYS_FROM = 72 * HOUR  # from here on hours say less than days
_LONG_NAME = 14  # characters of goods that fit beside the rest
_AT_THE_DOOR = frozenset({ParcelState.OUT_FOR_DELIVERY, ParcelState.AT_PICKUP_POINT})


@dataclass(frozen=True, slots=True)
class Say:
    """The sentences of one section in one language."""

    language: str
    section: str

    def __call__(self, key: str, **params: object) -> str:
        """A sentence; a key without a section belongs to this one."""
        return texts.text(self.language, key if "." in key else f"{self.section}.{key}", **params)

    def button(self, key: str, intent: str, **slots: str) -> Button:
        """A button that starts a conversation."""
        return self.counting(key, intent, {}, **slots)

    def counting(self, key: str, intent: str, params: Mapping[str, object], **slots: str) -> Button:
        """The same, where the label has something to say."""
        return Button(self(key, **params), command_data(intent, slots))


def age(language: str, elapsed: int) -> str:
    """47 小时, 5 天, 20 分钟: rounded down."""
    for unit, least, size in (("days", _DAYS_FROM, DAY), ("hours", HOUR, HOUR)):
        if elapsed >= least:
            return texts.text(language, f"alert_card.{unit}", n=elapsed // size)
    return texts.text(language, "alert_card.minutes", n=max(0, elapsed) // MINUTE)


def left(language: str, until: int) -> str:
    """The same for what is still to come: rounded up."""
    size = HOUR if until < _DAYS_FROM else DAY
    return age(language, -(-until // size) * size if until >= HOUR else until)


def what(language: str, alert: Alert, parcel: Parcel, now: int) -> str:
    """What the alert says of its parcel."""
    progress = parcel.progress
    told = {
        "age": age(language, _elapsed(alert, parcel, now)),
        "state": texts.text(language, f"states.{parcel.state}"),
        "city": progress.last.city if progress.last else "",
        "odd": "、".join(texts.text(language, f"oddities.{each}") for each in sorted(progress.oddities)),
    }
    return texts.text(language, _key(alert, parcel), **told)


def _key(alert: Alert, parcel: Parcel) -> str:
    if alert.rule is Rule.REFUNDING and parcel.state in _AT_THE_DOOR:
        return "alert_card.refunding_at_the_door"
    if alert.rule in {Rule.TROUBLE, Rule.RETURNING, Rule.PROXY} and alert.tier is Tier.SERIOUS:
        return f"alert_card.{alert.rule}_long"
    return f"alerts.{alert.rule}"


def _elapsed(alert: Alert, parcel: Parcel, now: int) -> int:
    if alert.rule is Rule.TOO_FAST:
        return (parcel.progress.delivered_at or 0) - (parcel.progress.picked_up_at or 0)
    return now - alert.arm


def light(alert: Alert) -> str:
    """Its colour."""
    return "🔴" if alert.tier >= Tier.LATE else "🟡"


def whose(language: str, parcel: Parcel, order: Order | None) -> str:
    """张*，浙江杭州 · 无线充电器×1."""
    parts = [part for part in (order.receiver.name_mask if order else "", region_name(parcel.region)) if part]
    told = texts.text(language, "alert_card.comma").join(parts)
    goods = _goods(language, order) if order and order.items else ""
    return " · ".join(part for part in (told, goods) if part)


def _goods(language: str, order: Order) -> str:
    first = order.items[0]
    name = first.name if len(first.name) <= _LONG_NAME else f"{first.name[: _LONG_NAME - 1]}…"
    if len(order.items) == 1:
        return f"{name}×{first.count}"
    return texts.text(language, "alert_card.goods", name=name, pieces=order.pieces)


def latest(node: Node | None) -> str:
    """11-20 14:03 离开【金华中转】."""
    return f"{moment(node.at)} {node.text}" if node else ""
