"""Seats in front of a WeCom application and a WeCom bot; secrets go through the form that each offers."""

import asyncio
import contextlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pypdfium2

from bot.app import App, build
from bot.channels.base import Channel, ServedChannel
from bot.channels.wecom import Application, WeCom
from bot.channels.wecom_bot import WecomBot
from bot.channels.wecom_line import Bot
from bot.demo import settings
from bot.sandbox.wecom import service as wecom_service
from bot.sandbox.wecom.messages import AGENT
from bot.sandbox.wecom_bot import service as bot_service
from bot.sandbox.world import World
from bot.web.site import web
from core.http import Http, client
from core.labels import Press
from core.storage.address import Address
from core.storage.database import connect
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from handlers.messages import Incoming
from tests.scenarios.seats import Heard, is_photo
from tests.scenarios.undrawn import FORMS, LINK, merged, undrawn
from tests.support.forms import SITE, fill
from tests.support.passing import time_passes
from tests.support.sockets import served
from tests.support.stage import at_once

MENU = {"print_orders": "打印订单", "bind_shop": "绑定店铺", "bind_courier": "绑定快递", "help": "看帮助"}
_ON_THE_WAY = {"返回", "取消", "帮助", "back", "cancel"}  # said in the chat, also where a form is offered
_A_MOMENT = 5_000  # milliseconds between two things a merchant does


class WeChatSeat:
    """What the seats have in common; `who` sits there. `times`: how often everything she does is delivered."""

    who = "xiaoman"
    times = 1
    edits = False
    others: Mapping[str, Any] = {}  # settings by name

    def __init__(self, world: World, folder: Path, press: Press) -> None:
        self.world = world
        self._folder = folder
        self._press = press
        self._app: App | None = None
        self._channel: ServedChannel | None = None
        self.seen = 0
        self.beside: dict[str, Channel] = {}  # other channels of the same program
        self.site = httpx.ASGITransport(self._web)

    @property
    def service(self) -> Any:
        """The pretend service."""
        raise NotImplementedError

    def channel(self, http: Http, kept: Repositories) -> ServedChannel:
        """The channel, in front of it."""
        raise NotImplementedError

    @property
    def app(self) -> App:
        assert self._app is not None, "nobody sits here"
        return self._app

    @property
    def to(self) -> Address:
        assert self._channel is not None, "nobody sits here"
        return Address(self._channel.name, self.who)

    async def sit(self) -> None:
        config = settings(self._folder).model_copy(update={"public_url": SITE, **self.others})
        http = Http(client(mounts=self.world.mounts()), resolve=self.world.resolve)
        database = await connect(config.database)
        await migrate(database)
        self._channel = self.channel(http, Repositories(database, config.vault(), self.world.clock))
        self._app = await build(
            config,
            {self._channel.name: self._channel, **self.beside},
            clock=self.world.clock,
            http=http,
            database=database,
            press=self._press,
            pause=at_once,
            is_sample=True,
        )
        self._site = web(self._app, [self._channel])
        await self._channel.open(MENU)
        self._app.start()

    async def leave(self) -> None:
        assert self._channel is not None
        await self.app.close()
        await self._channel.close()

    async def restart(self) -> None:
        self.seen = len(self.heard())
        await self.leave()
        await self.sit()
        await self.app.quiet()

    async def says(self, text: str) -> None:
        """A secret goes where the newest question's link leads."""
        form = "" if text in _ON_THE_WAY else self._form()
        self._begins()
        if form:
            await fill(self.site, form, text)
            await self.app.quiet()
        else:
            self.service.says(self.who, text)
            await self.arrives()

    async def sends(self, name: str, body: bytes) -> None:
        self._begins()
        self.hands(name, body)
        await self.arrives()

    def hands(self, name: str, body: bytes) -> None:
        """What the service does with a file of hers."""
        self.service.sends(self.who, "image" if is_photo(name) else "file", body, name)

    async def taps(self, label: str) -> None:
        self._begins()
        self.service.presses(self.who, self._shown(label))
        await self.arrives()

    async def opens(self, label: str) -> None:
        self._begins()
        back = await self.world.browser.authorise(self.service.presses(self.who, label))
        await self.app.turns.come_back(dict(parse_qsl(urlsplit(back).query)))
        await self.app.quiet()

    async def waits(self, hours: float) -> None:
        self.seen = len(self.heard())
        await time_passes(self.world, self.app, hours)

    def stands(self) -> Heard:
        return merged(map(undrawn, self.heard()))[-1]

    def news(self) -> list[Heard]:
        return [heard for heard in merged(map(undrawn, self.heard()[self.seen :])) if heard.text]

    def pages(self) -> int:
        files = (each["message_id"] for each in self.heard() if "document" in each)
        return sum(pdf_pages(self.service.document(self.who, each)) for each in files)

    def _begins(self) -> None:
        self.seen = len(self.heard())
        self.world.clock.move(_A_MOMENT)

    async def arrives(self) -> None:
        await self.service.delivers()
        for _ in range(self.times - 1):
            self.service.repeats_calls()
            await self.service.delivers()
        await self.app.quiet()

    def _shown(self, label: str) -> str:
        """What the button reads on a phone."""
        cut = (each for message in reversed(self.heard()) for each in message["buttons"] if each.endswith("…"))
        begun = ((each, each[:-1].partition(" ")[2]) for each in cut)  # one that is over has none
        return next((each for each, start in begun if start and label.startswith(start)), label)

    def _form(self) -> str:
        heard = self.heard()
        last = heard[-1]["text"] if heard else ""
        return next((url for label, url in LINK.findall(last) if label in FORMS), "")

    def heard(self) -> list[dict[str, Any]]:
        return self.service.heard(self.who)

    async def _web(self, scope: Any, receive: Any, send: Any) -> None:
        await self._site(scope, receive, send)

    async def called(self, method: str, url: str, body: bytes) -> tuple[int, bytes]:
        async with httpx.AsyncClient(transport=self.site) as caller:
            answer = await caller.request(method, url, content=body)
        return answer.status_code, answer.content


class WecomSeat(WeChatSeat):
    """In front of a WeCom application."""

    @property
    def service(self) -> wecom_service.Wecom:
        return self.world.wecom

    def channel(self, http: Http, kept: Repositories) -> WeCom:
        self.service.call_with(self.called, f"{SITE}/wecom")
        return WeCom(application(), http, self.world.clock, kept)

    async def leave(self) -> None:
        await super().leave()
        assert not any(member.swallowed for member in self.service.members.values()), "WeCom dropped a message"


class WecomBotSeat(WeChatSeat):
    """In front of a WeCom bot, over a real connection."""

    def __init__(self, world: World, folder: Path, press: Press) -> None:
        super().__init__(world, folder, press)
        self._url = ""
        self._server = contextlib.AsyncExitStack()
        self._listener: asyncio.Task[None] | None = None
        self._arrived = 0
        self._arrival = asyncio.Condition()

    @property
    def service(self) -> bot_service.WecomBot:
        return self.world.wecom_bot

    def channel(self, http: Http, _kept: Repositories) -> WecomBot:
        return WecomBot(Bot(bot_service.BOT_ID, bot_service.SECRET, f"ws://{self._url}/"), http, at_once)

    async def sit(self) -> None:
        if not self._url:
            self._url = await self._server.enter_async_context(served(self.service.app))
        await super().sit()
        assert self._channel is not None
        self._listener = asyncio.create_task(self._channel.listen(self._receive))

    async def leave(self) -> None:
        await self._hang_up()
        await self._server.aclose()

    async def restart(self) -> None:
        self.seen = len(self.heard())
        await self._hang_up()
        await self.sit()
        await self.app.quiet()

    async def _hang_up(self) -> None:
        assert self._listener is not None
        self._listener.cancel()
        await asyncio.gather(self._listener, return_exceptions=True)
        await super().leave()

    async def _receive(self, incoming: Incoming) -> None:
        await self.app.turns.receive(incoming)
        async with self._arrival:
            self._arrived += 1
            self._arrival.notify_all()

    async def arrives(self) -> None:
        """Frames are on their way already."""
        expected = self._arrived + self.times
        for _ in range(self.times - 1):
            self.service.repeats_calls()
        async with asyncio.timeout(5), self._arrival:
            await self._arrival.wait_for(lambda: self._arrived >= expected)
        await self.app.quiet()


def application(**others: Any) -> Application:
    """The pretend WeCom's one application."""
    seal = wecom_service.SEAL
    return Application(wecom_service.CORP, AGENT, wecom_service.SECRET, seal.token, seal.aes_key, **others)


def pdf_pages(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(BytesIO(pdf)))
