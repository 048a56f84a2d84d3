"""Manual orders: written down once a draft, their recipients sealed, recognised by their marks, erased in time."""

import pytest
from stored_samples import NOW, a_wish

from core.clock import DAY, Period
from core.manual import ManualOrder, Wanted, number_at
from core.storage.database import Conflict, Database, run
from core.storage.manual_orders import ManualOrders
from core.vault import BadSeal, Vault

ZHANG, LI = a_wish(), a_wish("李四", "13900139000", "创业路1号")


@pytest.fixture
def book(database: Database, vault: Vault) -> ManualOrders:
    return ManualOrders(database, vault)


def orders(*wanted: Wanted, merchant: str = "m1", first: int = 1, at: int = NOW) -> list[ManualOrder]:
    return [ManualOrder(merchant, number_at(at, n), each, at) for n, each in enumerate(wanted, first)]


async def test_a_draft_is_written_down_once_and_found_in_its_order(book: ManualOrders, database: Database) -> None:
    written = orders(ZHANG, LI)
    await database.apply(*book.write(written, "d1"))
    assert await book.of_draft("d1") == written
    assert await book.of_draft("d2") == []
    assert await book.find("m1", ["M251122-0002", "M251122-0009"]) == {"M251122-0002": written[1]}
    assert await book.find("m2", ["M251122-0002"]) == {}
    with pytest.raises(Conflict):
        await database.apply(*book.write(orders(ZHANG, first=3), "d1"))
    assert await book.count_of_day("m1", NOW) == 2


async def test_a_number_is_given_once_a_merchant(book: ManualOrders, database: Database) -> None:
    await database.apply(*book.write(orders(ZHANG), "d1"))
    with pytest.raises(Conflict):
        await database.apply(*book.write(orders(LI), "d2"))
    await database.apply(*book.write(orders(LI, merchant="m2"), "d3"))
    assert await book.count_of_day("m2", NOW) == 1
    assert await book.count_of_day("m1", NOW + DAY) == 0


async def test_a_period_holds_what_was_written_in_it(book: ManualOrders, database: Database) -> None:
    early, late = orders(ZHANG), orders(LI, at=NOW + DAY)
    await database.apply(*book.write(early, "d1"), *book.write(late, "d2"))
    assert await book.of_period("m1", Period(NOW, NOW + DAY)) == early
    assert await book.of_period("m1", Period(NOW, NOW + DAY + 1)) == early + late
    assert await book.of_period("m2", Period(0, NOW * 2)) == []


async def test_the_same_person_is_recognised_however_the_parcel_differs(book: ManualOrders, database: Database) -> None:
    again = Wanted(a_wish(address="文一 西路969号").recipient)
    await database.apply(*book.write(orders(ZHANG), "d1"), *book.write(orders(again, at=NOW + DAY), "d2"))
    assert await book.sent_before("m1", [LI, ZHANG, ZHANG], NOW) == {1: "M251123-0001", 2: "M251123-0001"}
    assert await book.sent_before("m1", [ZHANG], NOW + DAY + 1) == {}
    assert await book.sent_before("m2", [ZHANG], NOW) == {}


async def test_nothing_of_a_person_is_readable_in_the_table(book: ManualOrders, database: Database) -> None:
    await database.apply(*book.write(orders(ZHANG), "d1"))
    rows = await database.all("SELECT * FROM manual_orders")
    for secret in ("张三", "13800138000", "文一西路", "茶叶", "余杭"):
        assert secret not in repr(rows)


async def test_marks_say_nothing_without_the_key(book: ManualOrders, database: Database) -> None:
    other = ManualOrders(database, Vault({"new": bytes(32)}))
    assert book.mark("m1", ZHANG) == book.mark("m1", ZHANG)
    assert len({book.mark("m1", ZHANG), book.mark("m2", ZHANG), other.mark("m1", ZHANG), book.mark("m1", LI)}) == 4


async def test_what_is_erased_is_gone_and_its_number_stays_taken(book: ManualOrders, database: Database) -> None:
    await database.apply(*book.write(orders(ZHANG), "d1"), *book.write(orders(LI, at=NOW + DAY), "d2"))
    await database.apply(book.erase(NOW + DAY, 0))
    assert await book.find("m1", ["M251122-0001", "M251123-0001"]) == {"M251123-0001": orders(LI, at=NOW + DAY)[0]}
    assert await book.sent_before("m1", [ZHANG], 0) == {}
    with pytest.raises(Conflict):
        await database.apply(*book.write(orders(LI), "d3"))


async def test_a_body_copied_to_another_number_does_not_open(book: ManualOrders, database: Database) -> None:
    await database.apply(*book.write(orders(ZHANG, LI), "d1"))
    copied = "(SELECT body_sealed FROM manual_orders WHERE number = 'M251122-0001')"
    await database.apply(run(f"UPDATE manual_orders SET body_sealed = {copied} WHERE number = 'M251122-0002'"))
    with pytest.raises(BadSeal):
        await book.of_draft("d1")
