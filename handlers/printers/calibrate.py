"""校准: a page with rulers is printed, the merchant says or photographs how it came out, and the offset is set."""

import re
from dataclasses import dataclass
from typing import Any

from core.errors import Forbidden, OutcomeUnknown, RateLimited, ServiceRefused, ServiceUnavailable
from core.labels.calibration import INSET
from core.rights import Right, allows
from handlers.conversation import Chat, Unclear
from handlers.errors import error_text
from handlers.files import PHOTO, attachment_in
from handlers.messages import Attachment, Button, Document
from handlers.printers.offsets import change, in_words, tell, tell_impossible
from handlers.printers.photo import tell_page
from handlers.printers.seeing import seen_on
from handlers.printers.work import Printing, page_name, print_page
from handlers.understanding import margins_in, moves_in

_FARTHEST = 20.0  # mm; no margin of a frame that stands 5 mm from the edges is wider
_LINES = 4  # of explanation on the page
_FITS = re.compile(r"fits|.*(?:对准了|没偏|没有偏|刚好|正好|很准|it fits|spot on).*", re.IGNORECASE)
_TWO = re.compile(r"(\d+(?:\.\d+)?)\s*[,，、\s]\s*(\d+(?:\.\d+)?)")
_OWN = (
    r"[左右上下].{0,6}(?:\d|[半一二两三四五六七八九十])|(?i:\b(?:left|right|up|down|top|bottom)\b)"
    r"|^\s*\d+(?:\.\d+)?[\s,，、]+\d"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the print is to be moved, mm, or a photo that tells it."""

    right: float = 0.0
    down: float = 0.0
    photo: Attachment | None = None


async def calibrate(chat: Chat, printing: Printing) -> None:
    """Print the page, and ask how it came out until that is known."""
    check_may_adjust(chat)
    await send_page(chat, printing, is_asked=True)
    while True:
        options = [chat.option("fits", "calibrate.fits", is_yes=True), chat.cancel_option()]
        seen = await chat.ask(
            "seen", _read, prompt="calibrate.seen", options=options, takes=(PHOTO,), own=_OWN, margin=f"{INSET:g}"
        )
        if seen.photo is None:
            await _set(chat, printing, seen)
            return
        if await _is_told(chat, seen.photo):
            return


async def send_page(chat: Chat, printing: Printing, *, is_asked: bool = False) -> None:
    """The page with rulers, on the label printer or into the chat.

    `is_asked`: a question about it follows, so nothing is offered with it.
    """
    lines, offers = _lines(chat, printing), [] if is_asked else [calibrate_button(chat)]
    if printing.has_printer and await _is_printed(chat, printing, lines, offers):
        return
    name = await chat.look("page_name", page_name, printing.template)
    page = Document(name, (), printing.template, merchant=chat.member.merchant, lines=lines)
    await chat.say("calibrate.page_in_chat", *offers, document=page)


def check_may_adjust(chat: Chat) -> None:
    """Whoever prints may look and test; how things are set is for others. Raises `Forbidden`."""
    if not allows(chat.member.role, Right.ADJUST):
        raise Forbidden(role=chat.member.role)


def calibrate_button(chat: Chat) -> Button:
    """[校准]."""
    return chat.button("calibrate.button", "printer_settings", action="calibrate")


async def _is_printed(chat: Chat, printing: Printing, lines: tuple[str, ...], offers: list[Button]) -> bool:
    """Whether it went to the printer; she may take it as a file where the printer does not want it."""
    while True:
        try:
            await chat.do("print", print_page, printing, lines)
        except OutcomeUnknown:
            await chat.say("calibrate.page_unsure", *offers)
            return True
        except (RateLimited, ServiceRefused, ServiceUnavailable) as error:
            if await _way_on(chat, error_text(chat.language, error)) == "as_file":
                return False
        else:
            await chat.say("calibrate.page_on_paper", *offers)
            return True


async def _way_on(chat: Chat, why: str) -> str:
    ways = [
        chat.option("try_again", "calibrate.try_again", is_yes=True),
        chat.option("as_file", "calibrate.as_file"),
        chat.cancel_option(),
    ]
    return await chat.choose("page_failed", ways, prompt="calibrate.page_failed", why=why)


async def _is_told(chat: Chat, photo: Attachment) -> bool:
    """Whether the photo showed how the page came out; else why not is told."""
    sight = await seen_on(chat, photo)
    if sight is None:
        return False
    if sight.print is None or not sight.print.is_page:
        await chat.say("calibrate.not_the_page")
        return False
    await tell_page(chat, sight.print)
    return sight.print.found is not None


async def _set(chat: Chat, printing: Printing, seen: Seen) -> None:
    to = printing.offset.moved(seen.right, seen.down)
    if to == printing.offset:
        await chat.say("photo.fits", offset=in_words(chat, to))
    elif not to.is_possible:
        await tell_impossible(chat, to)
    else:
        done = await chat.settle("change", change, chat.member.merchant, to, printing.offset)
        await tell(chat, done, to, printing.offset)


def _read(answer: Any) -> Seen:  # noqa: ANN401 - words, or a file's record
    if photo := attachment_in(answer):
        return Seen(photo=photo)
    said = str(answer)
    if moved := moves_in(said):
        return Seen(moved.get("dx_mm", 0.0), moved.get("dy_mm", 0.0))
    if found := _margins(said):
        return _to_move(found)
    if _FITS.fullmatch(said.strip()):
        return Seen()
    raise Unclear("calibrate.seen_unclear")


def _margins(said: str) -> dict[str, float]:
    """What was measured, by side; two bare numbers are left and up, as they are asked for."""
    two = _TWO.fullmatch(said.strip())
    found = {"left": float(two[1]), "up": float(two[2])} if two else margins_in(said)
    if any(margin > _FARTHEST for margin in found.values()):
        raise Unclear("calibrate.seen_unclear")
    return found


def _to_move(margins: dict[str, float]) -> Seen:
    """A frame that stands too far from the left is to be moved left."""
    right = margins["left"] - INSET if "left" in margins else INSET - margins.get("right", INSET)
    down = margins["up"] - INSET if "up" in margins else INSET - margins.get("down", INSET)
    return Seen(-right, -down)


def _lines(chat: Chat, printing: Printing) -> tuple[str, ...]:
    """What is written on the page."""
    named = {"template": printing.template.replace("x", "×"), "offset": in_words(chat, printing.offset)}
    return tuple(chat.text(f"calibrate.line_{n}", margin=f"{INSET:g}", **named) for n in range(1, _LINES + 1))
