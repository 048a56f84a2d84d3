"""这个单号是哪家快递: the books, the number's form, a tracking service, and the merchant's own eyes."""

import pytest

from bot.sandbox.world import World
from core.rights import Role
from tests.support.merchant import Interrupted, Merchant
from tests.support.stage import Stage

STRANGE = "YT8812345670011"
UNSURE = "312345678901"


@pytest.fixture
def world() -> World:
    """Three orders wait today."""
    return World(seed=7, orders=3)


@pytest.fixture
async def printed(merchant: Merchant) -> Merchant:
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    await merchant.says("确认")
    return merchant


async def test_a_number_of_ours_is_known_from_our_books(printed: Merchant, world: World) -> None:
    number = world.ledger()["numbers"][0]["number"]
    heard = await printed.says(f"{number}是哪家快递")
    assert heard == f"{number[:4]}…{number[-4:]} 是中通的，11-22 15:30 在这里打的或录入的。"
    assert (await printed.taps("查物流")).startswith("订单 ")


async def test_another_is_known_by_its_form_and_its_journey_can_be_asked_for(merchant: Merchant, world: World) -> None:
    await merchant.joins()
    heard = await merchant.says(f"这个单号是哪家快递 {STRANGE}")
    assert heard == "YT88…0011 是圆通的：这种样子的单号只有它用。这个号不是在这里打的。"
    heard = await merchant.taps("查物流")
    assert heard.startswith("订单 （没有订单） · 圆通 YT88…0011\n🚚 ")
    assert merchant.labels == ["跟踪这个单号"]
    assert await merchant.stage.app.database.all("SELECT * FROM parcels") == []
    world.kuaidi100.goes_down()
    assert "现在都查不到轨迹" in await merchant.says("查 圆通 YT8812345670012")


async def test_a_number_of_no_sure_form_is_asked_for(merchant: Merchant, world: World) -> None:
    await merchant.joins()
    world.kuaidi100.goes_down()
    heard = await merchant.says(f"{UNSURE} 是哪家快递")
    assert heard.startswith("3123…8901 看样子像顺丰，但不能肯定")
    assert merchant.labels[0] == "顺丰"
    assert merchant.labels[-1] == "不知道"
    assert "请点下面的按钮" in await merchant.says("不清楚啊")
    assert await merchant.says("中通") == "好，3123…8901 按中通的查。"
    assert merchant.labels == ["查物流"]


async def test_not_knowing_either_gets_where_to_look(merchant: Merchant, world: World) -> None:
    await merchant.joins()
    world.kuaidi100.goes_down()
    await merchant.says(f"{UNSURE} 是哪家快递")
    assert (await merchant.taps("不知道")).startswith("面单左上角有快递的标志")
    await merchant.says(f"{UNSURE} 是哪家快递")
    assert await merchant.says("取消") == "已取消「查物流」。"


async def test_the_number_is_asked_for_where_none_was_said(stage: Stage, merchant: Merchant) -> None:
    await merchant.joins(Role.VIEWER)
    again = Interrupted(stage)
    assert (await again.says("这是哪家的单号？")).startswith("要处理哪一单？")
    assert "是圆通的" in await again.says(STRANGE)
    await again.taps("查物流")
    assert "跟踪这个单号" not in again.labels


async def test_a_strange_number_without_its_couriers_name_is_still_not_found(merchant: Merchant) -> None:
    await merchant.joins()
    assert (await merchant.says(f"{STRANGE} 到哪了")).startswith(f"没有找到 {STRANGE}")
