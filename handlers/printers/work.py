"""What the printer conversations need done: the page with rulers printed, the printer asked how it is."""

from dataclasses import dataclass

from core.errors import MerchantError
from core.fulfilment.plan import read_plan
from core.ids import new_id
from core.labels import template
from core.offset import Offset
from core.printers.base import PrintJob
from handlers.desk import Desk

_DEFAULT = "100x150"
_HAS_SUFFIX = ("-error", "-warning", "-report")


@dataclass(frozen=True, slots=True)
class Printing:
    """How labels are printed: on `template` paper, moved by `offset`, on a label printer or as a file in the chat."""

    template: str
    offset: Offset
    has_printer: bool


@dataclass(frozen=True, slots=True)
class State:
    """How the printer is. `reason`: its own word (RFC 8011, 5.4.12), "" when it is ready. `is_silent`: it has none."""

    reason: str = ""
    is_silent: bool = False


async def printing_of(desk: Desk, merchant: str) -> Printing:
    """As the merchant's last batch was printed, with today's offset."""
    batch = await desk.kept.batches.latest(merchant)
    name = read_plan(batch).wish.template if batch else _DEFAULT
    return Printing(name, await desk.kept.offsets.of(merchant), has_printer=desk.tools.printer is not None)


async def page_name(_desk: Desk, template_name: str) -> str:
    """What the page's file is called; no two of a chat are called alike."""
    return f"calibration-{template_name}-{new_id()[-6:]}.pdf"


async def print_page(desk: Desk, printing: Printing, lines: tuple[str, ...]) -> bool:
    """Put the page on paper; False where there is no label printer. Raises what `Printer.print` raises."""
    if desk.tools.printer is None:
        return False
    paper = template(printing.template).paper
    pdf = await desk.tools.press.calibration(printing.template, lines, printing.offset)
    await desk.tools.printer.print(PrintJob(f"calibration/{new_id()}", pdf, paper.width, paper.height))
    return True


async def state_of_printer(desk: Desk) -> State | None:
    """How the label printer is now; None where there is none."""
    if desk.tools.printer is None:
        return None
    try:
        reason = await desk.tools.printer.look()
    except MerchantError:
        return State(is_silent=True)
    for suffix in _HAS_SUFFIX:
        reason = reason.removesuffix(suffix)
    return State(reason)
