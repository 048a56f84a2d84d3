"""Greetings, thanks and noise: words that ask for nothing."""

from core.patterns import pattern
from core.writing import consists_of
from handlers.understanding.intents import MARKS
from handlers.understanding.normalise import list_of, names_of

_SIGNS = frozenset(" \t\n,，.。!！?？~～:：;；、…-_'\"()（）")
_ORNAMENTS = "".join(_SIGNS)
_ABOUT_NOTHING = pattern(r"(?:今天|最近)?.{0,3}(?:天气|生意|心情).{0,6}|\W*|\d{1,4}|\[[\u4e00-\u9fff]{1,4}")


def is_small_talk(heard: str) -> bool:
    """Whether a normalised message is nothing but that."""
    words = list_of("small_talk")
    if heard.isascii() and not all(word.strip(_ORNAMENTS) in {*words, ""} for word in heard.split()):
        return False
    return consists_of(heard, words | _SIGNS) or bool(_ABOUT_NOTHING.fullmatch(heard))


def is_about_life(cut: str, grams: set[str]) -> bool:
    """Whether a message talks about life or work, and neither names a parcel nor wishes anything."""
    if not names_of("life").named_in(cut, grams) or MARKS["order"] in cut or MARKS["number"] in cut:
        return False
    return not names_of("wish").named_in(cut, grams)
