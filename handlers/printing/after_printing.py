"""What follows a batch: go on with it, the reasons of what did not work, lost answers, and paper nobody is sure of."""

from core.fulfilment import batch as batches
from core.fulfilment import decisions
from core.manual import is_manual
from core.shipments import Shipment, ShipmentState
from core.storage.address import Address
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.journal import Unclear
from handlers.messages import Document
from handlers.post import OUTGOING
from handlers.reasons import reason_text
from handlers.shown import short_number
from handlers.understanding import numbers_in

_LISTED = 40  # shipments in one message


async def go_on(chat: Chat) -> None:
    """[继续]: the rest of a batch that stopped."""
    going = await chat.settle("go_on", resume, chat.slots.get("batch", ""), chat.member.merchant, chat.member.to)
    await chat.say("going_on" if going else "nothing_left")


async def why(chat: Chat) -> None:
    """[看原因]: each order that did not go through, with its reason."""
    stuck = await chat.look("stuck", stuck_shipments, chat.slots.get("batch", ""), chat.member.merchant)
    if not stuck:
        await chat.say("all_well")
        return
    lines = [f"• {'、'.join(orders)}　{reason_text(chat.language, reason)}" for orders, reason in stuck[:_LISTED]]
    await chat.say("reasons", count=len(stuck), lines="\n".join(lines))


async def unsure(chat: Chat) -> None:
    """One parcel whose answer was lost: the merchant looks at the courier's page and decides."""
    batch = chat.slots.get("batch", "")
    keys = await chat.look("unsure", in_state, batch, chat.member.merchant, ShipmentState.UNSURE)
    if not keys:
        await chat.say("nothing_unsure")
        return
    found_one = False
    for key, orders in keys.items():
        found_one |= await _settle_unsure(chat, key, orders)
    if found_one:
        await chat.settle("go_on", resume, batch, chat.member.merchant, chat.member.to)
    await chat.say("unsure_done")


async def _settle_unsure(chat: Chat, key: str, numbers: tuple[str, ...]) -> bool:
    """One decision; whether it left a number to go on with."""
    orders, kind = "、".join(numbers), "_manual" if is_manual(numbers[0]) else ""
    options = [chat.option(each) for each in ("no_number", "has_number", "by_hand", "later")]
    chosen = await chat.choose("unsure", options, orders=orders)
    if chosen == "no_number":
        sure = [chat.option("yes_new_number", is_yes=True), chat.option("later")]
        if await chat.choose("sure", sure, orders=orders) == "yes_new_number":
            await chat.settle("reissue", reissue, key)
            await chat.say("asked_again", orders=orders)
    elif chosen == "by_hand":
        await chat.settle("hand_over", hand_over, key)
        await chat.say("given_up", orders=orders)
    elif chosen == "has_number":
        number = await _known_number(chat, key, f"number{kind}")
        await chat.settle("adopt", adopt_number, key, number)
        await chat.say(f"adopted{kind}", orders=orders, number=short_number(number))
        return True
    return False


async def _known_number(chat: Chat, key: str, prompt: str) -> str:
    """A number that the courier knows and no other parcel carries."""
    while True:
        number = await chat.ask("number", _one_number, prompt=prompt)
        if not await chat.look("is_free", is_free, key, number):
            await chat.say("number_taken", number=short_number(number))
        elif not await chat.do("known", courier_knows, key, number):
            await chat.say("number_unknown", number=short_number(number))
        else:
            return number


def _one_number(typed: str) -> str:
    _, tracking = numbers_in(typed)
    if len(tracking) != 1:
        raise Unclear("chat.which_unclear")
    return tracking[0]


async def paper(chat: Chat) -> None:
    """A label that may or may not have come out: the merchant looks, and only then it is printed again."""
    batch = chat.slots.get("batch", "")
    found = await chat.look("paper", in_state, batch, chat.member.merchant, ShipmentState.PRINTING)
    if not found:
        await chat.say("nothing_unsure")
        return
    for key, orders in found.items():
        number = await chat.look(f"number:{key}", number_of, key)
        options = [chat.option("came_out"), chat.option("not_out")]
        chosen = await chat.choose("paper", options, number=short_number(number), orders="、".join(orders))
        await chat.settle("paper", decide_paper, key, chosen == "came_out")
    await chat.settle("go_on", resume, batch, chat.member.merchant, chat.member.to)
    await chat.say("going_on")


async def send_again(chat: Chat) -> None:
    """[没收到，再发一次]: labels of which nobody knows whether they arrived."""
    to = Address(chat.member.channel, chat.member.peer)
    document = await chat.look("kept", doubtful_document, to, chat.slots.get("letter", ""))
    if document is None:
        await chat.say("nothing_left")
    else:
        await chat.say("sent_again", document=document)


async def doubtful_document(desk: Desk, to: Address, letter: str) -> Document | None:
    """The document of a message that was set aside."""
    body = await desk.kept.outbox.doubtful(to, letter)
    document = OUTGOING.validate_json(body).document if body else None
    return document if isinstance(document, Document) else None


async def resume(desk: Desk, batch: str, merchant: str, to: Address) -> bool:
    """Let the batch go on, and tell how it goes here."""
    return await batches.resume(desk.tools, batch, merchant, to)


async def stuck_shipments(desk: Desk, batch: str, merchant: str) -> list[tuple[tuple[str, ...], dict[str, object]]]:
    """Orders and reason of what was held, failed or is unsure."""
    return [
        (shipment.orders, shipment.reason or {})
        for shipment in await _mine(desk, batch, merchant)
        if shipment.state in {ShipmentState.HELD, ShipmentState.FAILED, ShipmentState.UNSURE}
    ]


async def in_state(desk: Desk, batch: str, merchant: str, state: ShipmentState) -> dict[str, tuple[str, ...]]:
    """The batch's shipments in a state → their orders."""
    return {each.key: each.orders for each in await _mine(desk, batch, merchant) if each.state is state}


async def number_of(desk: Desk, key: str) -> str:
    """A shipment's waybill number."""
    shipment = await desk.kept.shipments.get(key)
    return (shipment and shipment.number) or ""


async def reissue(desk: Desk, key: str) -> str:
    """Ask for a number again; returns the new batch."""
    return await decisions.reissue(desk.tools, key)


async def is_free(desk: Desk, key: str, number: str) -> bool:
    """Whether no other parcel carries the number."""
    return await decisions.is_free(desk.tools, key, number)


async def courier_knows(desk: Desk, key: str, number: str) -> bool:
    """Ask the courier about the number."""
    return await decisions.courier_knows(desk.tools, key, number)


async def adopt_number(desk: Desk, key: str, number: str) -> str:
    """Keep the number for the parcel; returns its batch."""
    return await decisions.adopt_number(desk.tools, key, number)


async def hand_over(desk: Desk, key: str) -> None:
    """The merchant looks after this parcel herself."""
    await decisions.hand_over(desk.tools, key)


async def decide_paper(desk: Desk, key: str, came_out: bool) -> str:  # noqa: FBT001 - the merchant's answer is one
    """Keep what the merchant saw at the printer."""
    return await decisions.paper_came_out(desk.tools, key, came_out=came_out)


async def _mine(desk: Desk, batch: str, merchant: str) -> list[Shipment]:
    return [each for each in await desk.kept.shipments.of_batch(batch) if each.merchant == merchant]
