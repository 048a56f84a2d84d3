"""Telegram without a network, the same for our channel and for python-telegram-bot's own application."""

import itertools
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import HTTPXRequest

from bot.channels.telegram import Telegram

TOKEN = "1:benchmark"
SECRET = "a-secret-that-only-telegram-knows"
_NOW = 1_795_000_000  # seconds
_numbers = itertools.count(1)


def update(number: int, chat: int, text: str) -> dict[str, Any]:
    """A text message in a private chat, as Telegram sends it."""
    person = {"id": chat, "is_bot": False, "first_name": "小满"}
    place = {"id": chat, "type": "private", "first_name": "小满"}
    message = {"message_id": number, "date": _NOW, "chat": place, "from": person, "text": text}
    return {"update_id": number, "message": message}


def answered_at_once(request: httpx.Request) -> httpx.Response:
    """The Bot API's answer to getMe, sendMessage and whatever answers with True."""
    return httpx.Response(200, json={"ok": True, "result": _result(request)})


async def our_channel(hears: Callable[[int], object] | None = None) -> Telegram:
    """Our channel, whose every request is answered at once; `hears` is told each chat that was sent a message."""

    def answered(request: httpx.Request) -> httpx.Response:
        if hears and request.url.path.endswith("/sendMessage"):
            hears(int(_sent(request)["chat_id"]))
        return answered_at_once(request)

    channel = Telegram(TOKEN, secret=SECRET, client_options={"transport": httpx.MockTransport(answered)})
    await channel.open({})
    return channel


def echo() -> Application[Any, Any, Any, Any, Any, Any]:
    """python-telegram-bot's application with one handler, which says again what it hears; answered at once too."""
    options = {"transport": httpx.MockTransport(answered_at_once)}
    requests = (HTTPXRequest(connection_pool_size=32, httpx_kwargs=options) for _ in range(2))
    application = Application.builder().token(TOKEN).request(next(requests)).get_updates_request(next(requests)).build()
    application.add_handler(MessageHandler(filters.TEXT, _say_again))
    return application


async def _say_again(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


def _result(request: httpx.Request) -> object:
    if request.url.path.endswith("/getMe"):
        return {"id": 1, "is_bot": True, "first_name": "面单", "username": "benchmark_bot"}
    if not request.url.path.endswith("/sendMessage"):
        return True
    sent = _sent(request)
    chat = {"id": int(sent["chat_id"]), "type": "private"}
    return {"message_id": next(_numbers), "date": _NOW, "chat": chat, "text": sent["text"]}


def _sent(request: httpx.Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(request.content.decode()).items()}
