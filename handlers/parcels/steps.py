"""What was done with an order here, step by step, and which step is missing."""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import MerchantError, NotFound
from core.fulfilment import decisions, gate
from core.manual import book_of, is_manual
from core.orders import NOWHERE, Order, OrderStatus
from core.parcels import Node, Parcel, ParcelState, journey
from core.shipments import Shipment, ShipmentState
from core.storage.batches import BatchState
from core.tracking import poll, sources
from core.tracking.errands import may_be_stopped
from core.tracking.watching import unwatched
from handlers.desk import Desk
from handlers.shown import region_name


class Missing(StrEnum):
    """The first step that is missing; the texts under `[missing]` say it, and what can be done."""

    NOTHING = "nothing"
    NOT_PRINTED = "not_printed"
    MUST_WAIT = "must_wait"  # not printed, and a gate says why
    BEING_PRINTED = "being_printed"
    NOT_ON_PAPER = "not_on_paper"
    PAPER_UNSURE = "paper_unsure"
    NUMBER_UNSURE = "number_unsure"
    NOT_NUMBERED = "not_numbered"  # tried, and refused
    NOT_UPLOADED = "not_uploaded"
    HELD = "held"  # a number, and a gate says why it is not uploaded
    REFUSED = "refused"  # a number that the shop did not take
    NOT_COLLECTED = "not_collected"
    ELSEWHERE = "elsewhere"  # shipped by a number that we know nothing of


@dataclass(frozen=True, slots=True)
class Steps:
    """One parcel, or one order that is none yet. Times in epoch milliseconds UTC."""

    orders: tuple[str, ...]
    missing: Missing
    courier: str = ""
    number: str = ""
    region: str = ""
    confirmed_at: int | None = None
    printed_at: int | None = None
    uploaded_at: int | None = None
    reason: dict[str, object] | None = None
    shipment: str = ""
    batch: str = ""
    parcel: str = ""
    is_by_hand: bool = False  # entered by a person, so nothing was printed here
    has_ended: bool = False
    can_be_stopped: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What is known of the journey, which may be old.

    `failed` when nobody could be asked now, `unfollowed` when there is nobody who could ever be asked.
    """

    nodes: tuple[Node, ...] = ()
    failed: bool = False
    unfollowed: bool = False


async def steps_of(desk: Desk, merchant: str, orders: list[str], tracking: list[str]) -> list[Steps]:
    """Everything of the merchant's with these numbers. Raises `NotFound` where there is nothing."""
    shipments = await decisions.find(desk.tools, merchant, orders, tracking)
    found = [await _of_shipment(desk, shipment) for shipment in shipments]
    known = {steps.number for steps in found} | {order for steps in found for order in steps.orders}
    watched = [await desk.kept.parcels.with_number(merchant, each) for each in tracking if each not in known]
    found += [await _of_parcel(desk, parcel) for parcel in watched if parcel]
    for number in [each for each in orders if each not in known]:
        found += await _of_order(desk, merchant, number)
    if not found:
        raise NotFound(what="、".join([*orders, *tracking]))
    return found


async def steps_of_parcel(desk: Desk, merchant: str, parcel_id: str) -> list[Steps]:
    """One watched parcel of the merchant's."""
    parcel = await desk.kept.parcels.get(parcel_id)
    if parcel is None or parcel.merchant != merchant:
        raise NotFound(what=parcel_id)
    shipment = await desk.kept.shipments.get(parcel.shipment) if parcel.shipment else None
    return [await _of_shipment(desk, shipment) if shipment else await _of_parcel(desk, parcel)]


async def latest_news(desk: Desk, merchant: str, steps: Steps) -> News:
    """What is known of a parcel that is watched, asked for anew; else what its courier says."""
    if parcel := await desk.kept.parcels.with_number(merchant, steps.number):
        nodes, is_fresh = await poll.latest(desk.lookout, parcel)
        is_followed = is_fresh or await sources.can_ask(desk.lookout, parcel)
        return News(tuple(nodes), failed=is_followed and not is_fresh, unfollowed=not is_followed)
    shipment = await desk.kept.shipments.get(steps.shipment)
    return await _asked(desk, unwatched(shipment)) if shipment else News(failed=True)


async def news_of_stranger(desk: Desk, merchant: str, courier: str, number: str) -> News:
    """What anybody tells of a number that the merchant does not watch."""
    parcel = Parcel(
        "", merchant, "", (), courier, number, NOWHERE, added_at=desk.clock.now(), shipped_at=desk.clock.now()
    )
    return await _asked(desk, parcel)


async def is_followed(desk: Desk, merchant: str, number: str) -> bool:
    """Whether anybody tells of a parcel that the merchant watches."""
    parcel = await desk.kept.parcels.with_number(merchant, number)
    return parcel is not None and await sources.can_ask(desk.lookout, parcel)


async def _asked(desk: Desk, parcel: Parcel) -> News:
    if not await sources.can_ask(desk.lookout, parcel):
        return News(unfollowed=True)
    heard = await sources.ask(desk.lookout, parcel)
    return News(tuple(journey(heard.nodes))) if heard else News(failed=True)


async def _of_shipment(desk: Desk, shipment: Shipment) -> Steps:
    known = await desk.kept.orders.find(shipment.shop, list(shipment.orders))
    first = known.get(shipment.orders[0])
    parcel = await desk.kept.parcels.with_number(shipment.merchant, shipment.number) if shipment.number else None
    return Steps(
        orders=shipment.orders,
        missing=await _missing(desk, shipment, parcel),
        courier=shipment.courier,
        number=shipment.number or "",
        region=_region(first),
        confirmed_at=first.confirmed_at if first else None,
        printed_at=shipment.printed_at,
        uploaded_at=shipment.done_at,
        reason=shipment.reason,
        shipment=shipment.key,
        batch=shipment.batch,
        parcel=parcel.id if parcel else "",
        has_ended=parcel is not None and parcel.progress.has_ended,
        can_be_stopped=parcel is not None and may_be_stopped(parcel),
    )


async def _of_parcel(desk: Desk, parcel: Parcel) -> Steps:
    known = await desk.kept.orders.find(parcel.shop, list(parcel.orders[:1])) if parcel.shop else {}
    first = next(iter(known.values()), None)
    return Steps(
        orders=parcel.orders,
        missing=await _missing_of(desk, parcel),
        courier=parcel.courier,
        number=parcel.number,
        region=_region(first),
        confirmed_at=first.confirmed_at if first else None,
        uploaded_at=parcel.shipped_at if parcel.orders else None,
        parcel=parcel.id,
        is_by_hand=True,
        has_ended=parcel.progress.has_ended,
        can_be_stopped=may_be_stopped(parcel) and bool(parcel.account),
    )


async def _of_order(desk: Desk, merchant: str, number: str) -> list[Steps]:
    """An order that nothing was made of yet: shipped by hand, or waiting, or told by the shop at this moment."""
    if parcels := await desk.kept.parcels.of_order(merchant, number):
        return [await _of_parcel(desk, parcel) for parcel in parcels]
    order = await _order(desk, merchant, number)
    if order is None:
        return []
    hold = gate.hold_reason(order, desk.clock.now())
    if order.status is not OrderStatus.WAITING and order.tracking_number:
        missing = Missing.ELSEWHERE
    else:
        missing = Missing.MUST_WAIT if hold else Missing.NOT_PRINTED
    return [
        Steps(
            orders=(order.number,),
            missing=missing,
            number=order.tracking_number,
            region=_region(order),
            confirmed_at=order.confirmed_at,
            reason={"hold": hold} if hold and missing is Missing.MUST_WAIT else None,
        )
    ]


async def _order(desk: Desk, merchant: str, number: str) -> Order | None:
    """As the shop tells it now; as it was read last where the shop cannot be asked."""
    shops = [book_of(merchant)] if is_manual(number) else [shop.id for shop in await desk.kept.shops.of(merchant)]
    for shop in shops:
        _, source = await desk.tools.shop(shop)
        try:
            order = await source.order(shop, number)
        except MerchantError:
            known = await desk.kept.orders.find(shop, [number])
            if known:
                return known[number]
            continue
        await desk.kept.database.apply(*desk.kept.orders.keep([order]))
        return order
    return None


async def _missing(desk: Desk, shipment: Shipment, parcel: Parcel | None) -> Missing:
    if shipment.state is ShipmentState.DONE:
        return await _missing_of(desk, parcel) if parcel else Missing.NOTHING
    if shipment.state in _STUCK:
        return _STUCK[shipment.state] if shipment.number else Missing.NOT_NUMBERED
    if shipment.state in _SETTLED:
        return _SETTLED[shipment.state]
    if await desk.kept.batches.state(shipment.batch) in {BatchState.RUNNING, BatchState.STOPPING}:
        return Missing.BEING_PRINTED
    return Missing.NOT_UPLOADED if shipment.printed_at else Missing.NOT_ON_PAPER


_STUCK = {ShipmentState.HELD: Missing.HELD, ShipmentState.FAILED: Missing.REFUSED}
_SETTLED = {
    ShipmentState.UNSURE: Missing.NUMBER_UNSURE,
    ShipmentState.PRINTING: Missing.PAPER_UNSURE,
    ShipmentState.VOIDED: Missing.NOT_PRINTED,
}


async def _missing_of(desk: Desk, parcel: Parcel) -> Missing:
    """A pick-up is missing only where somebody would tell of it."""
    is_awaited = parcel.state in {ParcelState.NO_RECORD, ParcelState.CREATED}
    return Missing.NOT_COLLECTED if is_awaited and await sources.can_ask(desk.lookout, parcel) else Missing.NOTHING


def _region(order: Order | None) -> str:
    return region_name(order.receiver.region) if order else ""
