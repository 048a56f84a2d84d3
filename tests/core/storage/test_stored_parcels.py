"""Parcels: one row a number, one commit for news, one taker for what is due."""

import asyncio
from dataclasses import replace

import pytest
from stored_samples import NOW

from core.orders import Region
from core.parcels import Node, Oddity, Parcel, ParcelState, fold
from core.storage.database import Conflict, Database
from core.storage.parcels import Parcels
from core.vault import Vault

HOUR = 3_600_000
LEASE = 60_000
PARCEL = Parcel(
    id="p1",
    merchant="m1",
    shop="s1",
    orders=("261122-1", "261122-2"),
    courier="ZTO",
    number="73100000000001",
    region=Region("广东省", "深圳市", "龙岗区"),
    added_at=NOW,
    shipped_at=NOW,
    account="a1",
    shipment="s1-261122-1",
    next_poll_at=NOW,
    check_at=NOW,
)
ANOTHER = replace(PARCEL, id="p2", orders=("261122-3",), number="73100000000002", next_poll_at=NOW + 1, check_at=None)
PICKED_UP = Node(NOW + HOUR, ParcelState.PICKED_UP, "快递员 李四 13800138000 已揽收", "杭州西湖网点", "GOT", "杭州市")
SIGNED = Node(NOW + 2 * HOUR, ParcelState.DELIVERED, "已签收，签收人：王五", "武汉汉口网点", "SIGNED", "武汉市")


@pytest.fixture
async def parcels(database: Database, vault: Vault) -> Parcels:
    """Two parcels of "m1"."""
    parcels = Parcels(database, vault)
    await database.apply(*parcels.begin(PARCEL), *parcels.begin(ANOTHER))
    return parcels


async def _heard(database: Database, parcels: Parcels, parcel: Parcel, *nodes: Node, at: int = NOW + 3 * HOUR) -> None:
    await database.apply(*parcels.hear(parcel, nodes, fold(nodes, parcel.region), "zto", at))


async def test_a_parcel_is_found_by_what_people_know_of_it(parcels: Parcels) -> None:
    assert await parcels.get("p1") == PARCEL
    assert await parcels.with_number("m1", PARCEL.number) == PARCEL
    assert await parcels.with_number("m2", PARCEL.number) is None
    assert await parcels.of_order("m1", "261122-2") == [PARCEL]
    assert await parcels.of_order("m2", "261122-2") == []
    assert await parcels.get("nothing") is None


async def test_a_number_begins_once_for_each_merchant(parcels: Parcels, database: Database) -> None:
    await database.apply(*parcels.begin(replace(PARCEL, id="p3", courier="YTO")))
    theirs = replace(PARCEL, id="p4", merchant="m2", shop="s2", orders=("261122-9",))
    await database.apply(*parcels.begin(theirs))
    assert await parcels.watched(PARCEL.number) == [PARCEL, theirs]


async def test_another_order_may_join_a_parcel(parcels: Parcels, database: Database) -> None:
    await database.apply(*parcels.carries(PARCEL, "261122-0"))
    joined = replace(PARCEL, orders=("261122-0", "261122-1", "261122-2"))
    assert await parcels.of_order("m1", "261122-0") == [joined]
    with pytest.raises(Conflict):
        await database.apply(*parcels.carries(PARCEL, "261122-4"))


async def test_news_is_kept_with_what_it_comes_to_and_checked_at_once(parcels: Parcels, database: Database) -> None:
    await _heard(database, parcels, PARCEL, PICKED_UP, SIGNED)
    kept = await parcels.get("p1")
    assert kept == replace(PARCEL, progress=fold([PICKED_UP, SIGNED], PARCEL.region), nodes=2, check_at=NOW + 3 * HOUR)
    assert kept is not None
    assert (kept.state, kept.progress.oddities) == (ParcelState.DELIVERED, {Oddity.WRONG_CITY})
    assert sorted(await parcels.nodes("p1"), key=lambda node: node.at) == [PICKED_UP, SIGNED]
    assert await parcels.nodes("p2") == []


async def test_who_folded_older_news_is_refused_whole(parcels: Parcels, database: Database) -> None:
    await _heard(database, parcels, PARCEL, PICKED_UP)
    with pytest.raises(Conflict):
        await _heard(database, parcels, PARCEL, SIGNED)
    assert await parcels.nodes("p1") == [PICKED_UP]


async def test_people_named_in_a_scan_are_nowhere_in_plain_text(parcels: Parcels, database: Database) -> None:
    await _heard(database, parcels, PARCEL, PICKED_UP, SIGNED)
    rows = str([*await database.all("SELECT * FROM nodes"), *await database.all("SELECT * FROM parcels")])
    assert [word for word in ("13800138000", "李四", "王五") if word in rows] == []
    assert "武汉汉口网点" in rows, "the outlet is a place, not a person"


@pytest.mark.parametrize("moment", ["poll", "check"])
async def test_what_is_due_is_taken_once_until_the_lease_ends(
    parcels: Parcels, database: Database, elsewhere: Database, vault: Vault, moment: str
) -> None:
    takers = [Parcels(where, vault) for where in (database, elsewhere) for _ in range(4)]
    claims = [taker.claim_polls if moment == "poll" else taker.claim_checks for taker in takers]
    taken = await asyncio.gather(*(claim(NOW, LEASE) for claim in claims))
    assert [parcel.id for some in taken for parcel in some] == ["p1"]
    assert "p1" not in [parcel.id for parcel in await claims[0](NOW + LEASE - 1, LEASE)]
    assert [parcel.id for parcel in await claims[0](NOW + LEASE, LEASE)] == ["p1"]


async def test_the_longest_due_is_taken_first(parcels: Parcels) -> None:
    assert [parcel.id for parcel in await parcels.claim_polls(NOW + HOUR, LEASE, 1)] == ["p1"]
    assert [parcel.id for parcel in await parcels.claim_polls(NOW + HOUR, LEASE, 1)] == ["p2"]


async def test_a_poll_sets_the_next_one_unless_its_lease_was_lost(parcels: Parcels, database: Database) -> None:
    (mine,) = await parcels.claim_polls(NOW, LEASE, 1)
    theirs = next(parcel for parcel in await parcels.claim_polls(NOW + LEASE, LEASE) if parcel.id == mine.id)
    with pytest.raises(Conflict):
        await database.apply(parcels.polled(mine, NOW + HOUR, NOW + 5))
    await database.apply(parcels.polled(theirs, NOW + HOUR, NOW + 5))
    kept = await _kept(parcels, "p1")
    assert (kept.next_poll_at, kept.polled_at) == (NOW + HOUR, NOW + 5)
    await database.apply(parcels.asked(kept, NOW + 6))
    assert (await _kept(parcels, "p1")).next_poll_at == NOW + HOUR, "a person's question changes no plan"
    await database.apply(parcels.polled(kept, None, NOW + 7))
    assert (await _kept(parcels, "p1")).next_poll_at is None
    assert await parcels.claim_polls(NOW + 999 * HOUR, LEASE) == [_leased(ANOTHER, 999 * HOUR)]


async def test_who_pushes_a_parcels_news_is_known_until_it_gives_up(parcels: Parcels, database: Database) -> None:
    await database.apply(parcels.subscribe(PARCEL, "ZTO"))
    pushed = await _kept(parcels, "p1")
    assert (pushed.subscription, pushed.subscribed) == ("ZTO", 1)
    await database.apply(parcels.given_up(replace(pushed, subscription="kuaidi100"), NOW + HOUR))
    assert await _kept(parcels, "p1") == pushed, "somebody else gave up"
    await database.apply(parcels.given_up(pushed, NOW + HOUR))
    assert await _kept(parcels, "p1") == replace(pushed, subscription="", next_poll_at=NOW + HOUR)


async def test_news_that_comes_while_rules_look_is_looked_at_again(parcels: Parcels, database: Database) -> None:
    (looking,) = await parcels.claim_checks(NOW, LEASE)
    await _heard(database, parcels, PARCEL, PICKED_UP, at=NOW + 500)
    with pytest.raises(Conflict):
        await database.apply(parcels.checked(looking, NOW + 24 * HOUR))
    (again,) = await parcels.claim_checks(NOW + 500, LEASE)
    assert again.state is ParcelState.PICKED_UP
    await database.apply(parcels.checked(again, None))
    assert await parcels.claim_checks(NOW + 999 * HOUR, LEASE) == []


async def test_a_change_of_an_order_has_its_parcels_checked(parcels: Parcels, database: Database) -> None:
    (looking,) = await parcels.claim_checks(NOW, LEASE)
    await database.apply(parcels.checked(looking, None))
    await database.apply(parcels.check_now("s1", "261122-3", NOW + 1), parcels.check_now("s2", "261122-1", NOW + 1))
    assert [parcel.id for parcel in await parcels.claim_checks(NOW + 1, LEASE)] == ["p2"]


async def test_a_person_outweighs_a_guess_of_the_courier(parcels: Parcels, database: Database) -> None:
    guessed = replace(PARCEL, id="p5", number="99", courier="", is_pinned=False)
    await database.apply(*parcels.begin(guessed), parcels.detected(guessed, "YTO"))
    assert (await _courier(parcels, "p5")) == ("YTO", False)
    await database.apply(parcels.pin(guessed, "STO", NOW + 5), parcels.detected(guessed, "YTO"))
    assert (await _courier(parcels, "p5")) == ("STO", True)


async def _kept(parcels: Parcels, key: str) -> Parcel:
    parcel = await parcels.get(key)
    assert parcel is not None
    return parcel


def _leased(parcel: Parcel, later: int) -> Parcel:
    return replace(parcel, next_poll_at=NOW + later + LEASE)


async def _courier(parcels: Parcels, key: str) -> tuple[str, bool]:
    parcel = await parcels.get(key)
    assert parcel is not None
    return parcel.courier, parcel.is_pinned
