"""The servers behind a WeCom intelligent bot, and the members who write to it.

world.wecom_bot.says("xiaoman", "打印今天的订单")
world.wecom_bot.presses("xiaoman", "打印 26 张")
world.wecom_bot.heard("xiaoman")
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from itertools import count

from starlette.routing import Router, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.clock import SECOND
from bot.sandbox.service import Scene
from bot.sandbox.shown import File, Json, Message, find_button, find_file, find_link
from bot.sandbox.wechat_wire import BAD_ARGUMENT, BAD_SECRET, OUT_OF_FREQUENCY, Refusal, check_fields
from bot.sandbox.wecom_bot import wire
from bot.sandbox.wecom_bot.chats import Asked, Chat, Chats
from bot.sandbox.wecom_bot.files import SealedFiles
from bot.sandbox.wecom_bot.uploads import Uploads

BOT_ID = "aibSandboxBot0001"
BOT_NAME = "面单"
SECRET = "sandbox-wecom-bot-secret"  # noqa: S105 - nobody's
_REMEMBERED = 100  # frames that can be repeated


class _Line:
    """One connection: what goes out on it, in order, and whether it may speak yet."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.is_subscribed = False
        self._out: asyncio.Queue[Json | None] = asyncio.Queue()

    def put(self, frame: Json) -> None:
        """Send, behind everything else."""
        self._out.put_nowait(frame)

    def hang_up(self) -> None:
        """Close after what was put before."""
        self._out.put_nowait(None)

    async def pump(self) -> None:
        """Carry frames until the line is hung up."""
        while (frame := await self._out.get()) is not None:
            await self.socket.send_text(json.dumps(frame, ensure_ascii=False))
        await self.socket.close()


class WecomBot:
    """The service, its one bot, and everybody who writes to it. What is said while no bot is connected is lost."""

    name = "wecom_bot"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.connections = 0  # how many subscribed, ever
        self.lost = 0
        self._uploads = Uploads(scene.clock)
        self.files = SealedFiles(scene.clock)
        self._chats = Chats(scene.clock, self._uploads)
        self._line: _Line | None = None
        self._ids = count(1)
        self._sent: list[Json] = []
        self._is_down = False
        self._losing = 0
        self._refusing = 0
        self._is_silent = False
        self._commands: dict[str, Callable[[str, Json], Json | None]] = {
            "ping": lambda _request, _body: None,
            "aibot_respond_msg": self._chats.respond,
            "aibot_respond_welcome_msg": self._chats.welcome,
            "aibot_respond_update_msg": self._chats.update,
            "aibot_send_msg": lambda _request, body: self._chats.send(body),
            "aibot_upload_media_init": lambda _request, body: self._uploads.begin(body),
            "aibot_upload_media_chunk": lambda _request, body: self._uploads.add(body),
            "aibot_upload_media_finish": lambda _request, body: self._uploads.finish(body),
        }
        self.app = Router([WebSocketRoute("/", self._connected)])

    # What people do

    def says(self, member: str, text: str) -> int:
        """A member writes to the bot; returns the message's number."""
        return self._call("message", self._chats.opened(member), "text", {"text": {"content": text}})

    def sends(self, member: str, kind: str, body: bytes = b"something", name: str = "", caption: str = "") -> None:
        """A member sends a picture ("image") or a document ("file"); a picture may come with words."""
        lent = self.files.lend(File(name or "picture.jpg", body))
        if not caption:
            self._call("message", self._chats.opened(member), kind, {kind: lent})
            return
        items = [{"msgtype": "text", "text": {"content": caption}}, {"msgtype": kind, kind: lent}]
        self._call("message", self._chats.opened(member), "mixed", {"mixed": {"msg_item": items}})

    def speaks(self, member: str, words: str) -> int:
        """A member sends a voice message, which comes as what the servers heard; returns its number."""
        return self._call("message", self._chats.opened(member), "voice", {"voice": {"content": words}})

    def in_group(self, group: str, member: str, text: str) -> None:
        """A member writes in a group; the bot is told where it is mentioned."""
        self._chats.opened(group)
        if f"@{BOT_NAME}" in text:
            self._call("message", Chat(member), "text", {"text": {"content": text}}, group=group)

    def enters(self, member: str) -> None:
        """A member opens the chat for the first time that day."""
        self._call("enter_chat", self._chats.opened(member), "event", {"event": {"eventtype": "enter_chat"}})

    def presses(self, member: str, label: str, message_id: int = 0, group: str = "") -> str:
        """A member presses the newest button with this label, or opens a link; returns the address it opens.

        Raises `KeyError` for a button that is not there.
        """
        chat = self._chats.opened(group or member)
        if url := find_link(chat.messages, label, message_id):
            return url
        message, key = find_button(chat.messages, label, message_id)
        event = {"eventtype": "template_card_event", "event_key": key, "task_id": message.card}
        self._call("template_card_event", Chat(member), "event", {"event": event}, pressed=message, group=group)
        return ""

    def heard(self, chat_id: str) -> list[Json]:
        """What the bot sent this member or group, oldest first, as it now stands."""
        chat = self._chats.known.get(chat_id)
        return [message.to_heard() for message in chat.messages] if chat else []

    def document(self, member: str, number: int) -> bytes:
        """The file that came with a message. Raises `KeyError`."""
        return find_file(self._chats.opened(member).messages, number)

    # What the servers do

    def is_connected(self) -> bool:
        """Whether a bot listens."""
        return self._line is not None and self._line.is_subscribed

    def evicts(self) -> None:
        """Somebody else connects as this bot: the old connection is told, and closed."""
        if self._line is not None:
            event: Json = {"eventtype": "disconnected_event"}
            self._line.put(self._frame("event", Chat(""), "event", {"event": event}, next(self._ids)))
            self._line.hang_up()
            self._line = None

    def drops_connection(self) -> None:
        """The connection breaks."""
        if self._line is not None:
            self._line.hang_up()
            self._line = None

    def goes_down(self) -> None:
        """Nobody answers any more."""
        self._is_down = True
        self.drops_connection()

    def comes_back(self) -> None:
        """Answers again, and every other fault is over too."""
        self._is_down = self._is_silent = False
        self._losing = self._refusing = 0

    def falls_silent(self) -> None:
        """The connection stands, and nothing is answered on it."""
        self._is_silent = True

    def loses_answers(self, times: int = 1) -> None:
        """The next messages are shown, and the connection breaks before that is confirmed."""
        self._losing = times

    def throttles(self, times: int = 1) -> None:
        """The next messages are refused as too frequent."""
        self._refusing = times

    def repeats_calls(self, times: int = 1) -> None:
        """The last callbacks come once more."""
        for frame in self._sent[-times:]:
            self._put(frame)

    def _call(
        self,
        kind: str,
        chat: Chat,
        message_kind: str,
        content: Json,
        *,
        group: str = "",
        pressed: Message | None = None,
    ) -> int:
        number = next(self._ids)
        self._chats.asked[f"req-{number}"] = Asked(kind, chat, self.scene.clock.now(), pressed)
        frame = self._frame(kind, chat, message_kind, content, number, group)
        self._sent = [*self._sent, frame][-_REMEMBERED:]
        self._put(frame)
        return number

    def _put(self, frame: Json) -> None:
        if self._line is not None and self._line.is_subscribed:
            self._line.put(frame)
        else:
            self.lost += 1

    def _frame(self, kind: str, chat: Chat, message_kind: str, content: Json, number: int, group: str = "") -> Json:
        body: Json = {"msgid": f"bot-{number}", "aibotid": BOT_ID, "chattype": "group" if group else "single"}
        body |= {"from": {"userid": chat.id}, "create_time": self.scene.clock.now() // SECOND}
        body |= {"msgtype": message_kind, **content} | ({"chatid": group} if group else {})
        command = "aibot_msg_callback" if kind == "message" else "aibot_event_callback"
        return {"cmd": command, "headers": {"req_id": f"req-{number}"}, "body": body}

    # What the bot does

    async def _connected(self, socket: WebSocket) -> None:
        if self._is_down:
            await socket.close()
            return
        await socket.accept()
        line = _Line(socket)
        async with _pumping(line):
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # RuntimeError: closed while it was read
                while True:
                    await self._take(line, await socket.receive_text())
        if self._line is line:
            self._line = None

    async def _take(self, line: _Line, text: str) -> None:
        request = ""
        try:
            command, request, body = wire.read(text)
            await self.scene.reaches(f"{self.name}:{command}")
            self.scene.ledger.calls[f"{self.name}:{command}"] += 1
            answer = self._answered(line, command, request, body)
        except Refusal as refusal:
            line.put(wire.refused(request, refusal))
        else:
            if command == "aibot_send_msg" and self._losing:
                self._losing -= 1
                self.drops_connection()
            elif not self._is_silent:
                line.put(wire.ack(request, answer))

    def _answered(self, line: _Line, command: str, request: str, body: Json) -> Json | None:
        if command == "aibot_subscribe":
            self._subscribe(line, body)
            return None
        if not line.is_subscribed or line is not self._line:
            raise Refusal(wire.NOT_SUBSCRIBED, "not subscribed")
        if command not in self._commands:
            raise Refusal(BAD_ARGUMENT, "invalid cmd")
        if command == "aibot_send_msg" and self._refusing:
            self._refusing -= 1
            raise Refusal(OUT_OF_FREQUENCY, "api freq out of limit")
        return self._commands[command](request, body)

    def _subscribe(self, line: _Line, body: Json) -> None:
        """The newest connection has the bot."""
        check_fields(body, {"scene", "plug_version"}, {"bot_id", "secret"})
        if (body["bot_id"], body["secret"]) != (BOT_ID, SECRET):
            raise Refusal(BAD_SECRET, "invalid bot_id or secret")
        if self._line is not line:
            self.evicts()
        self._line, line.is_subscribed = line, True
        self.connections += 1


@contextlib.asynccontextmanager
async def _pumping(line: _Line) -> AsyncIterator[None]:
    pump = asyncio.create_task(line.pump())
    try:
        yield
    finally:
        if line.socket.application_state is WebSocketState.CONNECTED:
            line.hang_up()
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await pump
