"""What a message goes on from: the card it replies to, the wish before it, the only parcel this chat was told of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.alerts import Card, CardKind, about_parcel
from core.clock import HOUR
from core.storage.merchants import Member
from handlers.buttons import read_command_data
from handlers.desk import Desk
from handlers.files import REPLY
from handlers.journal import Question, State
from handlers.messages import Button
from handlers.talk import PATIENCE
from handlers.understanding import (
    Understood,
    decide,
    for_conversations,
    names_any,
    numbers_in,
    pointed_at,
    restored,
    wall_clock,
    without_numbers,
)

_RECENTLY = 2 * HOUR  # how long a card is what somebody speaks of who names nothing
_ALERT = "alert:"
_NAMES_IT = frozenset({"track", "intercept", "cancel_waybill"})
"""Does nothing with a parcel, or asks first whether to, and names it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card shows: the waybill and the order numbers of its parcel, none on a card of several."""

    card: str
    number: str
    orders: tuple[str, ...]
    at: int  # when it was made


@dataclass(frozen=True, slots=True)
class Heard:
    """A message understood: the `wish` as the next message may go on from it, and as conversations take it."""

    wish: Understood
    understood: Understood


async def replied_to(desk: Desk, member: Member, message: str) -> Shown | None:
    """What is on the card that this message shows; None where it shows none, or another merchant's."""
    card = await _card(desk, await desk.kept.outbox.card_on(member.to, message)) if message else None
    return await _shown(desk, member, card) if card else None


async def hear(
    desk: Desk, member: Member, state: State, said: str, replied: Shown | None, offers: Sequence[Button]
) -> Heard:
    """What a message wants; a parcel that it does not name is that of the card it replies to.

    Without a reply it is that of the only card told of late, `offers` being the buttons shown last: where something is
    done at once, only as a `guess`, which is asked about first.
    """
    now = desk.clock.now()
    told = None if replied else await _told_last(desk, member, offers)
    shops = [shop.name for shop in await desk.kept.shops.of(member.merchant)]
    before = None if replied else _before(state, now, told)
    wish = decide(said, wall_clock(now), desk.couriers.values(), shops, before)
    guess, card = "", ""
    if replied and replied.number:
        wish = pointed_at(wish, replied.number)
    elif replied:
        card = replied.card if wish.waits_for == "number" else ""
    elif told and wish.waits_for == "number" and wish.intent in _NAMES_IT:
        wish = pointed_at(wish, told.number)
    elif told and wish.waits_for == "number":
        guess = told.number
    understood = for_conversations(wish, now, said)
    more = {key: value for key, value in (("guess", guess), ("card", card)) if value}
    return Heard(wish, replace(understood, slots=understood.slots | more))


def _before(state: State, now: int, told: Shown | None) -> Understood | None:
    """The wish before, while it is fresh; without its numbers where another parcel was told of since."""
    if state.heard is None or now - state.heard_at >= PATIENCE:
        return None
    before = restored(state.heard, now)
    is_passed = told is not None and told.at > state.heard_at and not names_any(before, (told.number, *told.orders))
    return without_numbers(before) if is_passed else before


def points(question: Question, replied: Shown | None) -> bool:
    """Whether a reply to this card answers a question for a parcel, whatever its words."""
    return replied is not None and bool(replied.number) and REPLY in question.takes


def answer_to(question: Question, said: str, replied: Shown | None) -> str:
    """The words as an answer; where they name nothing and only point at a card, the number of its parcel."""
    return replied.number if replied and points(question, replied) and not any(numbers_in(said)) else said.strip()


async def _told_last(desk: Desk, member: Member, offers: Sequence[Button]) -> Shown | None:
    """The card of one parcel that was told last, where it is the only card that was told of late."""
    offered = {read_command_data(button.data)[1].get("card") for button in offers}
    if offered == {None} or not offered:
        return None
    since = desk.clock.now() - _RECENTLY
    shown = [await _card(desk, name) for name in await desk.kept.outbox.told_since(member.to, since)]
    told = [card for card in shown if card and card.made_at >= since and card.ended_at is None]
    is_it = len(told) == 1 and told[0].kind is CardKind.PARCEL and told[0].id in offered
    return await _shown(desk, member, told[0]) if is_it else None


async def _card(desk: Desk, name: str) -> Card | None:
    return await desk.kept.alerts.card(name.removeprefix(_ALERT)) if name.startswith(_ALERT) else None


async def _shown(desk: Desk, member: Member, card: Card) -> Shown | None:
    if card.merchant != member.merchant:
        return None
    parcel = card.about.removeprefix(about_parcel("")) if card.kind is CardKind.PARCEL else ""
    found = (await desk.kept.parcels.with_ids([parcel])).get(parcel) if parcel else None
    return Shown(card.id, found.number, found.orders, card.made_at) if found else Shown(card.id, "", (), card.made_at)
