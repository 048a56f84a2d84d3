"""From what WeChat shows back to what was said and what can be chosen: each of its channels draws it otherwise."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from handlers.texts import LANGUAGES, text
from tests.scenarios.seats import Heard

FORMS = {text(each, "chat.fill_form") for each in LANGUAGES}
DOWNLOADS = {text(each, "chat.download") for each in LANGUAGES}
LINK = re.compile(r"(.+?)：(https?://\S+)")
_HINTS = {text(each, f"chat.{key}") for each in LANGUAGES for key in ("by_number", "not_in_chat", "choose_below")}
_NUMBERED = re.compile(r"\d+\. (.+?)(?:：(https?://\S+))?")
_WORD = re.compile(r"「(.+)」")


def undrawn(message: Mapping[str, Any]) -> list[Heard]:
    """What was said in a message of WeChat's, and what could be chosen."""
    *first, last = message["text"].split("\n\n")
    labels = [*(each["label"] for each in message["links"]), *message["buttons"]]
    return [*(_read(each, []) for each in first), _read(last, labels)]


def _read(told: str, labels: list[str]) -> Heard:
    words: list[str] = []
    chosen: list[str] = []
    for line in told.replace("＊", "*").split("\n"):
        found = _NUMBERED.fullmatch(line) or LINK.fullmatch(line) or _WORD.fullmatch(line)
        if found and found[1] not in FORMS | DOWNLOADS:
            chosen.append(found[1])
        elif not found and line not in _HINTS:
            words.append(line)
    is_listed = any(_NUMBERED.fullmatch(line) for line in told.split("\n"))
    return Heard("\n".join(words), tuple(chosen if is_listed else [*chosen, *labels]))


def merged(messages: Iterable[list[Heard]]) -> list[Heard]:
    """A card that holds nothing but buttons belongs to the text before it."""
    told: list[Heard] = []
    for heard in (each for several in messages for each in several):
        if told and not heard.text and heard.buttons:
            told[-1] = Heard(told[-1].text, told[-1].buttons or heard.buttons)
        else:
            told.append(heard)
    return told
