"""Reading an inline keyboard strictly. Wordings are the official server's, except where marked."""

from urllib.parse import urlsplit

from bot.sandbox.telegram.chats import Button, Keyboard
from bot.sandbox.telegram.wire import Json, bad

_MOST_BYTES = 64
_MOST_BUTTONS = 100  # assumed: not in the official pages
_UNPARSED = "can't parse inline keyboard button:"


def keyboard(markup: object) -> Keyboard:
    """The rows of an InlineKeyboardMarkup; no markup means no rows. Raises `Refusal`."""
    if markup is None or forces_reply(markup):
        return ()
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) and len(markup) == 1 else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("object expected as reply markup")
    read = tuple(tuple(_button(each) for each in row) for row in rows if row)
    if sum(map(len, read)) > _MOST_BUTTONS:
        raise bad("reply markup is too long")
    return read


def forces_reply(markup: object) -> bool:
    """Whether it is a ForceReply for whoever is answered. Raises `Refusal` for a malformed one."""
    if not isinstance(markup, dict) or "force_reply" not in markup:
        return False
    if set(markup) - {"force_reply", "selective", "input_field_placeholder"} or markup["force_reply"] is not True:
        raise bad("object expected as reply markup")
    return bool(markup.get("selective"))


def _button(button: object) -> Button:
    if not isinstance(button, dict):
        raise bad(f"{_UNPARSED} InlineKeyboardButton must be an Object")
    _check_fields(button)
    label = button["text"].strip()
    if not label:
        raise bad(f"{_UNPARSED} text must be non-empty")  # assumed wording
    if button.get("url"):
        return Button(label, url=_address(button["url"]))
    return Button(label, data=_data(button.get("callback_data", "")))


def _check_fields(button: Json) -> None:
    """Only `text` with one of `url` and `callback_data`; the real service knows more, and lets `url` win over both."""
    if "text" not in button:
        raise bad(f'{_UNPARSED} Can\'t find field "text"')
    strange = set(button) - {"text", "url", "callback_data"}
    if strange or not all(isinstance(value, str) for value in button.values()):
        raise bad(f"{_UNPARSED} unknown or malformed field")
    if button.get("url") and button.get("callback_data"):
        raise bad("BUTTON_TYPE_INVALID")


def _data(data: str) -> str:
    if not data:
        raise bad(f"{_UNPARSED} Text buttons are unallowed in the inline keyboard")
    if len(data.encode()) > _MOST_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    return data


def _address(url: str) -> str:
    """Assumed wordings; that a host needs a dot, which rules out `localhost`, is what bots meet."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https", "tg"}:
        raise bad(f"inline keyboard button URL '{url}' is invalid: unsupported URL protocol")
    if parts.scheme != "tg" and "." not in (parts.hostname or ""):
        raise bad(f"inline keyboard button URL '{url}' is invalid: wrong HTTP URL")
    return url
