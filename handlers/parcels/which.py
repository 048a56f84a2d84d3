"""Which parcels are meant: the numbers in the command, a card's, those of somebody who was named, or asked for."""

from functools import partial
from typing import Any, TypeAlias

from core.errors import NotFound
from core.parcels import Parcel
from core.tracking.answers import alerts_on
from handlers.conversation import Chat, Option
from handlers.desk import Desk
from handlers.files import PHOTO, REPLY, attachment_in
from handlers.journal import Unclear
from handlers.messages import Attachment
from handlers.parcels.find_orders import orders_for
from handlers.printers.seeing import seen_on
from handlers.shown import numbered, short_number
from handlers.understanding import numbers_in

_ANOTHER = "another"

Numbers: TypeAlias = tuple[list[str], list[str]]
"""Order numbers and waybill numbers."""


async def which(chat: Chat) -> Numbers:
    """Order numbers and waybill numbers, at least one of either."""
    orders, tracking = list(chat.slots.get("orders", ())), list(chat.slots.get("tracking", ()))
    if orders or tracking:
        return orders, tracking
    if order := await _order_of_somebody(chat):
        return [order], []
    return await _asked(chat)


async def _asked(chat: Chat) -> Numbers:
    """The parcel of the photo that came with the command, the one it is taken to be about, or whichever is told."""
    numbers = await _on_photo(chat, attachment_in(chat.slots.get("file")))
    if not any(numbers) and (guess := str(chat.slots.get("guess", ""))):
        numbers = await _confirmed(chat, guess)
    while not any(numbers):
        told = await chat.ask("which", _read, prompt="chat.which", takes=(PHOTO, REPLY))
        numbers = await _on_photo(chat, told) if isinstance(told, Attachment) else told
    return numbers


async def _confirmed(chat: Chat, guess: str) -> Numbers:
    """Whether this is the one; whoever is told another number or photo instead knows which."""
    title = await chat.look("guess", titled, chat.member.merchant, guess, chat.language)
    options = [Option(guess, chat.text("chat.this_one"), is_yes=True), chat.option(_ANOTHER, "chat.another_one")]
    told = await chat.ask(
        "is_it",
        partial(_read_unless_another, guess),
        prompt="chat.is_it",
        options=[*options, chat.cancel_option()],
        takes=(PHOTO, REPLY),
        parcel=title,
    )
    return await _on_photo(chat, told) if isinstance(told, Attachment) else told


async def _on_photo(chat: Chat, photo: Attachment | None) -> Numbers:
    """What its codes say; where that is nothing, it is told why."""
    sight = await seen_on(chat, photo) if photo else None
    if sight and not (sight.orders or sight.tracking or sight.others):
        await chat.say("photo.no_number" if sight.has_codes else "photo.no_code")
    return (list(sight.orders), [*sight.tracking, *sight.others]) if sight else ([], [])


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


async def titled(desk: Desk, merchant: str, number: str, language: str) -> str:
    """The parcel with this number by how merchants call it."""
    parcel = await desk.kept.parcels.with_number(merchant, number)
    return numbered(language, parcel) if parcel else short_number(number)


def _ids(found: list[Parcel], asked: list[str]) -> list[str]:
    if not found:
        raise NotFound(what="、".join(asked))
    return list(dict.fromkeys(parcel.id for parcel in found))


def _read_unless_another(guess: str, answer: Any) -> Numbers | Attachment:  # noqa: ANN401 - the same
    if answer == _ANOTHER:
        return [], []
    return ([], [guess]) if answer == guess else _read(answer)


def _read(answer: Any) -> Numbers | Attachment:  # noqa: ANN401 - words, or a file's record
    if photo := attachment_in(answer):
        return photo
    orders, tracking = numbers_in(str(answer))
    if not orders and not tracking:
        raise Unclear("chat.which_unclear")
    return orders, tracking
