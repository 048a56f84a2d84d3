"""Inbox → one turn → outbox. A message is committed before it is answered, and answered in one commit."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.engine.floods import EASY, Floods
from bot.engine.strangers import Strangers
from bot.operating.metrics import Metrics
from bot.web.links import FORM_LIFE
from core.clock import MINUTE, SECOND
from core.ids import is_token, new_id
from core.storage.address import Address
from core.storage.audit import Note
from core.storage.chats import Waiting
from core.storage.conversations import Effect
from core.storage.database import Conflict, Statement
from handlers import hearing, texts
from handlers.desk import Desk
from handlers.dispatch import Turn
from handlers.errors import error_text, unforeseen
from handlers.journal import State
from handlers.menu import COMMANDS, Command
from handlers.messages import Attachment, Incoming, Outgoing
from handlers.post import BUTTONS, post
from handlers.talk import Talk, perform_work

EFFECT_LEASE = 60 * SECOND
_HEARTBEAT = 15.0  # seconds between two renewals of an effect's lease
_CROWD = 200  # chats whose turns run together
_VISIT = 10 * MINUTE  # how long an authorisation code lives, so how long its link may take

_STATE: TypeAdapter[State] = TypeAdapter(State)
_INCOMING: TypeAdapter[Incoming] = TypeAdapter(Incoming)


class Turns:
    """Takes messages in and runs turns over them; any number of processes may do so at once."""

    def __init__(
        self,
        desk: Desk,
        owner: str,
        commands: Mapping[str, Command] = COMMANDS,
        metrics: Metrics | None = None,
        *,
        is_open: bool = True,
        flood: int = EASY,
    ) -> None:
        """`is_open`: whoever writes begins a merchant of her own; else people come in by codes alone.

        `flood`: messages a minute that one person may send.
        """
        self._metrics = metrics or Metrics()
        self._strangers = Strangers(desk, commands, is_open=is_open)
        self._floods = Floods(desk, flood)
        self._desk = desk
        self._kept = desk.kept
        self._owner = owner
        self._commands = commands

    async def receive(self, incoming: Incoming) -> None:
        """Keep a message; when this returns it will be answered, whatever happens, and only once.

        Of a flood only the beginning is kept, and a member is told so once.
        """
        to = Address.of(incoming.channel, incoming.peer, incoming.sender)
        if await self._floods.stems(to):
            return
        if "\0" in incoming.text:  # which no database takes
            incoming = replace(incoming, text=incoming.text.replace("\0", ""))
        await self._kept.database.apply(self._received(to, incoming), self._kept.outbox.welcome_back(to))
        self._metrics.received.labels(incoming.channel).inc()

    def _received(self, to: Address, incoming: Incoming) -> Statement:
        body = _INCOMING.dump_json(incoming).decode()
        return self._kept.inbox.receive(to, incoming.uid, body, self._desk.clock.now())

    async def come_back(self, returned: dict[str, str]) -> bool:
        """A merchant came back from a page; False when nobody was sent there, or long ago, or already back."""
        state, now = returned.get("state", ""), self._desk.clock.now()
        to = await self._kept.visits.whose(state, now) if is_token(state) else None
        if to is None:
            return False
        return await self._brought_back(to, f"visit:{state}", returned, self._kept.visits.returned(state))

    async def fill_in(self, token: str, typed: str) -> bool:
        """A merchant filled a form; False when it is unknown, too old or filled already."""
        form = await self._kept.forms.find(token, self._desk.clock.now())
        if form is None or not form.is_open:
            return False
        returned = {"state": token, "typed": typed}
        return await self._brought_back(form.to, f"form:{token}", returned, self._kept.forms.filled(token))

    async def ask_again(self, token: str) -> bool:
        """A merchant came too late and wants a new form, in the chat; False when the old one is not known any more."""
        form = await self._kept.forms.find(token, self._desk.clock.now())
        if form is None or form.is_open:
            return False
        returned = {"state": token, "again": "yes"}
        return await self._brought_back(form.to, f"form:{token}", returned, self._kept.forms.filled(token))

    async def _brought_back(self, to: Address, uid: str, returned: dict[str, str], used: Statement) -> bool:
        """One more message, in the commit that uses the link up; False when another one was faster."""
        try:
            received = self._received(to, Incoming(to.channel, to.peer, uid, returned=returned))
            await self._kept.database.apply(used, received)
        except Conflict:
            return False
        return True

    async def take_waiting(self) -> bool:
        """Run a turn in every chat that has a message; whether more may wait."""
        waiting = await self._kept.chats.waiting(_CROWD)
        taken = await asyncio.gather(*(self._take(each) for each in waiting))
        return not all(taken) or len(waiting) == _CROWD or any(each.messages > 1 for each in waiting)

    async def _take(self, waiting: Waiting) -> bool:
        """Whether it was ours to take."""
        outcome, begun = "answered", time.perf_counter()
        try:
            notes, statements = await self._turn(waiting)
        except Conflict:
            return False  # another process met this newcomer first
        except Exception as error:  # noqa: BLE001 - one message that breaks a turn must not hold up all that follow
            outcome, notes, statements = "failed", [], self._given_up(waiting, error)
        try:
            await self._kept.audit.commit(notes, *statements)
        except Conflict:
            return False  # another process took this message, or another one of this chat, first
        self._metrics.turns.labels(outcome).observe(time.perf_counter() - begun)
        return True

    async def _turn(self, waiting: Waiting) -> tuple[list[Note], list[Statement]]:
        """What the log is to tell of it, and what is to be committed."""
        to, received, now = waiting.to, waiting.received, self._desk.clock.now()
        incoming, state = _INCOMING.validate_json(received.body), _state(waiting.state)
        done = self._kept.inbox.done(received.id, now)
        member = waiting.member or await self._strangers.heard_as(to, incoming, state)
        if member is None:
            return [], [done, *await self._strangers.answered(to, incoming)]
        if incoming.notice:
            told = Outgoing(texts.text(member.language, incoming.notice))
            return [], [done, *self._posted(to, _answering([told], incoming), member.language)]
        buttons = BUTTONS.validate_json(waiting.buttons)
        turn = Turn(self._desk, member, state, buttons, self._commands)
        await turn.take(incoming)
        talk = turn.talk
        return talk.notes, [
            done,
            self._kept.conversations.save(to, waiting.version, _STATE.dump_json(talk.state).decode(), now),
            *self._posted(to, _answering(talk.outgoing, incoming), member.language),
            *self._begun(to, talk, now),
            *self._heard(to, turn.hears, now),
            *self._asked(to, talk, now),
            *([self._received(to.private, _in_private(to, incoming))] if talk.moves_to_private else []),
        ]

    def _posted(self, to: Address, messages: Iterable[Outgoing], language: str) -> list[Statement]:
        now = self._desk.clock.now()
        return [statement for each in messages for statement in post(self._kept.outbox, to, each, now, language)]

    def _begun(self, to: Address, talk: Talk, now: int) -> list[Statement]:
        """The work and the visit that the conversation waits for."""
        begun = [self._kept.effects.add(Effect(talk.effect[0], to, talk.effect[1]), now)] if talk.effect else []
        return [*begun, self._kept.visits.expect(talk.visit, to, now + _VISIT)] if talk.visit else begun

    def _heard(self, to: Address, attachment: Attachment | None, now: int) -> list[Statement]:
        """A voice message is listened to beside whatever the conversation waits for."""
        return [self._kept.effects.add(Effect(new_id(), to, hearing.work_of(attachment)), now)] if attachment else []

    def _asked(self, to: Address, talk: Talk, now: int) -> list[Statement]:
        """The forms that may be filled instead of typing into the chat."""
        asked = [each for each in talk.outgoing if each.form]
        return [part for each in asked for part in self._kept.forms.expect(each.form, to, each.text, now + FORM_LIFE)]

    def _given_up(self, waiting: Waiting, error: Exception) -> list[Statement]:
        """The merchant gets a reference instead of an answer, and the conversation is over: it may be what broke."""
        to, now = waiting.to, self._desk.clock.now()
        language = waiting.member.language if waiting.member else "zh"
        told = error_text(language, unforeseen("turn failed", error, channel=to.channel))
        return [
            self._kept.inbox.done(waiting.received.id, now),
            self._kept.conversations.save(to, waiting.version, _STATE.dump_json(State()).decode(), now),
            *self._posted(to, [Outgoing(told)], language),
        ]

    async def do_next_effect(self) -> bool:
        """Do one piece of work that a conversation waits for; whether there was one."""
        effect = await self._kept.effects.claim(self._owner, self._desk.clock.now(), EFFECT_LEASE)
        if effect is None:
            return False
        heart = asyncio.create_task(self._beat(effect), name=f"lease of effect {effect.id}")
        try:
            incoming = await self._done(effect)
        finally:
            heart.cancel()
            await asyncio.gather(heart, return_exceptions=True)
        await self._report(effect, incoming)
        return True

    async def _done(self, effect: Effect) -> Incoming:
        """Do the work; what comes of it comes in as one more message."""
        uid = f"effect:{effect.id}"
        if attachment := hearing.asked_for(effect.key):
            return await hearing.listen(self._desk, effect.to, uid, attachment)
        result = await self._perform(effect)
        return Incoming(effect.to.channel, effect.to.peer, uid, effect=effect.id, result=result)

    async def _perform(self, effect: Effect) -> dict[str, Any] | None:
        _, kept = await self._kept.conversations.load(effect.to)
        state = _state(kept)
        member = await self._kept.merchants.member(effect.to.channel, effect.to.peer)
        command = self._commands.get(state.command)
        if state.effect != effect.id or member is None or command is None:
            return None  # the conversation was left meanwhile, or an upgrade removed it
        return await perform_work(self._desk, member, state, effect.key, command)

    async def _report(self, effect: Effect, incoming: Incoming) -> None:
        """The result comes in with the commit that ends the work."""
        try:
            await self._kept.database.apply(
                self._kept.effects.done(effect.id, self._owner), self._received(effect.to, incoming)
            )
        except Conflict:
            return  # our lease ran out, and another process has done it

    async def _beat(self, effect: Effect) -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT)
            until = self._desk.clock.now() + EFFECT_LEASE
            await self._kept.database.apply(self._kept.effects.hold(effect.id, self._owner, until))


def _state(kept: str | None) -> State:
    """Where the conversation stands; one that an upgrade cannot read any more is over."""
    try:
        return _STATE.validate_json(kept) if kept else State()
    except ValidationError:
        return State()


def _answering(told: Sequence[Outgoing], incoming: Incoming) -> list[Outgoing]:
    """In a group the first answer says which message it is for."""
    if not told or not incoming.sender:
        return list(told)
    return [replace(told[0], answers=incoming.message), *told[1:]]


def _in_private(to: Address, incoming: Incoming) -> Incoming:
    """The same message, as if it had been written where nobody reads along."""
    return replace(incoming, peer=to.person, sender="", message="", replies_to="", uid=f"private:{incoming.uid}")
