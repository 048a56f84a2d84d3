"""One chat's conversation during one turn: opened, gone on with, taken back, left for another one, ended."""

from collections.abc import Mapping
from typing import Any

from core.clock import MINUTE
from core.errors import Forbidden, MerchantError
from core.ids import new_id, token
from core.storage.audit import Change, Note, Outcome
from core.storage.merchants import Member
from handlers import texts
from handlers.admission import admitted, deed
from handlers.buttons import command_data, lasting, option_buttons
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.errors import error_text, unforeseen
from handlers.journal import CANCEL, Answer, Option, Question, Run, State, step_back
from handlers.menu import Command
from handlers.messages import Button, Document, Outgoing
from handlers.replay import perform, run

PATIENCE = 15 * MINUTE  # how long a question waits
_REMEMBERED = 32  # answered questions whose buttons are still recognised as answered


class Talk:
    """Moves the conversation; afterwards `state`, `outgoing`, `effect`, `visit` and `notes` are committed together."""

    def __init__(self, desk: Desk, member: Member, state: State, commands: Mapping[str, Command]) -> None:
        self.state = state
        self.outgoing: list[Outgoing] = []
        self.effect: tuple[str, str] | None = None  # id and key of new work
        self.visit = ""  # the state of a link that may come back
        self.notes: list[Note] = []  # what the log is to tell of this turn
        self.moves_to_private = False  # the message is to be taken again in the speaker's private chat
        self._desk = desk
        self._member = member
        self._commands = commands
        self._now = desk.clock.now()

    # Moves.

    async def open(self, intent: str, slots: dict[str, Any]) -> None:
        """Begin a conversation."""
        self.state = State(
            id=new_id(), command=intent, merchant=self._member.merchant, slots=slots, answered=self.state.answered
        )
        await self.go_on()

    async def go_on(self, answer: Answer | None = None) -> None:
        """Run the open conversation with this answer, or just again."""
        command = self._commands.get(self.state.command)
        if command is None:  # an upgrade removed it
            self.end("chat.gone")
            return
        found = Run(self.state.journal)
        chat = await self._run(command, self.state.slots, found, answer, self.state.question)
        if chat is None:
            self._close()
            return
        if answer and chat.left_answer_lying:
            self.outgoing.insert(0, Outgoing(self.text("chat.question_changed")))
        if found.question is None and found.work is None:
            self._close()
        else:
            self._wait(found)

    async def aside(self, command: Command, slots: dict[str, Any]) -> None:
        """Answer without disturbing the conversation that is open."""
        await self._run(command, slots, Run([]))

    async def choose(self, place: int) -> None:
        """Take the option at this place for an answer to the open question."""
        question = self.state.question
        if question is None or place >= len(question.options):
            await self.refuse_stale()
            return
        self._remember(question, place)
        if question.options[place].value == CANCEL:
            self.cancel()
        else:
            await self.go_on(Answer(question.key, question.options[place].value))

    async def back(self) -> None:
        """Take the last answer back."""
        journal = step_back(self.state.journal)
        if journal is None:
            self.tell("chat.no_way_back")
        else:
            self.state.journal, self.state.answered = journal, {}
        await self.go_on()

    async def refuse_stale(self) -> None:
        """A button of an earlier question; the one that is open is shown again."""
        self.tell("chat.stale_button")
        if self.state.question:
            await self.go_on()

    def cancel(self) -> None:
        """Drop the conversation; what is settled stays."""
        self.end("chat.cancelled_later" if self.state.has_settled else "chat.cancelled")

    def drop_if_of_another_merchant(self) -> None:
        """Whoever speaks for another merchant now does not go on with what was begun for the former."""
        if self.state.is_open and self.state.merchant not in {"", self._member.merchant}:
            self.end("chat.other_merchant")

    def leave_group(self, command: Command) -> None:
        """Others read along here, and this is not for their eyes."""
        self.tell("chat.in_private", what=self._name(command.intent))
        self.moves_to_private = True

    def expire(self) -> bool:
        """End a conversation whose question has waited too long; whether it was so."""
        if self.state.question is None or self._now - self.state.since < PATIENCE:
            return False
        again = Button(self.text("chat.start_again"), command_data(self.state.command, lasting(self.state.slots)))
        self.end("chat.expired", again)
        return True

    def waiting_for(self, kind: str) -> Question | None:
        """The question that a file of this kind answers."""
        if self.state.leaving or self.expire() or not self.state.question:
            return None
        return self.state.question if kind in self.state.question.takes else None

    def end(self, key: str, *buttons: Button) -> None:
        """End the conversation with a sentence."""
        self.tell(key, *buttons, what=self._name(self.state.command))
        self._close()

    # Leaving one conversation for another.

    def ask_to_leave(self, intent: str, slots: dict[str, Any]) -> None:
        """Another command in the middle: ask before anything is lost."""
        go = Option("go", self.text("chat.leave_go", what=self._name(intent)), is_yes=True)
        stay = Option("stay", self.text("chat.leave_stay", what=self._name(self.state.command)))
        self._ask_first("leave", (go, stay), intent, slots)

    def ask_whether_meant(self, intent: str, slots: dict[str, Any]) -> None:
        """A command that was heard rather than read: it begins with a tap."""
        go = Option("go", self.text("chat.meant_go", what=self._name(intent)), is_yes=True)
        self._ask_first("meant", (go, Option("stay", self.text("chat.meant_not"))), intent, slots)

    def _ask_first(self, key: str, options: tuple[Option, Option], intent: str, slots: dict[str, Any]) -> None:
        self.state.leaving = Question(key, token(), "choice", options)
        self.state.leaving_for = {"intent": intent, "slots": slots}
        self.draw_leaving()

    def draw_leaving(self) -> None:
        """Ask (again) whether to leave, or whether it was meant."""
        if (question := self.state.leaving) and (wanted := self.state.leaving_for):
            intent = self.state.command if question.key == "leave" else wanted["intent"]
            self.tell(f"chat.{question.key}", *option_buttons(question), what=self._name(intent))

    async def show_again(self, why: str) -> None:
        """Say something, and show the question that waits for an answer once more."""
        self.tell(why)
        if self.state.leaving:
            self.draw_leaving()
        else:
            await self.go_on()

    async def leave(self, place: int) -> None:
        """The merchant decided: 0 leaves, 1 stays."""
        wanted, question = self.state.leaving_for, self.state.leaving
        if wanted is None or question is None or place >= len(question.options):
            await self.refuse_stale()
            return
        self._remember(question, place)
        self.stay()
        if question.options[place].value == "go":
            await self.open(wanted["intent"], wanted["slots"])
        elif self.state.work:
            self.tell("chat.working")
        elif self.state.is_open:
            await self.go_on()
        else:
            self.tell("chat.not_begun")

    def stay(self) -> None:
        """Forget the command that wanted to interrupt."""
        self.state.leaving, self.state.leaving_for = None, None

    # Words.

    def text(self, key: str, **params: Any) -> str:  # noqa: ANN401 - a sentence takes what it takes
        """A sentence in the member's language."""
        return texts.text(self._member.language, key, **params)

    def tell(self, key: str, *buttons: Button, **params: Any) -> None:  # noqa: ANN401
        """Say something."""
        self.outgoing.append(Outgoing(self.text(key, **params), buttons))

    def tell_error(self, error: MerchantError) -> None:
        """Say what went wrong."""
        self.outgoing.append(Outgoing(error_text(self._member.language, error)))

    def _name(self, intent: str) -> str:
        return self.text(f"commands.{intent}")

    # Running.

    def admits(self, command: Command) -> bool:
        """Whether the member may do this; a refusal is told and noted."""
        try:
            admitted(self._member, command)
        except Forbidden as refusal:
            self._refuse(command, refusal)
            return False
        return True

    def _refuse(self, command: Command, refusal: Forbidden) -> None:
        self.tell_error(refusal)
        self.notes.append(Note(deed(self._member, command), outcome=Outcome.REFUSED))

    async def _run(
        self,
        command: Command,
        slots: dict[str, Any],
        found: Run,
        answer: Answer | None = None,
        asked: Question | None = None,
    ) -> Chat | None:
        """None where it did not come through; what it said before an error of its own is told in any case."""
        try:
            by = admitted(self._member, command)
            chat = Chat(self._desk, self._member, by, command.section, slots, found, answer, asked)
            await run(command.script, chat, found)
        except MerchantError as error:
            self.outgoing += found.outgoing
            self._failed(command, error)
            return None
        except Exception as error:  # noqa: BLE001 - logged under a reference, which the merchant is told
            self.tell_error(unforeseen("conversation failed", error, command=command.intent))
            return None
        self.outgoing += found.outgoing
        self.notes += [Note(by, Change(_pages(each))) for each in found.outgoing if each.document]
        return chat

    def _failed(self, command: Command, error: MerchantError) -> None:
        if isinstance(error, Forbidden):
            self._refuse(command, error)
        else:
            self.tell_error(error)

    def _wait(self, found: Run) -> None:
        self.state.journal, self.state.question, self.state.work = found.journal, found.question, found.work
        self.state.since = self._now
        if found.work:
            self.state.effect = new_id()
            self.effect = (self.state.effect, found.work.key)
        if found.question and found.question.kind == "visit":
            self.visit = found.question.token

    def _remember(self, question: Question, place: int) -> None:
        answered = [*self.state.answered.items(), (question.token, place)]
        self.state.answered = dict(answered[-_REMEMBERED:])

    def _close(self) -> None:
        self.state = State(answered=self.state.answered)


async def perform_work(desk: Desk, member: Member, state: State, key: str, command: Command) -> dict[str, Any] | None:
    """Do what the conversation waits for; None when it does not wait for that any more, or may not have it done."""
    try:
        by = admitted(member, command)
        chat = Chat(desk, member, by, command.section, state.slots, Run(list(state.journal)), performing=key)
        return await perform(command.script, chat)
    except (LookupError, Forbidden):
        return None
    except Exception as error:  # noqa: BLE001 - logged under a reference, which the merchant is told
        return {"error": unforeseen("work failed", error, command=command.intent, work=key).record()}


def _pages(outgoing: Outgoing) -> str:
    """What is handed out, for the log."""
    document = outgoing.document
    return f"{len(document.shipments)} labels" if isinstance(document, Document) else "log"
