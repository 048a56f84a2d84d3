"""The cards that alerts stand on: of one parcel, of many, of orders to be shipped soon, of other matters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.alerts import Card, Rule
from core.clock import Clock
from core.couriers.base import Capability, Courier
from core.errands import ErrandKind
from core.parcels import Parcel
from core.rights import Right, allows
from core.storage.address import Address
from core.storage.database import Statement
from core.storage.outbox import Outbox
from core.subscribers import Subscriber
from core.tracking.errands import may_be_stopped
from core.tracking.herald import Digest, OfMany, OfOrders, OfParcel, View
from handlers import texts
from handlers.alerts.digest import digest_message
from handlers.alerts.errand_words import errand_lines
from handlers.alerts.many import matter_card, orders_card, parcels_card
from handlers.alerts.words import Say, latest, light, what, whose
from handlers.messages import Button, Outgoing
from handlers.post import post
from handlers.shown import moment, numbered

_NOTHING_TO_CHASE = frozenset({Rule.WRONG_CITY, Rule.TOO_FAST, Rule.CONTRADICTION, Rule.PROXY, Rule.ADDRESS_CHANGED})
_CHASED = frozenset({ErrandKind.URGE})


@dataclass(frozen=True, slots=True)
class AlertNews:
    """Puts cards into the outbox of their chats."""

    outbox: Outbox
    clock: Clock
    couriers: Mapping[str, Courier]

    def draw(self, subscriber: Subscriber, card: Card, view: View) -> list[Statement]:
        """The card as it stands."""
        say, now = Say(subscriber.language, "alert_card"), self.clock.now()
        if isinstance(view, OfParcel):
            return self._post(card, _parcel_text(say, view, now), self._parcel_buttons(say, subscriber, card, view))
        if isinstance(view, OfMany):
            return self._post(card, *parcels_card(say, subscriber, card, view, now))
        if isinstance(view, OfOrders):
            return self._post(card, *orders_card(say, subscriber, card, view, now))
        return self._post(card, *matter_card(say, subscriber, card, view, now))

    def digest(self, subscriber: Subscriber, digest: Digest) -> list[Statement]:
        """A morning's or an evening's digest."""
        outgoing = Outgoing(*digest_message(subscriber, digest))
        return post(self.outbox, Address(subscriber.channel, subscriber.peer), outgoing, self.clock.now())

    def refer(self, subscriber: Subscriber, card: Card) -> list[Statement]:
        """A newer card has taken its place."""
        return self._post(card, Say(subscriber.language, "alert_card")("moved"), ())

    def _post(self, card: Card, text: str, buttons: Sequence[Button]) -> list[Statement]:
        is_last = card.ended_at is not None
        outgoing = Outgoing(text, tuple(buttons), card=f"alert:{card.id}", only_edits=not card.is_news, is_last=is_last)
        return post(self.outbox, Address(card.channel, card.peer), outgoing, self.clock.now())

    def _parcel_buttons(self, say: Say, subscriber: Subscriber, card: Card, view: OfParcel) -> list[Button]:
        parcel, rules = view.parcel, {alert.rule for alert in view.open}
        buttons = []
        if any(each.kind not in _CHASED and not each.is_over for each in view.errands):
            buttons.append(say.button("take_back", "let_go", parcel=parcel.id))
        if not view.open or not allows(subscriber.role, Right.CARE):
            return buttons
        is_chased = any(each.kind in _CHASED for each in view.errands)
        if not (is_chased or rules <= _NOTHING_TO_CHASE or parcel.progress.has_ended):
            buttons.append(say.button("urge", "urge", parcel=parcel.id))
        is_stopped = any(each.kind not in _CHASED and not each.came_to_nothing for each in view.errands)
        if self._may_intercept(subscriber, parcel) and not is_stopped:
            buttons.append(say.button("call_back", "intercept", parcel=parcel.id, action="return"))
            if Rule.ADDRESS_CHANGED in rules:
                buttons.append(say.button("redirect", "intercept", parcel=parcel.id, action="redirect"))
        buttons.append(say.button("buyer_words", "buyer_words", parcel=parcel.id))
        buttons.append(say.button("tomorrow", "snooze", card=card.id))
        if view.errands or parcel.progress.has_ended or rules & {Rule.LOST, Rule.RETURNING}:
            buttons.append(say.button("handled", "handled", card=card.id))
        return [*buttons, say.button("ignore", "ignore", card=card.id)]

    def _may_intercept(self, subscriber: Subscriber, parcel: Parcel) -> bool:
        courier = self.couriers.get(parcel.courier)
        can = courier is not None and Capability.INTERCEPT in courier.capabilities and bool(parcel.account)
        return can and may_be_stopped(parcel) and allows(subscriber.role, Right.INTERCEPT)


def _parcel_text(say: Say, view: OfParcel, now: int) -> str:
    """What was done about it first, then what is wrong; or that nothing is any more."""
    parcel = view.parcel
    asked = errand_lines(say.language, [each for each in view.errands if not each.came_to_nothing], parcel)
    in_vain = errand_lines(say.language, [each for each in view.errands if each.came_to_nothing], parcel)
    if view.open:
        head, *others = view.open
        told = say("head", what=what(say.language, head, parcel, now), parcel=numbered(say.language, parcel))
        lines = [*asked, told if asked else f"{light(head)} {told}", *in_vain]
        lines += [say("also", what=what(say.language, each, parcel, now)) for each in others]
        lines += [say("unverified")] if any("unverified" in alert.facts for alert in view.open) else []
    else:
        done = [line.removeprefix("🟠 ") if view.over else line for line in asked]
        lines = [_settled(say, view), *done, *in_vain, numbered(say.language, parcel)]
    last = latest(parcel.progress.last) if view.open else ""
    return "\n".join([*lines, " · ".join(part for part in (whose(say.language, parcel, view.order), last) if part)])


def _settled(say: Say, view: OfParcel) -> str:
    """🟢 and what ended it: a scan, or somebody who saw to it."""
    if not view.over:
        return say("asked_for")
    last, is_by_hand = view.parcel.progress.last, all(alert.closing == "hand" for alert in view.over)
    if is_by_hand or last is None:
        return say("settled")
    key = "arrived" if view.parcel.progress.has_ended else "recovered"
    state = texts.text(say.language, f"states.{view.parcel.state}")
    return say(key, at=moment(last.at), text=last.text, state=state)
