"""The menu under the chat: up to three buttons, each with up to five below it (official page on custom menus)."""

from collections.abc import Iterator

from bot.sandbox.wechat_wire import BAD_BUTTONS, BAD_KEY, BAD_NAME, Json, Refusal, check_fields, rows, text

_MOST, _MOST_BELOW = 3, 5
_LONGEST_NAME, _LONGEST_NAME_BELOW, _LONGEST_KEY = 16, 60, 128  # bytes


def read_menu(body: Json) -> dict[str, str]:
    """Label → key of every button that sends an event. Raises `Refusal`."""
    check_fields(body, (), {"button"})
    buttons = rows(body, "button")
    if not 1 <= len(buttons) <= _MOST:
        raise Refusal(BAD_BUTTONS, "invalid button size")
    return dict(pair for button in buttons for pair in _keys(button))


def _keys(button: Json) -> Iterator[tuple[str, str]]:
    if "sub_button" not in button:
        yield _key(button, _LONGEST_NAME)
        return
    check_fields(button, (), {"name", "sub_button"})
    below = rows(button, "sub_button")
    _check_name(button, _LONGEST_NAME)
    if not 1 <= len(below) <= _MOST_BELOW:
        raise Refusal(BAD_BUTTONS, "invalid sub button size")
    for each in below:
        yield _key(each, _LONGEST_NAME_BELOW)


def _key(button: Json, longest: int) -> tuple[str, str]:
    check_fields(button, (), {"type", "name", "key"})
    _check_name(button, longest)
    key = text(button, "key")
    if text(button, "type") != "click" or not 0 < len(key.encode()) <= _LONGEST_KEY:
        raise Refusal(BAD_KEY, "invalid button key size")
    return text(button, "name"), key


def _check_name(button: Json, longest: int) -> None:
    if not 0 < len(text(button, "name").encode()) <= longest:
        raise Refusal(BAD_NAME, "invalid button name size")
