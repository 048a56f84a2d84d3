"""A channel between the pretend service and nobody: what comes in is kept, what is to be said is given."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.channels.base import Drawing, ServedChannel, Told
from bot.demo import settings
from bot.sandbox.world import World
from bot.web.guard import Guard
from core.http import Http, client
from core.storage.address import Address
from core.storage.database import connect
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from handlers.messages import Incoming

C = TypeVar("C", bound=ServedChannel)


@dataclass
class Desk:
    """Keeps what came in; `waiting` is what there is to say, `is_busy` whether work goes on."""

    came: list[Incoming] = field(default_factory=list)
    waiting: list[Drawing] = field(default_factory=list)
    rest: list[Drawing | None] = field(default_factory=list)  # what was left of each answer
    is_busy: bool = False

    async def receive(self, incoming: Incoming) -> None:
        if incoming.uid not in {each.uid for each in self.came}:
            self.came.append(incoming)

    async def rests(self, _to: Address, _seconds: float) -> bool:
        return not self.is_busy

    async def answer(self, _to: Address) -> Told | None:
        return Told(self.waiting.pop(0), self._keep) if self.waiting else None

    async def _keep(self, rest: Drawing | None) -> None:
        self.rest.append(rest)


@dataclass
class Connected(Generic[C]):
    """A channel at work: its desk, its repositories, and its site for whoever calls."""

    channel: C
    desk: Desk
    kept: Repositories
    site: httpx.ASGITransport

    async def called(self, method: str, url: str, body: bytes) -> tuple[int, bytes]:
        """Somebody calls the site."""
        async with httpx.AsyncClient(transport=self.site) as caller:
            answer = await caller.request(method, url, content=body)
        return answer.status_code, answer.content


@asynccontextmanager
async def connected(world: World, folder: Path, make: Callable[[Http, Repositories], C]) -> AsyncIterator[Connected[C]]:
    """A channel that `make` makes, in front of the pretend world."""
    config = settings(folder)
    database, http = await connect(config.database), Http(client(mounts=world.mounts()), resolve=world.resolve)
    await migrate(database)
    kept, desk = Repositories(database, config.vault(), world.clock), Desk()
    channel = make(http, kept)
    site = Starlette(routes=channel.routes(desk), middleware=[Middleware(Guard)])
    try:
        yield Connected(channel, desk, kept, httpx.ASGITransport(site))
    finally:
        await channel.close()
        await http.close()
        await database.close()
