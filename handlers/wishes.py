"""The wish in one message: what is understood of it, and the command that is begun for it."""

from collections.abc import Mapping
from typing import Any

from core.rights import Right
from core.storage.merchants import Member
from handlers.buttons import lasting
from handlers.context import Shown, hear, points, replied_to
from handlers.desk import Desk
from handlers.journal import Question, State
from handlers.menu import NOT_YET, Command
from handlers.messages import Button, Incoming
from handlers.offers import not_yet, offered, see_help
from handlers.talk import Talk
from handlers.understanding import Understood, in_full, is_news, repeats, wall_clock
from handlers.understanding.form import masked


class Wishes:
    """Hears words and begins commands. `heard`: the wish as the next message may go on from it.

    `has_begun`: a command of this message was taken up. `replied`: the card that it replies to. `is_spoken`: it was
    heard in a voice message, so that nothing that matters begins without a tap.
    """

    def __init__(
        self, talk: Talk, desk: Desk, member: Member, offers: tuple[Button, ...], commands: Mapping[str, Command]
    ) -> None:
        self.heard: Understood | None = None
        self.has_begun = False
        self.is_spoken = False
        self.replied: Shown | None = None
        self._talk = talk
        self._desk = desk
        self._member = member
        self._offers = offers
        self._commands = commands

    # Understanding.

    async def listen(self, incoming: Incoming) -> None:
        """How the words came: spoken or typed, in reply to which card."""
        self.is_spoken = incoming.is_spoken
        self.replied = await replied_to(self._desk, self._member, incoming.replies_to)

    async def hear(self, said: str) -> Understood:
        """What is understood of a message, also from the wish before it; to ask for news is no wish."""
        if is_news(said):
            return Understood("news")
        found = await hear(self._desk, self._member, self._talk.state, said, self.replied, self._offers)
        self.heard = found.wish
        return found.understood

    async def hear_beside(self, said: str) -> Understood:
        """What the words beside a file want; they are about what is on it, and go on from nothing."""
        found = await hear(self._desk, self._member, State(), said, None, ())
        self.heard = found.wish
        return found.understood

    def is_sure(self, understood: Understood) -> bool:
        """Whether it is a command, and no guess."""
        is_command = understood.intent in self._commands or understood.intent in NOT_YET
        return is_command and not understood.is_unsure

    def interrupts(self, question: Question, said: str, understood: Understood) -> bool:
        """Whether a sure command is another one than the question's, and no answer to it."""
        is_same = points(question, self.replied) or repeats(understood, self._talk.state.slots)
        is_repeated = understood.intent == self._talk.state.command and is_same
        return self.is_sure(understood) and not is_repeated and question.yields_to(said, has_verb=understood.has_verb)

    # Beginning.

    async def begin_or_offer(self, said: str, understood: Understood) -> None:
        """Begin it, or say why not and what could be meant."""
        if understood.intent == "cancel":
            self._talk.tell("chat.nothing_open")
        elif understood.intent == "none" and not understood.is_unsure:
            self._talk.tell("chat.at_your_service", see_help(self._member.language))
        elif understood.is_unsure:
            await self._offer(said, understood)
        elif self.is_sure(understood):
            await self.begin(understood.intent, understood.slots)
        else:
            self._talk.tell("chat.not_understood", see_help(self._member.language))

    async def begin(self, intent: str, slots: dict[str, Any], *, is_tap: bool = False) -> None:
        """Take a command up, where the member may and nothing else is in the way."""
        self.has_begun = True
        command, slots = self._commands.get(intent), in_full(slots, self._desk.clock.now())
        if command is None and intent in NOT_YET:
            self._talk.outgoing.append(not_yet(self._member.language, intent, self._commands))
        elif command is None:
            await self._talk.refuse_stale()
        elif not self._talk.admits(command):
            return
        elif self._member.group and not command.is_for_groups:
            self._talk.leave_group(command)
        elif command.is_aside:
            await self._talk.aside(command, slots)
        elif self._is_asked_already(intent, slots):
            await self._repeat(is_tap=is_tap)
        elif self._talk.state.work and self._talk.state.work.is_final:
            self._talk.tell("chat.working")
        elif self._talk.state.is_open:
            self._talk.ask_to_leave(intent, slots)
        elif self.is_spoken and command.right is not Right.SEE:
            self._talk.ask_whether_meant(intent, slots)
        else:
            await self._talk.open(intent, slots)

    async def begin_aside(self, understood: Understood) -> bool:
        """Take it up where that disturbs no work that is under way; whether it was so."""
        command = self._commands.get(understood.intent)
        if command is None or not command.is_aside or not self.is_sure(understood):
            return False
        await self.begin(understood.intent, understood.slots)
        return True

    async def _offer(self, said: str, understood: Understood) -> None:
        """What may be meant; where there is a language model, after it was heard."""
        ask, now, couriers = understood.asks[0], wall_clock(self._desk.clock.now()), self._desk.couriers.values()
        if self._desk.model is None:
            self._talk.outgoing.append(offered(self._member.language, ask.kind, ask.options, understood.slots))
        else:
            rules = {"kind": ask.kind, "options": list(ask.options), "known": lasting(understood.slots)}
            await self._talk.open("clarify", {"said": masked(said, now, couriers), **rules})

    def _is_asked_already(self, intent: str, slots: dict[str, Any]) -> bool:
        state = self._talk.state
        return state.is_open and (state.command, state.slots) == (intent, slots) and not state.has_answers

    async def _repeat(self, *, is_tap: bool) -> None:
        """The same button twice is one tap; the same words twice want an answer."""
        if self._talk.state.question and not is_tap:
            await self._talk.go_on()
