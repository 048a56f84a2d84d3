"""One run: merchants talk, processes die, and in the end the books are compared."""

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from tests.torture.books import Outcome, is_busy, outcome
from tests.torture.people import Merchant, Unanswered
from tests.torture.processes import Served, free_port
from tests.torture.world import World

_KEY = base64.b64encode(bytes(32)).decode()  # of a database that goes away
_LIFE = 1.0  # seconds that a process lives on average, once it listens; some must live long enough to draw labels
_STARTING = 0.2  # share of kills that do not wait for that
_MOST_NEW = 12  # orders that come in between two rounds
_GLANCE = 0.2  # seconds between two looks whether all is done


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


class Run:
    """The world, the program's processes and the merchants of one run."""

    def __init__(self, plot: Plot, folder: Path) -> None:
        self._plot = plot
        self._folder = folder
        self._dice = Random(plot.seed)  # noqa: S311 - repeatable, not secret
        self._over = asyncio.Event()
        self._killed = 0
        self._unanswered: list[str] = []
        port = free_port()
        self._world = World(f"http://127.0.0.1:{port}")
        world = ("sandbox", "--port", str(port), "--orders", str(plot.orders), "--seed", str(plot.seed))
        self._sandbox = Served(folder / "world.log", *world, environment={})
        self._program = _program(plot, folder, self._world.url)
        self._merchants = [Merchant(self._world, chat, plot.patience) for chat in range(1, plot.merchants + 1)]

    async def play(self) -> Outcome:
        """From an empty database to the final comparison; a program that never comes to rest is a `TimeoutError`."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._world.close)
            for process in (self._sandbox, *self._program):
                stack.push_async_callback(process.kill)
            await self._open()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._kill())
                group.create_task(self._talk())
            await self._settle()
            for process in self._program:
                await process.kill()
            await self._keep_evidence()
            lost = len(self._unanswered)
            return await outcome(self._plot.database, self._world, self._merchants, self._killed, lost)

    async def _keep_evidence(self) -> None:
        """What the world saw, beside the logs and the database, for whoever looks into a broken promise."""
        heard = {merchant.chat: await self._world.heard(merchant.chat) for merchant in self._merchants}
        chats = {chat: [asdict(message) for message in messages] for chat, messages in heard.items()}
        seen = {"ledger": await self._world.ledger(), "chats": chats, "unanswered": self._unanswered}
        (self._folder / "world.json").write_text(json.dumps(seen, ensure_ascii=False, indent=1), "utf-8")

    @property
    def unanswered(self) -> tuple[str, ...]:
        """What merchants waited for in vain."""
        return tuple(self._unanswered)

    async def _open(self) -> None:
        await self._sandbox.start()
        await self._world.is_up()
        await self._program[0].start()
        await self._program[0].is_up()  # it brings the database to today's schema
        for process in self._program[1:]:
            await process.start()

    async def _kill(self) -> None:
        """One process at a time, mostly at work, sometimes while it starts."""
        end = time.monotonic() + self._plot.seconds
        while self._killed < self._plot.kills and time.monotonic() < end and not self._over.is_set():
            if any(merchant.is_weary for merchant in self._merchants):
                await asyncio.sleep(_GLANCE)
                continue
            victim = self._dice.choice(self._program)
            if self._dice.random() >= _STARTING:
                await victim.is_up()
            await asyncio.sleep(self._dice.expovariate(1 / _LIFE))
            await victim.kill()
            self._killed += 1
            await victim.start()
        self._over.set()

    # What the merchants do.

    async def _talk(self) -> None:
        """Everybody binds the shop, one after another; then the first prints and the others bind, again and again."""
        printing, *binding = self._merchants
        for merchant in self._merchants:
            await self._patiently(merchant, merchant.binds_shop)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._prints(printing))
            for merchant in binding:
                group.create_task(self._binds(merchant))

    async def _prints(self, merchant: Merchant) -> None:
        await self._patiently(merchant, merchant.binds_zto)
        while not self._over.is_set():
            await self._orders_come()
            await self._patiently(merchant, merchant.prints)
        await self._patiently(merchant, merchant.prints)

    async def _binds(self, merchant: Merchant) -> None:
        await self._patiently(merchant, merchant.binds_zto)
        while not self._over.is_set():
            await self._patiently(merchant, merchant.binds_zto)

    async def _orders_come(self) -> None:
        count = self._dice.randint(1, _MOST_NEW)
        await self._world.do("zto.tops_up", numbers=count)
        for _ in range(count):
            await self._world.do("new_order")

    async def _patiently(self, merchant: Merchant, act: Callable[[], Awaitable[object]]) -> None:
        """A merchant who waits in vain says no more: the promise is broken, and the run is over."""
        if self._unanswered:
            return
        try:
            await act()
        except Unanswered as error:
            self._unanswered.append(f"chat {merchant.chat}: {error}")
            self._over.set()

    async def _settle(self) -> None:
        """Nobody is killed any more: all that is left is done, and what that leaves to the merchants is answered."""
        for process in self._program:
            await process.is_up()
        merchant = self._merchants[0]
        async with asyncio.timeout(2 * self._plot.patience):
            while await is_busy(self._plot.database):  # noqa: ASYNC110 - the work is another process's
                await asyncio.sleep(_GLANCE)
        had_work = False

        async def clear_up() -> None:
            nonlocal had_work
            had_work = await merchant.clears_up()

        await self._patiently(merchant, clear_up)
        if had_work:
            await self._settle()


def _program(plot: Plot, folder: Path, world: str) -> list[Served]:
    """The processes; merchants come back from the platform's page to the first."""
    ports = [free_port() for _ in range(plot.processes)]
    environment = {
        "MIANDAN_DATABASE": plot.database,
        "MIANDAN_FLOOD": "100000",  # her words a minute, for a merchant who answers at once
        "MIANDAN_KEY": _KEY,
        "MIANDAN_PUBLIC_URL": f"http://127.0.0.1:{ports[0]}",
    }
    return [
        Served(
            folder / f"program-{port}.log",
            *("serve", "--world", world, "--port", str(port)),
            environment=environment,
        )
        for port in ports
    ]
