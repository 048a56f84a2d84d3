"""Sealing everything again with a newer key: every column, resumable, beside whoever writes meanwhile."""

from dataclasses import replace

import pytest
from stored_samples import BATCH, CHAT, GRANT, NOW, SHOP, ZTO, a_shipment, an_order

from bot.sandbox.clock import WorldClock
from core.errands import Errand, ErrandKind
from core.manual import ManualOrder, Wanted
from core.orders import Recipient, Region
from core.parcels import Node, Parcel, ParcelState, fold
from core.rights import Role
from core.shipments import ShipmentState
from core.storage import chain_check, rekeying
from core.storage.audit import Note, by_the_program
from core.storage.database import Database, Row, Statement, run
from core.storage.invitations import LIFE, Invitation
from core.storage.merchants import Member
from core.storage.repositories import Repositories
from core.vault import Vault

PARCEL = Parcel(
    "p1",
    "m1",
    "s1",
    ("261122-1",),
    "ZTO",
    "73100000000001",
    Region("广东省", "深圳市", "龙岗区"),
    NOW,
    NOW,
    account="a1",
)
SCAN = Node(NOW, ParcelState.PICKED_UP, "快递员 李四 13800138000 已揽收", "杭州西湖网点", "GOT", "杭州市")
OLD, NEW = bytes(range(32)), bytes(range(1, 33))
MANUAL = ManualOrder("m1", "M261122-0001", Wanted(Recipient("张三", "13800138000", PARCEL.region, "文三路1号")), NOW)
ORDERS = ["261120-300000000000001", "261120-300000000000002"]


@pytest.fixture
async def kept(database: Database, clock: WorldClock) -> Repositories:
    """Something in every sealed column, sealed with the old key."""
    kept = Repositories(database, Vault({"oldkey00": OLD}), clock)
    shipment = a_shipment(ORDERS)
    await database.apply(
        kept.batches.draft(BATCH),
        kept.shops.bind(SHOP, GRANT, NOW),
        *kept.accounts.bind(ZTO, NOW),
        *kept.manual_orders.write([MANUAL], "draft"),
        *kept.orders.keep([an_order(number) for number in ORDERS]),
        *kept.shipments.add(shipment),
        run("UPDATE batches SET owner = 'me'"),
        kept.shipments.move(shipment, ShipmentState.NUMBERED, owner="me", now=NOW, number="76120009036", label="{}"),
        kept.inbox.receive(CHAT, "u1", "hello", NOW),
        kept.conversations.save(CHAT, 0, "asked", NOW),
        kept.outbox.add(CHAT, "one", NOW),
        kept.outbox.add(CHAT, "two", NOW),
        kept.access_tokens.keep("wecom", "token", NOW + 1),
        *kept.downloads.offer("d1", CHAT, "a document", NOW + 1),
        *kept.parcels.begin(PARCEL),
        *kept.parcels.hear(PARCEL, [SCAN], fold([SCAN], PARCEL.region), "zto", NOW),
        kept.errands.begin(Errand("e1", "m1", "p1", ErrandKind.URGE, NOW, NOW), 0),
        *kept.staff.welcome(Member("telegram", "2", "m1", Role.PACKER, "", id="p2"), "小王", NOW),
        *kept.invitations.open(Invitation("i1", "m1", Role.VIEWER, "小李", "p1", NOW + LIFE), "7K3P9QXM", NOW),
    )
    (letter, *_) = await kept.outbox.due(NOW, CHAT.channel, 10)
    await database.apply(*kept.outbox.set_aside(letter, NOW))
    await kept.audit.commit([Note(by_the_program("x"))])
    return kept


@pytest.fixture
def both() -> Vault:
    """Opens what the old key sealed, and seals with the new one."""
    return Vault({"oldkey00": OLD, "newkey00": NEW})


async def test_every_sealed_column_is_found_with_its_rows_key(database: Database) -> None:
    found = {str(column): column for column in await rekeying.columns(database)}
    assert {"orders.body_sealed", "conversations.state_sealed", "members.name_sealed"} <= set(found)
    assert found["orders.body_sealed"].key == ("shop", "number")
    assert found["conversations.state_sealed"].key == ("channel", "peer")
    assert found["doubtful.body_sealed"].place == "outbox/body"


async def test_afterwards_the_new_key_alone_opens_everything(
    kept: Repositories, both: Vault, database: Database, clock: WorldClock
) -> None:
    every = {str(column) for column in await rekeying.columns(database)}
    tallies = await rekeying.reseal(database, both)
    assert {str(tally.column) for tally in tallies if tally.sealed} == every, "this test puts something into each"
    assert [tally for tally in tallies if tally.lost] == []
    assert await rekeying.old_seals(database, both) == 0
    fresh = Repositories(database, Vault({"newkey00": NEW}), clock)
    await _reads_everything(fresh)
    assert await chain_check.flaws(fresh.audit) == []


async def test_the_old_key_opens_everything_until_it_is_done(
    kept: Repositories, both: Vault, database: Database
) -> None:
    await _reads_everything(Repositories(database, both, WorldClock()))
    assert await rekeying.old_seals(database, both) > 0


async def test_stopped_halfway_it_goes_on(kept: Repositories, both: Vault, database: Database) -> None:
    for n in range(1_000):
        await database.apply(kept.outbox.add(CHAT, str(n), NOW))
    whole = await rekeying.old_seals(database, both)
    with pytest.raises(InterruptedError):
        await rekeying.reseal(_StopsAfter(database, "UPDATE outbox", commits=3), both)
    left = await rekeying.old_seals(database, both)
    assert 0 < left < whole - 200, "it stopped in the middle of the long table"
    again = await rekeying.reseal(database, both)
    assert sum(tally.sealed for tally in again) == left
    assert await rekeying.old_seals(database, both) == 0


async def test_what_was_written_meanwhile_is_not_overwritten(
    kept: Repositories, both: Vault, database: Database
) -> None:
    racing = _WritesFirst(database, kept.conversations.save(CHAT, 1, "answered meanwhile", NOW))
    await rekeying.reseal(racing, both)
    assert await Repositories(database, both, WorldClock()).conversations.load(CHAT) == (2, "answered meanwhile")


async def test_what_no_key_opens_is_counted_and_left(kept: Repositories, database: Database) -> None:
    tallies = await rekeying.reseal(database, Vault({"another0": NEW}))
    assert all(tally.sealed == 0 for tally in tallies)
    assert sum(tally.lost for tally in tallies) >= len(tallies)
    await _reads_everything(kept)


async def _reads_everything(kept: Repositories) -> None:
    assert await kept.shops.grant("s1") == GRANT
    assert await kept.accounts.of("m1") == [ZTO]
    assert list(await kept.orders.find("s1", ORDERS)) == ORDERS
    assert await kept.manual_orders.of_draft("draft") == [MANUAL]
    assert (await kept.batches.get("b1")) == replace(BATCH)
    assert await kept.shipments.labels([a_shipment(ORDERS).key]) == ["{}"]
    assert [each.received.body for each in await kept.chats.waiting(9)] == ["hello"]
    assert await kept.conversations.load(CHAT) == (1, "asked")
    (letter, *_) = await kept.outbox.due(NOW, CHAT.channel, 10)
    assert letter.body == "two"
    ((aside,),) = await kept.database.all("SELECT id FROM doubtful")
    assert await kept.outbox.doubtful(CHAT, aside) == "one"
    assert await kept.access_tokens.get("wecom", NOW) == "token"
    download = await kept.downloads.find("d1", NOW)
    assert download is not None
    assert download.body == "a document"
    assert await kept.parcels.nodes("p1") == [SCAN]
    parcel = await kept.parcels.get("p1")
    assert parcel is not None
    assert parcel.progress.last == SCAN
    assert [each.id for each in await kept.errands.of_parcel("p1")] == ["e1"]
    assert [each.name for each in await kept.staff.of("m1")] == ["小王"]
    assert await kept.invitations.find("7K3P9QXM", NOW) is not None


class _StopsAfter:
    """A database that is pulled out after so many commits of one kind."""

    def __init__(self, database: Database, kind: str, commits: int) -> None:
        self.is_shared, self.all = database.is_shared, database.all
        self._database, self._kind, self._left = database, kind, commits

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        if any(self._kind in each.sql for each in statements):
            if not self._left:
                raise InterruptedError
            self._left -= 1
        return await self._database.apply(*statements)


class _WritesFirst:
    """A database on which somebody else is always a moment faster, once."""

    def __init__(self, database: Database, statement: Statement) -> None:
        self.is_shared, self.all = database.is_shared, database.all
        self._database, self._statement = database, statement

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        if self._statement and any("UPDATE conversations" in each.sql for each in statements):
            faster, self._statement = self._statement, None
            await self._database.apply(faster)
        return await self._database.apply(*statements)
