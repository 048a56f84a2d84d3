"""Another courier in a few words: 换圆通, 不要中通，用圆通发, use YTO."""

from collections.abc import Iterable

from core.patterns import pattern
from handlers.understanding.grams import bordered, grams_of
from handlers.understanding.naming import Named, cut_couriers
from handlers.understanding.normalise import normalise, words

ANOTHER = "another"
"""The courier that is wanted by someone who only says which one is not."""

_MARK = "\ue000"
_SIGNS = r"\s,，.。;；"
_AHEAD = (
    rf"(?:[{_SIGNS}那就请帮我想还是应该要给都全换改用走发寄选成为到由一下个把不别我快递]"
    r"|\b(?:no|not|please|use|with|via|by|switch|change|to|go|ship|send|it|should|be|the|courier|instead|of)\b)*"
)
_BEHIND = (
    rf"(?:[{_SIGNS}那就请帮我想还是应该要给都全换改用走发寄选成为到由一下个把不别我打的吧了呢好来啊行可以吗快递家]"
    r"|\b(?:no|not|please|use|with|via|by|to|it|instead|then|but|rather)\b)*"
)
_NAMES = "|".join(bordered(form) for form in words()["couriers"].values())
OWN = rf"^(?!.*是不是){_AHEAD}(?:(?:{_NAMES}){_BEHIND})+$"
"""What reads like a command elsewhere: 换圆通 binds a courier, 用圆通 prints by it."""

_ABOUT_COURIERS = pattern(rf"(?!.*是不是){_AHEAD}(?:{_MARK}{_BEHIND})+")
_NOT_BY = pattern(
    rf"(?:[不别][要用走发寄选]|不是|\b(?:not|no|instead of)\b)\s?{_MARK}|{_MARK}(?:[不别][行要好用发]|换|改)"
)


def courier_in(text: str, couriers: Iterable[Named]) -> str:
    """The code of the courier that is wanted; "" where the text is about something else too, or about nothing."""
    heard = normalise(text)
    marked, named = cut_couriers(heard, _MARK, grams_of(heard), couriers)
    if not named or not _ABOUT_COURIERS.fullmatch(marked):
        return ""
    return named[-1] if _MARK in _NOT_BY.sub("", marked) else ANOTHER
