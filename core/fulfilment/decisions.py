"""What a person decides about single parcels: print again, take a new number, give one up, say what the paper shows."""

from dataclasses import replace

from core.couriers.base import Capability
from core.errors import NotFound, ServiceRefused, StillPrinting
from core.fulfilment import gate, sync
from core.fulfilment.gate import Hold
from core.fulfilment.plan import PLAN, Parcel, read_plan
from core.fulfilment.tools import Tools
from core.ids import new_id
from core.manual import is_book
from core.orders import OrderStatus
from core.recipients.mask import mask_number
from core.shipments import Shipment, ShipmentState, shipment_key
from core.storage.audit import Change
from core.storage.batches import Batch, BatchState
from core.storage.database import Conflict, Statement

_CAN_BE_VOIDED = {
    ShipmentState.NUMBERED,
    ShipmentState.PRINTED,
    ShipmentState.HELD,
    ShipmentState.FAILED,
}
_STOP_EVEN_PRINTED = {Hold.REFUNDING, Hold.DISPUTED, Hold.ON_HOLD}
_TO_UPLOAD = frozenset({ShipmentState.FAILED, ShipmentState.HELD})
_HAVE_A_LABEL = {ShipmentState.NUMBERED, ShipmentState.PRINTED, ShipmentState.UPLOADING, ShipmentState.DONE}


async def find(tools: Tools, merchant: str, orders: list[str], tracking: list[str]) -> list[Shipment]:
    """The merchant's live shipments with these order or waybill numbers, each once."""
    found = [each for number in orders for each in await tools.kept.shipments.of_order(merchant, number)]
    for number in tracking:
        shipment = await tools.kept.shipments.with_number(merchant, number)
        found += [shipment] if shipment else []
    return list({shipment.key: shipment for shipment in found}.values())


def can_be_reprinted(shipment: Shipment) -> bool:
    """Whether it has a label whose number is in use."""
    return shipment.state in _HAVE_A_LABEL


async def unfit_for_reprint(tools: Tools, keys: list[str]) -> dict[str, Hold]:
    """Which of these parcels must not be labelled once more, with the reason; asks the shop how their orders stand now.

    An order that has left 待发货 is no reason: its parcel is on the packing table.
    """
    unfit: dict[str, Hold] = {}
    for shipment in [await _get(tools, key) for key in keys]:
        orders = await sync.fresh(tools, shipment.shop, list(shipment.orders))
        reasons = [gate.hold_reason(order, tools.clock.now()) for order in orders.values()]
        waiting = [order for order in orders.values() if order.status is OrderStatus.WAITING]
        stopped = next((reason for reason in reasons if reason in _STOP_EVEN_PRINTED), None)
        if stopped:
            unfit[shipment.key] = stopped
        elif any(shipment.receiver not in {"", order.receiver.fingerprint} for order in waiting):
            unfit[shipment.key] = Hold.ADDRESS_CHANGED
    return unfit


def can_be_voided(shipment: Shipment) -> bool:
    """Whether the number may still be given up: no shop shows it to a buyer yet, or none ever will."""
    return shipment.state in _CAN_BE_VOIDED or (shipment.state is ShipmentState.DONE and is_book(shipment.shop))


async def void(tools: Tools, key: str) -> None:
    """Give the number up and the orders free. Voiding what is voided changes nothing.

    Raises `NotFound`, and `ServiceRefused` when the number is in use.
    """
    shipment = await _get(tools, key)
    if shipment.state is ShipmentState.VOIDED:
        return
    if not can_be_voided(shipment):
        raise ServiceRefused(raw=shipment.state)
    now = tools.clock.now()
    await _decide(
        tools,
        _change(shipment, ShipmentState.VOIDED),
        tools.kept.shipments.decide(shipment, ShipmentState.VOIDED, now=now),
        tools.kept.shipments.release(shipment),
    )


async def hand_over(tools: Tools, key: str) -> None:
    """A person looks after an unsure parcel: its orders stay tied to it, so that no later batch numbers them again."""
    shipment = await _get(tools, key)
    if shipment.state is ShipmentState.UNSURE:
        reason = {"hold": Hold.BY_HAND}
        decided = tools.kept.shipments.decide(shipment, ShipmentState.FAILED, now=tools.clock.now(), reason=reason)
        await _decide(tools, _change(shipment, ShipmentState.FAILED), decided)


async def is_free(tools: Tools, key: str, number: str) -> bool:
    """Whether no other parcel of the merchant carries this number."""
    shipment = await _get(tools, key)
    other = await tools.kept.shipments.with_number(shipment.merchant, number)
    return other is None or other.key == key


async def courier_knows(tools: Tools, key: str, number: str) -> bool:
    """Whether the courier gave this number to the account; True where the courier cannot be asked."""
    account, courier = await tools.account((await _get(tools, key)).account)
    return Capability.QUERY not in courier.capabilities or await courier.knows(account.credentials, number)


async def adopt_number(tools: Tools, key: str, number: str) -> str:
    """An unsure parcel has this number after all, its label drawn elsewhere; what is left to do is the upload.

    Returns the batch to go on with.
    """
    shipment = await _get(tools, key)
    if shipment.state is ShipmentState.UNSURE:
        printed, change = ShipmentState.PRINTED, Change(mask_number(number), shipment.state, ShipmentState.PRINTED)
        await _decide(
            tools, change, tools.kept.shipments.decide(shipment, printed, now=tools.clock.now(), number=number)
        )
    return shipment.batch


async def upload_again(tools: Tools, key: str) -> str:
    """A number that the shop did not take is offered once more, the gate asked before; returns the batch to go on with.

    Anything but a parcel whose upload failed or was held is left as it is.
    """
    shipment = await _get(tools, key)
    if shipment.state in _TO_UPLOAD and shipment.number and shipment.printed_at:
        printed = ShipmentState.PRINTED
        decided = tools.kept.shipments.decide(shipment, printed, now=tools.clock.now())
        await _decide(tools, _change(shipment, printed), decided)
    return shipment.batch


async def reissue(tools: Tools, key: str) -> str:
    """Give the number up and get a new one for the same parcel, in a batch of its own; returns the batch's id.

    Only after a person agreed to a second number. The same key again returns the batch that was made for it.
    """
    shipment = await _get(tools, key)
    heir = shipment_key(shipment.shop, shipment.orders, shipment.package, shipment.attempt + 1)
    if made := await tools.kept.shipments.get(heir):
        return made.batch
    if not (can_be_voided(shipment) or shipment.state is ShipmentState.UNSURE):
        raise ServiceRefused(raw=shipment.state)
    now, batch = tools.clock.now(), await _batch_of_one(tools, shipment)
    fresh = Shipment(
        key=heir,
        batch=batch.id,
        merchant=shipment.merchant,
        shop=shipment.shop,
        position=1,
        orders=shipment.orders,
        package=shipment.package,
        attempt=shipment.attempt + 1,
        courier=shipment.courier,
        account=shipment.account,
        state=ShipmentState.NEW,
        updated_at=now,
    )
    await _decide(
        tools,
        _change(shipment, ShipmentState.VOIDED),
        tools.kept.shipments.decide(shipment, ShipmentState.VOIDED, now=now),
        tools.kept.shipments.release(shipment),
        tools.kept.batches.draft(batch),
        tools.kept.batches.start(batch, 1, now),
        *tools.kept.shipments.add(fresh),
    )
    return batch.id


async def paper_came_out(tools: Tools, key: str, *, came_out: bool) -> str:
    """What the merchant saw at the printer: printed, or to be printed again. Returns the batch to go on with."""
    shipment = await _get(tools, key)
    if shipment.state is ShipmentState.PRINTING:
        to = ShipmentState.PRINTED if came_out else ShipmentState.NUMBERED
        await _decide(tools, _change(shipment, to), tools.kept.shipments.decide(shipment, to, now=tools.clock.now()))
    return shipment.batch


async def _batch_of_one(tools: Tools, shipment: Shipment) -> Batch:
    old = await tools.kept.batches.get(shipment.batch)
    if old is None:
        raise NotFound(what=shipment.batch)
    parcel = Parcel(shipment.shop, shipment.orders)
    alone = PLAN.dump_json(replace(read_plan(old), parcels=(parcel,), held=(), notes={})).decode()
    now = tools.clock.now()
    return Batch(new_id(), old.merchant, old.channel, old.peer, BatchState.DRAFT, alone, 1, created_at=now)


def _change(shipment: Shipment, to: ShipmentState) -> Change:
    return Change(mask_number(shipment.number or shipment.orders[0]), shipment.state, to)


async def _decide(tools: Tools, change: Change, *statements: Statement) -> None:
    try:
        await tools.kept.change(change, *statements)
    except Conflict as error:
        raise StillPrinting from error


async def _get(tools: Tools, key: str) -> Shipment:
    shipment = await tools.kept.shipments.get(key)
    if shipment is None:
        raise NotFound(what=key)
    return shipment
