"""补打, 重新取号, 作废: three different things. A reprint never takes a new number; a new number is asked for twice."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import NotFound, ServiceError
from core.fulfilment import decisions
from core.fulfilment.gate import Hold
from core.fulfilment.plan import read_plan
from core.fulfilment.printing import PAGES
from core.shipments import Shipment, ShipmentState
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.messages import Document
from handlers.parcels.which import which
from handlers.reasons import reason_text
from handlers.shown import document_name, short_number

_NAMED = 8  # numbers in one sentence


@dataclass(frozen=True, slots=True)
class Found:
    """A shipment as these conversations need it."""

    key: str
    number: str
    orders: tuple[str, ...]
    template: str
    can_be_reprinted: bool
    can_be_voided: bool
    is_unsure: bool
    batch: str
    courier: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Which shipments must not be labelled again, by key; `is_known`: whether the shop could be asked."""

    unfit: Mapping[str, Hold]
    is_known: bool = True


async def reprint(chat: Chat) -> None:
    """The same label again, with the same number, marked 补打."""
    meant = await _several(chat) if _means_several(chat) else await _which(chat)
    found = [each for each in meant if each.can_be_reprinted]
    if not found:
        await chat.say("none_printed" if _means_several(chat) else "no_label")
        return
    if _means_several(chat) and not await _agreed(chat, found):
        return
    checked = await chat.do("checked", check, [each.key for each in found])
    for each in found:
        if hold := checked.unfit.get(each.key):
            reason = reason_text(chat.member.language, {"hold": hold})
            key = "unfit_address" if hold == Hold.ADDRESS_CHANGED else "unfit"
            await chat.say(key, number=short_number(each.number), orders="、".join(each.orders), reason=reason)
    if not checked.is_known:
        await chat.say("unchecked")
    fit = [each for each in found if each.key not in checked.unfit]
    for start in range(0, len(fit), PAGES):
        await _send_again(chat, fit[start : start + PAGES])


def _means_several(chat: Chat) -> bool:
    """刚才那批, 昨天的, 最后3张: no parcel is named, and no person."""
    slots = chat.slots
    is_named = any(slots.get(key) for key in ("orders", "tracking", "recipient", "phone_tail"))
    return not is_named and any(slots.get(key) for key in ("ref", "start", "count"))


async def _several(chat: Chat) -> list[Found]:
    slots = chat.slots
    found = await chat.look("several", printed, chat.member.merchant, slots.get("start"), slots.get("end"))
    named = [slots["courier"]] if "courier" in slots else slots.get("couriers", [])
    found = [each for each in found if not named or each.courier in named]
    return found[-slots["count"] :] if slots.get("count") else found


async def _agreed(chat: Chat, found: list[Found]) -> bool:
    """So many labels at once may become so many parcels sent twice."""
    options = [chat.option("all_again", is_yes=True, count=len(found)), chat.option("none_again")]
    numbers = "、".join(short_number(each.number) for each in found[:_NAMED]) + ("…" if len(found) > _NAMED else "")
    return await chat.choose("several", options, count=len(found), numbers=numbers) == "all_again"


async def _send_again(chat: Chat, found: list[Found]) -> None:
    name = await chat.look("name", file_name, found[0].number)
    keys = tuple(each.key for each in found)
    pages = Document(name, keys, found[0].template, is_reprint=True, merchant=chat.member.merchant)
    numbers = "、".join(short_number(each.number) for each in found[:_NAMED]) + ("…" if len(found) > _NAMED else "")
    await chat.say("reprinted", document=pages, numbers=numbers, count=len(found))


async def reissue(chat: Chat) -> None:
    """A new number for the same parcel: said plainly, agreed to explicitly."""
    for each in await _which(chat):
        if not each.can_be_voided:
            await _refuse(chat, each)
            continue
        options = [chat.option("reprint_instead"), chat.option("new_number")]
        chosen = await chat.choose("reissue", options, number=short_number(each.number), orders="、".join(each.orders))
        if chosen == "new_number":
            await chat.settle("new_number", take_new_number, each.key)
            await chat.say("asking_again", number=short_number(each.number))
        elif each.can_be_reprinted:
            name = await chat.look("name", file_name, each.number)
            pages = Document(name, (each.key,), each.template, is_reprint=True, merchant=chat.member.merchant)
            await chat.say("reprinted", document=pages, numbers=short_number(each.number), count=1)
        else:
            await chat.say("no_label")


async def void(chat: Chat) -> None:
    """Give a number up."""
    for each in await _which(chat):
        if not each.can_be_voided:
            await _refuse(chat, each)
            continue
        options = [chat.option("void_it"), chat.option("keep_it")]
        number = short_number(each.number)
        if await chat.choose("void", options, number=number, orders="、".join(each.orders)) == "void_it":
            await chat.settle("void", give_up, each.key)
            await chat.say("voided", number=number)


async def _refuse(chat: Chat, found: Found) -> None:
    """A number the buyer sees stays; one that nobody is sure of is looked up first."""
    if found.is_unsure:
        look = chat.button("check_first", "unsure", batch=found.batch)
        await chat.say("number_unsure", look, orders="、".join(found.orders))
    else:
        await chat.say("number_in_use", number=short_number(found.number))


async def _which(chat: Chat) -> list[Found]:
    """The shipments meant; asked for when the command named none."""
    orders, tracking = await which(chat)
    found = await chat.look("found", find, chat.member.merchant, orders, tracking)
    if not found:
        raise NotFound(what=", ".join([*orders, *tracking]))
    return found


async def find(desk: Desk, merchant: str, orders: list[str], tracking: list[str]) -> list[Found]:
    """The merchant's shipments with these numbers."""
    return [await _found(desk, each) for each in await decisions.find(desk.tools, merchant, orders, tracking)]


async def printed(desk: Desk, merchant: str, start: int | None, end: int | None) -> list[Found]:
    """What came out in this time, else in the latest batch, in printing order."""
    if start is not None and end is not None:
        return [await _found(desk, each) for each in await desk.kept.shipments.printed(merchant, start, end)]
    batch = await desk.kept.batches.latest(merchant)
    shipments = await desk.kept.shipments.of_batch(batch.id) if batch else []
    return [await _found(desk, each) for each in shipments if each.printed_at is not None]


async def file_name(desk: Desk, number: str) -> str:
    """What the file is called."""
    return document_name(desk.clock.now(), number, "-补打")


async def check(desk: Desk, keys: list[str]) -> Checked:
    """Ask the shop whether these may still ship; a shop that cannot be asked does not keep a torn label from her."""
    try:
        return Checked(await decisions.unfit_for_reprint(desk.tools, keys))
    except ServiceError:
        return Checked({}, is_known=False)


async def take_new_number(desk: Desk, key: str) -> str:
    """Void and ask again; returns the new batch."""
    return await decisions.reissue(desk.tools, key)


async def give_up(desk: Desk, key: str) -> None:
    """Void."""
    await decisions.void(desk.tools, key)


async def _found(desk: Desk, shipment: Shipment) -> Found:
    batch = await desk.kept.batches.get(shipment.batch)
    return Found(
        shipment.key,
        shipment.number or "—",
        shipment.orders,
        read_plan(batch).wish.template if batch else "100x150",
        decisions.can_be_reprinted(shipment),
        decisions.can_be_voided(shipment),
        shipment.state is ShipmentState.UNSURE,
        shipment.batch,
        shipment.courier,
    )
