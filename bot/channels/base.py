"""The port to a chat: it draws what the conversations say, and hands in what the merchant says."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from starlette.routing import BaseRoute

from core.storage.address import Address
from handlers.messages import Button, Incoming

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A document to send."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Drawing:
    """One message as a channel sends it. `replaces`: the channel's id of the message whose place it takes.

    `only_edits`: where that message cannot be changed any more, nothing is sent.
    `is_live`: later versions of it are likely. `language` is for the few words that a channel adds itself.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    file: File | None = None
    erase: str = ""  # the channel's id of a message to delete
    replaces: str = ""
    only_edits: bool = False
    asks: bool = False  # it wants words for an answer
    answers: str = ""  # the channel's id of the message it answers, where others write in between
    is_live: bool = False
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can do; what is drawn for it follows from that.

    `edits`: a message is replaced at any time; `edits_once`: at least once. `erases`: what the merchant typed is
    deleted. `pushes`: it may speak unasked; `knocks`: where it may not, it tells that something waits (see `Knocker`).
    `gathers`: messages are rationed, so what waits goes out as one.
    `largest_file` in bytes, 0 for none. `voice`: what reaches us of voice messages, their words or their recordings.
    """

    edits: bool = True
    edits_once: bool = True
    erases: bool = True
    pushes: bool = True
    knocks: bool = False
    gathers: bool = False
    largest_file: int = 50 * _MIB
    voice: Literal["words", "recordings", ""] = "recordings"


class ChannelBusy(Exception):
    """The channel did not take it; try again after `seconds`. Any other failure leaves open whether it arrived."""

    def __init__(self, seconds: float) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class PeerAway(ChannelBusy):
    """Nothing reaches this peer (it blocked the bot) until it writes again; tried once more after `seconds` at last."""


class ChannelRefused(Exception):
    """The channel does not want us at all. Its text tells the operator what to do."""


Keep = Callable[[Drawing], Awaitable[None]]
"""Keeps what is left of a drawing, so that what was said of it already is not said again."""


async def unkept(_rest: Drawing) -> None:
    """Where nobody tries again with what is left."""


class Channel(Protocol):
    """One way to talk with merchants."""

    name: str
    abilities: Abilities

    async def send(self, peer: str, drawing: Drawing, keep: Keep = unkept) -> str:
        """Send a message, or change the one it replaces; returns the channel's id of it. Raises `ChannelBusy`.

        Where the channel takes it in several messages, `keep` is awaited after each but the last.
        """
        ...


Receive = Callable[[Incoming], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Told:
    """What there was to say to a chat, for a channel that can only answer.

    `keep` is awaited once it was said, with what of it did not fit and is said next, if anything is left.
    """

    drawing: Drawing
    keep: Callable[[Drawing | None], Awaitable[None]]


class Reception(Protocol):
    """Where a channel's routes bring what came in."""

    async def receive(self, incoming: Incoming) -> None:
        """Keep a message; it will be answered, and only once however often it is brought."""
        ...

    async def rests(self, to: Address, seconds: float) -> bool:
        """Wait at most so long until all that this chat waits for is done; whether it is."""
        ...

    async def answer(self, to: Address) -> Told | None:
        """What waits to be said to this chat, if anything does."""
        ...


class ServedChannel(Channel, Protocol):
    """A channel as `miandan serve` runs it. `trouble`: what keeps its news, or ours, from arriving now, if anything."""

    trouble: str

    async def open(self, menu: Mapping[str, str]) -> str:
        """Connect, and show the menu (intent → label) where there is one; returns who we are there.

        Raises `ChannelRefused`, and `ChannelBusy` when the channel cannot be reached.
        """
        ...

    def routes(self, reception: Reception) -> Sequence[BaseRoute]:
        """What the channel's servers call."""
        ...

    async def listen(self, receive: Receive) -> None:
        """Bring in what is said, for ever; for a channel that is called, nothing."""
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...


@runtime_checkable
class FileKeeper(Protocol):
    """A channel that keeps the files merchants send, until they are asked for."""

    async def download(self, file: str, most: int) -> bytes:
        """A file's bytes. Raises `FileRefused` ("too_big" beyond `most`, "gone"), `ServiceUnavailable`."""
        ...


@runtime_checkable
class Knocker(Protocol):
    """A channel that cannot say what there is to say, but can tell that there is something."""

    async def knock(self, peer: str, text: str) -> None:
        """Tell that this waits, once until the peer writes again. Raises `ChannelBusy` where it could not be told."""
        ...


@runtime_checkable
class Linked(Protocol):
    """A channel with addresses that open a chat and say a word there."""

    def start_link(self, word: str) -> str:
        """The address that says this word."""
        ...
