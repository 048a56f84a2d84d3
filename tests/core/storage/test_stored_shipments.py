"""Shipments: one claim on an order, one mover at a time."""

import asyncio
from dataclasses import replace

import pytest
from stored_samples import BATCH, NOW, a_shipment, moved

from core.shipments import Shipment, ShipmentState
from core.storage.batches import Batches, BatchState
from core.storage.database import Conflict, Database, Statement
from core.storage.shipments import Shipments
from core.vault import Vault

FIRST = a_shipment(["261122-1"])
MERGED = a_shipment(["261122-2", "261122-3"], position=2)
LATER = NOW + 1_000


@pytest.fixture
async def shipments(database: Database, vault: Vault) -> Shipments:
    """Two parcels in a batch that "one" works on, and another batch that nobody works on."""
    batches, shipments = Batches(database, vault), Shipments(database, vault)
    await database.apply(batches.draft(BATCH), batches.start(BATCH, 2, NOW), batches.draft(replace(BATCH, id="b2")))
    await batches.claim("one", NOW, 60_000)
    await database.apply(*shipments.add(MERGED), *shipments.add(FIRST))
    return shipments


async def _conflicts(database: Database, *statements: Statement) -> bool:
    try:
        await database.apply(*statements)
    except Conflict:
        return True
    return False


def _numbered(shipments: Shipments, shipment: Shipment, number: str = "731", owner: str = "one") -> Statement:
    return shipments.move(
        shipment, ShipmentState.NUMBERED, owner=owner, now=LATER, number=number, receiver="who", label='{"to": "林"}'
    )


async def _end_batch(database: Database, vault: Vault) -> None:
    await database.apply(Batches(database, vault).finish(BATCH, BatchState.STOPPED, "one", LATER))


async def test_a_batch_tells_its_shipments_in_printing_order(shipments: Shipments) -> None:
    assert await shipments.of_batch("b1") == [FIRST, MERGED]
    assert await shipments.of_batch("b2") == []
    assert await shipments.get(MERGED.key) == MERGED
    assert await shipments.get("nothing") is None


async def test_a_second_parcel_for_a_claimed_order_is_refused_whole(shipments: Shipments, database: Database) -> None:
    rival = a_shipment(["261122-3", "261122-4"], batch="b2")
    assert await _conflicts(database, *shipments.add(rival))
    assert await shipments.get(rival.key) is None
    assert await shipments.claimed("s1", ["261122-1", "261122-2", "261122-3", "261122-4"]) == {
        "261122-1", "261122-2", "261122-3",
    }  # fmt: skip


async def test_of_many_that_make_the_same_parcel_at_once_one_does(
    shipments: Shipments, database: Database, elsewhere: Database
) -> None:
    parcel = a_shipment(["261122-7"])
    makers = [_conflicts(where, *shipments.add(parcel)) for where in (database, elsewhere) for _ in range(5)]
    assert sorted(await asyncio.gather(*makers)) == [False] + [True] * 9
    assert await shipments.of_order("m1", "261122-7") == [parcel]


async def test_another_package_of_the_same_order_is_no_rival(shipments: Shipments, database: Database) -> None:
    second = replace(FIRST, key=f"{FIRST.key}-second", package=2, position=3)
    await database.apply(*shipments.add(second))
    assert await shipments.of_order("m1", "261122-1") == [FIRST, second]
    assert await shipments.of_order("m2", "261122-1") == []


async def test_orders_are_claimed_by_shop(shipments: Shipments) -> None:
    assert await shipments.claimed("s2", ["261122-1"]) == set()
    assert await shipments.claimed("s1", [f"{n}" for n in range(1_100)] + ["261122-1"]) == {"261122-1"}


async def test_a_move_leaves_what_it_learned_and_when(shipments: Shipments, database: Database) -> None:
    await database.apply(_numbered(shipments, FIRST))
    numbered = replace(
        FIRST, state=ShipmentState.NUMBERED, number="731", receiver="who", updated_at=LATER, numbered_at=LATER
    )
    assert await shipments.get(FIRST.key) == numbered
    await database.apply(shipments.move(numbered, ShipmentState.PRINTED, owner="one", now=LATER + 1))
    printed = moved(replace(numbered, updated_at=LATER + 1, printed_at=LATER + 1), ShipmentState.PRINTED)
    await database.apply(
        shipments.move(printed, ShipmentState.DONE, owner="one", now=LATER + 2, reason={"code": "x", "details": {}})
    )
    done = moved(replace(printed, updated_at=LATER + 2, done_at=LATER + 2), ShipmentState.DONE)
    assert await shipments.get(FIRST.key) == replace(done, reason={"code": "x", "details": {}})
    assert await shipments.with_number("m1", "731") == replace(done, reason={"code": "x", "details": {}})
    assert await shipments.with_number("m2", "731") is None


async def test_of_many_moves_from_one_state_one_counts(
    shipments: Shipments, database: Database, elsewhere: Database
) -> None:
    moves = [
        _conflicts(where, shipments.move(FIRST, ShipmentState.ASKING, owner="one", now=LATER))
        for where in (database, elsewhere)
        for _ in range(5)
    ]
    assert sorted(await asyncio.gather(*moves)) == [False] + [True] * 9


@pytest.mark.parametrize("owner", ["two", ""])
async def test_who_does_not_hold_the_batch_moves_nothing(shipments: Shipments, database: Database, owner: str) -> None:
    assert await _conflicts(database, _numbered(shipments, FIRST, owner=owner))
    assert await shipments.get(FIRST.key) == FIRST
    assert await shipments.labels([FIRST.key]) == []


async def test_an_owner_that_lost_the_batch_moves_nothing(
    shipments: Shipments, database: Database, vault: Vault
) -> None:
    await Batches(database, vault).claim("two", NOW + 60_000, 60_000)
    assert await _conflicts(database, _numbered(shipments, FIRST, owner="one"))
    await database.apply(_numbered(shipments, FIRST, owner="two"))


async def test_two_parcels_never_get_the_same_number(shipments: Shipments, database: Database) -> None:
    await database.apply(_numbered(shipments, FIRST, "731"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await database.apply(_numbered(shipments, MERGED, "731"))
    assert await shipments.get(MERGED.key) == MERGED


async def test_labels_come_in_the_order_they_are_asked_for(shipments: Shipments, database: Database) -> None:
    for shipment, number, text in ((FIRST, "731", "一"), (MERGED, "732", "二")):
        await database.apply(
            shipments.move(shipment, ShipmentState.NUMBERED, owner="one", now=LATER, number=number, label=text)
        )
    assert await shipments.labels([MERGED.key, "nothing", FIRST.key]) == ["二", "一"]
    assert await shipments.labels([]) == []


async def test_a_person_decides_once_the_batch_has_ended_and_only_about_the_state_they_saw(
    shipments: Shipments, database: Database, vault: Vault
) -> None:
    decided = shipments.decide(FIRST, ShipmentState.PRINTED, now=LATER, reason={"code": "seen"})
    assert await _conflicts(database, decided), "a program works on it"
    await _end_batch(database, vault)
    assert await _conflicts(
        database, shipments.decide(moved(FIRST, ShipmentState.PRINTING), ShipmentState.PRINTED, now=LATER)
    )
    await database.apply(decided)
    assert await shipments.get(FIRST.key) == replace(
        FIRST, state=ShipmentState.PRINTED, reason={"code": "seen"}, updated_at=LATER, printed_at=LATER
    )


async def test_a_stranded_parcel_is_adopted_by_one_batch(shipments: Shipments, database: Database) -> None:
    await database.apply(_numbered(shipments, FIRST), _numbered(shipments, MERGED, "732"))
    numbered = moved(FIRST, ShipmentState.NUMBERED)
    await database.apply(
        shipments.move(numbered, ShipmentState.HELD, owner="one", now=LATER + 1, reason={"code": "refund"})
    )
    (stranded,) = await shipments.stranded("m1")
    assert (stranded.key, stranded.number, stranded.reason) == (FIRST.key, "731", {"code": "refund"})
    assert await shipments.stranded("m2") == []
    adopt = shipments.adopt(stranded, ShipmentState.NUMBERED, "b2", position=5, now=LATER + 2)
    await database.apply(adopt)
    assert await _conflicts(database, adopt)
    expected = replace(
        stranded, state=ShipmentState.NUMBERED, batch="b2", position=5, reason=None, updated_at=LATER + 2
    )
    assert await shipments.of_batch("b2") == [expected]


async def test_orders_given_free_may_be_made_into_a_new_parcel(
    shipments: Shipments, database: Database, vault: Vault
) -> None:
    await _end_batch(database, vault)
    again = a_shipment(["261122-2", "261122-3"], attempt=2, batch="b2")
    assert await _conflicts(database, *shipments.add(again))
    await database.apply(
        shipments.decide(MERGED, ShipmentState.VOIDED, now=LATER), shipments.release(MERGED), *shipments.add(again)
    )
    assert await shipments.of_order("m1", "261122-2") == [again]
    assert await shipments.claimed("s1", ["261122-3"]) == {"261122-3"}


async def test_attempts_count_voided_parcels_of_the_same_orders(
    shipments: Shipments, database: Database, vault: Vault
) -> None:
    await _end_batch(database, vault)
    await database.apply(shipments.decide(MERGED, ShipmentState.VOIDED, now=LATER), shipments.release(MERGED))
    await database.apply(*shipments.add(a_shipment(["261122-2", "261122-3"], attempt=2)))
    await database.apply(*shipments.add(a_shipment(["261122-1"], shop="s2")))
    asked = [("261122-1",), ("261122-2", "261122-3"), ("261122-2",)]
    assert await shipments.attempts(asked) == {
        ("s1", ("261122-1",)): 1,
        ("s1", ("261122-2", "261122-3")): 2,
        ("s2", ("261122-1",)): 1,
    }


async def test_uploads_are_ticked_off_order_by_order(shipments: Shipments, database: Database) -> None:
    assert await shipments.upload_left(MERGED) == ["261122-2", "261122-3"]
    await database.apply(shipments.uploaded(MERGED, "261122-2", LATER))
    assert await shipments.upload_left(MERGED) == ["261122-3"]
    await database.apply(shipments.uploaded(MERGED, "261122-3", LATER))
    assert await shipments.upload_left(MERGED) == []
    assert await shipments.upload_left(FIRST) == ["261122-1"]
