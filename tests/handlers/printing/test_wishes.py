"""What merchants write beyond "print today's orders": narrowed, in passing, unclear, or not there yet."""

import pytest

from bot.sandbox.world import World
from core.clock import MINUTE
from tests.handlers.printing.books import numbers, orders, single
from tests.support.merchant import Merchant
from tests.support.stage import Stage


def planned(merchant: Merchant) -> int:
    """How many labels the button offers to print."""
    label = next(each for each in merchant.labels if each.startswith("打印 "))
    return int(label.split()[1])


def of_region(world: World, name: str) -> set[str]:
    """Today's orders that go to a province."""
    return {
        number
        for number in orders(world)
        if world.pinduoduo.find(number).receiver.place.province.startswith(name) and number.startswith("261122")
    }


class TestNarrowing:
    async def test_only_orders_of_the_region_are_printed_and_the_plan_says_so(
        self, bound: Merchant, world: World
    ) -> None:
        heard = await bound.says("打印今天浙江的订单")
        assert "• 只看：浙江" in heard
        await bound.says("确认")
        printed = {number for key in numbers(world) for number in orders(world) if number in key}
        assert printed
        assert printed <= of_region(world, "浙江")

    async def test_a_region_can_be_left_out(self, bound: Merchant) -> None:
        await bound.says("打印今天的订单")
        everything = planned(bound)
        await bound.says("取消")
        assert "除 浙江 以外" in await bound.says("打印今天除了浙江的订单")
        assert planned(bound) < everything

    async def test_only_orders_with_a_remark(self, bound: Merchant) -> None:
        heard = await bound.says("打印今天有备注的订单")
        assert "• 只看：有留言或备注" in heard
        assert f"有留言或备注 {planned(bound)}" in heard

    async def test_the_latest_instead_of_the_earliest(self, bound: Merchant, world: World) -> None:
        assert "• 只看：最新 3 单" in await bound.says("打今天最新的3单")
        await bound.says("确认")
        ships = sorted(
            (entry["confirmed_at"], entry["order_sn"])
            for entry in orders(world).values()
            if entry["may_ship"] and entry["order_sn"].startswith("261122")
        )
        printed = {number for key in numbers(world) for number in orders(world) if number in key}
        assert min(orders(world)[number]["confirmed_at"] for number in printed) > ships[len(ships) // 2][0]

    async def test_by_goods(self, bound: Merchant, world: World) -> None:
        await bound.says("打印今天的订单")
        everything = planned(bound)
        await bound.says("取消")
        assert "• 只看：商品名或规格有「可折叠脏衣篮」" in await bound.says("打印今天可折叠脏衣篮的订单")
        assert planned(bound) < everything
        await bound.says("确认")
        assert numbers(world)

    async def test_of_goods_that_nobody_bought_nothing_is_printed(self, bound: Merchant, world: World) -> None:
        heard = await bound.says("打印航天飞机那款的")
        assert "只看：商品名或规格有「航天飞机」" in heard
        assert "没有要打的订单" in heard
        assert not numbers(world)

    async def test_by_the_recipient_as_far_as_masks_tell(self, bound: Merchant) -> None:
        assert "收件人像「张三」" in await bound.says("打印张三的订单")

    async def test_a_courier_left_out_is_not_used(self, bound: Merchant, world: World) -> None:
        assert "只绑定了中通快递，你说不用" in await bound.says("不打中通的，其他都打")
        assert not numbers(world)

    async def test_a_shop_that_is_not_bound_has_nothing_to_print(self, bound: Merchant) -> None:
        assert "没有要打的订单" in await bound.says("打印糖糖女装旗舰店今天的订单")

    async def test_the_period_is_repeated_in_dates(self, bound: Merchant) -> None:
        assert "11-20 至 11-22成交待发货" in await bound.says("打印近三天的订单")
        await bound.says("取消")
        assert "11-21 20:00 至 11-23 00:00" in await bound.says("打印昨晚8点以后的订单")

    async def test_what_is_shipped_or_being_refunded_is_not_printed(self, bound: Merchant, world: World) -> None:
        assert "不能再打单" in await bound.says("打印退款中的订单")
        assert not numbers(world)

    async def test_a_deadline_cannot_be_chosen_by_yet_and_that_is_said_before_printing(self, bound: Merchant) -> None:
        assert "还不能只挑快超时的" in await bound.says("打印今天快超时的订单")

    async def test_of_two_couriers_named_the_one_that_is_bound_prints(self, bound: Merchant) -> None:
        assert "中通快递 812" in await bound.says("用中通或圆通打今天的")

    async def test_a_courier_without_an_account_is_named(self, bound: Merchant) -> None:
        assert "还没有绑定圆通" in await bound.says("用圆通打今天的")


class TestGoingOn:
    async def test_another_thing_is_done_with_the_same_number(self, bound: Merchant, world: World) -> None:
        order = single(world)
        await bound.says(f"打印 {order}")
        await bound.says("确认")
        assert "已回传" in await bound.says(f"{order} 到哪了")
        assert "📎 补打 1 张" in await bound.says("再打一次")
        assert "已经回传给店铺" in await bound.says("作废它")

    async def test_a_batch_is_printed_again_after_a_question(self, bound: Merchant, world: World) -> None:
        await bound.says("打印今天浙江的订单")
        await bound.says("确认")
        issued = len(numbers(world))
        assert f"补打 {issued} 张" in await bound.says("再打一次")
        assert issued > 1
        assert f"📎 补打 {issued} 张" in await bound.says("确认")
        assert len(numbers(world)) == issued

    async def test_the_same_of_another_courier_after_a_list(self, bound: Merchant) -> None:
        assert "没有这样的异常件" in await bound.says("圆通有哪些异常件")
        assert "没有这样的异常件" in await bound.says("那中通的呢")

    async def test_one_part_of_the_wish_changes(self, bound: Merchant) -> None:
        await bound.says("打印昨天的订单")
        await bound.says("取消")
        heard = await bound.says("那今天的呢")
        assert "今天（11-22 00:00 起）" in heard

    async def test_what_was_said_a_quarter_of_an_hour_ago_is_forgotten(
        self, bound: Merchant, stage: Stage, world: World
    ) -> None:
        await bound.says("打印昨天的订单")
        await bound.says("取消")
        world.clock.move(16 * MINUTE)
        assert "没看懂这句" in await bound.says("那今天的呢")
        await stage.restart()

    async def test_it_is_remembered_over_a_restart(self, bound: Merchant, stage: Stage) -> None:
        await bound.says("打印昨天的订单")
        await bound.says("取消")
        await stage.restart()
        assert "今天（11-22 00:00 起）" in await bound.says("那今天的呢")


class TestBoundShops:
    @pytest.mark.parametrize("name", ["小满家居", "小满家居旗舰店"])
    async def test_are_known_by_name(self, bound: Merchant, name: str) -> None:
        assert "店铺「小满家居旗舰店」" in await bound.says(f"打印{name}今天的订单")


class TestUnclear:
    async def test_several_meanings_become_buttons_that_carry_what_was_said(self, bound: Merchant) -> None:
        assert await bound.says("我要用圆通") == "这句可以有几种意思，要哪一个？"
        assert bound.labels == ["打印订单", "查单号余额", "绑定快递", "能做什么"]
        assert "还没有绑定圆通" in await bound.taps("打印订单")

    async def test_a_number_beside_a_recipient_is_asked_about(self, bound: Merchant, world: World) -> None:
        said = "78330092817465 王五 13800000001 广东省广州市天河区体育西路1号"
        assert await bound.says(said) == "这句可以有几种意思，要哪一个？"
        assert bound.labels == ["拦截或改址", "手工录单", "能做什么"]
        assert not numbers(world)

    async def test_an_example_that_comes_near_starts_what_it_says(self, bound: Merchant) -> None:
        assert "没看懂这句。可以这样说：" in await bound.says("那个昨天的东西弄一下订单")
        assert len(bound.labels) == 4
        example = next(label for label in bound.labels if "订单" in label)
        await bound.taps(example)
        assert bound.heard

    async def test_small_talk_is_answered_and_nothing_is_started(self, bound: Merchant, world: World) -> None:
        assert "在的" in await bound.says("谢谢老板")
        assert not numbers(world)


class TestNotThereYet:
    @pytest.mark.parametrize(
        ("said", "what"),
        [
            ("导出上个月的发货记录", "导出记录"),
            ("哪家快递最快", "比较快递"),
            ("上个月一共发了多少单", "看统计"),
        ],
    )
    async def test_it_is_said_plainly_with_what_can_be_done(self, bound: Merchant, said: str, what: str) -> None:
        heard = await bound.says(said)
        assert heard.startswith(f"「{what}」还没有做好")
        assert "打印订单" in heard
        assert bound.labels == ["能做什么"]

    async def test_a_question_how_is_answered_with_examples_and_a_button(self, bound: Merchant) -> None:
        heard = await bound.says("怎么补打面单")
        assert "补打可以直接说：" in heard
        assert "• 刚才那批重打" in heard
        assert bound.labels == ["补打"]

    async def test_a_courier_that_cannot_be_bound_yet_is_named_and_the_others_offered(self, bound: Merchant) -> None:
        heard = await bound.says("绑定顺丰")
        assert "还不能绑定顺丰" in heard
        assert bound.labels == ["中通快递"]
