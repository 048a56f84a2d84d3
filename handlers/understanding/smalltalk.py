"""Greetings, thanks and noise: words that ask for nothing."""

from core.patterns import pattern
from core.writing import consists_of
from handlers.understanding.normalise import list_of

_SIGNS = frozenset(" \t\n,，.。!！?？~～:：;；、…-_'\"()（）")
_ORNAMENTS = "".join(_SIGNS)
_ABOUT_NOTHING = pattern(r"(?:今天|最近)?.{0,3}(?:天气|生意|心情).{0,6}|\W*")


def is_small_talk(heard: str) -> bool:
    """Whether a normalised message is nothing but that."""
    words = list_of("small_talk")
    if heard.isascii() and not all(word.strip(_ORNAMENTS) in {*words, ""} for word in heard.split()):
        return False
    return consists_of(heard, words | _SIGNS) or bool(_ABOUT_NOTHING.fullmatch(heard))
