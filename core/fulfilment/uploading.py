"""From printed to done: each order's tracking number goes back to the shop, once.

Uploading is repeatable: the platform door reads the order back when an answer was lost or the order "is shipped
already", so what is found in `uploading` on resume is simply uploaded again.
"""

from collections.abc import Sequence
from functools import partial

import structlog

from core.couriers.base import code_on
from core.errors import MerchantError, OutcomeUnknown, RateLimited, ServiceError, ServiceUnavailable
from core.fulfilment.pace import Halt, crowd, everybodys_trouble
from core.fulfilment.steps import Task
from core.orders import OrderStatus
from core.recipients.mask import mask_number
from core.shipments import Shipment, ShipmentState
from core.shops.base import OrderSource
from core.tracking.watching import watched

log = structlog.get_logger()


async def may_upload(task: Task, shipments: Sequence[Shipment]) -> list[Shipment]:
    """Those that were begun, and those that may still ship; the rest is held with its number."""
    passed, _ = await task.pass_gate([each for each in shipments if each.state is ShipmentState.PRINTED])
    return [*(each for each in shipments if each.state is ShipmentState.UPLOADING), *passed]


async def upload(task: Task, shipments: Sequence[Shipment]) -> None:
    """Upload the numbers of shipments that may ship."""
    await crowd(task.tools.crowd, partial(_upload, task), shipments, task.tools.closing)


async def _upload(task: Task, shipment: Shipment) -> None:
    if shipment.state is ShipmentState.PRINTED:
        shipment = await task.move(shipment, ShipmentState.UPLOADING)
    platform = (await task.tools.shop(shipment.shop))[1]
    for number in await task.tools.kept.shipments.upload_left(shipment):
        try:
            await _upload_order(task, platform, shipment, number)
        except (
            ServiceUnavailable,
            RateLimited,
            OutcomeUnknown,
        ) as error:  # it stays in `uploading`, to be gone on with
            raise Halt(error) from error
        except ServiceError as error:
            await task.set_aside(shipment, ShipmentState.FAILED, error.record() | {"order": number})
            return
    await task.move(shipment, ShipmentState.DONE)


async def _upload_order(task: Task, platform: OrderSource, shipment: Shipment, number: str) -> None:
    tools, code = task.tools, code_on(task.courier, platform.code)
    waybill = shipment.number or ""
    try:
        await platform.report_printed(shipment.shop, number, code, waybill)
    except MerchantError as error:  # a courtesy to the platform: the upload itself is what counts
        log.warning("printed state not reported", order=mask_number(number), error=error.code)
    with everybodys_trouble():
        await platform.ship(shipment.shop, number, code, waybill)
    await tools.kept.database.apply(
        tools.kept.shipments.uploaded(shipment, number, tools.clock.now()),
        tools.kept.orders.left(shipment.shop, number, OrderStatus.SHIPPED),
        *await watched(tools.kept, tools.clock, shipment),
    )
