"""Which examples come nearest to a message that was not understood."""

from collections import Counter
from functools import cache
from itertools import pairwise

from handlers.understanding.intents import intents
from handlers.understanding.normalise import normalise

_OFFERED = 3
_LIKE_ENOUGH = 0.2


def nearest(heard: str) -> tuple[str, ...]:
    """Up to three examples of different intents, the most alike first; in doubt those of the help."""
    pieces = _pieces(heard)
    alike = sorted(
        ((_likeness(pieces, other), example, intent) for example, intent, other in _examples()), reverse=True
    )
    chosen: dict[str, str] = {}
    for likeness, example, intent in alike:
        if likeness >= _LIKE_ENOUGH and len(chosen) < _OFFERED:
            chosen.setdefault(intent, example)
    return tuple(chosen.values()) or _usual(is_english=heard.isascii() and any(map(str.isalpha, heard)))


def _usual(*, is_english: bool) -> tuple[str, ...]:
    usual = ("print_orders", "track", "help")
    return tuple(next(each for each in intents()[name].examples if each.isascii() == is_english) for name in usual)


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Dice's coefficient: 1 for the same text, 0 where nothing is shared."""
    return 2 * (one & other).total() / max(1, one.total() + other.total())


def _pieces(text: str) -> Counter[str]:
    """Characters and pairs of them in Chinese, words and threes of letters in English."""
    signs = [sign for sign in text if not sign.isspace()]
    if text.isascii():
        return Counter([*text.split(), *(text[at : at + 3] for at in range(len(text) - 2))])
    return Counter([*signs, *map("".join, pairwise(signs))])


@cache
def _examples() -> tuple[tuple[str, str, Counter[str]], ...]:
    return tuple(
        (example, intent.name, _pieces(normalise(example)))
        for intent in intents().values()
        for example in intent.examples
    )
