"""Reading a template card of kind `button_interaction` strictly, as WeCom's applications and bots send it.

Lengths that the official page only recommends (a title of 26 characters, a text of 112, a button of 10) are what a
phone shows: what is longer is cut off in `shown`, so that whoever looks at the screen misses it.
"""

import re
from dataclasses import dataclass

Json = dict[str, object]

_MOST_BUTTONS = 6
_MOST_ROWS = 6
_LONGEST_KEY = 1024  # bytes
_TITLE, _TEXT, _BUTTON, _ROW_NAME, _ROW_VALUE = 26, 112, 10, 5, 26
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
    lines = [_text(title, "title")[:_TITLE], _text(title, "desc")[:30], _text(fields, "sub_title_text")[:_TEXT]]
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
    return label[:_BUTTON], key


def _link(row: object) -> tuple[str, str]:
    fields = _object(row, {"type", "keyname", "value", "url"})
    url = _text(fields, "url")
    if fields.get("type") != 1 or not _text(fields, "keyname") or not url.startswith(("http://", "https://")):
        raise BadCard("horizontal_content_list")
    return _text(fields, "value")[:_ROW_VALUE], url


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
