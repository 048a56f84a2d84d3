"""The port to a chat: it draws what the conversations say, and hands in what the merchant says."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from handlers.messages import Button


@dataclass(frozen=True, slots=True)
class File:
    """A document to send."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Drawing:
    """One message as a channel sends it. `replaces`: the channel's id of the message whose place it takes.

    `only_edits`: where that message cannot be changed any more, nothing is sent.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    file: File | None = None
    erase: str = ""  # the channel's id of a message to delete
    replaces: str = ""
    only_edits: bool = False


class ChannelBusy(Exception):
    """The channel did not take it; try again after `seconds`. Any other failure leaves open whether it arrived."""

    def __init__(self, seconds: float) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class PeerAway(ChannelBusy):
    """Nothing reaches this peer (it blocked the bot) until it writes again; tried once more after `seconds` at last."""


class Channel(Protocol):
    """One way to talk with merchants."""

    name: str

    async def send(self, peer: str, drawing: Drawing) -> str:
        """Send a message, or change the one it replaces; returns the channel's id of it. Raises `ChannelBusy`."""
        ...


@runtime_checkable
class FileKeeper(Protocol):
    """A channel that keeps the files merchants send, until they are asked for."""

    async def download(self, file: str, most: int) -> bytes:
        """A file's bytes. Raises `FileRefused` ("too_big" beyond `most`, "gone"), `ServiceUnavailable`."""
        ...
