"""What the bot may say in its chats, and how. Markdown up to 20480 bytes, as streamed replies are limited: assumed."""

from dataclasses import dataclass, field
from itertools import count

from bot.sandbox.clock import SECOND, WorldClock
from bot.sandbox.shown import Message
from bot.sandbox.template_card import BadCard, Card, read_card
from bot.sandbox.wechat_wire import BAD_ARGUMENT, BAD_CARD, BAD_TYPE, NOBODY, Json, Refusal, check_fields, part, text
from bot.sandbox.wecom_bot.uploads import Uploads
from bot.sandbox.wecom_bot.wire import LATE

_LONGEST = 20_480  # bytes
_FILES = {"file", "image"}
_TO_UPDATE = 5 * SECOND


@dataclass(slots=True)
class Chat:
    """A member's chat with the bot."""

    id: str
    messages: list[Message] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """A callback that may be answered: what for, and since when. `message` is the pressed card."""

    kind: str
    chat: Chat
    at: int
    message: Message | None = None


class Chats:
    """Each method takes a body, shows something, and raises `Refusal`."""

    def __init__(self, clock: WorldClock, uploads: Uploads) -> None:
        self.known: dict[str, Chat] = {}
        self.asked: dict[str, Asked] = {}
        self._clock = clock
        self._uploads = uploads
        self._numbers = count(1)
        self._tasks: set[str] = set()

    def opened(self, member: str) -> Chat:
        """The member's chat, new or old."""
        return self.known.setdefault(member, Chat(member))

    def send(self, body: Json) -> None:
        """`aibot_send_msg`: only to somebody who has written to the bot."""
        kind = text(body, "msgtype")
        check_fields(body, (), {"chatid", "msgtype", kind})
        chat = self.known.get(text(body, "chatid"))
        if chat is None:
            raise Refusal(NOBODY, "invalid chatid")
        self._show(chat, kind, part(body, kind))

    def respond(self, request: str, body: Json) -> None:
        """`aibot_respond_msg`: a finished stream, a card or a file in answer to a message."""
        asked = self._asked(request, "message")
        kind = text(body, "msgtype")
        check_fields(body, (), {"msgtype", kind})
        self._show(asked.chat, kind, part(body, kind))

    def welcome(self, request: str, body: Json) -> None:
        """`aibot_respond_welcome_msg`: a text, within five seconds of somebody's coming in."""
        asked = self._in_time(request, "enter_chat")
        check_fields(body, (), {"msgtype", "text"})
        self._show(asked.chat, "text", part(body, "text"))

    def update(self, request: str, body: Json) -> None:
        """`aibot_respond_update_msg`: the pressed card anew, within five seconds of the press."""
        check_fields(body, {"userids"}, {"response_type", "template_card"})
        asked = self._in_time(request, "template_card_event")
        card = _read(part(body, "template_card"))
        if asked.message is None or asked.message.card != card.task or body["response_type"] != "update_template_card":
            raise Refusal(BAD_CARD, "task_id of another card")
        _put(asked.message, card)
        asked.message.edits += 1

    def _show(self, chat: Chat, kind: str, content: Json) -> None:
        message = Message(next(self._numbers), kind, self._clock.now())
        if kind in {"markdown", "text"}:
            check_fields(content, (), {"content"})
            message.text = _limited(text(content, "content"))
        elif kind == "stream":
            check_fields(content, {"content", "finish"}, {"id"})
            message.text = _limited(text(content, "content"))
        elif kind in _FILES:
            check_fields(content, (), {"media_id"})
            message.file = self._uploads.get(kind, text(content, "media_id"))
        elif kind == "template_card":
            _put(message, self._fresh(content))
        else:
            raise Refusal(BAD_TYPE, "invalid msgtype")
        chat.messages.append(message)

    def _fresh(self, content: Json) -> Card:
        card = _read(content)
        if card.task in self._tasks:
            raise Refusal(BAD_CARD, "task_id repeated")
        self._tasks.add(card.task)
        return card

    def _asked(self, request: str, kind: str) -> Asked:
        asked = self.asked.get(request)
        if asked is None or asked.kind != kind:
            raise Refusal(LATE, "invalid req_id")
        return asked

    def _in_time(self, request: str, kind: str) -> Asked:
        asked = self._asked(request, kind)
        if self._clock.now() - asked.at > _TO_UPDATE:
            raise Refusal(LATE, "invalid req_id")
        return asked


def _limited(content: str) -> str:
    if not 0 < len(content.encode()) <= _LONGEST:
        raise Refusal(BAD_ARGUMENT, "content too long or empty")
    return content


def _read(content: Json) -> Card:
    try:
        return read_card(content)
    except BadCard as error:
        raise Refusal(BAD_CARD, f"invalid template_card: {error}") from error


def _put(message: Message, card: Card) -> None:
    message.text, message.buttons, message.links, message.card = card.text, card.buttons, card.links, card.task
