"""打印今天的订单, as merchants say it, against the pretend world: what she hears, and what the world's ledger shows."""

import asyncio

from bot.sandbox.world import World
from core.rights import Role
from tests.handlers.printing.books import numbers, orders, pages, text_of, uploads
from tests.support.merchant import Merchant
from tests.support.paper import as_is, dots, one_dot_thicker, one_dot_thinner, symbols
from tests.support.stage import Stage


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


async def test_when_it_is_over_the_line_that_counted_stands_still_without_its_button(bound: Merchant) -> None:
    await bound.says("打印今天的订单")
    await bound.says("确认")
    (counting,) = [each for each in bound.news if each.text.startswith("取号 ")]
    assert (counting.text, counting.buttons) == ("取号 70/70 ▓▓▓▓▓▓▓▓▓", ())


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


async def test_stop_leaves_the_rest_and_go_on_finishes_it(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    told = asyncio.Event()

    async def after_some(point: str) -> None:
        if point == "zto:zto.open.createOrder:done" and len(numbers(world)) == 30:
            told.set()
            world.before_answer = None
            await bound.stage.app.turns.receive(text_of(bound, "停止"))

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
