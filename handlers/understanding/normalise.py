"""One spelling for many: full-width to half-width, traditional to simplified, lower case, no ornaments, no slips."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from core.patterns import pattern
from handlers.understanding.grams import Names

_ORNAMENTS = " \t\r\n　.。,，!！?？;；:：、~～“”\"'「」【】()（）"
_EMOJI = pattern("[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d]+")
_WORDS = Path(__file__).with_name("words.toml")


def normalise(said: str) -> str:
    """Half-width, lower case, without emoji and without surrounding white space and punctuation."""
    plain = said if said.isascii() else _EMOJI.sub("", unicodedata.normalize("NFKC", said))
    return plain.casefold().strip(_ORNAMENTS)


def bare(label: str) -> str:
    """A button's label as people type it: without emoji and other signs."""
    kept = "".join(sign for sign in label if not unicodedata.category(sign).startswith(("S", "C", "M")))
    return normalise(kept)


def well_spelled(heard: str, grams: set[str]) -> str:
    """A normalised text in Mandarin, with the slips of input methods and fingers put right. `grams` are its pieces."""
    return names_of("spelling").replaced(names_of("dialect").replaced(heard, grams), grams)


def as_written(name: str, said: str) -> str:
    """A part of a normalised text as it stands in the message."""
    written = re.search(re.escape(name), said, re.IGNORECASE)
    return written[0] if written else name


@cache
def words() -> dict[str, dict[str, str]]:
    """The sections of words.toml."""
    with _WORDS.open("rb") as file:
        return tomllib.load(file)


@cache
def list_of(name: str) -> frozenset[str]:
    """One of the lists of words.toml."""
    return frozenset(words()["lists"][name].split())


@cache
def names_of(section: str) -> Names:
    """The names of a section of words.toml."""
    return Names(words()[section])
