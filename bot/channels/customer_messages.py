"""What an Official Account pushes: texts, and choices as lines to tap (official page on customer messages)."""

from dataclasses import replace

from bot.channels.base import Drawing
from bot.channels.wechat_api import Json
from bot.channels.writing import in_bytes, in_words, parts, unsaid, with_links

_TEXT = 2048  # bytes
_MOST_LINES = 10
_LONGEST_LINE = 64  # bytes of a line's id: assumed, as it is for WeChat's customer service


def in_turn(drawing: Drawing, *, taps: bool) -> list[tuple[Json, Drawing]]:
    """The messages that say it, each with what is left after it; choices are words where they are not for `taps`."""
    choices = tuple(button for button in drawing.buttons if button.data)
    fits = len(choices) <= _MOST_LINES and all(in_bytes(each.data) <= _LONGEST_LINE for each in choices)
    if not (taps and choices and fits):
        return _texts(parts(in_words(drawing), _TEXT, in_bytes), replace(drawing, buttons=()))
    left = replace(drawing, buttons=choices)
    *first, (last, _) = parts(with_links(drawing), _TEXT, in_bytes)
    lines = [{"id": button.data, "content": button.label} for button in choices]
    menu: Json = {"msgtype": "msgmenu", "msgmenu": {"head_content": last, "list": lines}}
    return [*_texts(first, left), (menu, unsaid(replace(left, buttons=()), ""))]


def _texts(cut: list[tuple[str, str]], left: Drawing) -> list[tuple[Json, Drawing]]:
    return [({"msgtype": "text", "text": {"content": piece}}, unsaid(left, behind)) for piece, behind in cut]
