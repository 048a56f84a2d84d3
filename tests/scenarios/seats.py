"""Where a merchant can sit: in front of each channel, with the same things to do and to see."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import pypdfium2
from httpx import ASGITransport

from bot.app import App, build
from bot.channels import console, telegram
from bot.channels.console import Console
from bot.channels.telegram import Telegram
from bot.demo import hear, settings
from bot.sandbox.telegram.service import TOKEN
from bot.sandbox.world import World
from bot.web.site import web
from core.http import Http, client
from core.labels import Press
from core.storage.address import Address
from handlers.texts import LANGUAGES, text
from tests.support.merchant import Merchant
from tests.support.passing import passes, time_passes
from tests.support.stage import Stage, at_once


@dataclass(frozen=True)
class Heard:
    """One message with the labels of its buttons."""

    text: str
    buttons: tuple[str, ...] = ()


def is_photo(name: str) -> bool:
    """Whether a phone would send it as a picture."""
    return name.endswith((".jpg", ".png"))


class Seat(Protocol):
    """A merchant in front of a channel. `to` is her private chat there.

    `times`: how often the channel delivers whatever she does. `edits`: whether what she was told changes in its place,
    however long ago that was.
    """

    world: World
    to: Address
    times: int
    edits: bool

    @property
    def app(self) -> App:
        """The program."""
        ...

    async def sit(self) -> None:
        """Start the program."""
        ...

    async def leave(self) -> None:
        """Stop the program."""
        ...

    async def restart(self) -> None:
        """Stop and start."""
        ...

    async def says(self, text: str) -> None:
        """Write a message."""
        ...

    async def sends(self, name: str, body: bytes) -> None:
        """Send a file: a photo where its name says so, a document otherwise."""
        ...

    async def taps(self, label: str) -> None:
        """Choose the newest button with this label."""
        ...

    async def opens(self, label: str) -> None:
        """Open the page behind the newest button with this label, agree, come back."""
        ...

    async def waits(self, hours: float) -> None:
        """Do nothing for so long."""
        ...

    def news(self) -> list[Heard]:
        """What was heard since the last thing done."""
        ...

    def stands(self) -> Heard:
        """The last message, as it reads now."""
        ...

    def pages(self) -> int:
        """Label pages that were sent."""
        ...


class RoomSeat:
    """In front of the channel that remembers."""

    times = 1
    to = Address("room", "小满")
    edits = True

    def __init__(self, world: World, folder: Path, press: Press) -> None:
        self.world = world
        self._stage = Stage(world, folder, press)
        self._merchant = Merchant(self._stage, self.to.peer)

    @property
    def app(self) -> App:
        return self._stage.app

    async def sit(self) -> None:
        await self._stage.light()

    async def leave(self) -> None:
        await self._stage.dark()

    async def restart(self) -> None:
        self._merchant.marks()
        await self._stage.restart()
        await self._stage.app.quiet()

    async def says(self, text: str) -> None:
        await self._merchant.says(text)

    async def sends(self, name: str, body: bytes) -> None:
        await (self._merchant.sends_photo(body) if is_photo(name) else self._merchant.sends_document(name, body))

    async def taps(self, label: str) -> None:
        await self._merchant.taps(label)

    async def opens(self, label: str) -> None:
        await self._merchant.opens(label)

    async def waits(self, hours: float) -> None:
        self._merchant.marks()
        await passes(self._stage, hours)

    def news(self) -> list[Heard]:
        return [Heard(each.text, tuple(button.label for button in each.buttons)) for each in self._merchant.news]

    def stands(self) -> Heard:
        last = self._merchant.messages[-1]
        return Heard(last.text, tuple(button.label for button in last.buttons))

    def pages(self) -> int:
        return sum(len(pypdfium2.PdfDocument(file)) for file in self._merchant.pages)


class ConsoleSeat:
    """In front of a terminal: everything is read off the screen, and buttons are numbers."""

    times = 1
    to = Address(console.NAME, console.PEER)
    edits = True

    def __init__(self, world: World, folder: Path, press: Press) -> None:
        self.world = world
        self._folder = folder
        self._press = press
        self._output = StringIO()
        self._screen = Console(folder / "out", self._output, self._visit, is_terminal=True)
        self._app: App | None = None
        self._seen = 0

    async def sit(self) -> None:
        http = Http(client(mounts=self.world.mounts()))
        self._app = await build(
            settings(self._folder),
            {console.NAME: self._screen},
            clock=self.world.clock,
            http=http,
            press=self._press,
            pause=at_once,
            is_sample=True,
        )
        self._app.start()

    async def leave(self) -> None:
        await self.app.close()

    async def restart(self) -> None:
        self._seen = len(self._output.getvalue())
        await self.app.close()
        await self.sit()
        await self.app.quiet()

    @property
    def app(self) -> App:
        assert self._app is not None, "nobody sits here"
        return self._app

    async def says(self, text: str) -> None:
        self._seen = len(self._output.getvalue())
        await hear(self.app, self._screen, text)

    async def sends(self, name: str, body: bytes) -> None:
        """By its path."""
        file = self._folder / name
        file.write_bytes(body)
        await self.says(str(file))

    async def taps(self, label: str) -> None:
        labels = next(each.buttons for each in reversed(_read(self._output.getvalue())) if each.buttons)
        await self.says(str(labels.index(label) + 1))

    async def opens(self, label: str) -> None:
        await self.taps(label)

    async def waits(self, hours: float) -> None:
        self._seen = len(self._output.getvalue())
        await time_passes(self.world, self.app, hours)

    def news(self) -> list[Heard]:
        return _read(self._output.getvalue()[self._seen :])

    def stands(self) -> Heard:
        return _read(self._output.getvalue())[-1]

    def pages(self) -> int:
        return sum(len(pypdfium2.PdfDocument(file)) for file in (self._folder / "out").glob("*.pdf"))

    async def _visit(self, url: str) -> str:
        back = await self.world.browser.authorise(url)
        await self.app.turns.come_back(dict(parse_qsl(urlsplit(back).query)))
        return "（已在浏览器里同意授权）"


def _read(shown: str) -> list[Heard]:
    """The messages on a screen; lines that are rewritten stand there once for each time."""
    heard = [_message(block) for block in shown.split("面单  ")[1:]]
    return [each for each in heard if each.text]


def _message(block: str) -> Heard:
    lines = [line.removeprefix("      ") for line in block.split("\x1b", maxsplit=1)[0].splitlines()]
    text = [line for line in lines if not line.startswith(("[1 ", "📎 /", "（已在浏览器"))]
    drawn = next((line for line in lines if line.startswith("[1 ")), "")
    return Heard("\n".join(text), tuple(each.split(" ", 1)[1].rstrip("]") for each in drawn.split("  ") if each))


_DRAWN_HERE_ALONE = {text(language, "chat.secret_erased") for language in LANGUAGES}  # other channels cannot erase


class TelegramSeat:
    """In front of Telegram; the bot fetches its updates."""

    chat = 1
    secret = ""
    public_url = "http://127.0.0.1:8600"
    times = 1
    to = Address(telegram.NAME, "1")
    edits = True

    def __init__(self, world: World, folder: Path, press: Press) -> None:
        self.world = world
        self._folder = folder
        self._press = press
        self._app: App | None = None
        self._channel: Telegram | None = None
        self._after = 0
        self._seen = 0

    @property
    def app(self) -> App:
        assert self._app is not None, "nobody sits here"
        return self._app

    @property
    def channel(self) -> Telegram:
        assert self._channel is not None, "nobody sits here"
        return self._channel

    async def sit(self) -> None:
        mounts = self.world.mounts()
        self._channel = Telegram(TOKEN, secret=self.secret, client_options={"mounts": mounts, "trust_env": False})
        await self._channel.open({"help": "帮助"})
        self._app = await build(
            settings(self._folder).model_copy(update={"public_url": self.public_url}),
            {telegram.NAME: self._channel},
            clock=self.world.clock,
            http=Http(client(mounts=mounts)),
            press=self._press,
            pause=at_once,
            is_sample=True,
        )
        self._app.start()

    async def leave(self) -> None:
        await self.app.close()
        await self.channel.close()

    async def restart(self) -> None:
        self._seen = len(self._heard())
        await self.leave()
        await self.sit()
        await self.app.quiet()

    async def says(self, text: str) -> None:
        self._seen = len(self._heard())
        self.world.telegram.says(self.chat, text)
        await self._arrives()

    async def sends(self, name: str, body: bytes) -> None:
        self._seen = len(self._heard())
        if is_photo(name):
            self.world.telegram.sends_photo(self.chat, body)
        else:
            self.world.telegram.sends_document(self.chat, name, body)
        await self._arrives()

    async def taps(self, label: str) -> None:
        self._seen = len(self._heard())
        self.world.telegram.presses(self.chat, label)
        await self._arrives()

    async def opens(self, label: str) -> None:
        self._seen = len(self._heard())
        back = await self.world.browser.authorise(self.world.telegram.presses(self.chat, label))
        await self.app.turns.come_back(dict(parse_qsl(urlsplit(back).query)))
        await self.app.quiet()

    async def waits(self, hours: float) -> None:
        self._seen = len(self._heard())
        await time_passes(self.world, self.app, hours)

    def stands(self) -> Heard:
        last = self._heard()[-1]
        return Heard(last["text"], tuple(last["buttons"]))

    def news(self) -> list[Heard]:
        said = [each for each in self._heard()[self._seen :] if each["text"] not in _DRAWN_HERE_ALONE]
        return [Heard(each["text"], tuple(each["buttons"])) for each in said]

    def pages(self) -> int:
        sent = (each["message_id"] for each in self._heard() if each.get("document"))
        return sum(len(pypdfium2.PdfDocument(self.world.telegram.document(self.chat, each))) for each in sent)

    async def _arrives(self) -> None:
        self._after = await self.channel.fetch(self._after, self.app.turns.receive)
        for _ in range(self.times - 1):
            self.world.telegram.repeats_updates()
            await self.channel.fetch(self._after, self.app.turns.receive)
        await self.app.quiet()

    def _heard(self) -> list[dict[str, Any]]:
        return self.world.telegram.heard(self.chat)


class TelegramWebhookSeat(TelegramSeat):
    """In front of Telegram; updates are pushed to the bot."""

    secret = "a-secret-that-only-telegram-knows"

    async def sit(self) -> None:
        await super().sit()
        door = Http(client(mounts={"all://bot.example": ASGITransport(web(self.app, [self.channel]))}))

        async def deliver(url: str, body: bytes, headers: dict[str, str]) -> int:
            return (await door.post("bot", url, body, headers)).status

        self.world.telegram.deliver_with(deliver)
        await self.channel.listen_at("https://bot.example/telegram", self.secret)

    async def _arrives(self) -> None:
        await self.world.telegram.delivers()
        for _ in range(self.times - 1):
            self.world.telegram.repeats_updates()
            await self.world.telegram.delivers()
        await self.app.quiet()
