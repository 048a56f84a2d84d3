"""One turn: what a message means where the conversation stands, and how far the conversation gets with it."""

from dataclasses import dataclass, field
from typing import Any

from core import rights
from core.clock import MINUTE
from core.errors import Forbidden, MerchantError
from core.ids import new_id, token
from core.storage.merchants import Member
from handlers import texts
from handlers.conversation import (
    Answer,
    Chat,
    Entry,
    Option,
    Question,
    Run,
    Work,
    answer_data,
    command_data,
    perform,
    read_command_data,
    run,
    step_back,
)
from handlers.desk import Desk
from handlers.errors import error_text, unforeseen
from handlers.menu import COMMANDS, Command
from handlers.messages import Button, Incoming, Outgoing
from handlers.understanding import Understood, is_back, is_cancel, match_button, match_option, understand

PATIENCE = 15 * MINUTE  # how long a question waits
_REMEMBERED = 32  # answered questions whose buttons are still recognised as answered


@dataclass(slots=True)
class State:
    """Where one chat's conversation stands; stored sealed between turns. `id` is empty while none is open."""

    id: str = ""
    command: str = ""
    slots: dict[str, Any] = field(default_factory=dict)
    journal: list[Entry] = field(default_factory=list)
    question: Question | None = None
    work: Work | None = None
    effect: str = ""  # the id of the work under way
    since: int = 0  # when the question was asked
    leaving_for: dict[str, Any] | None = None  # the command that wants to interrupt
    leaving: Question | None = None  # the question whether it may
    answered: dict[str, int] = field(default_factory=dict)  # question token → option tapped


class Turn:
    """Takes one incoming message; afterwards `state`, `outgoing`, `effect` and `visit` are to be committed together."""

    def __init__(self, desk: Desk, member: Member, state: State, offers: tuple[Button, ...] = ()) -> None:
        """`offers`: the buttons that this chat was shown last, whoever showed them."""
        self.state = state
        self._offers = offers
        self.outgoing: list[Outgoing] = []
        self.effect: tuple[str, str] | None = None  # id and key of new work
        self.visit: str = ""  # the state of a link that may come back
        self._desk = desk
        self._member = member
        self._now = desk.clock.now()

    async def take(self, incoming: Incoming) -> None:
        """Answer one message, whatever it is."""
        if incoming.effect:
            await self._worked(incoming)
        elif incoming.returned:
            await self._returned(incoming.returned)
        elif incoming.button:
            await self._tapped(incoming.button)
        else:
            await self._said(incoming)

    # The four kinds of message.

    async def _worked(self, incoming: Incoming) -> None:
        work = self.state.work
        if work is None or incoming.effect != self.state.effect:
            return  # the conversation was left while the work was done
        self.state.work, self.state.effect = None, ""
        known = incoming.result is not None  # None: an upgrade removed this work, so just go on
        await self._go_on(Answer(work.key, incoming.result, work.made_from) if known else None)

    async def _returned(self, returned: dict[str, str]) -> None:
        question = self.state.question
        if question is None or question.token != returned.get("state"):
            self._tell("chat.link_expired")
        elif code := returned.get("code"):
            await self._go_on(Answer(question.key, code))
        else:
            self._tell("chat.link_refused")
            await self._go_on(None)

    async def _tapped(self, data: str) -> None:
        kind, _, rest = data.partition(":")
        if kind == "c":
            await self._start(*read_command_data(data))
            return
        question, _, place = rest.partition(":")
        if not place.isdecimal():
            await self._stale()
        elif self.state.leaving and question == self.state.leaving.token:
            await self._leave(self.state.leaving.options[int(place)].value)
        elif self.state.question and question == self.state.question.token and not await self._expired():
            await self._choose(self.state.question, int(place))
        elif self.state.answered.get(question) != int(place):  # the same tap twice is one tap
            await self._stale()

    async def _said(self, incoming: Incoming) -> None:
        said = incoming.text
        if self.state.leaving:
            option = match_option(said, self.state.leaving.options)
            await self._leave(option.value if option else "")
        elif self.state.work:
            await self._said_while_working(said)
        elif self.state.question and await self._expired():
            if understood := self._understand(said):
                await self._start(understood.intent, understood.slots)
        elif self.state.question:
            await self._said_to_question(self.state.question, incoming)
        else:
            await self._said_to_nobody(said)

    async def _said_to_nobody(self, said: str) -> None:
        button = match_button(said, self._offers)
        if button and button.data:
            await self._tapped(button.data)
        elif understood := self._understand(said):
            await self._start(understood.intent, understood.slots)
        elif is_cancel(said) or is_back(said):
            self._tell("chat.nothing_open")
        else:
            self._tell("chat.not_understood", self._button("chat.see_help", "help"))

    async def _said_while_working(self, said: str) -> None:
        understood = self._understand(said)
        if is_cancel(said) and self.state.work and not self.state.work.is_final:
            self._end("chat.cancelled")
        elif understood and COMMANDS[understood.intent].is_aside:
            await self._start(understood.intent, understood.slots)
        else:
            self._tell("chat.working")

    async def _said_to_question(self, question: Question, incoming: Incoming) -> None:
        said = incoming.text
        if is_cancel(said):
            self._end("chat.cancelled")
        elif is_back(said):
            await self._back()
        elif option := match_option(said, question.options):
            await self._choose(question, question.options.index(option))
        elif (understood := self._understand(said)) and self._interrupts(question, understood):
            await self._start(understood.intent, understood.slots)
        elif question.kind == "text":
            await self._go_on(Answer(question.key, said.strip(), message=incoming.message))
        else:
            self._tell("chat.pick_one" if question.kind == "choice" else "chat.use_link")
            await self._go_on(None)

    def _interrupts(self, question: Question, understood: Understood) -> bool:
        """A password that happens to read like a command is a password; a bare number answers a question for text."""
        return not question.is_secret and (question.kind != "text" or understood.has_verb)

    # Moves.

    async def _choose(self, question: Question, place: int) -> None:
        if place >= len(question.options):
            await self._stale()
            return
        answered = [*self.state.answered.items(), (question.token, place)]
        self.state.answered = dict(answered[-_REMEMBERED:])
        await self._go_on(Answer(question.key, question.options[place].value))

    async def _back(self) -> None:
        journal = step_back(self.state.journal)
        if journal is None:
            self._tell("chat.no_way_back")
        else:
            self.state.journal = journal
        await self._go_on(None)

    async def _stale(self) -> None:
        self._tell("chat.stale_button")
        if self.state.question:
            await self._go_on(None)

    async def _expired(self) -> bool:
        if self._now - self.state.since < PATIENCE:
            return False
        again = Button(self._text("chat.start_again"), command_data(self.state.command, _plain(self.state.slots)))
        self._end("chat.expired", again)
        return True

    async def _start(self, intent: str, slots: dict[str, Any]) -> None:
        command = COMMANDS.get(intent)
        if command is None:
            self._tell("chat.stale_button")
        elif not rights.allows(self._member.role, command.right):
            self._tell_error(Forbidden(role=self._text(f"roles.{self._member.role}")))
        elif command.is_aside:
            await self._aside(command, slots)
        elif self._is_open and (self.state.command, self.state.slots) == (intent, slots) and not self._has_answers:
            return  # the same button twice
        elif self.state.work and self.state.work.is_final:
            self._tell("chat.working")
        elif self._is_open:
            self._ask_to_leave(command, slots)
        else:
            self._open(intent, slots)
            await self._go_on(None)

    def _open(self, intent: str, slots: dict[str, Any]) -> None:
        self.state = State(id=new_id(), command=intent, slots=slots, answered=self.state.answered)

    def _ask_to_leave(self, command: Command, slots: dict[str, Any]) -> None:
        go = Option("go", self._text("chat.leave_go", what=self._text(f"commands.{command.intent}")), is_yes=True)
        stay = Option("stay", self._text("chat.leave_stay", what=self._text(f"commands.{self.state.command}")))
        question = Question("leave", token(), "choice", (go, stay))
        self.state.leaving, self.state.leaving_for = question, {"intent": command.intent, "slots": slots}
        self._draw_leaving(question)

    def _draw_leaving(self, question: Question) -> None:
        buttons = tuple(Button(each.label, answer_data(question.token, n)) for n, each in enumerate(question.options))
        prompt = self._text("chat.leave", what=self._text(f"commands.{self.state.command}"))
        self.outgoing.append(Outgoing(prompt, buttons))

    async def _leave(self, choice: str) -> None:
        wanted, question = self.state.leaving_for, self.state.leaving
        if not choice and question:
            self._draw_leaving(question)
            return
        self.state.leaving, self.state.leaving_for = None, None
        if choice == "go" and wanted:
            self._open(wanted["intent"], wanted["slots"])
            await self._go_on(None)
        elif self.state.work:
            self._tell("chat.working")
        else:
            await self._go_on(None)

    # Running the conversation.

    async def _go_on(self, answer: Answer | None) -> None:
        """Run the open conversation with this answer, or just again."""
        command = COMMANDS.get(self.state.command)
        if command is None:  # an upgrade removed it
            self._end("chat.gone")
            return
        state, journal = self.state, Run(self.state.journal)
        chat = self._chat(command, state.slots, journal, answer, state.question)
        if not await self._run(command, chat, journal):
            self._close()
            return
        if answer and chat.left_answer_lying:
            self.outgoing.insert(0, Outgoing(self._text("chat.question_changed")))
        if journal.question is None and journal.work is None:
            self._close()
        else:
            self._wait(journal)

    async def _aside(self, command: Command, slots: dict[str, Any]) -> None:
        journal = Run([])
        await self._run(command, self._chat(command, slots, journal), journal)

    async def _run(self, command: Command, chat: Chat, journal: Run) -> bool:
        """Whether it came through; what it said is told in any case."""
        try:
            await run(command.script, chat, journal)
        except MerchantError as error:
            self.outgoing += journal.outgoing
            self._tell_error(error)
            return False
        except Exception as error:  # noqa: BLE001 - logged under a reference, which the merchant is told
            self._tell_error(unforeseen("conversation failed", error, command=command.intent))
            return False
        self.outgoing += journal.outgoing
        return True

    def _wait(self, journal: Run) -> None:
        self.state.journal, self.state.question, self.state.work = journal.journal, journal.question, journal.work
        self.state.since = self._now
        if journal.work:
            self.state.effect = new_id()
            self.effect = (self.state.effect, journal.work.key)
        if journal.question and journal.question.kind == "visit":
            self.visit = journal.question.token

    def _close(self) -> None:
        self.state = State(answered=self.state.answered)

    def _end(self, key: str, *buttons: Button) -> None:
        self._tell(key, *buttons, what=self._text(f"commands.{self.state.command}"))
        self._close()

    def _chat(
        self,
        command: Command,
        slots: dict[str, Any],
        journal: Run,
        answer: Answer | None = None,
        asked: Question | None = None,
    ) -> Chat:
        return Chat(self._desk, self._member, command.section, slots, journal, answer, asked)

    # Words.

    @property
    def _is_open(self) -> bool:
        return bool(self.state.id)

    @property
    def _has_answers(self) -> bool:
        return any(entry.kind == "answer" for entry in self.state.journal)

    def _understand(self, said: str) -> Understood | None:
        return understand(said, self._now, self._desk.couriers.values())

    def _text(self, key: str, **params: Any) -> str:  # noqa: ANN401
        return texts.text(self._member.language, key, **params)

    def _button(self, key: str, intent: str) -> Button:
        return Button(self._text(key), command_data(intent, {}))

    def _tell(self, key: str, *buttons: Button, **params: Any) -> None:  # noqa: ANN401
        self.outgoing.append(Outgoing(self._text(key, **params), buttons))

    def _tell_error(self, error: MerchantError) -> None:
        self.outgoing.append(Outgoing(error_text(self._member.language, error)))


async def perform_work(desk: Desk, member: Member, state: State, key: str) -> dict[str, Any] | None:
    """Do what the conversation waits for; None when it does not wait for that any more."""
    command = COMMANDS.get(state.command)
    if command is None:
        return None
    chat = Chat(desk, member, command.section, state.slots, Run(list(state.journal)), performing=key)
    try:
        return await perform(command.script, chat)
    except LookupError:
        return None
    except Exception as error:  # noqa: BLE001 - the same
        return {"error": unforeseen("work failed", error, command=command.intent, work=key).record()}


def _plain(slots: dict[str, Any]) -> dict[str, str]:
    """The slots that a button can carry."""
    return {key: value for key, value in slots.items() if isinstance(value, str)}
