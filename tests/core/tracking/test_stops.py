"""The program is stopped after a commit, and started again, while one parcel is asked about and another is pushed.

In the end every scan that the courier made is known once, no number was locked, and no more was paid than was asked.
"""

from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.sandbox.kuaidi100.service import CUSTOMER, KEY
from bot.sandbox.parcels import Journey
from bot.sandbox.world import World
from bot.web.pushes import pushes
from core.http import Http, client
from core.parcels import ParcelState
from core.storage.database import Database
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.trackers import Kuaidi100, Kuaidi100App
from core.tracking.breaker import Breakers
from core.tracking.poll import poll_due
from core.tracking.tools import Lookout
from core.tracking.watching import entered
from core.vault import Vault
from tests.support import databases
from tests.support.doom import Doom, DoomedDatabase, Killed

HOUR = 3_600_000
ASKED, PUSHED = "YT8962646785389", "YT9693083639795"
APP = Kuaidi100App(CUSTOMER, KEY, "https://bot.example/push/kuaidi100", price=10)


@dataclass
class Outcome:
    """What is known in the end, and how many moments there were."""

    moments: int
    states: set[ParcelState]
    nodes: list[int]
    queries: int
    paid: int


class Broken(httpx.AsyncBaseTransport):
    """Reaches the program; one that stops while it answers is a connection that breaks."""

    def __init__(self, lookout: Lookout) -> None:
        door = lookout.trackers[0].pushes
        self._inner = httpx.ASGITransport(Starlette(routes=pushes(lookout, [door])))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.handle_async_request(request)
        except Killed as error:
            raise httpx.ReadError("the program stopped", request=request) from error


def _lookout(world: World, database: Database, *, is_pushed_to: bool) -> Lookout:
    tracker = Kuaidi100(Http(client(mounts=world.mounts())), APP, world.clock)
    kept = Repositories(database, Vault({"k": bytes(32)}), world.clock)
    breakers = Breakers(world.clock)
    return Lookout(world.clock, kept, {}, {}, (tracker,), breakers, 10_000, is_pushed_to=is_pushed_to)


async def _two_days(world: World, database: Database, doom: Doom | None) -> None:
    """Until the end, or until the program is stopped."""
    doomed = DoomedDatabase(database, doom) if doom else database
    lookout = _lookout(world, doomed, is_pushed_to=True)
    async with httpx.AsyncClient(transport=Broken(lookout)) as sender:
        while world.clock.now() < END:
            world.clock.move(HOUR // 2)
            await world.pushes.deliver(sender)
            while await poll_due(lookout):
                pass


async def outcome(folder: Path, at: int) -> Outcome:
    world = World(seed=7, orders=0)
    for number in (ASKED, PUSHED):
        world._scene.parcels.begins(Journey(number, ("杭州市", "广州市"), world.clock.now()))
    async with databases.opened(f"sqlite:{folder / f'{at}.db'}") as database:
        await migrate(database)
        kept = _lookout(world, database, is_pushed_to=True).kept
        for number in (ASKED, PUSHED):
            await database.apply(*await entered(kept, world.clock, "m1", number, courier="YTO"))
        parcel = await kept.parcels.with_number("m1", ASKED)
        assert parcel is not None
        for _ in range(2):  # nobody will push the news of this one
            await database.apply(kept.parcels.subscribe(parcel, ""))
        doom = Doom(at)
        try:
            await _two_days(world, database, doom)
        except (Killed, BaseExceptionGroup):
            assert doom.struck.is_set()
        world.clock.move(6 * 60_000)
        await _two_days(world, database, None)
        return await _known(world, kept, len(doom.moments))


async def _known(world: World, kept: Repositories, moments: int) -> Outcome:
    parcels = [await kept.parcels.with_number("m1", number) for number in (ASKED, PUSHED)]
    found = [parcel for parcel in parcels if parcel]
    nodes = [len(await kept.parcels.nodes(parcel.id)) for parcel in found]
    rows = await kept.database.all("SELECT coalesce(sum(queries), 0) FROM track_spending")
    assert world.kuaidi100.locked == {}
    queries = sum(row["service"] == "kuaidi100" for row in world.ledger()["queries"])
    return Outcome(moments, {parcel.state for parcel in found}, nodes, queries, int(rows[0][0]))


END = World(seed=7, orders=0).clock.now() + 49 * HOUR


async def test_undisturbed_both_ways_end_the_same(tmp_path: Path) -> None:
    undisturbed = await outcome(tmp_path, 0)
    assert (undisturbed.states, undisturbed.nodes) == ({ParcelState.DELIVERED}, [5, 5])
    assert undisturbed.queries == undisturbed.paid
    assert undisturbed.moments > 60


@pytest.mark.parametrize("first", range(1, 8))
async def test_stopped_after_a_commit_no_news_is_lost_and_none_is_kept_twice(tmp_path: Path, first: int) -> None:
    for at in range(first, 120, 7 * 5):
        stopped = await outcome(tmp_path, at)
        assert (stopped.states, stopped.nodes) == ({ParcelState.DELIVERED}, [5, 5])
        assert 0 <= stopped.paid - stopped.queries <= 2, "both questions may be paid for and not asked yet"
