"""What happened to orders: read again once, told once."""

from dataclasses import replace

import pytest
from stored_samples import NOW

from core.orders import OrderEvent, OrderEventKind, open_refunds
from core.storage.database import Conflict, Database
from core.storage.order_events import OrderEvents, OrderSyncs

LEASE = 60_000
REFUND = OrderEvent(
    "e1", "m1", "s1", "261122-1", OrderEventKind.REFUND_OPENED, "7000000001", NOW, {"refund": "7000000001", "fee": 1990}
)


async def test_an_order_that_changes_often_is_read_once(database: Database) -> None:
    syncs = OrderSyncs(database)
    await database.apply(syncs.ask("s1", "261122-1", NOW), syncs.ask("s1", "261122-1", NOW + 1))
    assert await syncs.claim(NOW, LEASE) == []
    (sync,) = await syncs.claim(NOW + 1, LEASE)
    assert (sync.number, sync.version, sync.attempts) == ("261122-1", 2, 0)
    assert await syncs.claim(NOW + LEASE, LEASE) == [], "somebody reads it"
    await database.apply(syncs.done(sync))
    assert await syncs.claim(NOW + 10 * LEASE, LEASE) == []


async def test_an_order_that_changes_while_it_is_read_is_read_again(database: Database) -> None:
    syncs = OrderSyncs(database)
    await database.apply(syncs.ask("s1", "261122-1", NOW))
    (sync,) = await syncs.claim(NOW, LEASE)
    await database.apply(syncs.ask("s1", "261122-1", NOW + 5))
    await database.apply(syncs.done(sync))
    assert [again.version for again in await syncs.claim(NOW + 5, LEASE)] == [2]


async def test_an_order_that_cannot_be_read_yet_is_tried_later(database: Database) -> None:
    syncs = OrderSyncs(database)
    await database.apply(syncs.ask("s1", "261122-1", NOW))
    (sync,) = await syncs.claim(NOW, LEASE)
    await database.apply(syncs.again(sync, NOW + 5_000))
    assert await syncs.claim(NOW + 4_999, LEASE) == []
    assert [again.attempts for again in await syncs.claim(NOW + 5_000, LEASE)] == [1]


async def test_a_fact_told_twice_is_one_fact_and_is_seen_once(database: Database) -> None:
    events = OrderEvents(database)
    moved = replace(REFUND, id="e3", kind=OrderEventKind.ADDRESS_CHANGED, key="abc", facts={"receiver": "abc"})
    await database.apply(events.add(REFUND), events.add(replace(REFUND, id="e2")))
    await database.apply(events.add(moved), events.add(replace(moved, id="e4")))
    assert await events.unseen() == [REFUND, moved]
    await database.apply(events.seen(REFUND, NOW))
    with pytest.raises(Conflict):
        await database.apply(events.seen(REFUND, NOW))
    assert [event.id for event in await events.unseen()] == ["e3"]
    assert [event.id for event in await events.of_order("s1", "261122-1")] == ["e1", "e3"]
    assert await events.of_order("s2", "261122-1") == []


async def test_a_refund_that_two_tell_of_is_one_refund_until_it_is_closed(database: Database) -> None:
    events = OrderEvents(database)
    seen = replace(REFUND, id="e2", key="a look at the shop", facts={})
    closed = replace(REFUND, id="e3", kind=OrderEventKind.REFUND_CLOSED, key="7000000001/1")
    again = replace(REFUND, id="e5", key="7000000002", facts={"refund": "7000000002"})
    for event in (replace(closed, id="e0"), REFUND, seen, closed, replace(closed, id="e4", key="7000000001/2"), again):
        await database.apply(events.add(event))
    assert [event.id for event in await events.unseen()] == ["e1", "e3", "e5"]
    beside = replace(REFUND, id="e5b", key="7000000003", facts={"refund": "7000000003"})
    gone = replace(closed, id="e5c", key="7000000003/3", facts={"refund": "7000000003"})
    for event in (beside, gone, replace(gone, id="e5d", key="7000000003/4"), replace(again, id="e5e")):
        await database.apply(events.add(event))
    assert [event.id for event in await events.unseen()][3:] == ["e5b", "e5c"]
    assert list(open_refunds(await events.of_order("s1", "261122-1"))) == ["7000000002"]
    other = replace(REFUND, id="e6", number="261122-2")
    await database.apply(events.add(other))
    assert await events.of_order("s1", "261122-2") == [other]
