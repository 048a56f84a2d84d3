"""启用本群, 停用本群: an owner opens a group chat for her merchant's members, and closes it."""

from core.storage.address import Address
from core.storage.audit import Change
from core.storage.database import Conflict
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.people.merchants import name_of


async def use_group(chat: Chat) -> None:
    """What the others will see, one tap, open."""
    if not chat.member.group:
        await chat.say("say_it_there")
        return
    name = await chat.look("name", name_of, chat.member.merchant) or chat.text("merchants.nameless")
    options = [chat.option("open"), chat.option("leave_closed")]
    if await chat.choose("really", options, merchant=name) == "leave_closed":
        await chat.say("stays_closed")
    elif await chat.look("open", open_group, chat.member.to, chat.member.merchant):
        await chat.say("opened", merchant=name)
    else:
        await chat.say("taken")


async def leave_group(chat: Chat) -> None:
    """Closed at once."""
    if not chat.member.group:
        await chat.say("say_it_there")
        return
    await chat.look("close", close_group, chat.member.to, chat.member.merchant)
    await chat.say("closed")


async def open_group(desk: Desk, to: Address, merchant: str) -> bool:
    """Whether the group is the merchant's now."""
    kept = desk.kept
    if await kept.staff_groups.merchant(to) == merchant:
        return True
    try:
        await kept.change(Change(to.chat, after="open"), kept.staff_groups.open(to, merchant, desk.clock.now()))
    except Conflict:
        return False
    return True


async def close_group(desk: Desk, to: Address, merchant: str) -> bool:
    """Whether it was open until now."""
    try:
        await desk.kept.change(Change(to.chat, before="open"), desk.kept.staff_groups.close(to, merchant))
    except Conflict:
        return False
    return True
