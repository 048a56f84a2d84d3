"""补录单号 and 重新上传: a number from elsewhere, checked, confirmed, uploaded once, watched."""

import asyncio

import pytest
from pydantic import SecretStr

from bot.sandbox.world import World
from core.parcels import Parcel
from core.rights import Role
from tests.handlers.alerts.people import ONLY_PARCELS, colleague, wishes
from tests.handlers.printing.books import uploads
from tests.support.merchant import Interrupted, Merchant
from tests.support.passing import HOUR, MINUTE, passes
from tests.support.stage import Stage

NUMBER = "YT8962646785389"
YUNDA = "463431409940372"
UNFOLLOWED = (
    "这个圆通的包裹在这里查不到物流，有异常也不会提醒。要跟踪它，请管理员设置快递100"
    "（MIANDAN_KUAIDI100_CUSTOMER 和 MIANDAN_KUAIDI100_KEY），重启后生效。"
)


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=12)


@pytest.fixture
async def bound(merchant: Merchant) -> Merchant:
    await merchant.has_bound()
    await wishes(merchant, **ONLY_PARCELS)
    return merchant


def waiting(world: World) -> str:
    return str(next(row["order_sn"] for row in world.ledger()["orders"] if row["may_ship"] and not row["beware"]))


async def watched(stage: Stage, number: str) -> list[Parcel]:
    return await stage.app.desk.kept.parcels.watched(number)


async def test_the_courier_is_seen_from_the_form_confirmed_and_pinned(
    stage: Stage, bound: Merchant, world: World
) -> None:
    order = waiting(world)
    assert "单号是多少" in await bound.says(f"补录 {order}")
    heard = await bound.says(NUMBER)
    assert f"单号 {NUMBER} 看着是圆通的。回传给订单 …{order[-4:]}" in heard
    assert bound.labels == ["圆通", "换一家快递", "取消"]
    heard = await bound.says("对")
    assert f"✅ YT89…5389 已回传到 …{order[-4:]}" in heard
    assert uploads(world) == {order: 1}
    (parcel,) = await watched(stage, NUMBER)
    assert (parcel.courier, parcel.is_pinned, parcel.orders) == ("YTO", True, (order,))
    assert parcel.region.province


async def test_all_in_one_sentence(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    assert "看着是圆通的" in await bound.says(f"补录单号 {order} {NUMBER}")
    await bound.taps("圆通")
    assert uploads(world) == {order: 1}


async def test_wrong_then_right(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    assert "补录到哪一单" in await bound.says("补录单号")
    assert "没看懂订单号" in await bound.says("那一单")
    await bound.says(order)
    assert "不像运单号" in await bound.says("在路上")
    await bound.says(YUNDA)
    await bound.taps("换一家快递")
    assert "店铺没有接受" in await bound.says("申通")
    assert uploads(world) == {}
    assert await watched(stage, YUNDA) == []
    await bound.says(f"补录 {order} {YUNDA}")
    await bound.taps("韵达")
    assert uploads(world) == {order: 1}
    assert [parcel.courier for parcel in await watched(stage, YUNDA)] == ["YUNDA"]


async def test_a_number_in_use_is_refused_with_where_it_is_used(stage: Stage, bound: Merchant, world: World) -> None:
    await bound.says("打印今天最早的 3 单")
    await bound.says("确认")
    used = world.ledger()["uploads"][0]
    order = waiting(world)
    await bound.says(f"补录 {order}")
    heard = await bound.says(used["number"])
    assert f"已经用在…{used['order_sn'][-4:]}（中通，11-22 15:30），一个单号只能用一次" in heard
    await bound.says(NUMBER)
    await bound.says("对")
    assert "已经用在" in await bound.says(f"补录 {_other(world, order)} {NUMBER}"), "also one entered by hand"


async def test_an_order_that_has_a_number_keeps_it(stage: Stage, bound: Merchant, world: World) -> None:
    await bound.says("打印今天最早的 3 单")
    await bound.says("确认")
    before = uploads(world)
    order = next(iter(before))
    assert "已经有号" in await bound.says(f"补录 {order}")
    assert uploads(world) == before


async def test_an_order_that_must_not_ship_is_not_shipped(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    world.pinduoduo.refunds(order)
    assert "现在不能发货：退款中" in await bound.says(f"补录 {order}")
    assert uploads(world) == {}


async def test_one_shipped_in_the_shops_console_is_only_watched(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    world.pinduoduo.ships_elsewhere(order, "75612345678901")
    before = uploads(world)
    heard = await bound.says(f"查 {order}")
    assert "已在店铺后台发货，单号 7561…8901，不是在这里打的" in heard
    heard = await bound.taps("跟踪这个单号")
    assert "看着是中通的，对吗" in heard
    assert "开始跟踪 7561…8901" in await bound.says("对")
    assert uploads(world) == before
    assert [parcel.orders for parcel in await watched(stage, "75612345678901")] == [(order,)]


async def test_a_parcel_without_an_order_is_watched(stage: Stage, bound: Merchant, world: World) -> None:
    await bound.says("补录单号")
    await bound.says("没有")
    await bound.says(NUMBER)
    assert "开始跟踪" in await bound.says("对")
    (parcel,) = await watched(stage, NUMBER)
    assert (parcel.orders, parcel.shop) == ((), "")
    assert "暂时没有物流记录" in await bound.says(f"查 {NUMBER}") or "都查不到" in bound.heard


async def test_a_shop_that_is_down_is_tried_again_without_harm(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    await bound.says(f"补录 {order} {NUMBER}")
    world.pinduoduo.loses_answers(9, on="pdd.logistics.online.send")
    assert "还不确定传上没有" in await bound.says("对") or uploads(world) == {order: 1}
    world.pinduoduo.loses_answers(0)
    if "再试一次" in bound.labels:
        await bound.taps("再试一次")
    assert uploads(world) == {order: 1}
    assert len(await watched(stage, NUMBER)) == 1


async def test_back_cancel_and_expiry_upload_nothing(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    await bound.says(f"补录 {order}")
    await bound.says(NUMBER)
    assert "单号是多少" in await bound.says("返回")
    await bound.says(NUMBER)
    assert "已取消「补录单号」" in await bound.says("取消")
    await bound.says(f"补录 {order} {NUMBER}")
    world.clock.move(16 * MINUTE)
    assert "已经结束" in await bound.says("对")
    assert uploads(world) == {}
    assert await watched(stage, NUMBER) == []


async def test_a_restart_at_every_message(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    restless = Interrupted(stage, bound.peer)
    await restless.says("补录单号")
    await restless.says(order)
    await restless.says(NUMBER)
    await restless.says("对")
    assert uploads(world) == {order: 1}


async def test_two_taps_upload_once(stage: Stage, bound: Merchant, world: World) -> None:
    order = waiting(world)
    await bound.says(f"补录 {order} {NUMBER}")
    button = bound.button("圆通")
    await asyncio.gather(bound.presses(button), bound.presses(button))
    assert uploads(world) == {order: 1}
    assert len(await watched(stage, NUMBER)) == 1


@pytest.mark.parametrize("role", [Role.SERVICE, Role.VIEWER])
async def test_who_may_not_ship_may_not_enter(stage: Stage, bound: Merchant, world: World, role: Role) -> None:
    other = await colleague(stage, bound, role)
    assert "不能做这件事" in await other.says(f"补录 {waiting(world)}")


async def test_an_unknown_order_is_not_found(bound: Merchant) -> None:
    assert "没有找到 261122-000000000000000" in await bound.says("补录 261122-000000000000000")


class TestWithoutKuaidi100:
    @pytest.fixture
    async def stage(self, stage: Stage) -> Stage:
        """The program of an operator who has no account at Kuaidi100."""
        await stage.dark()
        await stage.light(kuaidi100_customer="", kuaidi100_key=SecretStr(""))
        return stage

    async def test_the_shop_is_asked_whoever_carries_its_order(
        self, stage: Stage, bound: Merchant, world: World
    ) -> None:
        await bound.says(f"补录 {waiting(world)} {NUMBER}")
        assert "开始跟踪物流" in await bound.taps("圆通")
        await passes(stage, 8)
        (parcel,) = await watched(stage, NUMBER)
        assert parcel.progress.last is not None
        assert "🚚 运输中" in await bound.says(f"查 {NUMBER}")
        assert {row["service"] for row in world.ledger()["queries"] if row["number"] == NUMBER} == {"pinduoduo"}

    async def test_of_a_parcel_that_nobody_tells_of_nothing_is_promised_and_no_alarm_is_raised(
        self, stage: Stage, bound: Merchant
    ) -> None:
        heard = await _entered_without_an_order(bound)
        assert heard == f"YT89…5389 记下了。{UNFOLLOWED}"
        bound.marks()
        await passes(stage, 24 * 5, step=HOUR)
        assert [message.text for message in bound.news] == []
        heard = await bound.says(f"查 {NUMBER}")
        assert heard.splitlines()[1:] == [UNFOLLOWED]
        told = await bound.says(f"{NUMBER} 没有物流信息")
        assert told.endswith(UNFOLLOWED)
        assert "再查一次" not in bound.labels

    @pytest.mark.usefixtures("bound")
    async def test_no_strange_number_is_offered_to_be_followed(self, bound: Merchant) -> None:
        assert UNFOLLOWED in await bound.says("查 圆通 YT8812345670012")
        assert bound.labels == []

    async def test_once_kuaidi100_is_set_it_is_followed_and_missed(self, stage: Stage, bound: Merchant) -> None:
        await _entered_without_an_order(bound)
        await passes(stage, 24 * 4, step=HOUR)
        await stage.restart()
        bound.marks()
        await passes(stage, 24, step=HOUR)
        assert "还没揽收" in bound.news[-1].text
        assert "暂时没有物流记录" in await bound.says(f"查 {NUMBER}")


async def _entered_without_an_order(merchant: Merchant) -> str:
    await merchant.says("补录单号")
    await merchant.says("没有")
    await merchant.says(NUMBER)
    return await merchant.says("对")


class TestUploadAgain:
    async def test_what_the_shop_did_not_take_is_offered_again(
        self, stage: Stage, bound: Merchant, world: World
    ) -> None:
        await bound.says("打印今天最早的 3 单")
        refunded: list[str] = []

        async def refund(point: str) -> None:
            if point == "pinduoduo:pdd.erp.order.sync" and not refunded:
                refunded.extend(entry["key"].split("-", 1)[1].rsplit("-", 1)[0] for entry in world.ledger()["numbers"])
                for order in refunded:
                    world.pinduoduo.refunds(order)

        world.before_answer = refund
        await bound.says("确认")
        world.before_answer = None
        (order, *_), number = refunded, world.ledger()["numbers"][0]["number"]
        heard = await bound.says(f"查 {order}")
        assert "❌ 单号没有回传：" in heard
        assert bound.labels[:2] == ["重新上传", "作废单号"]
        await bound.taps("重新上传")
        assert uploads(world) == {}, "the gate is asked again"
        for each in refunded:
            world.pinduoduo.withdraws_refund(each)
        world.clock.move(MINUTE)
        await bound.says(f"查 {order}")
        assert "正在重新上传" in await bound.taps("重新上传")
        assert uploads(world)[order] == 1
        assert [parcel.number for parcel in await watched(stage, number)] == [number]

    async def test_nothing_to_do_is_said_so(self, bound: Merchant, world: World) -> None:
        await bound.says("打印今天最早的 3 单")
        await bound.says("确认")
        number = world.ledger()["numbers"][0]["number"]
        assert "没有要重新上传的" in await bound.says(f"重新上传 {number}")


def _other(world: World, order: str) -> str:
    rows = world.ledger()["orders"]
    return str(next(r["order_sn"] for r in rows if r["may_ship"] and not r["beware"] and r["order_sn"] != order))
