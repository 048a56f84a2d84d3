"""Who may run what, asked before every conversation and every piece of its work, however it was come to."""

from core.errors import Forbidden
from core.rights import allows
from core.storage.audit import Deed
from core.storage.merchants import Member
from handlers.menu import Command


def admitted(member: Member, command: Command) -> Deed:
    """What the member is about to do, for the log. Raises `Forbidden`."""
    if not allows(member.role, command.right):
        raise Forbidden(role=member.role)
    return deed(member, command)


def deed(member: Member, command: Command) -> Deed:
    """Who, where and what, whether it is allowed or not."""
    place = f"{member.channel} group {member.group}" if member.group else member.channel
    return Deed(member.merchant, member.id, member.label, member.role, place, command.intent, command.right)
