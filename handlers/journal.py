"""What is kept of an open conversation: the journal of answers, the question asked and the work under way."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from handlers.messages import Outgoing

CANCEL = "cancel"
"""The value of the option that drops the conversation."""

QuestionKind = Literal["text", "choice", "visit"]


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
    """The question that waits for an answer. `token` marks its buttons, so that old ones can be told from it.

    `own`: a pattern of words that answer it though they read like a command. `takes`: kinds of
    files that answer it, or a reply.
    """

    key: str
    token: str
    kind: QuestionKind
    options: tuple[Option, ...] = ()
    is_secret: bool = False
    is_prose: bool = False  # an address or a remark, in which the words of commands may occur
    own: str = ""
    takes: tuple[str, ...] = ()

    def yields_to(self, said: str, *, has_verb: bool) -> bool:
        """Whether words that read like a command are one here: a password is not, nor is a bare number asked for."""
        if self.is_secret or self.is_prose or self.is_answered_by(said):
            return False
        return self.kind != "text" or has_verb

    def is_answered_by(self, said: str) -> bool:
        """Whether words are the question's own, whatever else they could mean."""
        return bool(self.own) and re.search(self.own, said) is not None


@dataclass(frozen=True, slots=True)
class Work:
    """The `do` that a conversation waits for. `is_final`: it is a `settle`, which is not interrupted."""

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


@dataclass(slots=True)
class State:
    """Where one chat's conversation stands; stored sealed between turns. `id` is empty while none is open."""

    id: str = ""
    command: str = ""
    merchant: str = ""  # for whom; "" for a guest
    slots: dict[str, Any] = field(default_factory=dict)
    journal: list[Entry] = field(default_factory=list)
    question: Question | None = None
    work: Work | None = None
    effect: str = ""  # the id of the work under way
    since: int = 0  # when the question was asked
    leaving_for: dict[str, Any] | None = None  # the command that wants to interrupt
    leaving: Question | None = None  # the question whether it may
    answered: dict[str, int] = field(default_factory=dict)  # question token → option tapped
    heard: dict[str, Any] | None = None  # the last wish, which 那中通的呢 goes on from; without what names a person
    heard_at: int = 0

    @property
    def is_open(self) -> bool:
        """Whether a conversation is under way."""
        return bool(self.id)

    @property
    def has_answers(self) -> bool:
        """Whether the merchant has answered anything in it."""
        return any(entry.kind == "answer" for entry in self.journal)

    @property
    def has_settled(self) -> bool:
        """Whether it has done something that stays done."""
        return any(entry.kind == "settled" for entry in self.journal)


def step_back(journal: list[Entry]) -> list[Entry] | None:
    """The journal without its last answer and all that came after; None where there is no way back."""
    for place in range(len(journal) - 1, -1, -1):
        if journal[place].kind == "settled":
            return None
        if journal[place].kind == "answer":
            return journal[:place]
    return None
