"""What becomes of a member. Whatever she had under way goes with the right to it, in the same commit."""

from core.errors import LastOwner
from core.recipients.mask import mask_name
from core.rights import RIGHTS, Right, Role
from core.storage.audit import Change
from core.storage.database import Conflict, Statement
from core.storage.merchants import Member
from core.storage.staff import Colleague
from handlers import texts
from handlers.desk import Desk
from handlers.messages import Outgoing
from handlers.people.merchants import name_of
from handlers.post import post


async def withdraw(desk: Desk, invitation: str, merchant: str) -> bool:
    """Take an invitation back; False when somebody has come with it, or it is gone."""
    try:
        await desk.kept.change(Change(), desk.kept.invitations.withdraw(invitation, merchant))
    except Conflict:
        return False
    return True


async def change_role(desk: Desk, member: str, role: Role, by: Member) -> bool:
    """Give a member another role; False when she is none any more. Raises `LastOwner`."""
    colleague = await _colleague(desk, member, by)
    if colleague is None or colleague.role is role:
        return colleague is not None
    statements = desk.kept.staff.change_role(member, by.merchant, role)
    lost = RIGHTS[colleague.role] - RIGHTS[role]
    news = await _told(desk, colleague, by, "members.your_role", role=texts.text(by.language, f"roles.{role}"))
    await _commit(desk, colleague, role, [*statements, *_ended(desk, colleague, by, lost), *news])
    return True


async def remove(desk: Desk, member: str, by: Member) -> bool:
    """Part with a member; False when she is none any more. Raises `LastOwner`."""
    colleague = await _colleague(desk, member, by)
    if colleague is None:
        return False
    statements = desk.kept.staff.remove(member, by.merchant)
    parted = desk.kept.guests.told(colleague.to, desk.clock.now())  # and answered nothing for the time being
    news = await _told(desk, colleague, by, "members.you_are_out")
    ended = _ended(desk, colleague, by, RIGHTS[colleague.role])
    await _commit(desk, colleague, "", [*statements, *ended, *parted, *news])
    return True


async def _colleague(desk: Desk, member: str, by: Member) -> Colleague | None:
    colleague = await desk.kept.staff.get(member)
    return colleague if colleague and colleague.merchant == by.merchant else None


async def _commit(desk: Desk, colleague: Colleague, after: str, statements: list[Statement]) -> None:
    change = Change(f"{colleague.id} {mask_name(colleague.name)}", before=colleague.role, after=after or "out")
    try:
        await desk.kept.change(change, *statements)
    except Conflict as error:
        raise LastOwner from error


def _ended(desk: Desk, colleague: Colleague, by: Member, lost: frozenset[Right]) -> list[Statement]:
    """What ends with the rights: her batches, which the one who decides hears of now, and whom she invited."""
    kept, ended = desk.kept, list[Statement]()
    if Right.PRINT in lost and colleague.id != by.id:
        ended.append(kept.batches.take_over(by.merchant, colleague.to, by.to))
    if Right.PEOPLE in lost:
        ended.append(kept.invitations.withdraw_all_of(colleague.id))
    if colleague.id != by.id:  # her own turn is this one
        ended.append(kept.staff.interrupt(colleague.to))
    return ended


async def _told(desk: Desk, colleague: Colleague, by: Member, key: str, **params: str) -> list[Statement]:
    """She hears of it, unless it was she who did it."""
    if colleague.id == by.id:
        return []
    merchant = await name_of(desk, colleague.merchant) or texts.text(by.language, "merchants.nameless")
    told = Outgoing(texts.text(by.language, key, merchant=merchant, **params))
    return post(desk.kept.outbox, colleague.to, told, desk.clock.now())
