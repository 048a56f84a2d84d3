"""打印今天的订单, as merchants say it, against the pretend world: what she hears, and what the world's ledger shows."""

import asyncio
from collections import Counter
from typing import Any

import pypdfium2
import pytest

from bot.sandbox.world import World
from core.rights import Role
from tests.support.merchant import Merchant
from tests.support.paper import as_is, dots, one_dot_thicker, one_dot_thinner, symbols
from tests.support.stage import Stage


@pytest.fixture
def world() -> World:
    """86 orders wait today, as in the model dialogue."""
    return World(seed=7, orders=86)


@pytest.fixture
async def bound(merchant: Merchant) -> Merchant:
    """A merchant with shop and ZTO bound."""
    await merchant.has_bound()
    return merchant


def numbers(world: World) -> Counter[str]:
    return Counter(entry["key"] for entry in world.ledger()["numbers"])


def uploads(world: World) -> Counter[str]:
    return Counter(entry["order_sn"] for entry in world.ledger()["uploads"])


def orders(world: World) -> dict[str, Any]:
    return {entry["order_sn"]: entry for entry in world.ledger()["orders"]}


def pages(merchant: Merchant) -> int:
    return sum(len(pypdfium2.PdfDocument(pdf)) for pdf in merchant.pages)


async def test_the_plan_says_what_prints_and_what_is_held_before_anything_happens(
    bound: Merchant, world: World
) -> None:
    heard = await bound.says("打印今天的订单")
    assert "今天（11-22 00:00 起）成交待发货 86 单" in heard
    assert "可打 73 单 → 70 个包裹（合单少 3 个）" in heard
    assert "退款中 3" in heard
    assert "买家指定不用这家快递 2" in heard
    assert "812 个单号够用" in heard
    assert bound.labels == ["打印 70 张", "看明细"]
    assert not numbers(world)


async def test_one_tap_prints_a_page_and_takes_a_number_a_parcel_and_uploads_every_order(
    bound: Merchant, world: World
) -> None:
    await bound.says("打印今天的订单")
    heard = await bound.taps("打印 70 张")
    assert "✅ 打完了：70 张面单，73 单已回传单号" in heard
    assert pages(bound) == 70
    assert set(numbers(world).values()) == {1}
    assert len(numbers(world)) == 70
    assert set(uploads(world).values()) == {1}
    assert len(uploads(world)) == 73
    assert all(orders(world)[order]["why_not"] == ["not_waiting"] for order in uploads(world))


async def test_every_page_scans_to_its_number_printed_well_too_dark_or_too_light(
    merchant: Merchant, world: World
) -> None:
    await merchant.has_bound()
    await merchant.says("打印今天最早的 12 单")
    await merchant.says("确认")
    issued = {entry["number"] for entry in world.ledger()["numbers"]}
    for dpi in (203.2, 300):
        pages = dots(merchant.pages[0], dpi)
        for print_quality in (as_is, one_dot_thicker, one_dot_thinner):
            read = [symbols(print_quality(page)) for page in pages]
            assert {text for page in read for _, text in page} == issued
            assert [[name for name, _ in page] for page in read] == [["Code128", "Code128", "QRCode"]] * len(issued)


async def test_the_details_name_every_held_order_with_its_reason(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    heard = await bound.taps("看明细")
    held = [line for line in heard.splitlines() if line.startswith("• 261122-")]
    assert len(held) == 13
    for line in held:
        number, reason = line.removeprefix("• ").split("　")
        entry = orders(world)[number]
        assert reason
        assert not entry["may_ship"] or {"refuses_zto", "must_sf"} & set(entry["beware"])
    assert bound.labels == ["打印 70 张", "看明细"]


async def test_asking_again_after_printing_finds_nothing_to_print_twice(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    await bound.says("确认")
    before = numbers(world)
    heard = await bound.says("打印今天的订单")
    assert "现在没有可以打的" in heard
    assert numbers(world) == before


async def test_two_taps_at_once_print_once(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    button = bound.button("打印 70 张")
    await asyncio.gather(bound.presses(button), bound.presses(button))
    await bound.presses(button)
    assert set(numbers(world).values()) == {1}
    assert pages(bound) == 70
    assert sum("打完了" in message.text for message in bound.messages) == 1


async def test_two_plans_open_at_once_never_number_an_order_twice(stage: Stage, bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    merchant_id = (await stage.app.desk.kept.merchants.member("room", bound.peer)).merchant  # type: ignore[union-attr]
    colleague = Merchant(stage, "小李")
    await colleague.joins(Role.PACKER, merchant=merchant_id)
    await colleague.says("打印今天的订单")
    await bound.says("确认")
    heard = await colleague.says("确认")
    assert "✅ 打完了：0 张面单" in heard
    assert set(numbers(world).values()) == {1}
    assert len(uploads(world)) == 73


async def test_a_restart_before_every_message_changes_nothing(stage: Stage, bound: Merchant, world: World) -> None:
    await stage.restart()
    await bound.says("打印今天的订单")
    await stage.restart()
    await bound.taps("看明细")
    await stage.restart()
    heard = await bound.says("好的")
    assert "✅ 打完了：70 张面单" in heard
    assert set(numbers(world).values()) == {1}


async def test_a_count_takes_the_earliest_orders(bound: Merchant, world: World) -> None:
    heard = await bound.says("打印今天最早的 20 单")
    assert "可打 20 单" in heard
    await bound.says("确认")
    printed = {orders(world)[order]["confirmed_at"] for order in uploads(world)}
    left = {
        entry["confirmed_at"]
        for entry in orders(world).values()
        if entry["may_ship"] and not entry["beware"] and entry["order_sn"].startswith("261122")
    }
    assert len(uploads(world)) == 20
    assert max(printed) <= min(left)


async def test_yesterday_is_another_day(bound: Merchant, world: World) -> None:
    heard = await bound.says("打印昨天的订单")
    assert "昨天（11-21 全天）成交待发货" in heard
    await bound.says("确认")
    assert uploads(world)
    assert {order[:6] for order in uploads(world)} == {"261121"}


async def test_without_a_shop_it_says_so_and_offers_to_bind_one(merchant: Merchant) -> None:
    heard = await merchant.says("打印今天的订单")
    assert "还没有绑定店铺" in heard
    assert merchant.labels == ["绑定店铺"]
    assert "主账号" in await merchant.taps("绑定店铺")


async def test_a_viewer_may_not_print(stage: Stage, world: World) -> None:
    viewer = Merchant(stage, "viewer")
    await viewer.joins(Role.VIEWER)
    heard = await viewer.says("打印今天的订单")
    assert "只读" in heard
    assert not world.ledger()["calls"]


async def test_cancel_drops_the_plan(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    button = bound.button("打印 70 张")
    assert "已取消" in await bound.says("取消")
    assert "过期" in await bound.presses(button)
    assert not numbers(world)


async def test_a_plan_too_old_is_made_anew(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    world.clock.move(15 * 60_000)
    heard = await bound.says("确认")
    assert "15 分钟" in heard
    assert not numbers(world)
    assert "成交待发货" in await bound.taps("重新开始")


async def test_an_order_refunded_between_plan_and_print_gets_no_number(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    victim = _single(world)
    world.pinduoduo.refunds(victim)
    heard = await bound.says("确认")
    assert "没成 1 单：退款中（1）" in heard
    assert victim not in uploads(world)
    assert not any(victim in key for key in numbers(world))
    assert victim in await bound.taps("看原因")


async def test_a_refund_between_numbering_and_upload_holds_the_number_back(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    victim = _single(world)

    async def refund_when_printed(point: str) -> None:
        if point == "zto:zto.open.createOrder:done" and any(victim in key for key in numbers(world)):
            world.before_answer = None
            world.pinduoduo.refunds(victim)

    world.before_answer = refund_when_printed
    heard = await bound.says("确认")
    assert "退款中（1）" in heard
    assert victim not in uploads(world)
    assert pages(bound) == 69


async def test_an_order_held_with_a_number_goes_on_with_the_same_number_later(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    victim = _single(world)

    async def refund_when_printed(point: str) -> None:
        if point == "zto:zto.open.createOrder:done" and any(victim in key for key in numbers(world)):
            world.before_answer = None
            world.pinduoduo.refunds(victim)

    world.before_answer = refund_when_printed
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
    victim = _single(world)

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
    victim = _single(world)
    world.pinduoduo.ships_elsewhere(victim, "73999999999999")
    heard = await bound.says("确认")
    assert "已不是待发货（1）" in heard
    assert orders(world)[victim]["number"] == "73999999999999"


async def test_stop_leaves_the_rest_and_go_on_finishes_it(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    told = asyncio.Event()

    async def after_some(point: str) -> None:
        if point == "zto:zto.open.createOrder:done" and len(numbers(world)) == 30:
            told.set()
            world.before_answer = None
            await bound.stage.app.turns.receive(_text(bound, "停止"))

    world.before_answer = after_some
    heard = await bound.says("确认")
    assert told.is_set()
    assert "已停" in heard
    assert 30 <= len(numbers(world)) < 70
    heard = await bound.taps("继续打剩下的")
    assert "✅ 打完了：70 张面单" in heard
    assert set(numbers(world).values()) == {1}
    assert pages(bound) == 70


async def test_stop_with_nothing_running_says_so(bound: Merchant) -> None:
    assert "现在没有在打印" in await bound.says("停止")


async def test_in_english_everything_is_said_in_english(stage: Stage, world: World) -> None:
    merchant = Merchant(stage, "anna")
    await merchant.has_bound()
    await merchant.says("English")
    heard = await merchant.says("print today's orders")
    assert "86 orders confirmed today (11-22, from 00:00) are waiting to ship" in heard
    assert "73 can be printed → 70 parcels (3 fewer by merging)" in heard
    heard = await merchant.says("yes")
    assert "✅ Done: 70 labels, 73 orders uploaded" in heard


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


def _single(world: World) -> str:
    """An order of today that goes alone and without a remark."""
    entries = [entry for entry in orders(world).values() if entry["may_ship"] and entry["order_sn"][:6] == "261122"]
    doors = Counter(entry["merge_id"] for entry in entries)
    return str(next(e["order_sn"] for e in entries if doors[e["merge_id"]] == 1 and not e["beware"]))


def _text(merchant: Merchant, text: str) -> Any:
    from handlers.messages import Incoming  # noqa: PLC0415

    return Incoming("room", merchant.peer, f"extra-{text}", text=text)


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
    lost = next(entry for entry in world.ledger()["numbers"] if entry["number"] not in _uploaded_numbers(world))
    await bound.taps("核对单号")
    assert "单号是多少" in await bound.taps("已经有号，我来填")
    assert "没看懂号码" in await bound.says("在后台看到了")
    assert "查不到 7300…0000" in await bound.says("73000000000000")
    other = next(iter(_uploaded_numbers(world)))
    assert "已经用在别的包裹上" in await bound.says(other)
    heard = await bound.says(lost["number"])
    assert "正在回传给店铺" in heard
    assert lost["number"] in _uploaded_numbers(world)
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


def _uploaded_numbers(world: World) -> set[str]:
    return {entry["number"] for entry in world.ledger()["uploads"]}


async def test_two_plans_that_continue_the_same_parcel_print_it_once(
    stage: Stage, bound: Merchant, world: World
) -> None:
    await bound.says("打印今天的订单")
    victim = _single(world)

    async def refund_when_numbered(point: str) -> None:
        if point == "zto:zto.open.createOrder:done" and any(victim in key for key in numbers(world)):
            world.before_answer = None
            world.pinduoduo.refunds(victim)

    world.before_answer = refund_when_numbered
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
