"""Buttons as a WeCom template card of kind `button_interaction`, for its applications and its bots.

A card has at most six buttons; a phone shows 26 Chinese characters of its title, 112 of its text and 10 of a button
(official page on sending), or twice as many Latin ones. What does not fit is said in a message before it.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.channels.base import Drawing, File
from bot.channels.writing import in_bytes, in_words, parts, unsaid, with_links
from handlers import texts
from handlers.messages import Button

Card = dict[str, Any]
_MOST = 6
_TITLE, _TEXT, _LABEL, _ROW = 52, 224, 20, 52  # columns, of which a Chinese character takes two


def drawn(drawing: Drawing, task: str) -> tuple[str, Card | None]:
    """A text to say first, if any, and the card with this task id, if there is anything to choose."""
    choices = {n: button for n, button in enumerate(drawing.buttons, 1) if button.data}
    if not choices:
        return with_links(drawing), None
    if len(choices) > _MOST:
        return in_words(drawing), None
    text = _listed(drawing, choices)
    said = _fitted(text) if text else None
    before = "" if said else text
    card = said or {"main_title": {"title": texts.text(drawing.language, "chat.choose_below")}}
    return before, card | _common(drawing, choices, task)


def in_turn(drawing: Drawing, text: str, card: Card | None, longest: int) -> list[tuple[str | Card | File, Drawing]]:
    """What goes out one after the other, each with what is left then: texts of so many bytes, the card, the file.

    The file is last: when anything fails before it, nothing that could be printed twice has been sent.
    """
    left = replace(drawing, buttons=_said(drawing.buttons) if card else ())
    turns: list[tuple[str | Card | File, Drawing]] = []
    if text:
        turns += [(piece, unsaid(left, behind)) for piece, behind in parts(text, longest, in_bytes)]
    if card:
        turns.append((card, unsaid(replace(left, buttons=()), "")))
    if drawing.file:
        turns.append((drawing.file, unsaid(replace(left, file=None, buttons=()), "")))
    return turns


def _said(buttons: Sequence[Button]) -> tuple[Button, ...]:
    """Buttons whose labels stand in a text before them already: as the card shows them."""
    return tuple(replace(each, label=_short(n, each)) if each.data else each for n, each in enumerate(buttons, 1))


def chosen(card: Card, key: str) -> Card:
    """The card after a button was pressed: that one alone is left, and marked."""
    pressed = [{**each, "text": shown(f"✓ {each['text']}")} for each in card["button_list"] if each["key"] == key]
    return {**card, "button_list": pressed or card["button_list"]}


def _listed(drawing: Drawing, choices: dict[int, Button]) -> str:
    """The text, with labels in full where a button cannot show them."""
    if all(_columns(button.label) <= _LABEL for button in choices.values()):
        return drawing.text
    lines = (f"{n}. {button.label}" for n, button in choices.items())
    return "\n".join([drawing.text, *lines])


def _fitted(text: str) -> Card | None:
    title, _, rest = text.partition("\n")
    if _columns(title) <= _TITLE and _columns(rest) <= _TEXT:
        return {"main_title": {"title": title}} | ({"sub_title_text": rest} if rest else {})
    return {"sub_title_text": text} if _columns(text) <= _TEXT else None


def _common(drawing: Drawing, choices: dict[int, Button], task: str) -> Card:
    name = texts.text(drawing.language, "chat.link")
    links = [
        {"type": 1, "keyname": name, "value": shown(button.label, _ROW), "url": button.url}
        for button in drawing.buttons
        if button.url
    ]
    buttons = [{"text": _short(n, each), "key": each.data, "style": 1} for n, each in choices.items()]
    card: Card = {"card_type": "button_interaction", "task_id": task, "button_list": buttons}
    return card | ({"horizontal_content_list": links} if links else {})


def _short(number: int, button: Button) -> str:
    return button.label if _columns(button.label) <= _LABEL else shown(f"{number} {button.label}")


def shown(text: str, most: int = _LABEL) -> str:
    """As much as a phone shows."""
    if _columns(text) <= most:
        return text
    shown = next(n for n in range(len(text), -1, -1) if _columns(text[:n]) <= most - 2)
    return f"{text[:shown]}…"


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
