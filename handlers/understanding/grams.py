"""Which pieces a text must contain before a pattern can match it, so that most patterns need not be tried.

A piece is one or two characters that are no letters, or two to four letters or digits, in a row.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from core.writing import has_han

_SIGNS, _LETTERS = (1, 2), (2, 3, 4)
_LETTER = re.compile("[0-9a-z]{3}")
Needs: TypeAlias = frozenset[str]


def grams_of(text: str) -> set[str]:
    """The pieces of a text."""
    pairs = list(map(str.__add__, text, text[1:]))
    grams = {*text, *pairs}
    if _LETTER.search(text):
        grams.update(map(str.__add__, pairs, text[2:]), map(str.__add__, pairs, pairs[2:]))
    return grams


class Forms:
    """Patterns, of which only those are tried that a text may match; each is compiled when it is first tried."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = sources
        self.compiled: list[re.Pattern[str] | None] = [None] * len(sources)  # as far as they were tried
        by_gram: defaultdict[str, dict[int, Needs]] = defaultdict(dict)
        needs = list(map(needs_of, sources))
        for place, (first, second) in enumerate(needs):
            for gram in first:
                by_gram[gram][place] = second
        self._always = [place for place, (first, _) in enumerate(needs) if not first]
        self._by_gram = dict(by_gram)
        self._grams = frozenset(by_gram)

    def worth_trying(self, grams: set[str]) -> Sequence[int]:
        """The places of the patterns that may be in a text with these pieces."""
        if self._grams.isdisjoint(grams):
            return self._always
        tried: dict[int, Needs] = {}
        for gram in self._grams & grams:
            tried.update(self._by_gram[gram])
        kept = [place for place, second in tried.items() if not second or not second.isdisjoint(grams)]
        kept += self._always
        kept.sort()
        return kept

    def __getitem__(self, place: int) -> re.Pattern[str]:
        return self.compiled[place] or self.compile(place)

    def compile(self, place: int) -> re.Pattern[str]:
        """The pattern there, which is tried for the first time."""
        form = self.compiled[place] = re.compile(self._sources[place])
        return form


class Names:
    """A section of words.toml: what things are called."""

    def __init__(self, section: Mapping[str, str]) -> None:
        parts = [(key, bordered(part)) for key, source in section.items() for part in alternatives(source)]
        self._keys = tuple(key for key, _ in parts)
        self._forms = Forms([part for _, part in parts])

    def named_in(self, text: str, grams: set[str]) -> list[str]:
        """The keys that are named, in the order of the section."""
        found = [self._keys[place] for place in self._forms.worth_trying(grams) if self._forms[place].search(text)]
        return list(dict.fromkeys(found))

    def cut(self, text: str, grams: set[str], mark: str) -> tuple[str, list[str]]:
        """The text with a mark for each name, and the keys in the order in which they are named, each once."""
        spans = [
            (match.start(), -match.end(), self._keys[place])
            for place in self._forms.worth_trying(grams)
            for match in self._forms[place].finditer(text)
        ]
        if not spans:
            return text, []
        spans.sort()
        pieces: list[str] = []
        named: list[str] = []
        end = 0
        for start, minus_stop, key in spans:
            if start >= end:
                pieces += [text[end:start], mark]
                named.append(key)
                end = -minus_stop
        return "".join(pieces) + text[end:], list(dict.fromkeys(named))

    def replaced(self, text: str, grams: set[str]) -> str:
        """The text with the key in place of each of its names."""
        for place in self._forms.worth_trying(grams):
            text = self._forms[place].sub(self._keys[place], text)
        return text


def bordered(source: str) -> str:
    """Alternatives of letters between word borders."""
    return "|".join(part if has_han(part) else rf"(?<![a-z0-9])(?:{part})(?![a-z0-9])" for part in alternatives(source))


def alternatives(source: str) -> list[str]:
    """a|b(c|d) → a, b(c|d)."""
    parts, depth = [""], 0
    for sign in source:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
        if sign == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


@cache
def needs_of(pattern: str) -> tuple[Needs, Needs]:
    """Every match contains at least one of the first and one of the second; empty where nothing can be said."""
    options = _options(re._parser.parse(pattern))  # type: ignore[attr-defined]  # noqa: SLF001 - Hypothesis reads patterns with it too
    first = min(options, key=_cost, default=frozenset())
    signs = set("".join(first))
    others = [option for option in options if signs.isdisjoint("".join(option))]
    return first, min(others, key=_cost, default=frozenset())


def _of_sequence(parsed: Iterable[Any]) -> Needs | None:
    """The choosiest of all that must be there."""
    return min(_options(parsed), key=_cost, default=None)


def _options(parsed: Iterable[Any]) -> list[Needs]:
    """All that must be there, each at least in one of its forms."""
    options: list[Needs] = []
    run = ""
    for kind, value in [*parsed, (None, None)]:
        name = str(kind)
        if name == "LITERAL":
            run += chr(value)
            continue
        options += _of_run(run)
        run = ""
        option = _of_part(name, value)
        options += [option] if option else []
    return options


def _of_run(run: str) -> Iterator[Needs]:
    """The pieces in a row of literal characters."""
    for at in range(len(run)):
        pieces = {run[at : at + size] for size in (*_SIGNS, *_LETTERS) if at + size <= len(run)}
        yield from (frozenset({piece}) for piece in pieces if _is_of_letters(piece) or _is_of_signs(piece))


def _is_of_letters(piece: str) -> bool:
    return piece.isascii() and len(piece) in _LETTERS


def _is_of_signs(piece: str) -> bool:
    """No letters; and a mark stands alone, for it is put into a text after its pieces were gathered."""
    has_mark = any("\ue000" <= sign <= "\uf8ff" for sign in piece)
    return len(piece) in _SIGNS and not any(map(str.isascii, piece)) and not (has_mark and len(piece) > 1)


def _of_part(name: str, value: Any) -> Needs | None:  # noqa: ANN401 - a node of the parser
    if name == "SUBPATTERN":
        return _of_sequence(value[-1])
    if name == "BRANCH":
        return _union(_of_sequence(branch) for branch in value[1])
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and value[0] > 0:
        return _of_sequence(value[2])
    if name == "ASSERT" and value[0] > 0:
        return _of_sequence(value[1])
    if name == "IN" and all(str(kind) == "LITERAL" for kind, _ in value):
        signs = frozenset(chr(code) for _, code in value)
        return None if any(sign.isascii() for sign in signs) else signs
    return None


def _union(parts: Iterable[Needs | None]) -> Needs | None:
    known = list(parts)
    return None if any(part is None for part in known) else frozenset().union(*(part for part in known if part))


def _cost(needs: Needs) -> float:
    """How likely a text passes: a single character is found in many texts, four letters in few."""
    return sum(
        1.0 if len(piece) == 1 else (0.9, 0.3, 0.1)[len(piece) - 2] if piece.isascii() else 0.1 for piece in needs
    )
