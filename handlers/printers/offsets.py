"""The print offset in the chat: told in words, changed to another one, and back again."""

from dataclasses import dataclass
from typing import Literal

from core.offset import MOST, STRAIGHT, Offset
from core.storage.audit import Change
from core.storage.database import Conflict
from core.storage.offsets import KeptOffset
from handlers.conversation import Chat, command_data
from handlers.desk import Desk
from handlers.messages import Button


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a change, and the offset that holds now; "stale" where it had become another one meanwhile."""

    became: Literal["changed", "same", "stale"]
    now: Offset


async def set_offset(chat: Chat) -> None:
    """[改成…], [改回…]: this offset, if it still is what it was when the button was drawn."""
    kept = await chat.look("kept", kept_offset, chat.member.merchant)
    to, was = (_read(str(chat.slots.get(key, ""))) for key in ("to", "was"))
    if to is None or was is None:
        await chat.say("now", offset=in_words(chat, kept.offset))
        return
    await tell(chat, await chat.look("change", change, chat.member.merchant, to, was), to, was)


async def tell(chat: Chat, done: Changed, to: Offset, was: Offset) -> None:
    """What became of a change."""
    if done.became == "changed":
        undo = set_button(chat, "offset.undo", was, to)
        look = chat.button("offset.look", "printer_settings", action="calibrate")
        await chat.say("offset.changed", undo, look, before=in_words(chat, was), after=in_words(chat, to))
    else:
        await chat.say(f"offset.{done.became}", offset=in_words(chat, done.now))


async def tell_impossible(chat: Chat, offset: Offset) -> None:
    """More than an offset can mend."""
    calibrate = chat.button("offset.look", "printer_settings", action="calibrate")
    await chat.say("offset.too_far", calibrate, offset=in_words(chat, offset), most=f"{MOST:g}")


def in_words(chat: Chat, offset: Offset) -> str:
    """右 1.5、下 2 毫米."""
    ways = [
        chat.text(f"offset.{more if value > 0 else less}", mm=f"{abs(value):g}")
        for value, more, less in ((offset.right, "right", "left"), (offset.down, "down", "up"))
        if value
    ]
    return chat.text("offset.mm", ways=chat.text("offset.and").join(ways)) if ways else chat.text("offset.straight")


def set_button(chat: Chat, key: str, to: Offset, was: Offset) -> Button:
    """A button that makes it this one, as long as it is what it was."""
    slots = {"to": _written(to), "was": _written(was)}
    return Button(chat.text(key, offset=in_words(chat, to)), command_data("set_offset", slots))


async def kept_offset(desk: Desk, merchant: str) -> KeptOffset:
    """The merchant's offset, and since when."""
    return await desk.kept.offsets.kept(merchant)


async def change(desk: Desk, merchant: str, to: Offset, was: Offset) -> Changed:
    """From one offset to another, unless it is neither by now."""
    now = await desk.kept.offsets.of(merchant)
    if now == to:
        return Changed("same", now)
    if now != was:
        return Changed("stale", now)
    told = Change("print offset", _written(was), _written(to))
    try:
        await desk.kept.change(told, desk.kept.offsets.change(merchant, to, was, desk.clock.now()))
    except Conflict:
        return Changed("stale", await desk.kept.offsets.of(merchant))
    return Changed("changed", to)


def _written(offset: Offset) -> str:
    return f"{offset.right:g}/{offset.down:g}"


def _read(written: str) -> Offset | None:
    """None for what no button of ours carries."""
    right, _, down = written.partition("/")
    try:
        offset = STRAIGHT.moved(float(right), float(down))
    except (OverflowError, ValueError):
        return None
    return offset if offset.is_possible else None
