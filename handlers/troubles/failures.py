"""What was tried in vain: written into the log where it happens, read again by whoever asks why it does not work.

The log names nobody: an account stands by its last four digits, a shop by its id, and long numbers in a service's
words are left out.
"""

import re
from dataclasses import dataclass

from core.clock import DAY
from core.errors import MerchantError
from core.storage.audit import Change, Entry, Outcome
from handlers.conversation import Chat
from handlers.desk import Desk

_REMEMBERED = 30 * DAY
_LONG_NUMBER = re.compile(r"\d{5,}")
_LONGEST = 60  # characters of a service's words
_FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that did not come about. `at` in epoch milliseconds UTC; `code` is an error's, `said` its service's."""

    at: int
    subject: str
    code: str
    said: str


async def keep_failure(chat: Chat, subject: str, error: MerchantError) -> None:
    """Write down that this conversation was in vain."""
    await write_failure(chat, subject, error.code, str(error.details.get("said", "")))


async def write_failure(chat: Chat, subject: str, code: str, said: str = "") -> None:
    """The same for what is no error."""
    plain = _LONG_NUMBER.sub("…", " ".join(said.split()))[:_LONGEST]
    await chat.look(_FAILED, note, subject, f"{code} {plain}".strip())


async def note(desk: Desk, subject: str, after: str) -> None:
    """One entry."""
    await desk.kept.failed(Change(subject, after=after))


async def last_failure(desk: Desk, merchant: str, intent: str, done: str, about: str = "") -> Failure | None:
    """The last failure of a conversation, unless its step `done` has come about since.

    `about`: how the subject begins, where only such ones count.
    """
    since = desk.clock.now() - _REMEMBERED
    entries = await desk.kept.audit.latest(merchant, (f"{intent}/{_FAILED}", f"{intent}/{done}"), since)
    newest = next((entry for entry in entries if entry.subject.startswith(about)), None)
    return _failure(newest) if newest and newest.outcome == Outcome.FAILED else None


def _failure(entry: Entry) -> Failure:
    code, _, said = entry.after.partition(" ")
    return Failure(entry.at, entry.subject, code, said)
