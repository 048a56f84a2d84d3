"""Which parcels are meant: the numbers in the command, a card's, those of somebody who was named, or asked for."""

from typing import Any

from core.errors import NotFound
from core.parcels import Parcel
from core.tracking.answers import alerts_on
from handlers.conversation import Chat, Option
from handlers.desk import Desk
from handlers.files import PHOTO, attachment_in
from handlers.journal import Unclear
from handlers.messages import Attachment
from handlers.parcels.find_orders import orders_for
from handlers.printers.seeing import seen_on
from handlers.understanding import numbers_in


async def which(chat: Chat) -> tuple[list[str], list[str]]:
    """Order numbers and waybill numbers, at least one of either."""
    orders, tracking = list(chat.slots.get("orders", ())), list(chat.slots.get("tracking", ()))
    if orders or tracking:
        return orders, tracking
    if order := await _order_of_somebody(chat):
        return [order], []
    return await _asked(chat)


async def _asked(chat: Chat) -> tuple[list[str], list[str]]:
    """Typed, or photographed."""
    while True:
        told = await chat.ask("which", _read, prompt="chat.which", takes=(PHOTO,))
        if not isinstance(told, Attachment):
            return told
        sight = await seen_on(chat, told)
        if sight and (sight.orders or sight.tracking or sight.others):
            return list(sight.orders), [*sight.tracking, *sight.others]
        if sight:
            await chat.say("photo.no_number" if sight.has_codes else "photo.no_code")


async def _order_of_somebody(chat: Chat) -> str:
    """The order of somebody whose name or phone was said; "" where nobody was, or has none."""
    recipient, tail = str(chat.slots.get("recipient", "")), str(chat.slots.get("phone_tail", ""))
    if not recipient and not tail:
        return ""
    found = await chat.do("matches", orders_for, chat.member.merchant, recipient, tail)
    if not found:
        await chat.say("chat.nobody", who=recipient or tail)
        return ""
    if len(found) == 1:
        return found[0].order
    options = [*(Option(match.order, match.label) for match in found), chat.cancel_option()]
    return await chat.choose("which_of_them", options, prompt="chat.which_of_them", count=len(found))


async def which_parcels(chat: Chat) -> list[str]:
    """The ids of the watched parcels that are meant. Raises `NotFound` where none of the merchant's is."""
    merchant = chat.member.merchant
    if parcel := chat.slots.get("parcel"):
        return await chat.look("parcels", watched_as, merchant, [str(parcel)])
    if card := chat.slots.get("card"):
        return await chat.look("parcels", watched_on, merchant, str(card))
    orders, tracking = await which(chat)
    return await chat.look("parcels", watched_with, merchant, orders, tracking)


async def watched_as(desk: Desk, merchant: str, parcels: list[str]) -> list[str]:
    """Those of these parcels that are the merchant's."""
    found = await desk.kept.parcels.with_ids(parcels)
    return _ids([parcel for parcel in found.values() if parcel.merchant == merchant], parcels)


async def watched_on(desk: Desk, merchant: str, card_id: str) -> list[str]:
    """The parcels of a card of which something is not settled."""
    card = await desk.kept.alerts.card(card_id)
    if card is None or card.merchant != merchant:
        raise NotFound(what=card_id)
    alerts = await alerts_on(desk.watch, card)
    return list(dict.fromkeys(alert.parcel for alert in alerts if alert.parcel))


async def watched_with(desk: Desk, merchant: str, orders: list[str], tracking: list[str]) -> list[str]:
    """The merchant's watched parcels with these numbers."""
    found = [each for order in orders for each in await desk.kept.parcels.of_order(merchant, order)]
    for number in tracking:
        parcel = await desk.kept.parcels.with_number(merchant, number)
        found += [parcel] if parcel else []
    return _ids(found, [*orders, *tracking])


def _ids(found: list[Parcel], asked: list[str]) -> list[str]:
    if not found:
        raise NotFound(what="、".join(asked))
    return list(dict.fromkeys(parcel.id for parcel in found))


def _read(answer: Any) -> tuple[list[str], list[str]] | Attachment:  # noqa: ANN401 - words, or a file's record
    if photo := attachment_in(answer):
        return photo
    orders, tracking = numbers_in(str(answer))
    if not orders and not tracking:
        raise Unclear("chat.which_unclear")
    return orders, tracking
