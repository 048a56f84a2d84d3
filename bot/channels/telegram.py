"""Telegram: python-telegram-bot as a typed client; the loop, the order and the promises are ours.

Limits are those of the Bot API: 4096 characters of text, 1024 of caption, 64 bytes of button data.
"""

import asyncio
import hmac
import json
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
import telegram
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from telegram import InputFile, LinkPreviewOptions
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.channels import telegram_files, telegram_updates
from bot.channels.base import (
    Abilities,
    ChannelBusy,
    ChannelRefused,
    Drawing,
    Keep,
    PeerAway,
    Receive,
    Reception,
    unkept,
)
from bot.channels.telegram_keyboard import answered, keyboard, menus, reply_box
from bot.channels.writing import parts, unsaid
from core.http import never_sent
from handlers.errors import unforeseen

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming way to tell waiting times; it asks for a choice

NAME = telegram_updates.NAME
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
_TEXT = 4096  # characters of a message
_CAPTION = 1024  # characters under a document
_CONNECTIONS = 40  # updates that Telegram may push at the same time
_WAIT = 25  # seconds a poll waits for news
_BLOCKED = 3600.0  # seconds until somebody who blocked the bot is tried again
_AFTER_FAILURE = 3.0  # seconds until what failed for want of Telegram is tried again
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

log = structlog.get_logger()
T = TypeVar("T")


class TokenRefused(ChannelRefused):
    """Telegram does not know this token. Get one from @BotFather and set MIANDAN_TELEGRAM_TOKEN."""


class Telegram:
    """One bot."""

    name = NAME
    abilities = Abilities()

    def __init__(
        self,
        token: str,
        *,
        webhook: str = "",
        secret: str = "",
        world: str = "",
        client_options: dict[str, Any] | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`webhook`: where updates are pushed, with this secret, instead of being fetched.

        `world`: a served sandbox instead of Telegram; `client_options`: how the HTTP client reaches another.
        """
        self._webhook = webhook
        self._secret = secret
        self.trouble = ""  # what keeps Telegram's news from us now
        self._pause = pause
        base = f"{world}/api.telegram.org" if world else "https://api.telegram.org"
        self._bot = telegram.Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=HTTPXRequest(connection_pool_size=32, httpx_kwargs=client_options),
            get_updates_request=HTTPXRequest(
                connection_pool_size=1, read_timeout=_WAIT + 10, httpx_kwargs=client_options
            ),
        )
        self._acknowledging: set[asyncio.Task[None]] = set()

    async def open(self, menu: Mapping[str, str]) -> str:
        """See `ServedChannel.open`; the menu is that of commands. Raises `TokenRefused`."""
        name = await self.introduce()
        with _reachable():
            for language, commands in menus(menu).items():
                await self._bot.set_my_commands(commands, language_code=language)
        return f"@{name} on Telegram"

    async def introduce(self) -> str:
        """Connect; returns the bot's name. Raises like `open`."""
        try:
            with _reachable():
                await self._bot.initialize()
        except InvalidToken as error:
            raise TokenRefused(TokenRefused.__doc__) from error
        return self._bot.username

    async def webhook_trouble(self) -> str:
        """Telegram's last words about pushing updates to us, "" when that works."""
        with _reachable():
            told = await self._bot.get_webhook_info()
        return (told.last_error_message or "") if told.url else "no webhook is set"

    async def close(self) -> None:
        """Disconnect."""
        await asyncio.gather(*self._acknowledging, return_exceptions=True)
        await self._bot.shutdown()

    # Out.

    async def send(self, peer: str, drawing: Drawing, keep: Keep = unkept) -> str:
        """See `Channel.send`."""
        try:
            return await self._send(int(peer), drawing, keep)
        except RetryAfter as error:
            raise ChannelBusy(_seconds(error)) from error
        except Forbidden as error:  # blocked: kept until the merchant comes back
            raise PeerAway(_BLOCKED) from error
        except (TimedOut, BadRequest):
            raise
        except NetworkError as error:
            if never_sent(error.__cause__):
                raise ChannelBusy(_AFTER_FAILURE) from error
            raise

    async def _send(self, chat: int, drawing: Drawing, keep: Keep) -> str:
        if drawing.erase and not await self._erase(chat, int(drawing.erase)):
            return ""  # nothing was deleted, so nothing is said to be
        if drawing.replaces and not drawing.file and len(drawing.text) <= _TEXT and await self._edit(chat, drawing):
            return drawing.replaces
        if drawing.only_edits and not drawing.file:
            return drawing.replaces
        *first, (last, _) = _in_turn(drawing)
        for piece, behind in first:
            await self._bot.send_message(chat, piece, link_preview_options=_NO_PREVIEW)
            await keep(unsaid(drawing, behind))
        return await self._send_last(chat, last, drawing)

    async def _send_last(self, chat: int, text: str, drawing: Drawing) -> str:
        if drawing.file:
            document = InputFile(drawing.file.body, filename=drawing.file.name)
            sent = await self._bot.send_document(chat, document, caption=text, reply_markup=keyboard(drawing.buttons))
        else:
            sent = await self._bot.send_message(
                chat,
                text,
                reply_markup=keyboard(drawing.buttons) or reply_box(drawing),
                reply_parameters=answered(drawing),
                link_preview_options=_NO_PREVIEW,
            )
        return str(sent.message_id)

    async def _edit(self, chat: int, drawing: Drawing) -> bool:
        """Whether the message now reads so; one that is gone is sent anew."""
        try:
            await self._bot.edit_message_text(
                drawing.text, chat, int(drawing.replaces), reply_markup=keyboard(drawing.buttons)
            )
        except BadRequest as error:
            return "not modified" in error.message
        return True

    async def _erase(self, chat: int, message: int) -> bool:
        """Delete what the merchant typed; False for what cannot be deleted, being too old.

        One that is gone counts as deleted: by an attempt before this, after which Telegram took no message.
        """
        try:
            return await self._bot.delete_message(chat, message)
        except BadRequest as error:
            return "to delete not found" in error.message

    def start_link(self, word: str) -> str:
        """See `Linked.start_link`: Telegram says "/start WORD" for whoever opens it."""
        return f"https://t.me/{self._bot.username}?start={word}"

    # In.

    async def download(self, file: str, most: int) -> bytes:
        """See `FileKeeper.download`."""
        return await telegram_files.download(self._bot, file, most)

    def routes(self, reception: Reception) -> Sequence[BaseRoute]:
        """See `ServedChannel.routes`."""

        async def pushed(request: Request) -> Response:
            """Kept before Telegram is told that it arrived."""
            given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
            if not hmac.compare_digest(given.encode(), self._secret.encode()):
                return Response(status_code=HTTPStatus.NOT_FOUND)
            try:
                await self.take(json.loads(await request.body()), reception.receive)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                return Response(status_code=HTTPStatus.BAD_REQUEST)
            return Response()

        return [Route("/telegram", pushed, methods=["POST"])] if self._secret else []

    async def listen(self, receive: Receive) -> None:
        """See `ServedChannel.listen`."""
        if self._webhook:
            await self.listen_at(self._webhook, self._secret)
        else:
            await self.poll(receive)

    async def poll(self, receive: Receive) -> None:
        """Fetch updates for ever, whatever happens."""
        await self._until_it_works(self._bot.delete_webhook)
        after = 0
        while True:
            after = await self._until_it_works(lambda: self.fetch(after, receive))  # noqa: B023 - awaited here and now

    async def _until_it_works(self, ask: Callable[[], Awaitable[T]]) -> T:
        """A listener that ends is a bot that is deaf, so every failure is waited out; `trouble` names it."""
        while True:
            try:
                result = await ask()
            except Exception as error:  # noqa: BLE001 - see above
                if not self.trouble:
                    unforeseen("no news from the channel", error, channel=NAME)
                self.trouble = type(error).__name__
                await self._pause(_seconds(error) if isinstance(error, RetryAfter) else _AFTER_FAILURE)
            else:
                if self.trouble:
                    log.info("news from the channel again", channel=NAME)
                self.trouble = ""
                return result

    async def fetch(self, after: int, receive: Receive) -> int:
        """Fetch updates once, from number `after`; returns the number to fetch from next.

        An update is kept before the next fetch tells Telegram that it arrived.
        """
        for update in await self._bot.get_updates(after, timeout=_WAIT, allowed_updates=ALLOWED_UPDATES):
            await self.take(update.to_dict(), receive)
            after = update.update_id + 1
        return after

    async def listen_at(self, url: str, secret: str) -> None:
        """Have updates pushed to this address instead; returns once Telegram has agreed."""
        await self._until_it_works(
            lambda: self._bot.set_webhook(
                url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=_CONNECTIONS
            )
        )

    async def take(self, update: Mapping[str, Any], receive: Receive) -> None:
        """Keep one update; the spinner on a tapped button is stopped once it is kept."""
        incoming = telegram_updates.read(update, self._bot.username)
        if incoming is not None:
            await receive(incoming)
        if "callback_query" in update:
            task = asyncio.create_task(self._acknowledge(update["callback_query"]["id"]))
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledging.discard)

    async def _acknowledge(self, query: str) -> None:
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError:
            return  # the spinner stops by itself after a while


def _in_turn(drawing: Drawing) -> list[tuple[str, str]]:
    """The texts that say it, each with what is behind it; one too long for a caption stands before its document."""
    cut = parts(drawing.text, _TEXT)
    return cut if not drawing.file or len(drawing.text) <= _CAPTION else [*cut, ("", "")]


@contextmanager
def _reachable() -> Iterator[None]:
    """For calls that may be repeated: any failure of the network is `ChannelBusy`."""
    try:
        yield
    except BadRequest:
        raise
    except RetryAfter as error:
        raise ChannelBusy(_seconds(error)) from error
    except NetworkError as error:
        raise ChannelBusy(_AFTER_FAILURE) from error


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
