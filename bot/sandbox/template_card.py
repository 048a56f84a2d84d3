"""Reading a template card of kind `button_interaction` strictly, as WeCom's applications and bots send it.

Lengths that the official page only recommends (a title of 26 characters, a text of 112, a button of 10) are taken for
what a phone shows, of Latin letters twice as many: what is longer is cut off, so that whoever looks misses it.
"""

import re
from dataclasses import dataclass
from unicodedata import east_asian_width

Json = dict[str, object]

_MOST_BUTTONS = 6
_MOST_ROWS = 6
_LONGEST_KEY = 1024  # bytes
_TITLE, _DESCRIPTION, _TEXT, _BUTTON, _ROW_VALUE = 26, 30, 112, 10, 26  # characters
_TASK = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_FIELDS = {"card_type", "main_title", "sub_title_text", "horizontal_content_list", "task_id", "button_list"}


class BadCard(Exception):
    """What is wrong with it."""


class BadTask(BadCard):
    """The card's task id is none."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it is shown: `buttons` are label and key, `links` label and address."""

    task: str
    text: str
    buttons: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]


def read_card(card: object) -> Card:
    """The card. Raises `BadCard`."""
    fields = _object(card, _FIELDS)
    if fields.get("card_type") != "button_interaction":
        raise BadCard("card_type")
    title = _object(fields.get("main_title", {}), {"title", "desc"})
    lines = [
        _shown(_text(title, "title"), _TITLE),
        _shown(_text(title, "desc"), _DESCRIPTION),
        _shown(_text(fields, "sub_title_text"), _TEXT),
    ]
    if not (lines[0] or lines[2]):
        raise BadCard("main_title.title and sub_title_text are both empty")
    links = tuple(_link(each) for each in _list(fields, "horizontal_content_list", _MOST_ROWS))
    return Card(_task(fields), "\n".join(line for line in lines if line), _buttons(fields), links)


def _task(fields: Json) -> str:
    task = _text(fields, "task_id")
    if not _TASK.fullmatch(task):
        raise BadTask("task_id")
    return task


def _buttons(fields: Json) -> tuple[tuple[str, str], ...]:
    buttons = [_button(each) for each in _list(fields, "button_list", _MOST_BUTTONS)]
    keys = {key for _, key in buttons}
    if not buttons or len(keys) < len(buttons):
        raise BadCard("button_list")
    return tuple(buttons)


def _button(button: object) -> tuple[str, str]:
    fields = _object(button, {"text", "key", "style"})
    label, key = _text(fields, "text"), _text(fields, "key")
    if not label or not 0 < len(key.encode()) <= _LONGEST_KEY:
        raise BadCard("button_list")
    return _shown(label, _BUTTON), key


def _link(row: object) -> tuple[str, str]:
    fields = _object(row, {"type", "keyname", "value", "url"})
    url = _text(fields, "url")
    if fields.get("type") != 1 or not _text(fields, "keyname") or not url.startswith(("http://", "https://")):
        raise BadCard("horizontal_content_list")
    return _shown(_text(fields, "value"), _ROW_VALUE), url


def _shown(text: str, characters: int) -> str:
    """What fits on the screen."""
    room = 2 * characters
    for place, each in enumerate(text):
        room -= 2 if east_asian_width(each) in {"W", "F"} else 1
        if room < 0:
            return text[:place]
    return text


def _object(value: object, known: set[str]) -> Json:
    if not isinstance(value, dict) or set(value) - known:
        raise BadCard("unknown field, or no object")
    return value


def _text(fields: Json, name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise BadCard(name)
    return value


def _list(fields: Json, name: str, most: int) -> list[object]:
    value = fields.get(name, [])
    if not isinstance(value, list) or len(value) > most:
        raise BadCard(name)
    return value
