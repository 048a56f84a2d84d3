"""A batch from the merchant's yes to its end: started once, worked on by one process at a time, stopped and resumed."""

import asyncio
from collections.abc import Sequence
from functools import partial

from core.clock import SECOND
from core.errors import MerchantError, NotFound
from core.fulfilment.numbering import Numbering
from core.fulfilment.pace import Halt, HandOver, look_ahead
from core.fulfilment.plan import Plan, new_shipments, read_plan, without
from core.fulfilment.printing import print_labels
from core.fulfilment.steps import Task
from core.fulfilment.tools import Tools
from core.fulfilment.uploading import may_upload, upload
from core.shipments import Shipment, ShipmentState
from core.storage.address import Address
from core.storage.audit import Change
from core.storage.batches import Batch, BatchState
from core.storage.database import Conflict, Statement

LEASE = 60 * SECOND  # outlasts the longest courier call, 20 s, three times over
_HEARTBEAT = 15.0  # seconds between two renewals of the lease
_CHUNK = 50  # parcels that pass the gate together


async def start(tools: Tools, batch_id: str) -> int:
    """Turn a draft into shipments and let it run; how many parcels. A batch started before is left as it is."""
    batch = await _get(tools, batch_id)
    plan = read_plan(batch)
    while batch.state is BatchState.DRAFT:
        numbers = [number for parcel in plan.parcels if not parcel.continues for number in parcel.orders]
        claimed: set[str] = set()
        for shop in {parcel.shop for parcel in plan.parcels}:
            claimed |= await tools.kept.shipments.claimed(shop, numbers)
        plan = without(plan, claimed)  # another batch was faster with these
        attempts = await tools.kept.shipments.attempts([parcel.orders for parcel in plan.parcels])
        shipments = new_shipments(batch, plan, attempts, tools.clock.now())
        adopted = await _adopted(tools, batch, plan)
        begin = tools.kept.batches.start(batch, len(plan.parcels), tools.clock.now())
        added = [statement for shipment in shipments for statement in tools.kept.shipments.add(shipment)]
        try:
            await tools.kept.change(Change(batch_id, after=str(len(plan.parcels))), begin, *adopted, *added)
        except Conflict:
            batch = await _get(tools, batch_id)
        else:
            return len(plan.parcels)
    return batch.total


async def stop(tools: Tools, merchant: str) -> bool:
    """Ask the merchant's running batch to stop; False when none runs."""
    batch = await tools.kept.batches.latest(merchant)
    if batch is None or batch.state not in {BatchState.RUNNING, BatchState.STOPPING}:
        return False
    if batch.state is BatchState.RUNNING:
        try:
            await tools.kept.change(Change(batch.id), tools.kept.batches.stop(batch.id, merchant))
        except Conflict:
            return False
    return True


async def resume(tools: Tools, batch_id: str, merchant: str, to: Address) -> bool:
    """Go on with a batch that was stopped or has something left, telling this chat of it.

    False when it runs or is not the merchant's.
    """
    try:
        await tools.kept.change(Change(batch_id), tools.kept.batches.resume(batch_id, merchant, to))
    except Conflict:
        return False
    return True


async def work_on_next(tools: Tools) -> bool:
    """Take a batch that nobody works on and work on it to its end or halt; False when there is none."""
    batch = None if tools.closing.is_set() else await tools.kept.batches.claim(tools.owner, tools.clock.now(), LEASE)
    if batch is None:
        return False
    heart = asyncio.create_task(_beat(tools, batch), name=f"lease of batch {batch.id}")
    try:
        await _work(tools, batch)
    except Conflict:
        pass  # the lease was lost: another process goes on from where we were
    except HandOver:
        await tools.kept.database.apply(tools.kept.batches.let_go(batch.id, tools.owner))
    finally:
        heart.cancel()
        await asyncio.gather(heart, return_exceptions=True)
    return True


async def _work(tools: Tools, batch: Batch) -> None:
    halt: MerchantError | None = None
    try:
        account, courier = await tools.account(read_plan(batch).wish.account)
        await _steps(Task(tools, batch, account, courier))
    except Halt as halted:
        halt = halted.cause
    except NotFound as error:
        halt = error
    batch = await _get(tools, batch.id)  # somebody else may have taken it over, and is told then
    stopped = halt is not None or batch.state is BatchState.STOPPING
    state = BatchState.STOPPED if stopped else BatchState.DONE
    shipments = await tools.kept.shipments.of_batch(batch.id)
    told = tools.herald.finished(batch, shipments, halt)
    await tools.kept.database.apply(tools.kept.batches.finish(batch, state, tools.owner, tools.clock.now()), *told)


async def _steps(task: Task) -> None:
    """Numbers, then pages, then uploads; each step takes whatever is ready for it, so resuming is doing it again."""
    await _numbers(task)
    if await task.is_stopping():
        return
    jam: Halt | None = None
    try:
        await print_labels(task, await _in_state(task, ShipmentState.NUMBERED))
    except Halt as halt:
        jam = halt
    await _uploads(task)  # a jam keeps no buyer waiting whose label is out
    if jam:
        raise jam


async def _uploads(task: Task) -> None:
    chunks = _chunks(await _in_state(task, ShipmentState.PRINTED, ShipmentState.UPLOADING))
    await look_ahead(chunks, partial(may_upload, task), partial(upload, task), task.is_stopping)


async def _numbers(task: Task) -> None:
    shipments = await task.tools.kept.shipments.of_batch(task.batch.id)
    done = sum(shipment.number is not None for shipment in shipments)
    numbering = Numbering(task, done, len(shipments))
    for shipment in shipments:
        if shipment.state is ShipmentState.ASKING:
            await numbering.settle(shipment)
    chunks = _chunks(await _in_state(task, ShipmentState.NEW))
    await look_ahead(chunks, numbering.prepare, numbering.number, task.is_stopping)


async def _in_state(task: Task, *states: ShipmentState) -> list[Shipment]:
    return [each for each in await task.tools.kept.shipments.of_batch(task.batch.id) if each.state in states]


def _chunks(shipments: Sequence[Shipment]) -> list[list[Shipment]]:
    """Chunks of one shop each, in printing order."""
    chunks: list[list[Shipment]] = []
    for shipment in shipments:
        if not chunks or len(chunks[-1]) == _CHUNK or chunks[-1][0].shop != shipment.shop:
            chunks.append([])
        chunks[-1].append(shipment)
    return chunks


async def _adopted(tools: Tools, batch: Batch, plan: Plan) -> list[Statement]:
    """The plan's parcels that have a number come into this batch; not those that another batch has taken meanwhile."""
    moves: list[Statement] = []
    for position, parcel in enumerate(plan.parcels, 1):
        shipment = await tools.kept.shipments.get(parcel.continues) if parcel.continues else None
        if shipment is not None and shipment.state is ShipmentState.HELD:
            to = ShipmentState.PRINTED if shipment.printed_at else ShipmentState.NUMBERED
            moves.append(tools.kept.shipments.adopt(shipment, to, batch.id, position=position, now=tools.clock.now()))
    return moves


async def _beat(tools: Tools, batch: Batch) -> None:
    while True:
        await asyncio.sleep(_HEARTBEAT)
        await tools.kept.database.apply(tools.kept.batches.hold(batch.id, tools.owner, tools.clock.now() + LEASE))


async def _get(tools: Tools, batch: str) -> Batch:
    found = await tools.kept.batches.get(batch)
    if found is None:
        raise NotFound(what=batch)
    return found
