"""The intents of intents.toml, and how much of each is in a message."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.writing import has_han
from handlers.understanding.grams import Forms, alternatives
from handlers.understanding.normalise import words

MARKS = {
    name: chr(0xE100 + place)
    for place, name in enumerate(
        "order number courier period status count region shop phone recipient size person".split()
    )
}
"""What stands in a message for the slots that were cut out."""

_TABLE = Path(__file__).with_name("intents.toml")
_WORD = re.compile(r"\{([a-z_]+)\}")
_MARK = re.compile(r"<([a-z]+)>")
_LETTER = re.compile("[a-z]")
_NO_LETTERS = re.compile(rf"{_WORD.pattern}|{_MARK.pattern}|\\[a-z]")
_CHINESE, _ENGLISH, _BOTH = "chinese", "english", "both"


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that merchants want; the fields are explained in intents.toml."""

    name: str
    examples: tuple[str, ...]
    slots: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    is_destructive: bool = False
    is_act: bool = False
    drops: bool = False
    reported_as: str = ""


class _Patterns:
    """All patterns for messages in these languages, those that speak for an intent before those against.

    Each alternative of a pattern is tried by itself, so that only those are that a text may match. One is enough.
    """

    def __init__(self, languages: frozenset[str]) -> None:
        chosen = [
            (weight, entry["name"], spelled_out(source))
            for entry in _table()["intent"]
            for weight, source in entry["patterns"]
            if _language_of(source) in languages
        ]
        chosen.sort(key=lambda pattern: pattern[0] < 0)
        parts = [
            (weight, name, whole, part)
            for whole, (weight, name, source) in enumerate(chosen)
            for part in alternatives(source)
        ]
        self._meant = [(weight, name, whole) for weight, name, whole, _ in parts]
        self._forms = Forms([part for *_, part in parts])

    def scores(self, text: str, grams: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        matched = -1  # alternatives of one pattern stand in a row
        forms, meant, compiled = self._forms, self._meant, self._forms.compiled
        for place in forms.worth_trying(grams):
            weight, name, whole = meant[place]
            if whole == matched or (weight < 0 and name not in found):
                continue
            if (compiled[place] or forms.compile(place)).search(text):
                found[name] = found.get(name, 0) + weight
                matched = whole
        return found


@cache
def intents() -> dict[str, Intent]:
    """Every intent by its name."""
    return {entry["name"]: _intent(entry) for entry in _table()["intent"]}


def scores(text: str, heard: str, grams: set[str]) -> dict[str, int]:
    """Intent → how much of it is in a text whose slots were cut out; only those with anything in it.

    `heard`: the text before that, `grams`: the pieces of both.
    """
    languages = {_BOTH, *({_CHINESE} if has_han(heard) else ()), *({_ENGLISH} if _LETTER.search(heard) else ())}
    return _patterns(frozenset(languages)).scores(text, grams)


def spelled_out(source: str) -> str:
    """A pattern with its {words} and <marks> put in."""
    while _WORD.search(source):
        source = _WORD.sub(lambda word: f"(?:{_words()[word[1]]})", source)
    return _MARK.sub(lambda mark: MARKS[mark[1]], source)


@cache
def _table() -> dict[str, Any]:
    with _TABLE.open("rb") as file:
        return tomllib.load(file)


@cache
def _words() -> dict[str, str]:
    told = words()
    trouble = list(told["anomalies"].values())
    return {
        **_table()["words"],
        "trouble": "|".join(_of_script(trouble, is_chinese=True)),
        "trouble_en": "|".join(_of_script(trouble, is_chinese=False)),
        "field": "|".join(_of_script(list(told["fields"].values()), is_chinese=True)),
    }


def _of_script(sources: list[str], *, is_chinese: bool) -> list[str]:
    """The alternatives that are written in Chinese characters, or the others."""
    return [part for source in sources for part in alternatives(source) if has_han(part) == is_chinese]


@cache
def _patterns(languages: frozenset[str]) -> _Patterns:
    return _Patterns(languages)


def _language_of(source: str) -> str:
    """In which language a pattern is; one of marks alone belongs to both."""
    if has_han(spelled_out(source)):
        return _CHINESE
    return _ENGLISH if _LETTER.search(_NO_LETTERS.sub("", source)) else _BOTH


def _intent(entry: dict[str, Any]) -> Intent:
    return Intent(
        name=entry["name"],
        examples=tuple(entry["examples"]),
        slots=frozenset(entry.get("slots", ())),
        needs=tuple(entry.get("needs", ())),
        is_destructive=entry.get("destructive", False),
        is_act=entry.get("act", False) or entry.get("destructive", False),
        drops=entry.get("drops", False),
        reported_as=entry.get("reported_as", entry["name"]),
    )
