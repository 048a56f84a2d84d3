"""News taken in, in whatever order and by however many at once."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.sandbox.clock import WorldClock
from core.orders import Region
from core.parcels import Node, Oddity, Parcel, ParcelState
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.tracking.ingest import take_in
from core.vault import Vault
from tests.support import databases

HOUR = 3_600_000
PARCEL = Parcel("p1", "m1", "s1", ("o1",), "ZTO", "731", Region("广东省", "深圳市", "龙岗区"), 1, 1)


@pytest.fixture
def clock() -> WorldClock:
    return WorldClock()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def kept(request: pytest.FixtureRequest, tmp_path: Path, clock: WorldClock) -> AsyncIterator[Repositories]:
    """A database with one parcel, "p1"."""
    if request.param == "sqlite":
        async with databases.opened(f"sqlite:{tmp_path / 'miandan.db'}") as database:
            yield await _with_parcel(Repositories(database, Vault({"k": bytes(32)}), clock))
    else:
        async with databases.postgres() as place, databases.opened(place) as database:
            yield await _with_parcel(Repositories(database, Vault({"k": bytes(32)}), clock))


async def _with_parcel(kept: Repositories) -> Repositories:
    await migrate(kept.database)
    await kept.database.apply(*kept.parcels.begin(PARCEL))
    return kept


def _nodes(clock: WorldClock) -> list[Node]:
    now = clock.now()
    states = (ParcelState.PICKED_UP, ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY, ParcelState.DELIVERED)
    return [Node(now - (4 - n) * HOUR, state, f"第{n}条") for n, state in enumerate(states)]


async def _state(kept: Repositories) -> tuple[ParcelState, int, int | None]:
    parcel = await kept.parcels.get("p1")
    assert parcel is not None
    return parcel.state, parcel.nodes, parcel.check_at


async def test_news_moves_the_parcel_and_wakes_the_rules_in_one_commit(kept: Repositories, clock: WorldClock) -> None:
    assert await take_in(kept, clock, PARCEL, _nodes(clock), "ZTO") == 4
    assert await _state(kept) == (ParcelState.DELIVERED, 4, clock.now())


async def test_old_news_changes_nothing(kept: Repositories, clock: WorldClock) -> None:
    await take_in(kept, clock, PARCEL, _nodes(clock), "ZTO")
    before = await _state(kept)
    again = [replace(node, raw="other code") for node in _nodes(clock)]
    clock.move(HOUR)
    assert await take_in(kept, clock, PARCEL, again, "kuaidi100") == 0
    assert await _state(kept) == before


async def test_in_whatever_order_news_comes_it_ends_the_same(kept: Repositories, clock: WorldClock) -> None:
    nodes = _nodes(clock)
    for node in (nodes[3], nodes[0], nodes[2], nodes[0], nodes[1]):
        await take_in(kept, clock, PARCEL, [node], "ZTO")
    assert (await _state(kept))[:2] == (ParcelState.DELIVERED, 4)


async def test_of_many_that_tell_at_once_no_node_is_lost_and_none_is_kept_twice(
    kept: Repositories, clock: WorldClock
) -> None:
    told = [list(some) for some in itertools.combinations(_nodes(clock), 2)]
    fresh = await asyncio.gather(*(take_in(kept, clock, PARCEL, some, "ZTO") for some in told))
    assert sum(fresh) == 4
    assert (await _state(kept))[:2] == (ParcelState.DELIVERED, 4)
    assert len(await kept.parcels.nodes("p1")) == 4


@pytest.mark.parametrize("hours", [-10_000_000, 25])
async def test_a_scan_with_an_impossible_time_is_not_taken_in(
    kept: Repositories, clock: WorldClock, hours: int
) -> None:
    node = Node(clock.now() + hours * HOUR, ParcelState.DELIVERED, "签收")
    assert await take_in(kept, clock, PARCEL, [node], "ZTO") == 0


@pytest.mark.parametrize(("shipment", "odd"), [("s1-o1-1-1", True), ("", False)])
async def test_a_journey_older_than_the_parcel_is_odd_unless_a_person_entered_its_number(
    kept: Repositories, clock: WorldClock, shipment: str, *, odd: bool
) -> None:
    late = replace(PARCEL, id="p2", number="732", shipped_at=clock.now(), shipment=shipment)
    await kept.database.apply(*kept.parcels.begin(late))
    await take_in(kept, clock, late, [Node(clock.now() - 72 * HOUR, ParcelState.PICKED_UP, "揽收")], "ZTO")
    parcel = await kept.parcels.get("p2")
    assert parcel is not None
    assert (Oddity.OLDER_THAN_PARCEL in parcel.progress.oddities) is odd


async def test_news_of_a_parcel_that_nobody_watches_is_nothing(kept: Repositories, clock: WorldClock) -> None:
    assert await take_in(kept, clock, replace(PARCEL, id="p9"), _nodes(clock), "ZTO") == 0


async def test_texts_that_no_database_can_hold_are_cleaned_and_kept(kept: Repositories, clock: WorldClock) -> None:
    text = "已\x00揽\ud800收\u3000\n" * 400
    odd = Node(clock.now(), ParcelState.PICKED_UP, text, "网\x00点" * 100, "\x1b", "杭\udfff州")
    assert await take_in(kept, clock, PARCEL, [odd], "ZTO") == 1
    assert await take_in(kept, clock, PARCEL, [odd], "ZTO") == 0
    (node,) = await kept.parcels.nodes("p1")
    assert (node.text, node.place, node.raw, node.city) == (("已揽收 " * 400)[:600], ("网点" * 100)[:60], "", "杭州")
