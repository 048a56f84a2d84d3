"""Telegram's servers as a bot meets them, and the people behind them.

world.telegram.says(1, "打印今天的订单")
world.telegram.sends_document(1, "收件人.xlsx", body)
world.telegram.presses(1, "确认")
world.telegram.heard(1)
"""

import mimetypes
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from bot.sandbox.clock import SECOND
from bot.sandbox.service import Scene, Service
from bot.sandbox.telegram import account, messages, wire
from bot.sandbox.telegram.account import Account
from bot.sandbox.telegram.chats import BOT, Button, Chat, Message, person
from bot.sandbox.telegram.media import Darkroom, Media
from bot.sandbox.telegram.messages import Messages
from bot.sandbox.telegram.pace import Pace
from bot.sandbox.telegram.switchboard import Switchboard
from bot.sandbox.telegram.updates import Updates
from bot.sandbox.telegram.webhook import Sender, Webhook
from bot.sandbox.telegram.wire import Arguments, Json, Refusal

TOKEN = "700000001:sandbox-telegram-token"  # noqa: S105 - nobody's
_PARAMETERS = account.PARAMETERS | messages.PARAMETERS
_NAMES = {name.lower(): name for name in _PARAMETERS}  # the real service does not mind the case either
_UNKNOWN = "unknown"
_POLLING = "getUpdates"
_LONGEST_TEXT = 4096
_LONGEST_CAPTION = 1024


class Telegram(Service):
    """The service, its one bot, and everybody who writes to it. `chats` by id: a person's own, or negative for groups.

    Time without a moving clock does not pass: a `getUpdates` that would wait then returns at once.
    """

    def __init__(self, scene: Scene) -> None:
        super().__init__("telegram", scene)
        self._board = Switchboard(scene.clock)
        self._darkroom = Darkroom()
        self._updates = Updates(scene.clock)
        self._pace = Pace(scene.clock)
        self._webhook = Webhook(scene.clock, self._updates)
        self._account = Account(self._board, self._updates, self._webhook)
        self._methods = self._account.methods | Messages(scene.clock, self._board, self._darkroom, self._pace).methods
        self._retry_after = 3
        calls = Route("/bot{token}/{method}", self._call, methods=["GET", "POST"])
        self.app = Router([calls, Route("/file/bot{token}/{path:path}", self._download)])

    @property
    def chats(self) -> dict[int, Chat]:
        """Every chat that somebody has opened."""
        return self._board.chats

    # What people do

    def says(self, chat: int, text: str, answers: int = 0) -> int:
        """A person, whose id is above 0, writes to the bot; returns the message's id.

        `answers` is the id of the message it replies to. Raises `ValueError`.
        """
        if chat < 1:
            raise ValueError(chat)
        return self._written(chat, chat, text, answers)

    def in_group(self, group: int, speaker: int, text: str, answers: int = 0) -> int:
        """A person writes in a group, whose id is below 0, with the bot in it; returns the message's id.

        `answers` is the id of the message it replies to. Raises `ValueError`.
        """
        if group > -1:
            raise ValueError(group)
        return self._written(group, speaker, text, answers)

    def sends_document(self, chat: int, name: str, body: bytes, caption: str = "", media: str = "") -> int:
        """A person sends a file; returns the message's id. Raises `ValueError` for an empty one."""
        if not body:
            raise ValueError(name)
        kind = media or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self._handed_over(chat, self._darkroom.document(name, kind, body), caption)

    def sends_photo(self, chat: int, body: bytes, caption: str = "") -> int:
        """A person sends a picture, which Telegram makes smaller. Raises `ValueError` for what is none."""
        return self._handed_over(chat, self._darkroom.photo(body), caption)

    def shows_in_group(self, group: int, speaker: int, body: bytes, caption: str = "", answers: int = 0) -> int:
        """A person sends a picture in a group; see `in_group` and `sends_photo`."""
        if group > -1:
            raise ValueError(group)
        return self._handed_over(group, self._darkroom.photo(body), caption, speaker, answers)

    def sends_voice(self, chat: int, body: bytes, seconds: int = 3) -> int:
        """A person speaks. Raises `ValueError` for what is no Ogg recording."""
        return self._handed_over(chat, self._darkroom.voice(body, seconds), "")

    def _handed_over(self, chat: int, media: Media, caption: str, speaker: int = 0, answers: int = 0) -> int:
        """From whose chat it is, where no `speaker` is named."""
        if (speaker or chat) < 1 or len(caption) > _LONGEST_CAPTION:
            raise ValueError(chat)
        self._board.keep(media)
        return self._added(chat, speaker or chat, caption, media, answers)

    def _written(self, chat: int, speaker: int, text: str, answers: int = 0) -> int:
        if not 0 < len(text) <= _LONGEST_TEXT:
            raise ValueError(len(text))
        return self._added(chat, speaker, text, answers=answers)

    def _added(self, number: int, speaker: int, text: str, media: Media | None = None, answers: int = 0) -> int:
        chat = self._board.opened(number, speaker)
        message = self._board.add(chat, person(speaker), text, media=media)
        message.answers = next((each for each in chat.messages if each.id == answers), None)
        self._updates.add("message", message.to_json())
        return message.id

    def presses(self, chat: int, label: str, message_id: int = 0, by: int = 0) -> str:
        """Whoever spoke last, or another, presses the newest button with this label, or the one under a message.

        Returns the address it opens, if it does. Raises `KeyError` for a chat or button that is not there.
        """
        message, button = _newest(self.chats[chat], label, message_id)
        if not button.url:
            self._updates.add("callback_query", self._pressed(message, button, by or message.chat.speaker))
        return button.url

    def _pressed(self, message: Message, button: Button, by: int) -> Json:
        shown = message.to_inaccessible() if message.is_forgotten else message.to_json()
        presser = person(by)
        query: Json = {"id": self._board.asked(), "from": presser, "message": shown}
        return query | {"chat_instance": str(message.chat.id), "data": button.data}

    def heard(self, chat: int) -> list[Json]:
        """What the bot sent to this chat, oldest first, as it now stands."""
        messages = self.chats[chat].messages if chat in self.chats else []
        return [message.to_heard() for message in messages if message.is_the_bots]

    def document(self, chat: int, number: int) -> bytes:
        """The document that came with a message. Raises `KeyError`."""
        for message in self.chats[chat].messages:
            if message.id == number and message.document:
                return message.document.body
        raise KeyError(number)

    def blocks(self, chat: int) -> None:
        """The person wants nothing more from the bot. Raises `KeyError`."""
        self._changes(self.chats[chat], is_blocked=True)

    def unblocks(self, chat: int) -> None:
        """The person lets the bot write again. Raises `KeyError`."""
        self._changes(self.chats[chat], is_blocked=False)

    def _changes(self, chat: Chat, *, is_blocked: bool) -> None:
        old, chat.is_blocked = chat.is_blocked, is_blocked
        change: Json = {"chat": chat.to_json(), "from": person(chat.speaker), "date": self.scene.clock.now() // SECOND}
        members = {
            "old_chat_member": _membership(is_blocked=old),
            "new_chat_member": _membership(is_blocked=is_blocked),
        }
        self._updates.add("my_chat_member", change | members)

    # What the servers do

    def is_strict(self) -> None:
        """From now on the bot may not speak faster than about one message a second to a chat, thirty to all."""
        self._pace.is_strict = True

    def repeats_updates(self, times: int = 1) -> None:
        """The last updates that were handed out come once more, with their old numbers."""
        self._updates.repeat(times)

    def forgets_messages(self) -> None:
        """People still see what was written so far; the bot can no longer edit or delete it."""
        for chat in self.chats.values():
            for message in chat.messages:
                message.is_forgotten = True

    def answers_within(self, ms: int) -> None:
        """How long a pressed button waits for the bot's answer."""
        self._board.answer_within_ms = ms

    def deliver_with(self, sender: Sender) -> None:
        """Give webhook deliveries a way: awaited with address, body and headers, it returns the HTTP status."""
        self._webhook.sender = sender

    async def delivers(self) -> int:
        """Post what waits to the bot's webhook, in order, until all is taken or one is refused again and again.

        Returns how many were taken: 0 while there is no webhook, no way to it, or the service is down.
        """
        return 0 if self._down else await self._webhook.deliver()

    def goes_down(self) -> None:
        """Nobody answers any more; who waits for updates loses the connection."""
        super().goes_down()
        self._updates.wake()

    def throttles(self, times: int = 1, on: str = "", retry_after: int = 3) -> None:
        """The next calls (of method `on`) are refused: too many, come back in `retry_after` seconds."""
        super().throttles(times, on)
        self._retry_after = retry_after

    def throttled(self) -> Response:
        """Answer 429."""
        return wire.refused(wire.too_many(self._retry_after))

    # What the bot does

    async def _call(self, request: Request) -> Response:
        method = _NAMES.get(request.path_params["method"].lower(), _UNKNOWN)
        try:
            said = await _admitted(request, method)
            await self._wait(method, said)
        except Refusal as refusal:
            return await self.serve(method, partial(wire.refused, refusal))
        return await self.serve(method, partial(self._answer, method, said))

    async def _wait(self, method: str, said: Arguments) -> None:
        if method == _POLLING and not self._down:
            await self._account.hold(said)

    def _answer(self, method: str, said: Arguments) -> Response:
        try:
            return wire.answered(self._methods[method](said))
        except Refusal as refusal:
            return wire.refused(refusal)

    async def _download(self, request: Request) -> Response:
        return await self.serve("file", partial(_file, self._board, request))


async def _admitted(request: Request, method: str) -> Arguments:
    """The arguments of a call that may be made. Raises `Refusal`."""
    if request.path_params["token"] != TOKEN:
        raise wire.stranger()
    if method == _UNKNOWN:
        raise Refusal(404, "Not Found: method not found")
    said = await wire.read(request)
    said.check_names(_PARAMETERS[method].split())
    return said


def _file(board: Switchboard, request: Request) -> Response:
    if request.path_params["token"] != TOKEN:
        return wire.refused(wire.stranger())
    file = board.at(request.path_params["path"])
    if file is None:
        return wire.refused(Refusal(404, "Not Found"))
    return Response(file.body, media_type="application/octet-stream")


def _newest(chat: Chat, label: str, message_id: int) -> tuple[Message, Button]:
    for message in reversed([each for each in chat.messages if message_id in {0, each.id}]):
        for button in message.buttons():
            if button.label == label and not message.is_deleted:
                return message, button
    raise KeyError(label)


def _membership(*, is_blocked: bool) -> Json:
    if is_blocked:
        return {"user": BOT, "status": "kicked", "until_date": 0}
    return {"user": BOT, "status": "member"}
