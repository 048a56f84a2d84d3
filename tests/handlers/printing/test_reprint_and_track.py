"""补打, 重新取号, 作废 and 到哪了, through the chat."""

from collections import Counter

import pypdfium2
import pytest

from bot.sandbox.world import World
from core.rights import Role
from tests.support.merchant import Merchant
from tests.support.stage import Stage

HOUR = 3_600_000


@pytest.fixture
def world() -> World:
    """A dozen orders wait today."""
    return World(seed=7, orders=12)


@pytest.fixture
async def printed(merchant: Merchant) -> Merchant:
    """A merchant whose orders of today are printed and uploaded."""
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    await merchant.says("确认")
    return merchant


def numbers(world: World) -> Counter[str]:
    return Counter(entry["key"] for entry in world.ledger()["numbers"])


def first(world: World) -> tuple[str, str]:
    """An order that was uploaded, and its waybill number."""
    upload = world.ledger()["uploads"][0]
    return str(upload["order_sn"]), str(upload["number"])


async def _held_with_a_number(merchant: Merchant, world: World) -> tuple[str, str]:
    """Print, with a refund right after one number came; returns that order and its number."""
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    seen: list[str] = []

    async def refund_first(point: str) -> None:
        if point == "zto:zto.open.createOrder:done":
            world.before_answer = None
            key = world.ledger()["numbers"][0]["key"]
            seen.append(key.split("-", 1)[1].rsplit("-", 1)[0])
            world.pinduoduo.refunds(seen[0])

    world.before_answer = refund_first
    await merchant.says("确认")
    entry = next(each for each in world.ledger()["numbers"] if seen[0] in each["key"])
    return seen[0], str(entry["number"])


class TestSeveral:
    """刚才那批, 今天的, 最后3张: asked about before anything comes out."""

    @pytest.mark.parametrize("said", ["刚才那批重打", "补打今天的", "补打今天中通的"])
    async def test_are_printed_again_when_she_agrees(self, printed: Merchant, world: World, said: str) -> None:
        count = len(numbers(world))
        assert f"补打 {count} 张" in await printed.says(said)
        assert len(printed.pages) == 1, "nothing came out yet"
        assert f"📎 补打 {count} 张" in await printed.taps(f"补打 {count} 张")
        assert set(numbers(world).values()) == {1}

    async def test_only_so_many(self, printed: Merchant) -> None:
        assert "补打 3 张" in await printed.says("补打最后3张")
        assert "📎 补打 3 张" in await printed.says("确认")

    async def test_are_not_when_she_does_not(self, printed: Merchant) -> None:
        await printed.says("刚才那批重打")
        await printed.taps("不打了")
        assert len(printed.pages) == 1

    async def test_where_none_came_out_that_is_said(self, printed: Merchant) -> None:
        assert "没有打过面单" in await printed.says("补打昨天的")
        assert "没有打过面单" in await printed.says("补打今天圆通的")

    async def test_twice_is_asked_twice(self, printed: Merchant, world: World) -> None:
        count = len(numbers(world))
        for _ in range(2):
            assert f"补打 {count} 张" in await printed.says("刚才那批重打")
            assert f"📎 补打 {count} 张" in await printed.says("确认")


async def test_a_reprint_sends_the_same_number_marked_as_such_and_takes_none(printed: Merchant, world: World) -> None:
    order, number = first(world)
    before = numbers(world)
    heard = await printed.says(f"补打 {order}")
    assert f"补打 1 张：{number[:4]}…{number[-4:]}" in heard
    assert numbers(world) == before
    page = pypdfium2.PdfDocument(printed.pages[-1])[0].get_textpage().get_text_bounded()
    assert "补打" in page
    assert number in page.replace(" ", "")


async def test_a_reprint_by_waybill_number_or_after_being_asked_which(printed: Merchant, world: World) -> None:
    _, number = first(world)
    assert "单号没有变" in await printed.says(f"补打 {number}")
    assert "要处理哪一单" in await printed.says("补打")
    assert "没看懂号码" in await printed.says("那一单")
    assert "单号没有变" in await printed.says(number)
    assert len(printed.pages) == 3


async def test_an_unknown_number_is_said_so(printed: Merchant) -> None:
    assert "没有找到 261122-000000000000000" in await printed.says("补打 261122-000000000000000")


async def test_another_merchants_number_is_not_found(stage: Stage, printed: Merchant, world: World) -> None:
    order, number = first(world)
    stranger = Merchant(stage, "stranger")
    await stranger.joins()
    assert "没有找到" in await stranger.says(f"补打 {number}")
    assert "没有找到" in await stranger.says(f"{order} 到哪了")


async def test_a_number_the_buyer_sees_is_neither_voided_nor_replaced(printed: Merchant, world: World) -> None:
    order, number = first(world)
    for said in (f"作废 {number}", f"重新取号 {order}"):
        heard = await printed.says(said)
        assert "已经回传给店铺" in heard
    assert set(numbers(world).values()) == {1}


async def test_voiding_frees_the_order_to_be_printed_with_a_new_number(merchant: Merchant, world: World) -> None:
    order, number = await _held_with_a_number(merchant, world)
    heard = await merchant.says(f"作废 {number}")
    assert "订单会回到待打印" in heard
    assert "已作废" in await merchant.taps("作废")
    world.pinduoduo.withdraws_refund(order)
    world.clock.move(1_000)
    assert "可打 1 单" in await merchant.says("打印今天的订单")
    await merchant.says("确认")
    uploaded = {entry["order_sn"]: entry["number"] for entry in world.ledger()["uploads"]}
    assert uploaded[order] not in {number, None}


async def test_void_asks_first_and_keeping_keeps(merchant: Merchant, world: World) -> None:
    order, number = await _held_with_a_number(merchant, world)
    await merchant.says(f"作废 {number}")
    await merchant.taps("留着")
    world.pinduoduo.withdraws_refund(order)
    world.clock.move(1_000)
    await merchant.says("打印今天的订单")
    await merchant.says("确认")
    uploaded = {entry["order_sn"]: entry["number"] for entry in world.ledger()["uploads"]}
    assert uploaded[order] == number


async def test_a_new_number_is_taken_only_after_saying_so_twice(merchant: Merchant, world: World) -> None:
    order, number = await _held_with_a_number(merchant, world)
    world.pinduoduo.withdraws_refund(order)
    world.clock.move(1_000)
    before = sum(numbers(world).values())
    heard = await merchant.says(f"重新取号 {order}")
    assert "补打不换号" in heard
    assert sum(numbers(world).values()) == before
    heard = await merchant.taps("作废并重新取号")
    assert "✅ 打完了：1 张面单，1 单已回传单号" in heard
    uploaded = {entry["order_sn"]: entry["number"] for entry in world.ledger()["uploads"]}
    assert uploaded[order] != number
    assert sum(numbers(world).values()) == before + 1


async def test_who_may_only_look_may_not_void(stage: Stage, printed: Merchant, world: World) -> None:
    member = await stage.app.desk.kept.merchants.member("room", printed.peer)
    assert member is not None
    colleague = Merchant(stage, "客服")
    await colleague.joins(Role.SERVICE, merchant=member.merchant)
    order, _ = first(world)
    assert "客服" in await colleague.says(f"作废 {order}")
    assert "已回传" in await colleague.says(f"{order} 到哪了")


async def test_tracking_tells_what_was_done_and_where_the_parcel_is(printed: Merchant, world: World) -> None:
    order, number = first(world)
    heard = await printed.says(f"{order} 到哪了")
    assert "✅ 成交 11-22" in heard
    assert "✅ 打印 11-22 15:30" in heard
    assert "✅ 已回传 11-22 15:30" in heard
    assert "暂时没有物流记录" in heard
    world.clock.move(5 * HOUR)
    assert "🚚 已揽收" in await printed.taps("刷新")
    world.parcel(number).signed()
    assert "🚚 已签收" in await printed.says(number)


async def test_a_city_that_is_a_province_is_named_once(printed: Merchant, world: World) -> None:
    orders = (row["order_sn"] for row in world.ledger()["orders"])
    order = next(each for each in orders if world.pinduoduo.find(each).receiver.place.city == "上海市")
    assert "· 上海 · 中通快递" in await printed.says(f"查 {order}")


async def test_tracking_asks_the_shop_when_the_courier_is_down_and_then_a_tracker(
    printed: Merchant, world: World
) -> None:
    _, number = first(world)
    world.clock.move(5 * HOUR)
    for service in (world.zto, world.pinduoduo):
        service.goes_down()
        assert "🚚 已揽收" in await printed.says(f"查 {number}")
    asked = [row["service"] for row in world.ledger()["queries"] if not row["refused"]]
    assert asked[-2:] == ["pinduoduo", "kuaidi100"]
    world.kuaidi100.goes_down()
    assert "都查不到轨迹" not in await printed.says(f"查 {number}"), "it was asked for a moment ago"
    world.clock.move(HOUR)
    heard = await printed.says(f"查 {number}")
    assert "都查不到轨迹" in heard
    assert "🚚 已揽收" in heard, "what is known is told all the same"


async def test_an_order_not_printed_yet_is_offered_to_be_printed(merchant: Merchant, world: World) -> None:
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    await merchant.says("取消")
    order = next(entry["order_sn"] for entry in world.ledger()["orders"] if entry["may_ship"])
    assert "还没有打单" in await merchant.says(f"{order} 到哪了")
    assert merchant.labels == ["打印这单", "补录单号"]


async def test_tracking_in_english(stage: Stage, printed: Merchant, world: World) -> None:
    order, _ = first(world)
    await printed.says("English")
    heard = await printed.says(f"where is {order}")
    assert "✅ confirmed 11-22" in heard
    assert "no tracking news yet" in heard
    await stage.restart()
    assert "The numbers stay the same" in await printed.says(f"reprint {order}")
