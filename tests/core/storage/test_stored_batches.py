"""Batches: started once, worked on by one owner at a time."""

import asyncio
from dataclasses import replace

import pytest
from stored_samples import BATCH, NOW, OTHER_CHAT

from core.storage.batches import Batches, BatchState
from core.storage.database import Conflict, Database, Statement, run
from core.vault import BadSeal, Vault

LEASE = 60_000
STARTED = replace(BATCH, state=BatchState.RUNNING, total=3, started_at=NOW + 1)


@pytest.fixture
async def batches(database: Database, vault: Vault) -> Batches:
    batches = Batches(database, vault)
    await database.apply(batches.draft(BATCH))
    return batches


@pytest.fixture
async def running(batches: Batches, database: Database) -> Batches:
    """The batch runs, and nobody works on it yet."""
    await database.apply(batches.start(BATCH, 3, NOW + 1))
    return batches


async def _conflicts(database: Database, statement: Statement) -> bool:
    try:
        await database.apply(statement)
    except Conflict:
        return True
    return False


async def test_a_draft_is_kept_whole_and_nobody_works_on_it(batches: Batches) -> None:
    assert await batches.get("b1") == BATCH
    assert await batches.get("b9") is None
    assert await batches.latest("m1") is None
    assert await batches.claim("one", NOW, LEASE) is None
    assert await batches.running() == 0


async def test_of_many_starts_at_once_one_counts(batches: Batches, database: Database) -> None:
    outcomes = await asyncio.gather(*(_conflicts(database, batches.start(BATCH, 3, NOW + 1)) for _ in range(10)))
    assert sorted(outcomes) == [False] + [True] * 9
    assert await batches.get("b1") == STARTED


async def test_a_merchants_latest_batch_is_the_one_started_last(running: Batches, database: Database) -> None:
    for batch in (replace(BATCH, id="b2"), replace(BATCH, id="b3"), replace(BATCH, id="b4", merchant="m2")):
        await database.apply(running.draft(batch))
    await database.apply(running.start(replace(BATCH, id="b2"), 1, NOW))
    latest = await running.latest("m1")
    assert latest is not None
    assert latest.id == "b2"
    assert await running.running() == 2


async def test_a_claimed_batch_is_its_owners_until_the_lease_ends(running: Batches) -> None:
    assert await running.claim("one", NOW, LEASE) == STARTED
    assert await running.claim("two", NOW + LEASE - 1, LEASE) is None
    assert await running.claim("two", NOW + LEASE, LEASE) == STARTED


async def test_a_lease_held_longer_keeps_others_out_and_a_lost_one_cannot_be_held(
    running: Batches, database: Database
) -> None:
    await running.claim("one", NOW, LEASE)
    await database.apply(running.hold("b1", "one", NOW + 2 * LEASE))
    assert await running.claim("two", NOW + LEASE, LEASE) is None
    assert await running.claim("two", NOW + 2 * LEASE, LEASE) == STARTED
    assert await _conflicts(database, running.hold("b1", "one", NOW + 9 * LEASE))


async def test_several_owners_at_once_get_a_batch_each(
    running: Batches, database: Database, elsewhere: Database, vault: Vault
) -> None:
    others = [replace(BATCH, id=key) for key in ("b2", "b3")]
    for batch in others:
        await database.apply(running.draft(batch), running.start(batch, 3, NOW + 1))
    there = Batches(elsewhere, vault)
    claims = [(running if n % 2 else there).claim(f"owner {n}", NOW, LEASE) for n in range(4)]
    claimed = await asyncio.gather(*claims)
    assert sorted(batch.id for batch in claimed if batch) == ["b1", "b2", "b3"]


async def test_what_an_owner_lets_go_is_due_at_once(running: Batches, database: Database) -> None:
    await running.claim("one", NOW, LEASE)
    await database.apply(running.let_go("b1", "two"))
    assert await running.claim("two", NOW, LEASE) is None
    await database.apply(running.let_go("b1", "one"))
    assert await running.claim("two", NOW, LEASE) == STARTED
    await database.apply(running.let_all_go())
    assert await running.claim("three", NOW, LEASE) == STARTED


async def test_only_its_merchant_stops_a_batch_and_only_while_it_runs(running: Batches, database: Database) -> None:
    assert await _conflicts(database, running.stop("b1", "m2"))
    assert await running.state("b1") is BatchState.RUNNING
    await database.apply(running.stop("b1", "m1"))
    assert await running.state("b1") is BatchState.STOPPING
    assert await _conflicts(database, running.stop("b1", "m1"))
    assert await running.claim("one", NOW, LEASE) == replace(STARTED, state=BatchState.STOPPING)


async def test_only_its_owner_finishes_a_batch(running: Batches, database: Database) -> None:
    await running.claim("one", NOW, LEASE)
    assert await _conflicts(database, running.finish(BATCH, BatchState.DONE, "two", NOW + 5))
    await database.apply(running.finish(BATCH, BatchState.DONE, "one", NOW + 5))
    assert await running.get("b1") == replace(STARTED, state=BatchState.DONE, finished_at=NOW + 5)
    assert await running.claim("two", NOW + 9 * LEASE, LEASE) is None
    assert await _conflicts(database, running.finish(BATCH, BatchState.STOPPED, "one", NOW + 6))


@pytest.mark.parametrize("ended", [BatchState.STOPPED, BatchState.DONE])
async def test_a_batch_that_ended_is_resumed_once_and_is_due_at_once(
    running: Batches, database: Database, ended: BatchState
) -> None:
    assert await _conflicts(database, running.resume("b1", "m1", OTHER_CHAT)), "it runs"
    await running.claim("one", NOW, LEASE)
    await database.apply(running.finish(BATCH, ended, "one", NOW + 5))
    assert await _conflicts(database, running.resume("b1", "m2", OTHER_CHAT)), "it is not theirs"
    await database.apply(running.resume("b1", "m1", OTHER_CHAT))
    assert await _conflicts(database, running.resume("b1", "m1", OTHER_CHAT)), "it runs again"
    assert await running.claim("two", NOW, LEASE) == replace(STARTED, peer=OTHER_CHAT.peer)


async def test_a_ticket_opens_in_its_own_batch_only(batches: Batches, database: Database) -> None:
    await database.apply(batches.draft(replace(BATCH, id="b2")))
    await database.apply(
        run("UPDATE batches SET ticket_sealed = (SELECT ticket_sealed FROM batches WHERE id = 'b2') WHERE id = 'b1'")
    )
    with pytest.raises(BadSeal):
        await batches.get("b1")
