"""Who is nobody's member: comes in by a code, begins a merchant of her own, or is told once that she needs one."""

import re
from collections.abc import Mapping
from dataclasses import replace

from core.ids import new_id
from core.rights import Right, Role, allows
from core.storage.address import Address
from core.storage.audit import Change, Deed, Note
from core.storage.database import Statement
from core.storage.merchants import Member
from handlers import texts
from handlers.buttons import read_command_data
from handlers.desk import Desk
from handlers.journal import State
from handlers.menu import Command
from handlers.messages import Incoming, Outgoing
from handlers.post import post
from handlers.understanding import Understood, understand


class Strangers:
    """Decides as whom a stranger is heard, if at all."""

    def __init__(self, desk: Desk, commands: Mapping[str, Command], *, is_open: bool) -> None:
        """`is_open`: anyone who writes may begin a merchant of her own."""
        self._desk = desk
        self._kept = desk.kept
        self._commands = commands
        self._is_open = is_open

    async def heard_as(self, to: Address, incoming: Incoming, state: State) -> Member | None:
        """The member that this stranger is for one turn, or has become; None for who is not heard.

        Raises `Conflict` when another process met the newcomer first.
        """
        if incoming.effect or incoming.returned:
            return None  # of a conversation that she had as a member
        if to.is_group:
            return await self._owner_at_the_door(to) if self._wants("use_group", incoming, state) else None
        if self._wants("join", incoming, state):
            understood = self._understood(incoming)
            slots = understood.slots if understood else state.slots
            return Member(to.channel, to.peer, "", Role.GUEST, slots.get("language", "zh"))
        now = self._desk.clock.now()
        if self._is_open and (incoming.text or await self._kept.guests.is_to_be_told(to, now)):
            return await self._meet(to, _language_of(incoming.text), now)
        return None

    async def answered(self, to: Address, incoming: Incoming) -> list[Statement]:
        """One polite answer a day, with nothing in it."""
        is_message = incoming.text or incoming.button or incoming.attachment or incoming.notice
        now = self._desk.clock.now()
        if not is_message or not await self._kept.guests.is_to_be_told(to, now):
            return []
        language = _language_of(incoming.text)
        if to.is_group and await self._is_nothing_to(to):
            return []
        key = "chat.group_closed" if to.is_group else "chat.by_invitation"
        told = Outgoing(texts.text(language, key), answers=incoming.message)
        return [*self._kept.guests.told(to, now), *post(self._kept.outbox, to, told, now, language)]

    def _wants(self, intent: str, incoming: Incoming, state: State) -> bool:
        """Whether this begins that conversation, or belongs to it."""
        if state.is_open and state.command == intent:
            return True
        if incoming.button:
            return read_command_data(incoming.button)[0] == intent
        understood = self._understood(incoming)
        return bool(understood and understood.intent == intent and intent in self._commands)

    def _understood(self, incoming: Incoming) -> Understood | None:
        return understand(incoming.text, self._desk.clock.now(), self._desk.couriers.values())

    async def _owner_at_the_door(self, to: Address) -> Member | None:
        """Whoever may open a group, in one that nobody has opened yet."""
        person = await self._kept.merchants.member(to.channel, to.person)
        if person is None or not allows(person.role, Right.PEOPLE) or await self._kept.staff_groups.merchant(to):
            return None
        return replace(person, group=to.chat)

    async def _is_nothing_to(self, to: Address) -> bool:
        """Whether she is nobody's member, or stands in a group of somebody else's."""
        person = await self._kept.merchants.member(to.channel, to.person)
        return person is None or await self._kept.staff_groups.merchant(to) is not None

    async def _meet(self, to: Address, language: str, now: int) -> Member:
        """A newcomer becomes the owner of a merchant, before her first turn: that may change who speaks."""
        member = Member(to.channel, to.peer, new_id(), Role.OWNER, language, id=new_id())
        deed = Deed(member.merchant, member.id, "", member.role, member.channel, "join", Right.ENTER)
        await self._kept.audit.commit(
            [Note(deed, Change(subject=member.id, after=member.role))],
            *self._kept.guests.came(to, now),
            self._kept.merchants.add(member.merchant, language, now),
            self._kept.merchants.meet(member, now),
            *post(self._kept.outbox, to, Outgoing(texts.text(language, "chat.welcome")), now, language),
        )
        return member


def _language_of(said: str) -> str:
    """The language of somebody's first words; Chinese unless they are plainly English ("/start" is a button)."""
    is_english = said.isascii() and re.search("[A-Za-z]", said) and not said.startswith("/")
    return "en" if is_english else "zh"
