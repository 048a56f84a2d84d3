"""Which examples come nearest to a message that was not understood."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from handlers.understanding.intents import intents
from handlers.understanding.normalise import normalise

_OFFERED = 3
_LIKE_ENOUGH = 0.2
_EVERYWHERE = frozenset("的了吧呀啊呢吗一下给我把帮请个那这")  # as likely in one message as in another


def nearest(heard: str) -> tuple[str, ...]:
    """Three examples of different intents: those that are alike, the most alike first, then those of the help."""
    pieces = _pieces(heard)
    chosen: dict[str, str] = {}
    for _, example, intent in sorted(_alike(pieces), reverse=True):
        if len(chosen) < _OFFERED:
            chosen.setdefault(intent, example)
    for intent, example in _usual(is_english=heard.isascii() and any(map(str.isalpha, heard))):
        if len(chosen) < _OFFERED:
            chosen.setdefault(intent, example)
    return tuple(chosen.values())


def _usual(*, is_english: bool) -> Iterator[tuple[str, str]]:
    for name in ("print_orders", "track", "help"):
        yield name, next(each for each in intents()[name].examples if each.isascii() == is_english)


def _alike(pieces: Counter[str]) -> Iterator[tuple[float, str, str]]:
    """The examples that share enough, by Dice's coefficient: 1 for the same text, 0 where nothing is shared."""
    shared: Counter[int] = Counter()
    for piece, count in pieces.items():
        for place, times in _places().get(piece, ()):
            shared[place] += min(count, times)
    for place, common in shared.items():
        example, intent, other = _examples()[place]
        likeness = 2 * common / (pieces.total() + other.total())
        if likeness >= _LIKE_ENOUGH:
            yield likeness, example, intent


def _pieces(text: str) -> Counter[str]:
    """Characters and pairs of them in Chinese, words and threes of letters in English."""
    signs = [sign for sign in text if not sign.isspace() and sign not in _EVERYWHERE]
    if text.isascii():
        return Counter([*text.split(), *(text[at : at + 3] for at in range(len(text) - 2))])
    return Counter([*signs, *map("".join, pairwise(signs))])


@cache
def _places() -> dict[str, list[tuple[int, int]]]:
    """Piece → the examples that have it, and how often."""
    places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, (_, _, pieces) in enumerate(_examples()):
        for piece, times in pieces.items():
            places[piece].append((place, times))
    return places


@cache
def _examples() -> tuple[tuple[str, str, Counter[str]], ...]:
    return tuple(
        (example, intent.name, _pieces(normalise(example)))
        for intent in intents().values()
        if not intent.drops
        for example in intent.examples
    )
