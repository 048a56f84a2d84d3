"""What reads the bytes of strangers, each as a function that lets out nothing but what it promises to raise."""

import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.channels import official_account, telegram_updates, wecom, wecom_bot
from bot.channels.wechat_callbacks import Callbacks, Fields, Unwelcome
from bot.sandbox.clock import SECOND, WorldClock
from bot.sandbox.wechat_seal import signature
from bot.web.links import Links
from core.codes import read_code
from core.errors import FileRefused
from core.labels.photo import read_codes
from core.recipients.several import parse_all
from core.recipients.sheet import read_sheet
from core.tracking_numbers import courier_of
from core.vault import Vault
from handlers.buttons import read_answer_data, read_command_data
from handlers.understanding import understand

_CLOCK = WorldClock()
_TOKEN = "fuzz"
_NO_UPDATE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
_LINKS = Links("https://bot.example", Vault({"a": bytes(32)}))


def _words(said: bytes) -> None:
    text = said.decode(errors="replace").replace("\0", "")
    understand(text, _CLOCK.now())
    courier_of(text)
    read_code(text)


def _recipients(said: bytes) -> None:
    parse_all(said.decode(errors="replace"))


def _buttons(said: bytes) -> None:
    data = said.decode(errors="replace")
    read_answer_data(data)
    read_command_data(data)


def _links(said: bytes) -> None:
    assert _LINKS.opened(said.decode(errors="replace")) is None, "a link that nobody made is good"


def _telegram(said: bytes) -> None:
    with contextlib.suppress(*_NO_UPDATE):
        telegram_updates.read(json.loads(said), "miandan_bot")


def _bot(said: bytes) -> None:
    with contextlib.suppress(*_NO_UPDATE):
        wecom_bot.read(json.loads(said))


def _callback(read: Callable[[Fields], Any], said: bytes) -> None:
    now = str(_CLOCK.now() // SECOND)
    query = {"timestamp": now, "nonce": "1", "signature": signature(_TOKEN, now, "1")}
    with contextlib.suppress(Unwelcome):
        Callbacks(_TOKEN, _CLOCK).message(query, said, read)


def _wecom(said: bytes) -> None:
    _callback(wecom.read, said)


def _official_account(said: bytes) -> None:
    _callback(official_account.read, said)


def _sheet(said: bytes) -> None:
    with contextlib.suppress(FileRefused):
        read_sheet(said)


def _photo(said: bytes) -> None:
    with contextlib.suppress(FileRefused):
        read_codes(said)


READERS: Mapping[str, Callable[[bytes], None]] = {
    "words": _words,
    "recipients": _recipients,
    "buttons": _buttons,
    "links": _links,
    "telegram": _telegram,
    "wecom": _wecom,
    "wecom bot": _bot,
    "official account": _official_account,
    "sheet": _sheet,
    "photo": _photo,
}
