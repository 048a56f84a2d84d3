"""加入 7K3P-9QXM: in by a code, and from then on speaking for the merchant it belongs to."""

from dataclasses import dataclass, replace

from core.codes import read_code
from core.errors import TooManyTries
from core.ids import new_id
from core.recipients.mask import mask_name
from core.rights import Right, Role
from core.storage.address import Address
from core.storage.audit import Change, Deed, Note
from core.storage.database import Conflict, Statement
from core.storage.invitations import Invitation
from core.storage.merchants import Member
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.journal import Unclear
from handlers.people.merchants import name_of


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of a code. `merchant` is empty where it opened nothing."""

    merchant: str = ""
    role: Role = Role.GUEST
    was_there: bool = False


async def join(chat: Chat) -> None:
    """Ask for a code until one fits."""
    code = read_code(str(chat.slots.get("code", "")))
    while True:
        is_guest = chat.member.role is Role.GUEST  # who has no other command to say in between
        code = code or await chat.ask("code", _read, is_prose=is_guest)
        joined = await chat.look("join", use, code, replace(chat.member, language=chat.slots.get("language", "")))
        if joined.merchant:
            break
        await chat.say("wrong")
        code = ""
    name = await chat.look("name", name_of, joined.merchant)
    key = "was_there" if joined.was_there else "joined"
    role = chat.text(f"roles.{joined.role}")
    await chat.say(key, chat.button("what_now", "help"), merchant=name or chat.text("merchants.nameless"), role=role)


def _read(typed: str) -> str:
    code = read_code(typed)
    if not code:
        raise Unclear("no_code")
    return code


async def use(desk: Desk, code: str, who: Member) -> Joined:
    """Let her in, if the code fits. Used again by whom it let in, it says the same. Raises `TooManyTries`."""
    now, kept = desk.clock.now(), desk.kept
    try:
        await kept.database.apply(*kept.guests.tries(Address(who.channel, who.peer), now))
    except Conflict as error:
        raise TooManyTries from error
    found = await kept.invitations.find(code, now)
    if found is None:
        return Joined()
    if found.member is not None:
        return await _let_in_before(desk, found.member, who)
    return await _let_in(desk, found, who)


async def _let_in_before(desk: Desk, member: str, who: Member) -> Joined:
    before = await desk.kept.staff.get(member)
    if before is None or (before.channel, before.peer) != (who.channel, who.peer):
        return Joined()
    return Joined(before.merchant, before.role)


async def _let_in(desk: Desk, invitation: Invitation, who: Member) -> Joined:
    kept, now = desk.kept, desk.clock.now()
    merchant = invitation.merchant or new_id()
    for mine in await kept.staff.of_person(Address(who.channel, who.peer)):
        if mine.merchant == merchant:
            await kept.database.apply(kept.merchants.choose(mine.id))
            return Joined(merchant, mine.role, was_there=True)
    member = replace(who, id=new_id(), merchant=merchant, role=invitation.role)
    statements: list[Statement] = [
        kept.invitations.used(invitation.id, member.id),
        *([] if invitation.merchant else [kept.merchants.add(merchant, who.language or "zh", now)]),
        *kept.staff.welcome(member, invitation.name, now),
    ]
    try:
        await kept.audit.commit([_note(member, invitation)], *statements)
    except Conflict:
        return Joined()  # somebody else was faster with it, or it was withdrawn just now
    return Joined(merchant, invitation.role)


def _note(member: Member, invitation: Invitation) -> Note:
    label = mask_name(invitation.name) if invitation.name else ""
    deed = Deed(member.merchant, member.id, label, member.role, member.channel, "join", Right.ENTER)
    return Note(deed, Change(subject=member.id, after=member.role))
