"""What every step of a batch does: ask the gate, set a parcel aside, move it on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.couriers.base import Courier
from core.fulfilment import gate, sync
from core.fulfilment.gate import Hold
from core.fulfilment.pace import HandOver, everybodys_trouble
from core.fulfilment.tools import Tools
from core.orders import Order
from core.shipments import Shipment, ShipmentState
from core.storage.accounts import CourierAccount
from core.storage.batches import Batch, BatchState
from core.storage.database import Statement


@dataclass(frozen=True, slots=True)
class Task:
    """One batch being worked on, with the account and the courier it goes through."""

    tools: Tools
    batch: Batch
    account: CourierAccount
    courier: Courier

    async def move(
        self,
        shipment: Shipment,
        to: ShipmentState,
        *also: Statement,
        reason: dict[str, Any] | None = None,
        **facts: str,
    ) -> Shipment:
        """Commit the shipment's next state, and what belongs to it, if the batch is still ours."""
        now = self.tools.clock.now()
        step = self.tools.kept.shipments.move(shipment, to, owner=self.tools.owner, now=now, reason=reason, **facts)
        await self.tools.kept.database.apply(step, *also)
        return replace(shipment, state=to, number=facts.get("number", shipment.number), reason=reason)

    async def is_stopping(self) -> bool:
        """Whether the merchant asked this batch to stop. Raises `HandOver` when the program is closing."""
        if self.tools.closing.is_set():
            raise HandOver
        return await self.tools.kept.batches.state(self.batch.id) is BatchState.STOPPING

    async def set_aside(self, shipment: Shipment, to: ShipmentState, reason: dict[str, Any]) -> None:
        """Held or failed. Without a number its orders are free again; with one they stay tied to it."""
        also = [] if shipment.number else [self.tools.kept.shipments.release(shipment)]
        await self.move(shipment, to, *also, reason=reason)

    async def pass_gate(self, shipments: Sequence[Shipment]) -> tuple[list[Shipment], Mapping[str, Order]]:
        """Those that may go on now, with their orders as they stand; the others are held with the reason."""
        orders: dict[str, Order] = {}
        for shop in {shipment.shop for shipment in shipments}:
            numbers = [number for each in shipments if each.shop == shop for number in each.orders]
            with everybodys_trouble():
                orders |= await sync.fresh(self.tools, shop, numbers)
        passed: list[Shipment] = []
        for shipment in shipments:
            if reason := hold_reason(self.tools, shipment, orders, self.courier):
                await self.set_aside(shipment, ShipmentState.HELD, {"hold": reason})
            else:
                passed.append(shipment)
        return passed, orders


def hold_reason(tools: Tools, shipment: Shipment, orders: Mapping[str, Order], courier: Courier) -> Hold | None:
    """Why a parcel must not go on: one of its orders is held, or its label was made for another address."""
    mine = [orders[number] for number in shipment.orders if number in orders]
    if len(mine) < len(shipment.orders):
        return Hold.NOT_WAITING
    now = tools.clock.now()
    for order in mine:
        if reason := gate.hold_reason(order, now) or gate.courier_reason(order, courier):
            return reason
    if shipment.receiver and shipment.receiver != mine[0].receiver.fingerprint:
        return Hold.ADDRESS_CHANGED
    return None
