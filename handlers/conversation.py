"""The engine that lets a conversation be one plain async function.

    async def greet(chat: Chat) -> None:
        name = await chat.ask("name")
        size = await chat.choose("size", [Option("s", "small"), Option("l", "large")])
        order = await chat.do("order", place_order, name, size)
        await chat.say("placed", number=order.number)

Every turn runs the function again from the top over the journal of named answers, and stops at the first question that
has none. So a restart loses nothing, any process can take the next turn, and "back" is dropping the last answer.

Rules of the house:

* Input goes only to the key that was really asked. Asking a key again in a loop is a new question: `key`, `key#2` …
* Journalled answers are read again on every run; one that no longer passes is asked again.
* `say` and `do` are journalled too: told once, done once. A `do`'s result is good only for the arguments it was made
  from: when "back" or an upgrade changed an answer before it, it is done again.
* No clock, no randomness and no I/O between the awaits. `look` reads our own database within the turn. `do` reaches the
  outside world: it runs after the turn was committed, and its result comes back as one more message.
* `settle` is a `do` that cannot be taken back: "back" does not go past it, "cancel" does not interrupt it.
* The journal is sealed as a whole and wiped when the conversation ends; a typed secret is erased from the chat.
* Keys that an upgrade removed stay unread in the journal and go with it; a key it added is simply asked.

`journal.py` holds what is kept between turns, `replay.py` runs a conversation over it, `talk.py` keeps one chat's
conversation going, and `dispatch.py` decides what a message means to it.
"""

import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from core.errors import from_record
from core.ids import token
from core.storage.audit import Deed
from core.storage.merchants import Member
from handlers import texts
from handlers.buttons import command_data, option_buttons
from handlers.desk import Desk
from handlers.journal import CANCEL, Answer, Entry, Option, Question, Run, Unclear, Work
from handlers.messages import Button, Document, Outgoing, Sheet
from handlers.results import digest, result_of

__all__ = ["Chat", "Found", "Option", "Script", "Suspended", "Unclear", "command_data"]

P = ParamSpec("P")
T = TypeVar("T")


class Suspended(BaseException):
    """Unwinds the conversation; no `except Exception` of a conversation may catch it."""


class Found(BaseException):
    """Unwinds the conversation at the `do` that is to be performed."""

    def __init__(self, act: Callable[[], Awaitable[Any]], dump: Callable[[Any], Any]) -> None:
        self.act, self.dump = act, dump


class Chat:
    """What a conversation can do. `slots` is what the command already said; `member` is who speaks."""

    def __init__(
        self,
        desk: Desk,
        member: Member,
        deed: Deed,
        section: str,
        slots: dict[str, Any],
        run: Run,
        answer: Answer | None = None,
        asked: Question | None = None,
        performing: str = "",
    ) -> None:
        self.desk = desk
        self.member = member
        self.slots = slots
        self._deed = deed
        self._section = section
        self._run = run
        self._answer = answer
        self._asked = asked
        self._performing = performing
        self._counts: dict[str, int] = {}
        self._seen: list[Entry] = []

    @property
    def language(self) -> str:
        """In which language the merchant is spoken to."""
        return self.member.language

    def text(self, key: str, **params: Any) -> str:  # noqa: ANN401
        """A sentence; a key without a section belongs to this conversation."""
        return texts.text(self.language, key if "." in key else f"{self._section}.{key}", **params)

    def option(self, value: str, key: str = "", *, is_yes: bool = False, **params: Any) -> Option:  # noqa: ANN401
        """An option whose label is a sentence of this conversation, under `key` or else under its value."""
        return Option(value, self.text(key or value, **params), is_yes=is_yes)

    def cancel_option(self) -> Option:
        """An option that drops the conversation, for questions on which merchants are likely to give up."""
        return Option(CANCEL, self.text("chat.cancel"))

    def button(self, key: str, intent: str, **slots: str) -> Button:
        """A button that starts another conversation."""
        return Button(self.text(key), command_data(intent, slots))

    async def say(
        self,
        key: str,
        *buttons: Button,
        document: Document | Sheet | None = None,
        card: str = "",
        **params: Any,  # noqa: ANN401
    ) -> None:
        """Tell the merchant something, once."""
        name = self._name(f"say:{key}")
        if not self._entry(name):
            self._note(Entry(name, "said"))
            self._tell(Outgoing(self.text(key, **params), buttons, card=card, document=document))

    async def ask(
        self,
        key: str,
        read: Callable[[Any], T] = str,  # type: ignore[assignment]  # the default reads a str
        *,
        prompt: str = "",
        options: Sequence[Option] = (),
        is_secret: bool = False,
        is_prose: bool = False,
        own: str = "",
        takes: Sequence[str] = (),
        **params: Any,  # noqa: ANN401
    ) -> T:
        """Ask for a text. `read` turns it into what is wanted, or raises `Unclear`.

        `options`: answers that can also be tapped; `read` is given the value. `is_secret`: erased from the chat, and
        never taken for a command. `is_prose`: never taken for a command either; nor is what the pattern `own` finds.
        `takes`: what else answers (see `handlers/files.py`); of a file `read` is given the attachment's record.
        """
        name = self._name(key)
        if entry := self._entry(name):
            try:
                return read(entry.value)
            except Unclear:
                self._drop(entry)
        if answer := self._take(name):
            if is_secret:
                self._erase(answer)
            try:
                value = read(answer.value)
            except Unclear as unclear:
                self._tell(Outgoing(self.text(unclear.key, **unclear.params)))
            else:
                self._note(Entry(name, "answer", answer.value))
                return value
        question = Question(
            name, self._mark(name), "text", tuple(options), is_secret, is_prose, own=own, takes=tuple(takes)
        )
        raise self._suspended(question, self.text(prompt or key, **params), *option_buttons(question))

    async def choose(self, key: str, options: Sequence[Option], *, prompt: str = "", **params: Any) -> str:  # noqa: ANN401
        """Ask which of these; returns the option's value."""
        name = self._name(key)
        values = {option.value for option in options}
        if entry := self._entry(name):
            if entry.value in values:
                return str(entry.value)
            self._drop(entry)
        if answer := self._take(name):
            if answer.value in values:
                self._note(Entry(name, "answer", answer.value))
                return str(answer.value)
            self._tell(Outgoing(self.text("chat.pick_one")))
        question = Question(name, self._mark(name), "choice", tuple(options))
        raise self._suspended(question, self.text(prompt or key, **params), *option_buttons(question))

    async def visit(self, key: str, links: Callable[[str], Sequence[Button]], **params: Any) -> str:  # noqa: ANN401
        """Send the merchant to a page; `links` is given the state that the page must bring back. Returns its code."""
        name = self._name(key)
        if entry := self._entry(name):
            return str(entry.value)
        if answer := self._take(name):
            self._note(Entry(name, "answer", answer.value))
            return str(answer.value)
        question = Question(name, self._mark(name), "visit", (self.cancel_option(),))
        raise self._suspended(question, self.text(key, **params), *links(question.token), *option_buttons(question))

    async def do(
        self, key: str, act: Callable[Concatenate[Desk, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Have something done outside and wait for its result. May be done again after a crash or a "back"."""
        return await self._work(key, "done", act, *args, **kwargs)

    async def settle(
        self, key: str, act: Callable[Concatenate[Desk, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same, for what cannot be taken back; `act` must bear being run twice with the same arguments."""
        return await self._work(key, "settled", act, *args, **kwargs)

    async def look(
        self, key: str, act: Callable[Concatenate[Desk, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask our own database, at once, within the turn; also tell it what bears being told twice."""
        name, made_from, adapter = self._name(f"look:{key}"), digest(args, kwargs), result_of(act)
        entry = self._entry(name)
        if entry and entry.made_from == made_from:
            return adapter.validate_python(entry.value)
        if entry:
            self._drop(entry)
        value = await act(self.desk.signed(self._deed.part(key)), *args, **kwargs)
        self._note(Entry(name, "done", adapter.dump_python(value, mode="json"), made_from))
        return value

    async def _work(
        self,
        key: str,
        kind: Literal["done", "settled"],
        act: Callable[Concatenate[Desk, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        name, made_from, adapter = self._name(f"do:{key}"), digest(args, kwargs), result_of(act)
        entry = self._entry(name)
        if entry and entry.made_from != made_from:
            self._drop(entry)
            entry = None
        if not entry and (answer := self._take(name)) and answer.made_from == made_from:
            entry = self._note(Entry(name, kind, answer.value, made_from))
        if entry:
            if "error" in entry.value:
                raise from_record(entry.value["error"])
            return adapter.validate_python(entry.value["value"])
        if self._performing == name:
            desk = self.desk.signed(self._deed.part(key)) if kind == "settled" else self.desk
            raise Found(
                functools.partial(act, desk, *args, **kwargs),
                functools.partial(adapter.dump_python, mode="json"),
            )
        self._run.work = Work(name, made_from, is_final=kind == "settled")
        raise Suspended

    # The journal.

    def _name(self, key: str) -> str:
        self._counts[key] = count = self._counts.get(key, 0) + 1
        return key if count == 1 else f"{key}#{count}"

    def _entry(self, name: str) -> Entry | None:
        entry = next((entry for entry in self._run.journal if entry.key == name), None)
        if entry:
            self._seen.append(entry)
        return entry

    def _note(self, entry: Entry) -> Entry:
        self._run.journal.append(entry)
        self._seen.append(entry)
        return entry

    def _drop(self, entry: Entry) -> None:
        self._run.journal.remove(entry)
        self._seen.remove(entry)

    def _take(self, name: str) -> Answer | None:
        if self._answer is None or self._answer.key != name:
            return None
        answer, self._answer = self._answer, None
        return answer

    # What is told.

    def _tell(self, outgoing: Outgoing) -> None:
        if not self._performing:
            self._run.outgoing.append(outgoing)

    def _erase(self, answer: Answer) -> None:
        if answer.message:
            self._tell(Outgoing(self.text("chat.secret_erased"), erase=answer.message))

    def _mark(self, name: str) -> str:
        """The question's token: the one it was asked with, else a new one."""
        return self._asked.token if self._asked and self._asked.key == name else token()

    def _suspended(self, question: Question, prompt: str, *buttons: Button) -> Suspended:
        form = question.token if question.is_secret else ""
        self._tell(Outgoing(prompt, buttons, form=form, asks=question.kind == "text"))
        self._run.question = question
        return Suspended()

    @property
    def left_answer_lying(self) -> bool:
        """Whether the answer was for a question that this version of the conversation does not ask."""
        return self._answer is not None

    def in_order_read(self) -> list[Entry]:
        """The journal in the order in which this run read it, what it did not read at the end."""
        return [*self._seen, *(entry for entry in self._run.journal if entry not in self._seen)]


Script = Callable[[Chat], Awaitable[None]]
