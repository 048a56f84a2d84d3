"""打印机: where labels come out, how far they are moved, and what this program can do about how they look."""

from collections.abc import Awaitable, Callable, Mapping

from core.offset import STRAIGHT, Offset
from handlers import texts
from handlers.conversation import Chat
from handlers.messages import Button
from handlers.printers.calibrate import calibrate, calibrate_button, check_may_adjust, send_page
from handlers.printers.offsets import change, in_words, set_button, tell, tell_impossible
from handlers.printers.work import Printing, State, printing_of, state_of_printer

_A_LITTLE = 0.5  # mm
_LITTLE_MOVES = {
    "left": (-_A_LITTLE, 0.0),
    "right": (_A_LITTLE, 0.0),
    "up": (0.0, -_A_LITTLE),
    "down": (0.0, _A_LITTLE),
}


async def printer_settings(chat: Chat) -> None:
    """What was asked for; without a word about what, how things stand."""
    printing = await chat.look("printing", printing_of, chat.member.merchant)
    answer = _ANSWERS.get(str(chat.slots.get("action", "")), _overview)
    await answer(chat, printing)


async def _overview(chat: Chat, printing: Printing) -> None:
    await chat.say(
        "overview", *_buttons(chat, printing), offset=in_words(chat, printing.offset), where=_where(chat, printing)
    )


async def _offset(chat: Chat, printing: Printing) -> None:
    """Told where nothing is to be moved, else moved from where it is."""
    to = _wanted(chat, printing.offset)
    if to is None:
        await chat.say("offset.now", *_buttons(chat, printing), offset=in_words(chat, printing.offset))
        return
    check_may_adjust(chat)
    if not to.is_possible:
        await tell_impossible(chat, to)
        return
    done = await chat.settle("change", change, chat.member.merchant, to, printing.offset)
    await tell(chat, done, to, printing.offset)


def _wanted(chat: Chat, now: Offset) -> Offset | None:
    """The whole offset after what was said; None where nothing was."""
    if chat.slots.get("reset"):
        return STRAIGHT
    right, down = (float(chat.slots.get(key, 0)) for key in ("dx_mm", "dy_mm"))
    if not right and not down:
        right, down = _LITTLE_MOVES.get(str(chat.slots.get("a_little", "")), (0.0, 0.0))
    return now.moved(right, down) if right or down else None


async def _list(chat: Chat, printing: Printing) -> None:
    """The one label printer that the installation has, and how it is; or that there is none."""
    state = await chat.do("state", state_of_printer)
    if state is None:
        await chat.say("none", _test_button(chat))
        return
    await chat.say("one", *_buttons(chat, printing), state=_state(chat, state))


async def _set_default(chat: Chat, printing: Printing) -> None:
    """There is nothing to choose among; said plainly, with what is."""
    named = str(chat.slots.get("printer", ""))
    key = "only_one" if printing.has_printer else "only_chat"
    await chat.say(key, *_buttons(chat, printing), named=chat.text("named", printer=named) if named else "")


async def _density(chat: Chat, _printing: Printing) -> None:
    """Nothing here reaches it."""
    await chat.say("density", _test_button(chat))


async def _diagnose(chat: Chat, _printing: Printing) -> None:
    """What the printer itself says; without one, what to look at."""
    state = await chat.do("state", state_of_printer)
    if state is None:
        await chat.say("faults_elsewhere", _test_button(chat))
    elif state.is_silent or state.reason:
        again = chat.button("look_again", "printer_settings", action="diagnose")
        await chat.say("faulty", again, state=_state(chat, state))
    else:
        await chat.say("ready", _test_button(chat))


_ANSWERS: Mapping[str, Callable[[Chat, Printing], Awaitable[None]]] = {
    "offset": _offset,
    "calibrate": calibrate,
    "test": send_page,
    "list": _list,
    "set_default": _set_default,
    "density": _density,
    "diagnose": _diagnose,
}


def _buttons(chat: Chat, printing: Printing) -> list[Button]:
    buttons = [calibrate_button(chat), _test_button(chat)]
    if printing.offset != STRAIGHT:
        buttons.append(set_button(chat, "offset.undo", STRAIGHT, printing.offset))
    return buttons


def _test_button(chat: Chat) -> Button:
    return chat.button("test_button", "printer_settings", action="test")


def _where(chat: Chat, printing: Printing) -> str:
    return chat.text("on_printer" if printing.has_printer else "in_chat")


def _state(chat: Chat, state: State) -> str:
    """没纸 for media-empty; the printer's own word where merchants have none for it."""
    if state.is_silent:
        return chat.text("printer_states.silent")
    key = f"printer_states.{state.reason or 'ready'}"
    return texts.text(chat.language, key) if texts.has(key) else state.reason
