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
"""

import functools
import hashlib
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, get_type_hints

from pydantic import TypeAdapter
from pydantic_core import to_json

from core.errors import MerchantError, from_record
from core.ids import token
from core.storage.merchants import Member
from handlers import texts
from handlers.desk import Desk
from handlers.messages import Button, Document, Outgoing

_LISTS = {"orders", "tracking"}
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to a `choose`. `words`: other ways to say it. `is_yes`: what 好/确认/ok/yes mean here."""

    value: str
    label: str
    words: tuple[str, ...] = ()
    is_yes: bool = False


class Unclear(Exception):
    """An answer that cannot be used; carries the key and the values of the sentence that says why."""

    def __init__(self, key: str, **params: Any) -> None:  # noqa: ANN401 - a sentence takes what it takes
        super().__init__(key)
        self.key, self.params = key, params


@dataclass(slots=True)
class Entry:
    """One line of the journal. `made_from` is a digest of a `do`'s arguments."""

    key: str
    kind: Literal["answer", "said", "done", "settled"]
    value: Any = None
    made_from: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """The question that waits for an answer. `token` marks its buttons, so that old ones can be told from it."""

    key: str
    token: str
    kind: Literal["text", "choice", "visit"]
    options: tuple[Option, ...] = ()
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """The `do` that a conversation waits for."""

    key: str
    made_from: str
    is_final: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the merchant answered to the question with this key, or the result of the `do` with this key."""

    key: str
    value: Any
    made_from: str = ""
    message: str = ""  # the channel's id of the answer, to erase a secret


@dataclass(slots=True)
class Run:
    """What one run over the journal came to: ended, or waiting for a question or for work."""

    journal: list[Entry]
    outgoing: list[Outgoing] = field(default_factory=list)
    question: Question | None = None
    work: Work | None = None


class Suspended(BaseException):
    """Unwinds the conversation; no `except Exception` of a conversation may catch it."""


class _Found(BaseException):
    """Unwinds the conversation at the `do` that is to be performed."""

    def __init__(self, act: Callable[[], Awaitable[Any]], dump: Callable[[Any], Any]) -> None:
        self.act, self.dump = act, dump


class Chat:
    """What a conversation can do. `slots` is what the command already said; `member` is who speaks."""

    def __init__(
        self,
        desk: Desk,
        member: Member,
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

    def button(self, key: str, intent: str, **slots: str) -> Button:
        """A button that starts another conversation."""
        return Button(self.text(key), command_data(intent, slots))

    async def say(
        self,
        key: str,
        *buttons: Button,
        document: Document | None = None,
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
        read: Callable[[str], T] = str,  # type: ignore[assignment]  # the default reads a str
        *,
        prompt: str = "",
        is_secret: bool = False,
        **params: Any,  # noqa: ANN401
    ) -> T:
        """Ask for a text. `read` turns it into what is wanted, or raises `Unclear`."""
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
                self._accept(name, answer)
                return value
        raise self._suspended(self._question(name, "text", is_secret=is_secret), self.text(prompt or key, **params))

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
                self._accept(name, answer)
                return str(answer.value)
            self._tell(Outgoing(self.text("chat.pick_one")))
        question = self._question(name, "choice", options=tuple(options))
        buttons = [Button(option.label, answer_data(question.token, n)) for n, option in enumerate(options)]
        raise self._suspended(question, self.text(prompt or key, **params), *buttons)

    async def visit(self, key: str, links: Callable[[str], Sequence[Button]], **params: Any) -> str:  # noqa: ANN401
        """Send the merchant to a page; `links` is given the state that the page must bring back. Returns its code."""
        name = self._name(key)
        if entry := self._entry(name):
            return str(entry.value)
        if answer := self._take(name):
            self._accept(name, answer)
            return str(answer.value)
        question = self._question(name, "visit")
        raise self._suspended(question, self.text(key, **params), *links(question.token))

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
        name, digest, adapter = self._name(f"look:{key}"), _digest(args, kwargs), _result_of(act)
        entry = self._entry(name)
        if entry and entry.made_from == digest:
            return adapter.validate_python(entry.value)
        if entry:
            self._drop(entry)
        value = await act(self.desk, *args, **kwargs)
        self._note(Entry(name, "done", adapter.dump_python(value, mode="json"), digest))
        return value

    async def _work(
        self,
        key: str,
        kind: Literal["done", "settled"],
        act: Callable[Concatenate[Desk, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        name, digest, adapter = self._name(f"do:{key}"), _digest(args, kwargs), _result_of(act)
        entry = self._entry(name)
        if entry and entry.made_from != digest:
            self._drop(entry)
            entry = None
        if not entry and (answer := self._take(name)) and answer.made_from == digest:
            entry = self._note(Entry(name, kind, answer.value, digest))
        if entry:
            if "error" in entry.value:
                raise from_record(entry.value["error"])
            return adapter.validate_python(entry.value["value"])
        if self._performing == name:
            raise _Found(
                functools.partial(act, self.desk, *args, **kwargs),
                functools.partial(adapter.dump_python, mode="json"),
            )
        self._run.work = Work(name, digest, is_final=kind == "settled")
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

    def _accept(self, name: str, answer: Answer) -> None:
        self._note(Entry(name, "answer", answer.value))

    # What is told.

    def _tell(self, outgoing: Outgoing) -> None:
        if not self._performing:
            self._run.outgoing.append(outgoing)

    def _erase(self, answer: Answer) -> None:
        if answer.message:
            self._tell(Outgoing(self.text("chat.secret_erased"), erase=answer.message))

    def _question(
        self,
        name: str,
        kind: Literal["text", "choice", "visit"],
        *,
        options: tuple[Option, ...] = (),
        is_secret: bool = False,
    ) -> Question:
        same = self._asked is not None and self._asked.key == name
        return Question(name, self._asked.token if same and self._asked else token(), kind, options, is_secret)

    def _suspended(self, question: Question, prompt: str, *buttons: Button) -> Suspended:
        self._tell(Outgoing(prompt, buttons))
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


async def run(script: Script, chat: Chat, journal_of: Run) -> Run:
    """Run a conversation as far as it goes. Its own errors come through."""
    try:
        await script(chat)
    except Suspended:
        pass
    finally:
        journal_of.journal = chat.in_order_read()
    return journal_of


async def perform(script: Script, chat: Chat) -> dict[str, Any]:
    """Do the work that the chat was made to perform; its result as the journal keeps it.

    Raises `LookupError` when the conversation does not come to that work any more.
    """
    try:
        await script(chat)
    except _Found as found:
        try:
            return {"value": found.dump(await found.act())}
        except MerchantError as error:
            return {"error": error.record()}
    except (Suspended, MerchantError):
        pass
    raise LookupError


def step_back(journal: list[Entry]) -> list[Entry] | None:
    """The journal without its last answer and all that came after; None where there is no way back."""
    for place in range(len(journal) - 1, -1, -1):
        if journal[place].kind == "settled":
            return None
        if journal[place].kind == "answer":
            return journal[:place]
    return None


def answer_data(question: str, option: int) -> str:
    """What the button of a question's option carries."""
    return f"q:{question}:{option}"


def command_data(intent: str, slots: dict[str, str]) -> str:
    """What a button that starts a conversation carries: "c:print_orders:courier=ZTO"."""
    return ":".join(["c", intent, *(f"{key}={value}" for key, value in slots.items())])


def read_command_data(data: str) -> tuple[str, dict[str, Any]]:
    """The intent and the slots in a button's data; a slot of numbers is a list."""
    _, intent, *pairs = data.split(":")
    slots = dict(pair.split("=", 1) for pair in pairs)
    return intent, {key: value.split(",") if key in _LISTS else value for key, value in slots.items()}


@functools.cache
def _adapter(act: Callable[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(inspect.unwrap(act))["return"])


def _result_of(act: Callable[..., Awaitable[T]]) -> TypeAdapter[T]:
    return _adapter(act)


def _digest(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    return hashlib.sha256(to_json([args, kwargs])).hexdigest()[:16]
