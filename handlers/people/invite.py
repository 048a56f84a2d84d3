"""邀请同事: a name, a role, and a code that lets one person in."""

from dataclasses import dataclass, field

from core.clock import HOUR
from core.codes import new_code, written_code
from core.ids import new_id
from core.recipients.mask import mask_name
from core.rights import MEMBERSHIPS, Role
from core.storage.audit import Change
from core.storage.invitations import LIFE, Invitation
from handlers.conversation import Chat, Unclear
from handlers.desk import Desk
from handlers.messages import Button

_LONGEST_NAME = 20
_MOST = 20  # invitations of a merchant that are open at the same time


@dataclass(frozen=True, slots=True)
class Invited:
    """The code, and on which channels an address joins with it; no code where too many are open already."""

    code: str
    ways_in: dict[str, str] = field(default_factory=dict)


async def invite(chat: Chat) -> None:
    """Whom, as what, and the code. Other conversations lead here too, so its sentences are named in full."""
    name = str(chat.slots.get("name", "")) or await chat.ask("name", _read_name, prompt="invite.name")
    role = await _role(chat)
    invited = await chat.settle("invite", make, chat.member.merchant, chat.member.id, name, role)
    if not invited.code:
        await chat.say("invite.too_many", chat.button("invite.see_members", "member"), most=_MOST)
        return
    links = [
        Button(chat.text("invite.link", channel=chat.text(f"names.{on}")), url=at) for on, at in invited.ways_in.items()
    ]
    told, code = chat.text(f"roles.{role}"), written_code(invited.code)
    await chat.say("invite.invited", *links, name=name, role=told, code=code, hours=LIFE // HOUR)


async def _role(chat: Chat) -> Role:
    said = str(chat.slots.get("role", ""))
    if said in MEMBERSHIPS:
        return Role(said)
    roles = list(reversed(MEMBERSHIPS))  # the mightiest last
    what = "\n".join(f"• {chat.text(f'invite.{each}')}" for each in roles)
    return Role(
        await chat.choose(
            "role", [chat.option(each, f"roles.{each}") for each in roles], prompt="invite.role", what=what
        )
    )


def _read_name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Unclear("invite.name_unclear", longest=_LONGEST_NAME)
    return name


async def make(desk: Desk, merchant: str, inviter: str, name: str, role: Role) -> Invited:
    """Open an invitation."""
    now, kept, code = desk.clock.now(), desk.kept, new_code()
    if len(await kept.invitations.of(merchant, now)) >= _MOST:
        return Invited("")
    invitation = Invitation(new_id(), merchant, role, name, inviter, now + LIFE)
    await kept.change(Change(mask_name(name), after=role), *kept.invitations.open(invitation, code, now))
    return Invited(code, dict(desk.ways_in(code)))
