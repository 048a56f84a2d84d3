"""面单打歪了: what was printed last, on which paper and where, how everything is moved, and what the printer says."""

from dataclasses import dataclass

from core.errors import MerchantError
from core.fulfilment.plan import read_plan
from core.labels import template
from core.offset import MOST
from core.rights import Right, allows
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.messages import Button
from handlers.shown import moment


@dataclass(frozen=True, slots=True)
class LabelRecords:
    """The last batch, `printed_at` None where there is none; sizes and offsets in mm, right and down positive."""

    printed_at: int | None
    labels: int
    width: float
    height: float
    right: float
    down: float
    has_printer: bool


@dataclass(frozen=True, slots=True)
class PrinterSays:
    """What the printer is in trouble with, "" when it is ready; `is_silent`: it could not be asked."""

    trouble: str = ""
    is_silent: bool = False


async def trouble_label(chat: Chat) -> None:
    """Own records, the printer where there is one, then where the fault can be."""
    known = await chat.look("label_records", label_records, chat.member.merchant)
    if known.printed_at is None:
        buttons = [chat.button("trouble.print_orders", "print_orders")] if allows(chat.member.role, Right.PRINT) else []
        await chat.say("trouble.label_never", *buttons)
        return
    lines = [_last(chat, known), _moved(chat, known)]
    if known.has_printer:
        lines.append(_printer(chat, await _answered(chat, known)))
    lines.append(_fault(chat, known))
    await chat.say("trouble.told", *_buttons(chat), text="\n".join(lines))


async def _answered(chat: Chat, known: LabelRecords) -> PrinterSays:
    """The printer's word; where it is silent, only when she does not want to ask again."""
    while True:
        says = await chat.do("printer_asked", ask_printer)
        if not says.is_silent:
            return says
        again = chat.option("ask_again", "trouble.ask_again", is_yes=True)
        options = [again, chat.option("go_on_without", "trouble.go_on_without"), chat.cancel_option()]
        if await chat.choose("trouble.printer_silent", options, known=_last(chat, known)) == "go_on_without":
            return says


def _last(chat: Chat, known: LabelRecords) -> str:
    where = chat.text("trouble.on_printer" if known.has_printer else "trouble.in_chat")
    at = moment(known.printed_at) if known.printed_at else ""
    return chat.text("trouble.label_last", at=at, labels=known.labels, paper=_paper(known), where=where)


def _moved(chat: Chat, known: LabelRecords) -> str:
    """How far everything is moved now."""
    ways = []
    if known.right:
        ways.append(chat.text("trouble.to_right" if known.right > 0 else "trouble.to_left", mm=f"{abs(known.right):g}"))
    if known.down:
        ways.append(chat.text("trouble.to_bottom" if known.down > 0 else "trouble.to_top", mm=f"{abs(known.down):g}"))
    told = chat.text("chat.list_comma").join(ways)
    return chat.text("trouble.moved", ways=told) if ways else chat.text("trouble.not_moved")


def _printer(chat: Chat, says: PrinterSays) -> str:
    if says.is_silent:
        return chat.text("trouble.printer_unheard")
    if says.trouble:
        return chat.text("trouble.printer_in_trouble", said=says.trouble)
    return chat.text("trouble.printer_ready")


def _fault(chat: Chat, known: LabelRecords) -> str:
    """What is to blame: an offset that is there already, else how the file is put on the paper."""
    if known.right or known.down:
        return chat.text("trouble.fault_offset", most=f"{MOST:g}")
    key = "trouble.fault_paper" if known.has_printer else "trouble.fault_scaling"
    return chat.text(key, paper=_paper(known), most=f"{MOST:g}")


def _paper(known: LabelRecords) -> str:
    return f"{known.width:g}×{known.height:g}"


def _buttons(chat: Chat) -> list[Button]:
    """Millimetres are another talk's; who may not change them has whoever may do it."""
    if allows(chat.member.role, Right.ADJUST):
        return [chat.button("trouble.calibrate", "printer_settings", action="calibrate")]
    return []


async def label_records(desk: Desk, merchant: str) -> LabelRecords:
    """From our own books."""
    batch, offset = await desk.kept.batches.latest(merchant), await desk.kept.offsets.of(merchant)
    wish = read_plan(batch).wish if batch else None
    paper = template(wish.template).paper if wish else None
    return LabelRecords(
        printed_at=(batch.started_at or batch.created_at) if batch else None,
        labels=batch.total if batch else 0,
        width=paper.width if paper else 0,
        height=paper.height if paper else 0,
        right=offset.right,
        down=offset.down,
        has_printer=desk.tools.printer is not None,
    )


async def ask_printer(desk: Desk) -> PrinterSays:
    """Nothing comes out."""
    if desk.tools.printer is None:
        return PrinterSays()
    try:
        return PrinterSays(await desk.tools.printer.look())
    except MerchantError:
        return PrinterSays(is_silent=True)
