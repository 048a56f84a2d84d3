"""Days on which everything goes wrong around the printing: what she hears, and that nothing is lost or done twice."""

import sqlite3

import pytest

from bot.sandbox.clock import MINUTE, SECOND, WorldClock
from bot.sandbox.world import World
from core.storage.database import run
from core.storage.sqlite import SqliteDatabase
from tests.handlers.printing.books import numbers, pages, single, uploads
from tests.support.merchant import Merchant
from tests.support.stage import Stage

SHOP = 123456789


def nothing_twice(world: World) -> bool:
    return set(numbers(world).values()) <= {1} and set(uploads(world).values()) <= {1}


@pytest.mark.parametrize("fault", ["answers_garbage", "answers_half", "loses_answers"])
async def test_a_courier_that_answers_nonsense_leaves_the_parcel_to_a_person(
    bound: Merchant, world: World, fault: str
) -> None:
    await bound.says("打印今天的订单")
    getattr(world.zto, fault)(2, on="zto.open.createOrder")
    heard = await bound.says("确认")
    assert "有 2 个包裹不确定取到号没有" in heard
    assert "核对单号" in bound.labels
    assert len(numbers(world)) == 70
    assert pages(bound) == 68
    assert nothing_twice(world)


@pytest.mark.parametrize("fault", ["answers_garbage", "answers_half", "loses_answers"])
async def test_a_shop_that_answers_nonsense_is_read_again(bound: Merchant, world: World, fault: str) -> None:
    await bound.says("打印今天的订单")
    getattr(world.pinduoduo, fault)(3, on="pdd.logistics.online.send")
    heard = await bound.says("确认")
    assert "73 单已回传单号" in heard
    assert nothing_twice(world)


async def test_a_shop_whose_lists_are_nonsense_is_said_to_be_out_of_reach(bound: Merchant, world: World) -> None:
    world.pinduoduo.answers_half(1000)
    assert "拼多多现在连不上，这一步没有做" in await bound.says("打印今天的订单")
    world.pinduoduo.comes_back()
    assert "可打 73 单" in await bound.says("打印今天的订单")


async def test_a_token_revoked_in_the_middle_keeps_what_is_done_and_goes_on_after_binding_again(
    bound: Merchant, world: World
) -> None:
    await bound.says("打印今天的订单")

    async def revoke_after_twenty(point: str) -> None:
        if point == "zto:zto.open.createOrder:done" and len(numbers(world)) == 20:
            world.before_answer = None
            world.pinduoduo.revokes(SHOP)

    world.before_answer = revoke_after_twenty
    heard = await bound.says("确认")
    assert "停在半路：店铺授权已经失效。请用主账号发「绑定店铺」重新授权，订单和单号都还在。" in heard
    assert len(numbers(world)) >= 20
    assert not uploads(world)
    await bound.says("绑定店铺")
    assert "已重新授权" in await bound.opens("打开授权页")
    assert "✅ 打完了：70 张面单，73 单已回传单号" in await bound.taps("继续打剩下的")
    assert len(numbers(world)) == 70
    assert nothing_twice(world)


async def test_a_shop_that_says_too_often_is_asked_more_slowly(bound: Merchant, world: World) -> None:
    world.pinduoduo.throttles(3)
    assert "可打 73 单" in await bound.says("打印今天的订单")
    world.pinduoduo.throttles(3, on="pdd.logistics.online.send")
    assert "73 单已回传单号" in await bound.says("确认")
    assert nothing_twice(world)


async def test_a_shop_that_says_so_all_day_stops_the_batch_and_it_goes_on_later(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    world.pinduoduo.throttles(100_000, on="pdd.logistics.online.send")
    heard = await bound.says("确认")
    assert "拼多多说请求太频繁，这一步没有做。过几分钟再试。" in heard
    assert pages(bound) == 70
    world.pinduoduo.comes_back()
    assert "73 单已回传单号" in await bound.taps("继续打剩下的")
    assert pages(bound) == 70
    assert nothing_twice(world)


# The clock.


async def with_clock(stage: Stage, minutes: int) -> None:
    """The same program on a machine whose clock is so far off."""
    skewed = WorldClock(stage.world.clock.now)
    skewed.move(minutes * MINUTE)
    await stage.dark()
    await stage.light(clock=skewed)


@pytest.mark.parametrize("minutes", [20, -20])
async def test_a_clock_that_is_wrong_is_named_as_the_reason(
    stage: Stage, bound: Merchant, world: World, minutes: int
) -> None:
    await with_clock(stage, minutes)
    heard = await bound.says("打印今天的订单")
    assert "这台机器时间不准，拼多多拒绝了请求，这一步没有做。请联系管理员校准系统时间后再试" in heard
    assert not numbers(world)
    await with_clock(stage, 0)
    assert "可打 73 单" in await bound.says("打印今天的订单")


async def test_a_clock_that_jumps_in_the_middle_stops_the_batch_and_it_goes_on_when_set(
    stage: Stage, bound: Merchant, world: World
) -> None:
    await bound.says("打印今天的订单")

    async def jump(point: str) -> None:
        if point == "zto:zto.open.createOrder:done" and len(numbers(world)) == 70:
            world.before_answer = None
            skewed.move(-20 * MINUTE)

    skewed = WorldClock(world.clock.now)
    await stage.dark()
    await stage.light(clock=skewed)
    world.before_answer = jump
    heard = await bound.says("确认")
    assert "停在半路：运行面单的这台机器时间不准" in heard
    skewed.move(20 * MINUTE)
    assert "✅ 打完了：70 张面单" in await bound.taps("继续打剩下的")
    assert nothing_twice(world)


# The disk.


async def test_a_full_disk_in_the_middle_of_a_batch_loses_no_number(
    stage: Stage, bound: Merchant, world: World
) -> None:
    await stage.dark()
    database = await SqliteDatabase.open(str(stage.folder / "demo.db"))
    await stage.light(database)
    await bound.says("打印今天的订单")

    async def fill(point: str) -> None:
        if point == "zto:zto.open.createOrder" and len(numbers(world)) == 20:
            world.before_answer = None
            await has_room(database, 0)

    world.before_answer = fill
    await bound.says("确认")
    asked = len(numbers(world))
    assert 20 <= asked <= 60
    assert not (await stage.app.health.report()).is_well
    with pytest.raises(sqlite3.OperationalError, match="full"):
        await bound.says("帮助" * 40_000, uid="full-0")
    await has_room(database, 100_000)
    await bound.says("帮助", uid="full-0")
    world.clock.move(61 * SECOND)
    for worker in stage.app.workers:
        worker.wake()
    await stage.app.quiet()
    told = "\n".join(message.text for message in bound.messages)
    assert "✅ 打完了" in told
    assert "个包裹不确定取到号没有" in told
    assert len(numbers(world)) == 70
    assert nothing_twice(world)
    assert (await stage.app.health.report()).is_well


async def has_room(database: SqliteDatabase, pages: int) -> None:
    """The database may grow by so many pages, as if the disk had no more."""
    ((present,),) = await database.all("PRAGMA page_count")
    await database.apply(run(f"PRAGMA max_page_count = {present + pages}"))


# After printing.


async def test_a_refund_after_printing_keeps_the_label_from_being_printed_again(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    victim = single(world)
    await bound.says("确认")
    assert "📎 补打 1 张" in await bound.says(f"补打 {victim}")
    world.pinduoduo.refunds(victim)
    before = pages(bound)
    heard = await bound.says(f"补打 {victim}")
    assert "没有补打：退款中。包裹先别发。" in heard
    assert pages(bound) == before


async def test_an_address_changed_after_printing_keeps_the_old_label_from_being_printed_again(
    bound: Merchant, world: World
) -> None:
    await bound.says("打印今天的订单")
    victim = single(world)
    world.pinduoduo.throttles(100_000, on="pdd.logistics.online.send")
    await bound.says("确认")
    world.pinduoduo.comes_back()
    world.pinduoduo.changes_address(victim)
    world.clock.move(1_000)
    before = pages(bound)
    heard = await bound.says(f"补打 {victim}")
    assert f"没有补打：收件地址改过，面单作废。新地址要用新面单，发「重新取号 {victim}」。" in heard
    assert pages(bound) == before
    assert "收件地址改过，面单作废（1）" in await bound.taps("继续打剩下的")
    assert victim not in uploads(world)


async def test_a_shop_that_is_down_does_not_keep_a_torn_label_from_her(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    victim = single(world)
    await bound.says("确认")
    world.pinduoduo.goes_down()
    heard = await bound.says(f"补打 {victim}")
    assert "现在没法向店铺核对有没有退款、改地址" in heard
    assert "📎 补打 1 张" in heard
