"""From numbered to printed.

Into the chat: the pages and the state are one commit, so they happen together or not at all. On paper: `printing` is
committed before the printer is fed, and whatever is found in it later is never printed again without a question.
"""

from collections.abc import Sequence

from core.errors import OutcomeUnknown, RateLimited, ServiceRefused, ServiceUnavailable
from core.fulfilment.labelling import LABEL
from core.fulfilment.pace import CROWD_CONTROL, Halt
from core.fulfilment.plan import read_plan
from core.fulfilment.steps import Task
from core.labels import template
from core.printers.base import Printer, PrintJob
from core.shipments import Shipment, ShipmentState

PAGES = 500  # pages in one document: about 0.7 MB, which every channel takes


async def print_labels(task: Task, shipments: Sequence[Shipment]) -> None:
    """Print what may still ship, in order."""
    for start in range(0, len(shipments), PAGES):
        passed, _ = await task.pass_gate(shipments[start : start + PAGES])
        if not passed:
            continue
        if task.tools.printer is None:
            await _into_chat(task, passed)
        else:
            await _on_paper(task, task.tools.printer, passed)


async def _into_chat(task: Task, shipments: Sequence[Shipment]) -> None:
    tools, now = task.tools, task.tools.clock.now()
    moves = [tools.kept.shipments.move(each, ShipmentState.PRINTED, owner=tools.owner, now=now) for each in shipments]
    await tools.kept.database.apply(*moves, *tools.herald.pages(task.batch, shipments))


async def _on_paper(task: Task, printer: Printer, shipments: Sequence[Shipment]) -> None:
    for shipment in shipments:
        if await task.is_stopping():
            return
        await _one_on_paper(task, printer, shipment)


async def _one_on_paper(task: Task, printer: Printer, shipment: Shipment) -> None:
    job = await _job(task, shipment)
    for pause in (*CROWD_CONTROL, None):
        printing = await task.move(shipment, ShipmentState.PRINTING)
        try:
            await printer.print(job)
        except (ServiceUnavailable, ServiceRefused, RateLimited) as error:  # surely nothing came out
            shipment = await task.move(printing, ShipmentState.NUMBERED, reason=error.record())
            if pause is None or not isinstance(error, RateLimited):
                raise Halt(error) from error
            await task.tools.pause(pause)
        except OutcomeUnknown as error:  # it stays in `printing`: somebody must look at the paper
            raise Halt(error) from error
        else:
            await task.move(printing, ShipmentState.PRINTED)
            return


async def _job(task: Task, shipment: Shipment) -> PrintJob:
    name = read_plan(task.batch).wish.template
    labels = [LABEL.validate_json(each) for each in await task.tools.kept.shipments.labels([shipment.key])]
    paper = template(name).paper
    offset = await task.tools.kept.offsets.of(task.batch.merchant)
    return PrintJob(f"{shipment.key}/1", await task.tools.press.pdf(labels, name, offset), paper.width, paper.height)
