"""What a person sees of a message in WeChat, WeCom or a WeCom bot's chat."""

import re
from dataclasses import dataclass

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class File:
    """A document or picture in a chat."""

    name: str
    body: bytes


@dataclass(slots=True)
class Message:
    """One message of the program. `buttons` are label and key, `links` label and address, `card` a card's task id."""

    id: int
    kind: str
    at: int
    text: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    file: File | None = None
    card: str = ""
    edits: int = 0
    is_recalled: bool = False

    def to_heard(self) -> Json:
        """What a person saw of it."""
        seen: Json = {"message_id": self.id, "kind": self.kind, "text": self.text}
        seen["buttons"] = [label for label, _ in self.buttons]
        seen["links"] = [{"label": label, "url": url} for label, url in self.links]
        if self.file:
            seen["document"] = {"file_name": self.file.name, "size": len(self.file.body)}
        return seen | {"edited": self.edits, "deleted": self.is_recalled}


def find_button(messages: list[Message], label: str, number: int) -> tuple[Message, str]:
    """The newest message with this button, or message `number` with it, and the button's key. Raises `KeyError`."""
    for message in _newest(messages, number):
        for shown, key in message.buttons:
            if shown == label:
                return message, key
    raise KeyError(label)


def find_link(messages: list[Message], label: str, number: int) -> str:
    """The address behind a label, or written after it on the same line; empty when there is none."""
    written = re.compile(rf"{re.escape(label)}[^\n]{{0,3}}?\(?(https?://[^\s)]+)")
    for message in _newest(messages, number):
        if url := dict(message.links).get(label, ""):
            return url
        if found := written.search(message.text):
            return found[1]
    return ""


def find_file(messages: list[Message], number: int) -> bytes:
    """The file that came with a message. Raises `KeyError`."""
    for message in messages:
        if message.id == number and message.file:
            return message.file.body
    raise KeyError(number)


def _newest(messages: list[Message], number: int) -> list[Message]:
    return [each for each in reversed(messages) if number in {0, each.id} and not each.is_recalled]
