"""What every run has: a served world, processes of the program that are killed, people who wait for every answer."""

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Generic, TypeVar

from tests.torture.books import is_busy
from tests.torture.people import Merchant, Unanswered
from tests.torture.processes import Served, free_port
from tests.torture.world import World

_KEY = base64.b64encode(bytes(32)).decode()  # of a database that goes away
_LIFE = 1.0  # seconds that a process lives on average, once it listens; some must live long enough to draw labels
_STARTING = 0.2  # share of kills that do not wait for that
GLANCE = 0.2  # seconds between two looks whether all is done


Compared = TypeVar("Compared")
Person = TypeVar("Person", bound=Merchant)


async def nothing() -> None:
    """Nothing happens."""


@dataclass(frozen=True)
class Plot:
    """What happens: after so many kills, or seconds, the merchants finish their round. `patience` in seconds."""

    database: str
    kills: int
    seconds: float = float("inf")
    processes: int = 1
    merchants: int = 3
    orders: int = 12
    seed: int = 7
    patience: float = 180.0
    are_pushed: bool = False  # couriers push parcels' news to the first process


class Ordeal(Generic[Person]):
    """The world, the program's processes and the merchants of one run."""

    def __init__(self, plot: Plot, folder: Path, merchants: Callable[[World], Sequence[Person]]) -> None:
        self.plot = plot
        self.dice = Random(plot.seed)  # noqa: S311 - repeatable, not secret
        self.over = asyncio.Event()
        self.killed = 0
        self.unanswered: list[str] = []
        self._folder = folder
        port = free_port()
        self.world = World(f"http://127.0.0.1:{port}")
        world = ("sandbox", "--port", str(port), "--orders", str(plot.orders), "--seed", str(plot.seed))
        self._sandbox = Served(folder / "world.log", *world, environment={})
        self.site = f"http://127.0.0.1:{free_port()}"  # where the first process listens
        self.program = self._processes()
        self.merchants = merchants(self.world)

    def _processes(self) -> list[Served]:
        """Merchants come back from the platform's page to the first, and couriers push to it."""
        ports = [int(self.site.rpartition(":")[2]), *(free_port() for _ in range(self.plot.processes - 1))]
        environment = {
            "MIANDAN_DATABASE": self.plot.database,
            "MIANDAN_FLOOD": "100000",  # her words a minute, for a merchant who answers at once
            "MIANDAN_KEY": _KEY,
            "MIANDAN_PUBLIC_URL": self.site,
            "MIANDAN_TRACK_PUSHES": str(self.plot.are_pushed).lower(),
        }
        return [
            Served(
                self._folder / f"program-{port}.log",
                *("serve", "--world", self.world.url, "--port", str(port)),
                environment=environment,
            )
            for port in ports
        ]

    async def play(
        self,
        talk: Callable[[], Awaitable[None]],
        settle: Callable[[], Awaitable[None]],
        compare: Callable[[], Awaitable[Compared]],
        *,
        prepare: Callable[[], Awaitable[None]] = nothing,
        between: Callable[[], Awaitable[None]] = nothing,
    ) -> Compared:
        """Prepare; talk while processes are killed, with `between` after each kill; settle, and compare the books.

        A program that never comes to rest is a `TimeoutError`.
        """
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.world.close)
            for process in (self._sandbox, *self.program):
                stack.push_async_callback(process.kill)
            await self._open()
            await prepare()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._kill(between))
                group.create_task(talk())
            for process in self.program:
                await process.is_up()
            await settle()
            for process in self.program:
                await process.kill()
            await self._keep_evidence()
            return await compare()

    async def patiently(self, merchant: Merchant, act: Callable[[], Awaitable[object]]) -> None:
        """A merchant who waits in vain says no more: the promise is broken, and the run is over."""
        if self.unanswered:
            return
        try:
            await act()
        except Unanswered as error:
            self.unanswered.append(f"chat {merchant.chat}: {error}")
            self.over.set()

    async def rests(self) -> None:
        """Wait until the program has nothing left to do or to tell. Raises `TimeoutError`."""
        async with asyncio.timeout(2 * self.plot.patience):
            while await is_busy(self.plot.database):  # noqa: ASYNC110 - the work is another process's
                await asyncio.sleep(GLANCE)

    async def _open(self) -> None:
        await self._sandbox.start()
        await self.world.is_up()
        await self.program[0].start()
        await self.program[0].is_up()  # it brings the database to today's schema
        for process in self.program[1:]:
            await process.start()

    async def _kill(self, between: Callable[[], Awaitable[None]]) -> None:
        """One process at a time, mostly at work, sometimes while it starts."""
        end = time.monotonic() + self.plot.seconds
        while self.killed < self.plot.kills and time.monotonic() < end and not self.over.is_set():
            if any(merchant.is_weary for merchant in self.merchants):
                await asyncio.sleep(GLANCE)
                continue
            victim = self.dice.choice(self.program)
            if self.dice.random() >= _STARTING:
                await victim.is_up()
            await asyncio.sleep(self.dice.expovariate(1 / _LIFE))
            await victim.kill()
            self.killed += 1
            await between()
            await asyncio.gather(*(process.start() for process in self.program if not process.is_running))
        self.over.set()

    async def _keep_evidence(self) -> None:
        """What the world saw, beside the logs and the database, for whoever looks into a broken promise."""
        heard = {merchant.chat: await self.world.heard(merchant.chat) for merchant in self.merchants}
        chats = {chat: [asdict(message) for message in messages] for chat, messages in heard.items()}
        seen = {"ledger": await self.world.ledger(), "chats": chats, "unanswered": self.unanswered}
        (self._folder / "world.json").write_text(json.dumps(seen, ensure_ascii=False, indent=1), "utf-8")
