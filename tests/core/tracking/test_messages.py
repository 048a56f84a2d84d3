"""What the platform tells of orders, through the whole program: kept before it is acknowledged, read, and noticed."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.world import World
from core.alerts import Rule, about_parcel
from core.orders import OrderEvent, OrderEventKind
from core.shops.base import ShopEvent, ShopMessage
from core.storage.repositories import Repositories
from core.tracking.messages import take
from handlers.binding import shop as bind_shop
from tests.support.doom import Doom, DoomedDatabase
from tests.support.merchant import Merchant
from tests.support.passing import MINUTE, catches_up, passes, until
from tests.support.stage import Stage

K = OrderEventKind


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=12)


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    """The program, listening."""
    await stage.dark()
    await stage.light(pinduoduo_messages=True)
    return stage


@pytest.fixture
async def bound(stage: Stage, merchant: Merchant) -> Merchant:
    """A merchant whose shop is spoken of, and whose waiting orders were counted when it was bound."""
    await merchant.has_bound()
    await bind_shop.count_waiting(stage.app.desk, "123456789")
    await permits(stage)
    return merchant


async def permits(stage: Stage) -> None:
    for listener in stage.app.listeners:
        await listener.permit_new()


async def heard(stage: Stage) -> None:
    """Every message was acknowledged, and what it asked for is done."""
    await until(lambda: not stage.world.pinduoduo.messages.waiting)
    await catches_up(stage)


async def events(stage: Stage, order: str) -> list[OrderEvent]:
    kept = stage.app.desk.kept
    return await kept.order_events.of_order("123456789", order)


def waiting(world: World) -> str:
    """An order that may ship."""
    return next(entry["order_sn"] for entry in world.ledger()["orders"] if entry["may_ship"])


async def ships(stage: Stage, bound: Merchant) -> tuple[str, str]:
    """She ships three orders; the number of one of them, and the subject of the alerts about its parcel."""
    await bound.says("打印今天最早的 3 单")
    await bound.says("确认")
    row = stage.world.ledger()["uploads"][0]
    await heard(stage)
    (parcel,) = await stage.app.desk.kept.parcels.watched(row["number"])
    return row["order_sn"], about_parcel(parcel.id)


async def test_a_new_order_is_in_our_books_before_anybody_asks_for_it(
    stage: Stage, bound: Merchant, world: World
) -> None:
    order = world.new_order()
    await heard(stage)
    known = await stage.app.desk.kept.orders.find("123456789", [order.order_sn])
    assert order.order_sn in known
    assert world.pinduoduo.messages.acknowledged == ["pdd_trade_TradeConfirmed"]


async def test_an_order_that_is_announced_too_early_is_read_when_it_can_be(
    stage: Stage, bound: Merchant, world: World
) -> None:
    world.pinduoduo.desk.read_lag = 8 * MINUTE
    order = world.new_order()
    await heard(stage)
    kept = stage.app.desk.kept
    for _ in range(12):
        assert await kept.orders.find("123456789", [order.order_sn]) == {}
        world.clock.move(MINUTE)
        await catches_up(stage)
        if world.clock.now() >= order.confirmed_at + 9 * MINUTE:
            break
    world.clock.move(10 * MINUTE)
    await catches_up(stage)
    assert order.order_sn in await kept.orders.find("123456789", [order.order_sn])


@pytest.mark.parametrize(
    ("happens", "kind", "facts"),
    [
        ("changes_address", K.ADDRESS_CHANGED, {"receiver"}),
        ("puts_under_review", K.REVIEW_CHANGED, {"is_under_review"}),
        ("refunds", K.REFUND_OPENED, {"refund", "fee"}),
    ],
)
async def test_what_happens_to_an_order_is_a_fact_for_whoever_gives_alerts(
    stage: Stage, bound: Merchant, world: World, happens: str, kind: OrderEventKind, facts: set[str]
) -> None:
    order = waiting(world)
    getattr(world.pinduoduo, happens)(order)
    await heard(stage)
    (event,) = await events(stage, order)
    assert (event.kind, event.shop, set(event.facts)) == (kind, "123456789", facts)
    known = (await stage.app.desk.kept.orders.find("123456789", [order]))[order]
    assert event.facts.get("receiver", known.receiver.fingerprint) == known.receiver.fingerprint
    assert event.facts.get("is_under_review", known.is_under_review) == known.is_under_review


async def test_a_note_is_read_with_its_order(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    world.pinduoduo.notes(order, "易碎，多包一层")
    await heard(stage)
    known = (await stage.app.desk.kept.orders.find("123456789", [order]))[order]
    assert known.remark == "易碎，多包一层"
    (event,) = await events(stage, order)
    assert (event.kind, event.facts) == (K.NOTE_CHANGED, {}), "no words of anybody's are kept in plain text"


async def test_a_refund_of_a_parcel_on_its_way_has_the_rules_look_at_it(
    stage: Stage, bound: Merchant, world: World
) -> None:
    order, about = await ships(stage, bound)
    kept = stage.app.desk.kept
    assert await kept.alerts.of_subjects([about]) == {about: []}
    world.clock.move(MINUTE)
    world.pinduoduo.refunds(order)
    await heard(stage)
    (alert,) = (await kept.alerts.of_subjects([about]))[about]
    assert (alert.rule, alert.raised_at) == (Rule.REFUNDING, world.clock.now())
    assert [event.kind for event in await events(stage, order)] == [K.REFUND_OPENED]


async def test_one_of_two_refunds_withdrawn_leaves_the_warning(stage: Stage, bound: Merchant, world: World) -> None:
    order, about = await ships(stage, bound)
    kept, over = stage.app.desk.kept, []
    happens = (world.pinduoduo.refunds, world.pinduoduo.refunds_again, world.pinduoduo.withdraws_refund)
    for event in happens:
        world.clock.move(MINUTE)
        event(order)
        await heard(stage)
        over += [[alert.is_over for alert in (await kept.alerts.of_subjects([about]))[about]]]
    assert over == [[False], [False], [False]]
    kinds = [event.kind for event in await events(stage, order)]
    assert kinds == [K.REFUND_OPENED, K.REFUND_OPENED, K.REFUND_CLOSED]


async def test_a_refund_withdrawn_is_another_fact(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    world.pinduoduo.refunds(order)
    world.pinduoduo.withdraws_refund(order)
    await heard(stage)
    assert [event.kind for event in await events(stage, order)] == [K.REFUND_OPENED, K.REFUND_CLOSED]


async def test_messages_that_come_twice_are_one_fact_each(stage: Stage, bound: Merchant, world: World) -> None:
    world.pinduoduo.doubles_messages()
    order = waiting(world)
    for happens in (world.pinduoduo.changes_address, world.pinduoduo.refunds):
        happens(order)
        await heard(stage)
    assert [event.kind for event in await events(stage, order)] == [K.ADDRESS_CHANGED, K.REFUND_OPENED]


async def test_what_happens_while_nobody_listens_is_heard_later(stage: Stage, bound: Merchant, world: World) -> None:
    await stage.dark()
    order = waiting(world)
    world.pinduoduo.refunds(order)
    world.clock.move(60 * MINUTE)
    await stage.light(pinduoduo_messages=True)
    await heard(stage)
    assert [event.kind for event in await events(stage, order)] == [K.REFUND_OPENED]


async def test_a_line_that_is_cut_off_is_dialled_again(stage: Stage, bound: Merchant, world: World) -> None:
    world.pinduoduo.cuts_off_messages()
    await asyncio.sleep(0.1)
    order = world.new_order()
    await heard(stage)
    assert order.order_sn in await stage.app.desk.kept.orders.find("123456789", [order.order_sn])


async def test_without_messages_a_look_at_the_shop_finds_the_same(stage: Stage, bound: Merchant, world: World) -> None:
    await stage.dark()
    await stage.light()
    await passes(stage, 0.5, step=5 * MINUTE)
    order, *others = [entry["order_sn"] for entry in world.ledger()["orders"] if entry["may_ship"]][:3]
    world.pinduoduo.refunds(order)
    world.pinduoduo.changes_address(others[0])
    world.pinduoduo.notes(others[1], "易碎")
    await passes(stage, 0.5, step=5 * MINUTE)
    told = {(event.number, event.kind) for each in (order, *others) for event in await events(stage, each)}
    assert told == {(order, K.REFUND_OPENED), (others[0], K.ADDRESS_CHANGED), (others[1], K.NOTE_CHANGED)}
    world.pinduoduo.refunds(order, granted=True)
    await passes(stage, 0.5, step=5 * MINUTE)
    assert [event.kind for event in await events(stage, order)] == [K.REFUND_OPENED, K.REFUNDED]


async def test_a_shop_that_cannot_be_asked_holds_up_no_other_and_is_asked_again(
    stage: Stage, bound: Merchant, world: World
) -> None:
    await stage.dark()
    await stage.light()
    await passes(stage, 0.25, step=5 * MINUTE)
    world.pinduoduo.goes_down()
    await passes(stage, 0.5, step=5 * MINUTE)
    world.pinduoduo.comes_back()
    order = waiting(world)
    world.pinduoduo.refunds(order)
    await passes(stage, 0.5, step=5 * MINUTE)
    assert [event.kind for event in await events(stage, order)] == [K.REFUND_OPENED]


async def test_a_message_and_a_look_tell_of_one_refund_once(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    world.pinduoduo.refunds(order)
    await heard(stage)
    await passes(stage, 0.5, step=5 * MINUTE)
    assert [event.kind for event in await events(stage, order)] == [K.REFUND_OPENED]


async def test_without_the_setting_nobody_listens(stage: Stage, bound: Merchant, world: World) -> None:
    await stage.dark()
    await stage.light()
    world.new_order()
    await asyncio.sleep(0.1)
    assert len(world.pinduoduo.messages.waiting) == 1
    assert stage.app.listeners == ()


async def test_nobody_elses_shop_leaves_a_trace(stage: Stage, bound: Merchant) -> None:
    await take(stage.app.desk.lookout, ShopMessage("999", "1", ShopEvent.REFUND_OPENED, 5, "7", 100))
    kept = stage.app.desk.kept
    assert await kept.order_events.unseen() == []
    assert await kept.database.all("SELECT * FROM order_syncs") == []


@pytest.mark.parametrize("commit", [1, 2, 3, 4])
async def test_stopped_after_any_commit_nothing_is_lost_and_nothing_doubled(
    stage: Stage, bound: Merchant, world: World, commit: int
) -> None:
    """The power goes after a message was kept, or while its order is read."""
    order, doom = waiting(world), Doom(at=1 + commit)  # the first is the start's own
    await stage.dark()
    await stage.light(pinduoduo_messages=True, repositories=_doomed(doom))
    world.pinduoduo.changes_address(order)
    world.pinduoduo.refunds(order)
    await until(doom.struck.is_set)
    await stage.dark(grace=0)
    world.clock.move(5 * MINUTE)
    await stage.light(pinduoduo_messages=True)
    await heard(stage)
    kinds = [event.kind for event in await events(stage, order)]
    assert sorted(kinds) == [K.ADDRESS_CHANGED, K.REFUND_OPENED]
    known = (await stage.app.desk.kept.orders.find("123456789", [order]))[order]
    assert known.receiver.fingerprint in {event.facts.get("receiver") for event in await events(stage, order)}


def _doomed(doom: Doom) -> Any:
    return lambda database, vault, clock: Repositories(DoomedDatabase(database, doom), vault, clock)
