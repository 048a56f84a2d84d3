"""成员: who there is and as what; another role, out, or an invitation taken back."""

from dataclasses import dataclass

from core.clock import HOUR
from core.rights import MEMBERSHIPS, Role
from core.storage.invitations import Invitation
from core.storage.staff import Colleague
from handlers.conversation import Chat, Option
from handlers.desk import Desk
from handlers.people import staffing
from handlers.people.invite import invite
from handlers.people.merchants import shown

_ADD, _OUT = "add", "remove"


@dataclass(frozen=True, slots=True)
class People:
    """Who there is, and who may come; `hours` says how long each invitation is good for yet."""

    members: list[Colleague]
    invitations: list[Invitation]
    hours: list[int]


async def members(chat: Chat) -> None:
    """The list, then one of them, then what becomes of her."""
    if chat.slots.get("action") == _ADD:
        await invite(chat)
        return
    people = await chat.look("people", people_of, chat.member.merchant)
    chosen = _named(chat, people) or await chat.choose("list", _options(chat, people), lines=_lines(chat, people))
    if chosen == _ADD:
        await invite(chat)
    elif any(each.id == chosen for each in people.invitations):
        await chat.look("withdraw", staffing.withdraw, chosen, chat.member.merchant)
        await chat.say("withdrawn")
    else:
        await _decide(chat, next(each for each in people.members if each.id == chosen))


def _named(chat: Chat, people: People) -> str:
    """Who was named already; "" where that is nobody, or more than one."""
    name = chat.slots.get("name")
    named = [each.id for each in people.members if name and each.name == name]
    return named[0] if len(named) == 1 else ""


def _options(chat: Chat, people: People) -> list[Option]:
    known = [Option(each.id, shown(chat.language, each, chat.member.id)) for each in people.members]
    awaited = [chat.option(each.id, "withdraw", name=each.name) for each in people.invitations]
    return [*known, *awaited, chat.option(_ADD, "invite")]


def _lines(chat: Chat, people: People) -> str:
    lines = [f"• {shown(chat.language, each, chat.member.id)}" for each in people.members]
    for each, hours in zip(people.invitations, people.hours, strict=True):
        lines.append(chat.text("awaited", name=each.name, role=chat.text(f"roles.{each.role}"), hours=hours))
    return "\n".join(lines)


async def _decide(chat: Chat, colleague: Colleague) -> None:
    who = shown(chat.language, colleague, chat.member.id)
    become = await _wanted(chat, colleague, who)
    if become not in {_OUT, Role.OWNER}:
        await _change(chat, colleague, Role(become))
        return
    sure = [chat.option("yes", f"yes_{become}"), chat.option("no", is_yes=True)]
    if await chat.choose(f"sure_{become}", sure, who=who) == "no":
        await chat.say("as_it_was")
    elif become == _OUT:
        await chat.look("remove", staffing.remove, colleague.id, chat.member)
        await chat.say("removed", who=who)
    else:
        await _change(chat, colleague, Role.OWNER)


async def _wanted(chat: Chat, colleague: Colleague, who: str) -> str:
    """What is to become of her, from the command or asked for."""
    if chat.slots.get("action") == _OUT:
        return _OUT
    said = str(chat.slots.get("role", ""))
    if said in MEMBERSHIPS and said != colleague.role:
        return said
    roles = [chat.option(each, "become", role=chat.text(f"roles.{each}")) for each in MEMBERSHIPS]
    others = [option for option in roles if option.value != colleague.role]
    return await chat.choose("what", [*others, chat.option(_OUT, "take_out")], who=who)


async def _change(chat: Chat, colleague: Colleague, role: Role) -> None:
    await chat.look("change", staffing.change_role, colleague.id, role, chat.member)
    await chat.say("changed", name=shown(chat.language, colleague, chat.member.id), role=chat.text(f"roles.{role}"))


async def people_of(desk: Desk, merchant: str) -> People:
    """Who there is just now."""
    now = desk.clock.now()
    invitations = await desk.kept.invitations.of(merchant, now)
    hours = [-(-(each.expires_at - now) // HOUR) for each in invitations]
    return People(await desk.kept.staff.of(merchant), invitations, hours)
