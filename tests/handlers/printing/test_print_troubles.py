"""When printing does not go as planned: refunds, lost answers, closed doors, and whose word it then takes."""

import asyncio
from collections import Counter

from bot.sandbox.world import World
from core.rights import Role
from tests.handlers.printing.books import (
    numbers,
    orders,
    pages,
    refund_once_numbered,
    single,
    uploaded_numbers,
    uploads,
)
from tests.support.merchant import Merchant
from tests.support.stage import Stage


async def test_an_order_refunded_between_plan_and_print_gets_no_number(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    victim = single(world)
    world.pinduoduo.refunds(victim)
    heard = await bound.says("确认")
    assert "没成 1 单：退款中（1）" in heard
    assert victim not in uploads(world)
    assert not any(victim in key for key in numbers(world))
    assert victim in await bound.taps("看原因")


async def test_a_refund_between_numbering_and_upload_holds_the_number_back(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    victim = single(world)

    refund_once_numbered(world, victim)
    heard = await bound.says("确认")
    assert "退款中（1）" in heard
    assert victim not in uploads(world)
    assert pages(bound) == 69


async def test_an_order_held_with_a_number_goes_on_with_the_same_number_later(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    victim = single(world)

    refund_once_numbered(world, victim)
    await bound.says("确认")
    world.pinduoduo.withdraws_refund(victim)
    world.clock.move(60_000)
    heard = await bound.says("打印今天的订单")
    assert "可打 1 单 → 1 个包裹" in heard
    await bound.says("确认")
    assert uploads(world)[victim] == 1
    assert set(numbers(world).values()) == {1}
    assert pages(bound) == 70


async def test_an_address_changed_after_the_plan_never_meets_an_old_label(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    victim = single(world)

    async def move_when_numbered(point: str) -> None:
        if point == "zto:zto.open.createOrder:done" and any(victim in key for key in numbers(world)):
            world.before_answer = None
            world.pinduoduo.changes_address(victim)
            world.clock.move(1_000)

    world.before_answer = move_when_numbered
    heard = await bound.says("确认")
    assert "收件地址改过，面单作废（1）" in heard
    assert victim not in uploads(world)
    heard = await bound.says("打印今天的订单")
    assert "收件地址改过，面单作废 1" in heard
    assert "现在没有可以打的" in heard
    await bound.says(f"重新取号 {victim}")
    assert "1 单已回传单号" in await bound.taps("作废并重新取号")


async def test_a_courier_that_is_down_stops_the_batch_and_it_goes_on_when_it_is_back(
    bound: Merchant, world: World
) -> None:
    await bound.says("打印今天的订单")
    world.zto.goes_down()
    heard = await bound.says("确认")
    assert "停在半路：中通现在连不上" in heard
    assert "还剩 70 张" in heard
    world.zto.comes_back()
    heard = await bound.taps("继续打剩下的")
    assert "✅ 打完了：70 张面单" in heard
    assert set(numbers(world).values()) == {1}


async def test_a_shop_that_is_down_while_planning_is_said_so(bound: Merchant, world: World) -> None:
    world.pinduoduo.goes_down()
    heard = await bound.says("打印今天的订单")
    assert "拼多多现在连不上" in heard
    world.pinduoduo.comes_back()
    assert "成交待发货 86 单" in await bound.says("打印今天的订单")


async def test_numbers_run_out_in_the_middle_and_the_rest_waits(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    world.zto.runs_out()
    heard = await bound.says("确认")
    assert "单号余额用完" in heard
    world.zto.tops_up(100)
    assert "✅ 打完了：70 张面单" in await bound.taps("继续打剩下的")
    assert set(numbers(world).values()) == {1}


async def test_an_address_out_of_range_fails_alone(bound: Merchant, world: World) -> None:
    world.new_order(detail="停发区1号")
    await bound.says("打印今天的订单")
    heard = await bound.says("确认")
    assert "✅ 打完了：70 张面单" in heard
    assert "没成 1 单：中通不派送这个地址" in heard


async def test_a_lost_answer_is_unsure_and_only_a_person_asks_again(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    world.zto.loses_answers(1, on="zto.open.createOrder")
    heard = await bound.says("确认")
    assert "有 1 个包裹不确定取到号没有" in heard
    assert len(numbers(world)) == 70
    assert set(numbers(world).values()) == {1}
    heard = await bound.taps("核对单号")
    assert "可能已经占用一个单号" in heard
    heard = await bound.taps("没有取到号")
    assert "就会有两个号" in heard
    heard = await bound.taps("确认重新取号")
    assert "✅ 打完了：1 张面单" in heard
    assert len(uploads(world)) == 73
    assert max(Counter(key.removesuffix("-a2") for key in numbers(world)).values()) == 2  # as she was told


async def test_a_courier_that_loses_every_answer_is_not_asked_seventy_times(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    world.zto.loses_answers(1000, on="zto.open.createOrder")
    heard = await bound.says("确认")
    assert "没有回话" in heard
    assert len(numbers(world)) <= 10


async def test_uploads_that_lose_their_answer_are_read_back_not_repeated(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    world.pinduoduo.loses_answers(5, on="pdd.logistics.online.send")
    heard = await bound.says("确认")
    assert "73 单已回传单号" in heard
    assert set(uploads(world).values()) == {1}


async def test_an_order_shipped_elsewhere_keeps_that_number(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    victim = single(world)
    world.pinduoduo.ships_elsewhere(victim, "73999999999999")
    heard = await bound.says("确认")
    assert "已不是待发货（1）" in heard
    assert orders(world)[victim]["number"] == "73999999999999"


async def test_expired_tokens_are_renewed_under_way(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    world.pinduoduo.expires_tokens()
    heard = await bound.says("确认")
    assert "✅ 打完了：70 张面单" in heard
    assert world.ledger()["calls"]["pinduoduo:pdd.pop.auth.token.refresh"] == 1


async def test_a_revoked_authorisation_stops_the_batch_and_says_what_to_do(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    world.pinduoduo.revokes(123456789)
    heard = await bound.says("确认")
    assert "店铺授权已经失效" in heard
    assert not numbers(world)


async def test_a_parcel_taken_over_by_hand_is_never_numbered_again(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    world.zto.loses_answers(1, on="zto.open.createOrder")
    await bound.says("确认")
    await bound.taps("核对单号")
    assert "不再由我打单" in await bound.taps("我手动处理")
    before = numbers(world)
    assert "现在没有可以打的" in await bound.says("打印今天的订单")
    assert numbers(world) == before


async def test_closing_in_the_middle_finishes_what_is_in_hand_and_the_next_start_does_the_rest(
    stage: Stage, bound: Merchant, world: World
) -> None:
    await bound.says("打印今天的订单")
    reached = asyncio.Event()

    async def after_some(point: str) -> None:
        if point == "zto:zto.open.createOrder" and len(numbers(world)) == 20:
            reached.set()

    world.before_answer = after_some
    said = asyncio.create_task(bound.says("确认"))
    await reached.wait()
    await stage.dark()
    said.cancel()
    world.before_answer = None
    assert 20 <= len(numbers(world)) <= 30
    await stage.light()
    await stage.app.quiet()
    assert "✅ 打完了：70 张面单" in bound.messages[-1].text
    assert set(numbers(world).values()) == {1}
    assert len(numbers(world)) == 70
    assert not any("不确定" in message.text for message in bound.messages)


async def test_a_number_found_by_the_merchant_is_checked_with_the_courier_and_uploaded(
    bound: Merchant, world: World
) -> None:
    await bound.says("打印今天的订单")
    world.zto.loses_answers(1, on="zto.open.createOrder")
    await bound.says("确认")
    uploaded = uploads(world)
    lost = next(entry for entry in world.ledger()["numbers"] if entry["number"] not in uploaded_numbers(world))
    await bound.taps("核对单号")
    assert "单号是多少" in await bound.taps("已经有号，我来填")
    assert "没看懂号码" in await bound.says("在后台看到了")
    assert "查不到 7300…0000" in await bound.says("73000000000000")
    other = next(iter(uploaded_numbers(world)))
    assert "已经用在别的包裹上" in await bound.says(other)
    heard = await bound.says(lost["number"])
    assert "正在回传给店铺" in heard
    assert lost["number"] in uploaded_numbers(world)
    assert len(uploads(world)) > len(uploaded)
    assert set(numbers(world).values()) == {1}


async def test_an_app_that_may_not_decrypt_says_so_before_anything_is_planned(stage: Stage, bound: Merchant) -> None:
    await stage.dark()
    await stage.light(pinduoduo_may_decrypt=False)
    heard = await bound.says("打印今天的订单")
    assert "没有拼多多的收件人解密权限" in heard
    assert bound.labels != ["打印 70 张", "看明细"]


async def test_a_right_to_decrypt_that_was_taken_away_stops_the_batch(bound: Merchant, world: World) -> None:
    world.pinduoduo.forbids("pdd.open.decrypt.batch")
    await bound.says("打印今天的订单")
    heard = await bound.says("确认")
    assert "没有权限" in heard
    assert not numbers(world)


async def test_two_plans_that_continue_the_same_parcel_print_it_once(
    stage: Stage, bound: Merchant, world: World
) -> None:
    await bound.says("打印今天的订单")
    victim = single(world)

    refund_once_numbered(world, victim)
    await bound.says("确认")
    world.pinduoduo.withdraws_refund(victim)
    member = await stage.app.desk.kept.merchants.member("room", bound.peer)
    assert member is not None
    colleague = Merchant(stage, "小李")
    await colleague.joins(Role.PACKER, merchant=member.merchant)
    await bound.says("打印今天的订单")
    assert "可打 1 单" in await colleague.says("打印今天的订单")
    await bound.says("确认")
    await colleague.says("确认")
    assert pages(bound) + pages(colleague) == 70
    assert uploads(world)[victim] == 1
