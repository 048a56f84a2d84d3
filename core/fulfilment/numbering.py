"""From new to numbered: the only step that costs money, and the only one that must never happen twice.

`asking` is committed before the courier is called. What is found in `asking` on resume may have been answered: a
courier that can be asked by our own key is asked; with any other the shipment is `unsure`, and a person decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.couriers.base import Capability, Waybill, WaybillRequest
from core.errors import (
    BalanceShort,
    ClockWrong,
    CredentialsRejected,
    MerchantError,
    MissingGlyph,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    ServiceError,
    ServiceRefused,
    ServiceUnavailable,
)
from core.fulfilment.gate import Hold
from core.fulfilment.labelling import LABEL, make_label
from core.fulfilment.pace import CROWD_CONTROL, Halt, crowd, everybodys_trouble
from core.fulfilment.steps import Task
from core.labels import Label
from core.orders import Order, Recipient
from core.shipments import Shipment, ShipmentState
from core.shops.base import OrderSource

_LOST_IN_A_ROW = 3  # lost answers after which the courier is asked no more
_SURELY_NOTHING = (ServiceUnavailable, RateLimited)
_ALL_ALIKE = (BalanceShort, ClockWrong, CredentialsRejected, NotPermitted)  # the next parcel would fare the same


@dataclass(frozen=True, slots=True)
class Ready:
    """Shipments that may get a number, their orders, and the receivers in plain text by order number."""

    shipments: Sequence[Shipment] = ()
    orders: Mapping[str, Order] = field(default_factory=dict)
    people: Mapping[str, Recipient] = field(default_factory=dict, repr=False)


class Numbering:
    """Gets the numbers of one batch. `done` of `total` are here already."""

    def __init__(self, task: Task, done: int, total: int) -> None:
        self._task = task
        self._tools = task.tools
        self._done = done
        self._total = total
        self._lost = 0

    async def settle(self, shipment: Shipment) -> None:
        """A shipment found in `asking`: find out whether it has a number, without asking for another."""
        if Capability.RECOVER not in self._task.courier.capabilities:
            await self._unsure(shipment, OutcomeUnknown(service=self._task.courier.code))
            return
        with everybodys_trouble():
            waybill = await self._task.courier.recover(self._task.account.credentials, shipment.key)
        if waybill is None:
            await self._task.move(shipment, ShipmentState.NEW)
            return
        known = await self._tools.kept.orders.find(shipment.shop, list(shipment.orders))
        orders = [known[number] for number in shipment.orders]
        people = await self._people(shipment.shop, orders)
        if recipient := people.get(shipment.orders[0]):
            await self._numbered(shipment, waybill, orders, recipient)
        else:
            await self._task.move(
                shipment, ShipmentState.HELD, reason={"hold": Hold.RECEIVER_HIDDEN}, number=waybill.number
            )

    async def prepare(self, shipments: Sequence[Shipment]) -> Ready:
        """Find out what may get a number of these new shipments of one shop; the rest is set aside with the reason."""
        passed, orders = await self._task.pass_gate(shipments)
        if not passed:
            return Ready()
        people = await self._people(passed[0].shop, [orders[number] for each in passed for number in each.orders])
        return Ready(await self._drawable(passed, orders, people), orders, people)

    async def number(self, ready: Ready) -> None:
        """Numbers for what is ready."""

        async def ask(shipment: Shipment) -> None:
            await self._ask(shipment, _of(shipment, ready.orders), ready.people[shipment.orders[0]])

        await crowd(self._tools.crowd, ask, ready.shipments, self._tools.closing)

    async def _people(self, shop: str, orders: Sequence[Order]) -> Mapping[str, Recipient]:
        """The receivers in plain text: in memory, for one chunk and the next, and nowhere else."""
        platform = (await self._tools.shop(shop))[1]
        with everybodys_trouble():
            declared = await _declared(platform, shop, orders)
            return await platform.reveal(shop, declared) if declared else {}

    async def _drawable(
        self, shipments: Sequence[Shipment], orders: Mapping[str, Order], people: Mapping[str, Recipient]
    ) -> list[Shipment]:
        """Those whose label can be drawn, found out before a number is spent on them."""
        known = [shipment for shipment in shipments if shipment.orders[0] in people]
        for shipment in shipments:
            if shipment not in known:
                await self._task.set_aside(shipment, ShipmentState.HELD, {"hold": Hold.RECEIVER_HIDDEN})
        blank = Waybill(number="0")
        drafts = [self._label(each, blank, _of(each, orders), people[each.orders[0]]) for each in known]
        missing = dict(zip(known, await self._tools.press.undrawable(drafts), strict=True))
        for shipment, characters in missing.items():
            if characters:
                await self._task.set_aside(shipment, ShipmentState.FAILED, MissingGlyph(characters=characters).record())
        return [shipment for shipment in known if not missing[shipment]]

    async def _ask(self, shipment: Shipment, orders: Sequence[Order], recipient: Recipient) -> None:
        items = tuple(item for order in orders for item in order.items)
        request = WaybillRequest(shipment.key, self._task.account.sender, recipient, items)
        for pause in (*CROWD_CONTROL, None):
            asking = await self._task.move(shipment, ShipmentState.ASKING)
            try:
                waybill = await self._task.courier.create(self._task.account.credentials, request)
            except (*_SURELY_NOTHING, *_ALL_ALIKE) as error:
                shipment = await self._task.move(asking, ShipmentState.NEW)
                if pause is None or not isinstance(error, RateLimited):
                    raise Halt(error) from error
                await self._tools.pause(pause)
            except OutcomeUnknown as error:
                await self._answer_lost(asking, error)
                return
            except ServiceError as error:
                await self._task.set_aside(asking, ShipmentState.FAILED, error.record())
                return
            else:
                await self._numbered(asking, waybill, orders, recipient)
                return

    async def _numbered(
        self, shipment: Shipment, waybill: Waybill, orders: Sequence[Order], recipient: Recipient
    ) -> None:
        self._lost = 0
        self._done += 1
        told = self._tools.herald.numbering(self._task.batch, self._done, self._total) if self._is_news else []
        await self._task.move(
            shipment,
            ShipmentState.NUMBERED,
            *told,
            number=waybill.number,
            receiver=orders[0].receiver.fingerprint,
            label=LABEL.dump_json(self._label(shipment, waybill, orders, recipient)).decode(),
        )

    async def _answer_lost(self, shipment: Shipment, error: MerchantError) -> None:
        """Ask by our key where that is possible; else a person must look."""
        if Capability.RECOVER in self._task.courier.capabilities:
            await self.settle(shipment)
            return
        await self._unsure(shipment, error)
        self._lost += 1
        if self._lost >= _LOST_IN_A_ROW:
            raise Halt(error)

    async def _unsure(self, shipment: Shipment, error: MerchantError) -> None:
        await self._task.move(shipment, ShipmentState.UNSURE, reason=error.record())

    def _label(self, shipment: Shipment, waybill: Waybill, orders: Sequence[Order], recipient: Recipient) -> Label:
        sender, now = self._task.account.sender, self._tools.clock.now()
        return make_label(
            shipment, orders, recipient, sender, self._task.courier, waybill, now, is_sample=self._tools.is_sample
        )

    @property
    def _is_news(self) -> bool:
        """Every twentieth of the batch, and not more often than every ten parcels."""
        return self._done % max(10, self._total // 20) == 0 and self._done < self._total


async def _declared(platform: OrderSource, shop: str, orders: Sequence[Order]) -> Sequence[Order]:
    """Announce courier labels for the orders; those that the platform refuses are left out."""
    refused: set[str] = set()
    while left := [order for order in orders if order.number not in refused]:
        try:
            await platform.declare_courier_labels(shop, [order.number for order in left])
        except NotPermitted:
            raise
        except ServiceRefused as error:
            refused |= set(error.details.get("numbers", ())) or {order.number for order in left}
        else:
            return left
    return []


def _of(shipment: Shipment, orders: Mapping[str, Order]) -> list[Order]:
    return [orders[number] for number in shipment.orders]
