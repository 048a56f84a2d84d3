"""切换店铺: somebody who belongs to several merchants says for which one she speaks."""

from dataclasses import dataclass

from core.rights import Role
from core.storage.address import Address
from core.storage.database import Conflict
from core.storage.merchants import Member
from handlers.conversation import Chat, Option
from handlers.desk import Desk
from handlers.people.merchants import name_of


@dataclass(frozen=True, slots=True)
class Membership:
    """One merchant of hers."""

    member: str
    merchant: str
    name: str
    role: Role


async def switch(chat: Chat) -> None:
    """The others, one tap, done."""
    mine = await chat.look("mine", memberships, chat.member)
    others = [each for each in mine if each.member != chat.member.id]
    here = _label(chat, next((each for each in mine if each.member == chat.member.id), mine[0])) if mine else ""
    if not others:
        await chat.say("only_one", here=here)
        return
    options = [Option(each.member, _label(chat, each), (each.name,)) for each in others]
    chosen = await chat.choose("which", [*options, chat.option("stay")], here=here)
    wanted = next((each for each in others if each.member == chosen), None)
    if wanted is None:
        await chat.say("stayed", here=here)
    elif await chat.look("choose", choose, wanted.member, chat.member):
        await chat.say("switched", chat.button("what_now", "help"), here=_label(chat, wanted))
    else:
        await chat.say("gone", there=_label(chat, wanted))


def _label(chat: Chat, membership: Membership) -> str:
    name = membership.name or chat.text("merchants.nameless")
    return chat.text("membership", merchant=name, role=chat.text(f"roles.{membership.role}"))


async def memberships(desk: Desk, who: Member) -> list[Membership]:
    """Every merchant of hers."""
    mine = await desk.kept.staff.of_person(Address(who.channel, who.peer))
    return [Membership(each.id, each.merchant, await name_of(desk, each.merchant), each.role) for each in mine]


async def choose(desk: Desk, member: str, who: Member) -> bool:
    """Speak for this one from now on; False when she is no member there any more."""
    mine = await desk.kept.staff.of_person(Address(who.channel, who.peer))
    if not any(each.id == member for each in mine):
        return False
    try:
        await desk.kept.database.apply(desk.kept.merchants.choose(member))
    except Conflict:
        return False
    return True
