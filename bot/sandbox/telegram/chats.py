"""Chats, the people in them, and messages, with the JSON the Bot API shows of them.

Moments are epoch milliseconds UTC inside, epoch seconds in the JSON.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.clock import SECOND
from bot.sandbox.telegram.media import Document, Media
from bot.sandbox.telegram.wire import Json

_ENTITY = re.compile(r"^/[A-Za-z0-9_]{1,64}(?:@\w+)?|(?<![\w@/])@[A-Za-z]\w{3,31}")
BOT: Json = {"id": 700000001, "is_bot": True, "first_name": "面单", "username": "miandan_sandbox_bot"}


def person(number: int) -> Json:
    """The user with this id, a Chinese speaker."""
    return {"id": number, "is_bot": False, "first_name": f"Merchant {number}", "language_code": "zh-hans"}


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it carries data for the bot, or opens an address."""

    label: str
    data: str = ""
    url: str = ""

    def to_json(self) -> Json:
        """As an InlineKeyboardButton."""
        shown: Json = {"text": self.label}
        return shown | ({"url": self.url} if self.url else {"callback_data": self.data})


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(slots=True)
class Chat:
    """A private chat, whose id is the person's own, or a group, whose id is negative. `speaker` wrote last."""

    id: int
    speaker: int
    is_blocked: bool = False
    messages: list["Message"] = field(default_factory=list)

    @property
    def is_private(self) -> bool:
        """Whether the bot is alone with one person."""
        return self.id > 0

    def to_json(self) -> Json:
        """As a Chat."""
        if self.is_private:
            return {"id": self.id, "type": "private", "first_name": person(self.id)["first_name"]}
        return {"id": self.id, "type": "supergroup", "title": f"Group {-self.id}"}


@dataclass(slots=True)
class Message:
    """A message, `sender` being a User. With media, `text` is its caption. `answers` is the one it replies to.

    `is_forgotten`: the chat still shows it, and the bot can no longer reach it. `forces_reply`: whoever it answers
    finds the reply box open.
    """

    id: int
    chat: Chat
    sender: Json
    text: str
    at: int
    keyboard: Keyboard = ()
    media: Media | None = None
    is_protected: bool = False
    edited_at: int = 0
    edits: int = 0
    is_deleted: bool = False
    is_forgotten: bool = False
    answers: "Message | None" = None
    forces_reply: bool = False

    @property
    def is_the_bots(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender is BOT

    @property
    def document(self) -> Document | None:
        """The document that came with it."""
        return self.media if isinstance(self.media, Document) else None

    def edit(self, text: str, keyboard: Keyboard, at: int) -> None:
        """New content and new buttons."""
        self.text, self.keyboard, self.edited_at = text, keyboard, at
        self.edits += 1

    def to_json(self) -> Json:
        """As a Message, without what is empty."""
        shown: Json = {"message_id": self.id, "from": self.sender, "chat": self.chat.to_json()}
        shown |= {"date": self.at // SECOND} | self._content()
        if self.edited_at:
            shown["edit_date"] = self.edited_at // SECOND
        if self.answers:
            shown["reply_to_message"] = self.answers.alone()
        if self.keyboard:
            shown["reply_markup"] = {"inline_keyboard": [[each.to_json() for each in row] for row in self.keyboard]}
        return shown | ({"has_protected_content": True} if self.is_protected else {})

    def _content(self) -> Json:
        if self.media:
            return {self.media.key: self.media.to_json()} | ({"caption": self.text} if self.text else {})
        entities = [] if self.is_the_bots else [*self._entities()]
        return {"text": self.text} | ({"entities": entities} if entities else {})

    def _entities(self) -> Iterator[Json]:
        """Commands and mentions; offsets and lengths count UTF-16 units."""
        for found in _ENTITY.finditer(self.text):
            kind = "bot_command" if found[0].startswith("/") else "mention"
            yield {"type": kind, "offset": _units(self.text[: found.start()]), "length": _units(found[0])}

    def alone(self) -> Json:
        """As a Message in another one, which shows no third."""
        shown = self.to_json()
        shown.pop("reply_to_message", None)
        return shown

    def to_inaccessible(self) -> Json:
        """As an InaccessibleMessage."""
        return {"chat": self.chat.to_json(), "message_id": self.id, "date": 0}

    def to_heard(self) -> Json:
        """What a person saw of it."""
        seen: Json = {"message_id": self.id, "text": self.text, "buttons": [each.label for each in self.buttons()]}
        if self.document:
            seen["document"] = {"file_name": self.document.name, "size": len(self.document.body)}
        if self.answers:
            seen |= {"answers": self.answers.id, "forces_reply": self.forces_reply}
        return seen | {"edited": self.edits, "deleted": self.is_deleted}

    def buttons(self) -> list[Button]:
        """All buttons, row by row."""
        return [button for row in self.keyboard for button in row]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
