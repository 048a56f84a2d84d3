"""Inbox → one turn → outbox. A message is committed before it is answered, and answered in one commit."""

import asyncio
from typing import Any

from pydantic import TypeAdapter

from core.clock import MINUTE, SECOND
from core.ids import new_id
from core.rights import Role
from core.storage.address import Address
from core.storage.conversations import Conversations, Effect, Effects, Visits
from core.storage.database import Conflict, Statement
from core.storage.inbox import Inbox, Received
from core.storage.merchants import Member
from core.storage.outbox import Outbox
from handlers import texts
from handlers.desk import Desk
from handlers.dispatch import State, Turn, perform_work
from handlers.messages import Incoming, Outgoing
from handlers.post import last_buttons, post

EFFECT_LEASE = 60 * SECOND
_HEARTBEAT = 15.0  # seconds between two renewals of an effect's lease
_VISIT = 10 * MINUTE  # how long an authorisation code lives, so how long its link may take

_STATE: TypeAdapter[State] = TypeAdapter(State)
_INCOMING: TypeAdapter[Incoming] = TypeAdapter(Incoming)


class Turns:
    """Takes messages in and runs turns over them; any number of processes may do so at once."""

    def __init__(
        self,
        desk: Desk,
        inbox: Inbox,
        outbox: Outbox,
        conversations: Conversations,
        effects: Effects,
        visits: Visits,
        owner: str,
    ) -> None:
        self._desk = desk
        self._database = desk.database
        self._inbox = inbox
        self._outbox = outbox
        self._conversations = conversations
        self._effects = effects
        self._visits = visits
        self._owner = owner

    async def receive(self, incoming: Incoming) -> None:
        """Keep a message; when this returns it will be answered, whatever happens, and only once."""
        to = Address(incoming.channel, incoming.peer)
        body = _INCOMING.dump_json(incoming).decode()
        await self._database.apply(self._inbox.receive(to, incoming.uid, body, self._desk.clock.now()))

    async def come_back(self, returned: dict[str, str]) -> bool:
        """A merchant came back from a page; False when nobody was sent there, or long ago, or already back."""
        state, now = returned.get("state", ""), self._desk.clock.now()
        to = await self._visits.whose(state, now)
        if to is None:
            return False
        incoming = Incoming(to.channel, to.peer, f"visit:{state}", returned=returned)
        body = _INCOMING.dump_json(incoming).decode()
        try:
            await self._database.apply(self._visits.returned(state), self._inbox.receive(to, incoming.uid, body, now))
        except Conflict:
            return False
        return True

    async def take_waiting(self) -> bool:
        """Run a turn in every chat that has a message; whether there was any."""
        waiting = await self._inbox.waiting()
        await asyncio.gather(*(self._take_next(to) for to in waiting))
        return bool(waiting)

    async def _take_next(self, to: Address) -> None:
        received = await self._inbox.next(to)
        if received is None:
            return
        try:
            await self._database.apply(*await self._turn(to, received))
        except Conflict:
            return  # another process took this message, or another one of this chat, first

    async def _turn(self, to: Address, received: Received) -> list[Statement]:
        incoming = _INCOMING.validate_json(received.body)
        now = self._desk.clock.now()
        member, joining = await self._member(to, incoming)
        version, kept = await self._conversations.load(to)
        turn = Turn(
            self._desk,
            member,
            _STATE.validate_json(kept) if kept else State(),
            await last_buttons(self._outbox, to),
        )
        if joining:
            turn.outgoing.append(Outgoing(texts.text(member.language, "chat.welcome")))
        await turn.take(incoming)
        statements = [
            self._inbox.done(received.id, now),
            self._conversations.save(to, version, _STATE.dump_json(turn.state).decode(), now),
            *joining,
        ]
        for outgoing in turn.outgoing:
            statements += post(self._outbox, to, outgoing, now)
        if turn.effect:
            statements.append(self._effects.add(Effect(turn.effect[0], to, turn.effect[1]), now))
        if turn.visit:
            statements.append(self._visits.expect(turn.visit, to, now + _VISIT))
        return statements

    async def _member(self, to: Address, incoming: Incoming) -> tuple[Member, list[Statement]]:
        """Who speaks; a chat never heard of becomes a merchant of its own."""
        if known := await self._desk.merchants.member(to.channel, to.peer):
            return known, []
        language = "en" if incoming.text.isascii() and incoming.text.strip() else "zh"
        member = Member(to.channel, to.peer, new_id(), Role.OWNER, language)
        now = self._desk.clock.now()
        return member, [
            self._desk.merchants.add(member.merchant, language, now),
            self._desk.merchants.join(member, now),
        ]

    async def do_next_effect(self) -> bool:
        """Do one piece of work that a conversation waits for; whether there was one."""
        effect = await self._effects.claim(self._owner, self._desk.clock.now(), EFFECT_LEASE)
        if effect is None:
            return False
        heart = asyncio.create_task(self._beat(effect), name=f"lease of effect {effect.id}")
        try:
            result = await self._perform(effect)
        finally:
            heart.cancel()
            await asyncio.gather(heart, return_exceptions=True)
        await self._report(effect, result)
        return True

    async def _perform(self, effect: Effect) -> dict[str, Any] | None:
        _, kept = await self._conversations.load(effect.to)
        state = _STATE.validate_json(kept) if kept else State()
        member = await self._desk.merchants.member(effect.to.channel, effect.to.peer)
        if state.effect != effect.id or member is None:
            return None  # the conversation was left meanwhile
        return await perform_work(self._desk, member, state, effect.key)

    async def _report(self, effect: Effect, result: dict[str, Any] | None) -> None:
        """The result comes back as one more message, in the commit that ends the work."""
        incoming = Incoming(effect.to.channel, effect.to.peer, f"effect:{effect.id}", effect=effect.id, result=result)
        body, now = _INCOMING.dump_json(incoming).decode(), self._desk.clock.now()
        try:
            await self._database.apply(
                self._effects.done(effect.id, self._owner), self._inbox.receive(effect.to, incoming.uid, body, now)
            )
        except Conflict:
            return  # our lease ran out, and another process has done it

    async def _beat(self, effect: Effect) -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT)
            until = self._desk.clock.now() + EFFECT_LEASE
            await self._database.apply(self._effects.hold(effect.id, self._owner, until))
