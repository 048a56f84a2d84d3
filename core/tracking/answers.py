"""What a person answers to a card: later, never mind, settled, seen to."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from core.alerts import Alert, AlertState, Card, Closing, Telling, about_parcel
from core.storage.address import Address
from core.storage.database import Conflict, Statement
from core.tracking.changes import closed
from core.tracking.watch import Watch

_TRIES = 5


async def snooze(watch: Watch, merchant: str, card_id: str, to: Address, until: int) -> bool:
    """Tell this chat again what is still wrong then; False when the card shows nothing any more."""

    def later(alert: Alert) -> Alert:
        waits = until if alert.tell_at is None else min(alert.tell_at, until)
        return replace(alert, state=AlertState.SNOOZED, tell_at=waits)

    def untold(_card: Card, alerts: Sequence[Alert]) -> list[Statement]:
        tellings = (Telling(alert.id, to.channel, to.peer, 0, card_id, until) for alert in alerts)
        return [watch.kept.alerts.told(telling) for telling in tellings]

    return await _answer(watch, merchant, card_id, later, untold)


async def ignore(watch: Watch, merchant: str, card_id: str) -> bool:
    """Speak of it no more, in any chat, until there is news; False when the card shows nothing any more."""
    return await _answer(watch, merchant, card_id, lambda alert: replace(alert, state=AlertState.IGNORED, tell_at=None))


async def settle(watch: Watch, merchant: str, card_id: str, to: Address) -> bool:
    """Somebody in this chat saw to it; False when the card shows nothing any more."""
    now, kept = watch.clock.now(), watch.kept.alerts
    return await _answer(
        watch,
        merchant,
        card_id,
        lambda alert: closed(alert, Closing.HAND, now),
        lambda card, _alerts: [kept.mark_for(card.about, to, now)],
    )


async def act(watch: Watch, parcel: str) -> None:
    """Somebody does something about a parcel by herself, by telephone."""
    for _ in range(_TRIES):
        subject = about_parcel(parcel)
        known = (await watch.kept.alerts.of_subjects([subject]))[subject]
        acted = [replace(alert, state=AlertState.ACTED) for alert in known if not alert.is_over]
        with suppress(Conflict):
            await _keep(watch, acted, [])
            return


async def alerts_on(watch: Watch, card: Card) -> list[Alert]:
    """What the card shows that is not over."""
    tellings = await watch.kept.alerts.tellings_on(card.id)
    shown = await watch.kept.alerts.with_ids([telling.alert for telling in tellings])
    return [alert for alert in shown if not alert.is_over]


async def _answer(
    watch: Watch,
    merchant: str,
    card_id: str,
    change: Callable[[Alert], Alert],
    more: Callable[[Card, Sequence[Alert]], list[Statement]] = lambda _card, _alerts: [],
) -> bool:
    for _ in range(_TRIES):
        card = await watch.kept.alerts.card(card_id)
        is_current = card is not None and card.merchant == merchant and not card.heir
        alerts = await alerts_on(watch, card) if card and is_current else []
        if card is None or not alerts:
            return False
        with suppress(Conflict):  # one of them changed meanwhile
            await _keep(watch, [change(alert) for alert in alerts], more(card, alerts))
            return True
    return False


async def _keep(watch: Watch, alerts: Sequence[Alert], more: Sequence[Statement]) -> None:
    now, kept = watch.clock.now(), watch.kept.alerts
    changed = [kept.update(alert) for alert in alerts]
    marks = [statement for alert in alerts for statement in kept.mark(alert, now)]
    await watch.kept.database.apply(*changed, *more, *marks)
