"""Texts within a channel's limits, and buttons in words for where there are none to tap."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.channels.base import Drawing
from handlers import texts
from handlers.messages import Button

BETWEEN = "\n\n"
"""What stands between two messages that go out as one."""


def in_bytes(text: str) -> int:
    """A text's length as WeChat counts it."""
    return len(text.encode())


def pieces(text: str, longest: int, size: Callable[[str], int] = len) -> list[str]:
    """The text in pieces of at most so many characters (or bytes), cut at line ends where there are any."""
    return [piece for piece, _ in parts(text, longest, size)]


def parts(text: str, longest: int, size: Callable[[str], int] = len) -> list[tuple[str, str]]:
    """See `pieces`; each with the text behind it."""
    cut: list[tuple[str, str]] = []
    while size(text) > longest and len(text) > 1:
        head = _head(text, longest, size)
        place = text.rfind("\n", 1, head + 1)
        place = head if place < 0 else place
        piece, text = text[:place], text[place:].removeprefix("\n")
        cut.append((piece, text))
    return [*cut, (text, "")]


def _head(text: str, longest: int, size: Callable[[str], int]) -> int:
    """How many characters fit; never less than one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= longest else (low, middle - 1)
    return low


def unsaid(drawing: Drawing, text: str) -> Drawing:
    """The drawing when this text is left of it: a message of its own, which takes nothing's place."""
    return replace(drawing, text=text, replaces="", only_edits=False)


def in_words(drawing: Drawing) -> str:
    """The text with its buttons as numbered lines; links are lines of their own where nothing is to be chosen."""
    chosen = any(button.data for button in drawing.buttons)
    lines = [_line(button, f"{n}. " if chosen else "") for n, button in enumerate(drawing.buttons, 1)]
    hint = [texts.text(drawing.language, "chat.by_number")] if chosen else []
    return "\n".join([drawing.text, *lines, *hint])


def with_links(drawing: Drawing) -> str:
    """The text with its links as lines, for where only the other buttons can be tapped."""
    return "\n".join([drawing.text, *(_line(button, "") for button in drawing.buttons if button.url)])


def gathered(drawings: Sequence[Drawing]) -> Drawing:
    """Several messages as one. The last choice stays one; the buttons of all others become words that may be said."""
    last = max((n for n, each in enumerate(drawings) if any(button.data for button in each.buttons)), default=-1)
    told = [each.text if n == last else _said(each) for n, each in enumerate(drawings)]
    return replace(drawings[-1], text=BETWEEN.join(told), buttons=drawings[last].buttons if last >= 0 else ())


def _said(drawing: Drawing) -> str:
    return "\n".join([drawing.text, *(_line(button, "") for button in drawing.buttons)])


def _line(button: Button, number: str) -> str:
    if button.url:
        return f"{number}{button.label}：{button.url}"
    return f"{number}{button.label}" if number else f"「{button.label}」"
