"""What counts as an answer: a button's label, its number, or one of the words for yes, back and cancel."""

from collections.abc import Sequence

from handlers.journal import Option
from handlers.messages import Button
from handlers.understanding.normalise import bare, normalise

_YES = frozenset("好 好的 是 是的 对 对的 行 可以 确认 确定 打 打吧 嗯 yes y ok okay sure confirm".split())
_CANCEL = frozenset("取消 算了 不要了 退出 /cancel cancel quit 不打了".split())
_BACK = frozenset("返回 上一步 /back back 0".split())
_NEWS = frozenset("结果 看结果 result results".split())
_NOTHING = frozenset("没有 无 没 跳过 none no skip -".split())
_SHORTEST_PART = 2  # characters of a label that may stand for it


def is_yes(said: str) -> bool:
    """Whether this agrees."""
    return normalise(said) in _YES


def is_cancel(said: str) -> bool:
    """Whether this drops the conversation."""
    return normalise(said) in _CANCEL


def is_back(said: str) -> bool:
    """Whether this goes back to the question before."""
    return normalise(said) in _BACK


def is_news(said: str) -> bool:
    """Whether this asks for what there is to tell; never an answer, for the question may not have been seen yet."""
    return normalise(said) in _NEWS


def match_option(said: str, options: Sequence[Option]) -> Option | None:
    """The option meant: by number, by label, by one of its words, by yes, or by the only label that contains it."""
    place = _match(said, [option.label for option in options])
    if place is not None:
        return options[place]
    heard = normalise(said)
    exact = [option for option in options if heard in {normalise(word) for word in (option.value, *option.words)}]
    if len(exact) == 1:
        return exact[0]
    return next((option for option in options if option.is_yes and heard in _YES), None)


def match_button(said: str, buttons: Sequence[Button]) -> Button | None:
    """The button meant, by number or label."""
    place = _match(said, [button.label for button in buttons])
    return None if place is None else buttons[place]


def _match(said: str, labels: Sequence[str]) -> int | None:
    heard = normalise(said)
    if heard.isdecimal() and 1 <= int(heard) <= len(labels):
        return int(heard) - 1
    spelled = [bare(label) for label in labels]
    if heard in spelled:
        return spelled.index(heard)
    containing = [place for place, label in enumerate(spelled) if len(heard) >= _SHORTEST_PART and heard in label]
    return containing[0] if len(containing) == 1 else None


def is_nothing(said: str) -> bool:
    """Whether this says that there is none: 没有, 无, none."""
    return normalise(said) in _NOTHING
