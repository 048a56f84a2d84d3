"""拦截退回, 改址: only where courier and state allow it, said plainly, agreed to, and followed on the parcel's card."""

from dataclasses import dataclass
from typing import Literal

from core.couriers.base import Capability
from core.errands import Errand, ErrandKind, ErrandState
from core.errors import AlreadyAsked, NotFound, RateLimited, ServiceRefused, ServiceUnavailable
from core.orders import Recipient, Region
from core.parcels import Parcel, ParcelState
from core.recipients.parse import parse
from core.storage.address import Address
from core.tracking import errands
from core.tracking.errands import last_stop, may_be_stopped
from handlers.alerts.errand_words import masked
from handlers.alerts.urge import fresh_id, refresh, show
from handlers.alerts.words import whose
from handlers.conversation import Chat, Option, Unclear
from handlers.desk import Desk
from handlers.parcels.which import which_parcels
from handlers.shown import courier_name, hotline, numbered

_NOT_COLLECTED = frozenset({ParcelState.NO_RECORD, ParcelState.CREATED})
_AT_THE_DOOR = frozenset({ParcelState.OUT_FOR_DELIVERY, ParcelState.AT_PICKUP_POINT})

Obstacle = Literal["", "arrived", "coming_back", "not_collected", "at_the_door", "no_interface", "under_way"]


@dataclass(frozen=True, slots=True)
class Stoppable:
    """A parcel as this conversation needs it; `obstacle` says why it cannot be stopped."""

    id: str
    title: str  # 中通 7612…9036
    number: str
    whose: str  # 张*，浙江杭州 · 无线充电器×1
    courier: str
    hotline: str  # 95311, or more words where it is not sure
    obstacle: Obstacle
    can_redirect: bool
    errand: str = ""  # what is under way


async def intercept(chat: Chat) -> None:
    """Which, what with it, agreed, asked for."""
    parcel = await _one(chat, await which_parcels(chat))
    found = await chat.look("stoppable", stoppable, parcel, chat.language)
    if found.obstacle:
        await _explain(chat, found)
        return
    recipient = await _recipient(chat, found)
    if not await _agreed(chat, found, recipient):
        await chat.say("left_alone")
        return
    await _ask(chat, found, recipient)


async def let_go(chat: Chat) -> None:
    """[撤销拦截]: while nothing is decided."""
    parcel = await _one(chat, await which_parcels(chat))
    found = await chat.look("stoppable", stoppable, parcel, chat.language)
    if not found.errand:
        await chat.say("nothing_to_take_back", parcel=found.title)
        return
    options = [chat.option("take_back", is_yes=True), chat.option("leave_it")]
    if await chat.choose("sure_to_take_back", options, parcel=found.title) != "take_back":
        return
    try:
        await chat.settle("let_go", take_back, found.errand)
        await chat.look("refresh", refresh, Address(chat.member.channel, chat.member.peer), found.id)
    except ServiceRefused as refusal:
        await chat.say("cannot_take_back", courier=found.courier, said=refusal.details.get("said", ""))


async def _one(chat: Chat, parcels: list[str]) -> str:
    if len(parcels) == 1:
        return parcels[0]
    titles = await chat.look("titles", titles_of, parcels, chat.language)
    options = [Option(parcel, title) for parcel, title in titles.items()]
    return await chat.choose("which_parcel", [*options, chat.cancel_option()])


async def _explain(chat: Chat, found: Stoppable) -> None:
    """Why not, and what can be done instead."""
    told = {"parcel": found.title, "courier": found.courier, "hotline": found.hotline, "number": found.number}
    text = chat.text(f"obstacle_{found.obstacle}", **told)
    buttons = []
    if found.obstacle == "under_way":
        buttons.append(chat.button("take_back", "let_go", parcel=found.id))
    await chat.say("told", *buttons, chat.button("buyer_words", "buyer_words", parcel=found.id), text=text)


async def _recipient(chat: Chat, found: Stoppable) -> Recipient | None:
    """Where to instead; None: back to the sender."""
    action = chat.slots.get("action")
    if action not in {"return", "redirect"} or (action == "redirect" and not found.can_redirect):
        options = [chat.option("return")]
        options += [chat.option("redirect")] if found.can_redirect else []
        action = await chat.choose("action", [*options, chat.cancel_option()], parcel=found.title)
    if action == "return":
        return None
    return await chat.ask("recipient", _read_recipient, is_prose=True)


async def _agreed(chat: Chat, found: Stoppable, recipient: Recipient | None) -> bool:
    """Effect and cost said first."""
    key = "sure_to_redirect" if recipient else "sure_to_return"
    yes = chat.option("redirect_it" if recipient else "return_it", is_yes=True)
    told = {"parcel": found.title, "whose": found.whose, "courier": found.courier}
    to = f"{masked(recipient)}" if recipient else ""
    return await chat.choose(key, [yes, chat.option("leave_it")], **told, to=to) == yes.value


async def _ask(chat: Chat, found: Stoppable, recipient: Recipient | None) -> None:
    while True:
        errand = await chat.look("errand", fresh_id)
        try:
            await chat.settle("stop", stop, errand, found.id, recipient)
            break
        except AlreadyAsked:
            await chat.say("just_asked", parcel=found.title)
            return
        except (ServiceUnavailable, RateLimited):
            again = [chat.option("try_again", is_yes=True), chat.cancel_option()]
            await chat.choose("unreachable", again, courier=found.courier, hotline=found.hotline)
        except ServiceRefused as refusal:
            said = refusal.details.get("said", "")
            told = chat.text("refused", courier=found.courier, said=said, hotline=found.hotline, number=found.number)
            await chat.say("told", chat.button("buyer_words", "buyer_words", parcel=found.id), text=told)
            return
    await chat.look("show", show, Address(chat.member.channel, chat.member.peer), chat.member.merchant, found.id)


def _read_recipient(typed: str) -> Recipient:
    """A pasted recipient, in any form; everything must be there, and the place must be one only."""
    pasted = parse(typed)
    if pasted.lacks:
        raise Unclear("recipient_which_city" if len(pasted.places) > 1 else "recipient_unclear")
    phone = f"{pasted.phone}-{pasted.extension}" if pasted.extension else pasted.phone
    return Recipient(pasted.name, phone, Region(pasted.province, pasted.city, pasted.district), pasted.detail)


async def stoppable(desk: Desk, parcel_id: str, language: str) -> Stoppable:
    """The parcel's facts, and what stands in the way."""
    parcel = (await desk.kept.parcels.with_ids([parcel_id]))[parcel_id]
    courier = desk.couriers.get(parcel.courier)
    under_way = await last_stop(desk.watch, parcel_id)
    capabilities = courier.capabilities if courier and parcel.account else frozenset[Capability]()
    orders = await desk.kept.orders.find(parcel.shop, list(parcel.orders[:1])) if parcel.shop else {}
    return Stoppable(
        id=parcel.id,
        title=numbered(language, parcel),
        number=parcel.number,
        whose=whose(language, parcel, next(iter(orders.values()), None)),
        courier=courier_name(language, parcel.courier),
        hotline=hotline(language, parcel.courier, desk.couriers),
        obstacle=_obstacle(parcel, under_way, capabilities),
        can_redirect=Capability.REDIRECT in capabilities,
        errand=under_way.id if under_way and not under_way.is_over else "",
    )


def _obstacle(parcel: Parcel, under_way: Errand | None, capabilities: frozenset[Capability]) -> Obstacle:
    if parcel.progress.has_ended:
        return "arrived"
    if parcel.state is ParcelState.RETURNING or (
        under_way and under_way.kind is ErrandKind.CALL_BACK and under_way.is_over
    ):
        return "coming_back"
    if under_way and not under_way.is_over:
        return "under_way"
    if parcel.state in _NOT_COLLECTED:
        return "not_collected"
    if parcel.state in _AT_THE_DOOR:
        return "at_the_door"
    return "" if Capability.INTERCEPT in capabilities and may_be_stopped(parcel) else "no_interface"


async def titles_of(desk: Desk, parcels: list[str], language: str) -> dict[str, str]:
    """The parcels by how merchants call them."""
    found = await desk.kept.parcels.with_ids(parcels)
    return {parcel: numbered(language, found[parcel]) for parcel in parcels}


async def stop(desk: Desk, errand: str, parcel: str, recipient: Recipient | None) -> ErrandState:
    """Ask the courier."""
    return (await errands.stop(desk.watch, errand, parcel, recipient)).state


async def take_back(desk: Desk, errand_id: str) -> ErrandState:
    """Let the parcel go on. Taken back already, nothing happens."""
    errand = await desk.kept.errands.get(errand_id)
    if errand is None:
        raise NotFound(what=errand_id)
    return errand.state if errand.is_over else (await errands.let_go(desk.watch, errand)).state
