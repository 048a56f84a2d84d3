"""为什么绑不上店铺: the last try, what is bound, and the platform's answer."""

import asyncio

import pytest

from bot.sandbox.world import DEFAULT_SHOP, World
from core.clock import DAY, MINUTE
from core.rights import Role
from tests.handlers.alerts.people import colleague
from tests.handlers.binding import has_shop
from tests.support.merchant import Interrupted, Merchant
from tests.support.stage import Stage

WHY = "为什么绑不上店铺"
ASKING = "先看自己的记录，再问一下拼多多…\n"
NEVER = (
    "没有收到过授权：链接没有打开，或者没有点同意。要用店铺主账号登录（子账号授权不了），链接 10 分钟内有效。"
    "平台现在是通的，可以再绑一次。"
)
CLOSED = (
    "❌ 上次绑定（11-22 15:30）没成：店铺状态不允许授权（平台说：店铺已下线，无法调用）。先在商家后台处理好，再绑一次。"
)
WORKS = "✅ 「小满家居旗舰店」已经绑好，刚才读了一次店铺，能用，授权到 2026-12-22。不用再绑。"
DOWN = "拼多多现在连不上，所以绑不上不一定是店铺的问题。已有的授权都保存着。"


async def is_closed(merchant: Merchant, world: World) -> None:
    """The platform has taken the shop off line, and binding it failed."""
    world.pinduoduo.closes(DEFAULT_SHOP)
    await merchant.joins()
    await merchant.says("绑定店铺")
    await merchant.opens("打开授权页")


async def test_nothing_ever_came_back_from_the_page(merchant: Merchant) -> None:
    await merchant.joins()
    assert await merchant.says(WHY) == ASKING + NEVER
    assert merchant.labels == ["绑定店铺"]
    assert "打开下面的链接授权" in await merchant.taps("绑定店铺")


async def test_a_closed_shop_and_after_it_was_opened_all_is_well(merchant: Merchant, world: World) -> None:
    await is_closed(merchant, world)
    assert await merchant.says(WHY) == ASKING + CLOSED
    world.pinduoduo.shops[DEFAULT_SHOP].closed = False
    await merchant.taps("绑定店铺")
    await merchant.opens("打开授权页")
    assert await merchant.says(WHY) == ASKING + WORKS
    assert merchant.labels == ["打印订单"]


async def test_a_failure_of_a_month_ago_is_forgotten(merchant: Merchant, world: World) -> None:
    await is_closed(merchant, world)
    world.clock.move(31 * DAY)
    assert await merchant.says(WHY) == ASKING + NEVER


async def test_a_code_that_came_too_late(merchant: Merchant, stage: Stage) -> None:
    await merchant.joins()
    await merchant.says("绑定店铺")
    back = await stage.world.browser.authorise(merchant.button("打开授权页").url)
    stage.world.clock.move(9 * MINUTE)
    await merchant.says("等一下")
    stage.world.clock.move(2 * MINUTE)
    await merchant.returns(back)
    await merchant.says("取消")
    assert "上次绑定（11-22 15:41）没成：授权码过期或用过了" in await merchant.says(WHY)


async def test_a_shop_that_is_bound_in_another_chat(merchant: Merchant, stage: Stage) -> None:
    await has_shop(Merchant(stage, "别家"))
    await has_shop(merchant)
    assert "没成：这个店铺已经绑在另一个聊天里。请那边的店主邀请你" in await merchant.says(WHY)


async def test_a_shop_whose_authorisation_was_withdrawn(merchant: Merchant, world: World) -> None:
    await has_shop(merchant)
    world.pinduoduo.revokes(DEFAULT_SHOP)
    assert await merchant.says("店铺绑不上了") == (
        ASKING + "❌ 「小满家居旗舰店」的授权失效了（到期，或在商家后台取消了）。"
        "用店铺主账号重新授权就好，订单和单号都在。"
    )
    assert merchant.labels == ["绑定店铺"]


async def test_our_own_app_is_to_blame(merchant: Merchant, world: World) -> None:
    await merchant.joins()
    world.pinduoduo.forgets_our_address()
    heard = await merchant.says(WHY)
    assert heard.startswith(ASKING + "❌ 问题不在店铺：拼多多说没有权限")
    assert heard.endswith("请管理员检查应用的设置，好了再绑。")
    assert "绑定店铺" not in merchant.labels


async def test_the_machines_clock_is_to_blame(merchant: Merchant, stage: Stage) -> None:
    class Late:
        def now(self) -> int:
            return stage.world.clock.now() - 20 * MINUTE

    await has_shop(merchant)
    await stage.dark()
    await stage.light(clock=Late())
    assert "运行面单的这台机器时间不准" in await merchant.says(WHY)


async def test_a_platform_that_is_down_is_not_the_shop_and_is_asked_again(merchant: Merchant, world: World) -> None:
    await is_closed(merchant, world)
    world.pinduoduo.goes_down()
    assert await merchant.says(WHY) == f"{ASKING}{DOWN}\n{CLOSED}"
    assert merchant.labels == ["再问一次", "取消"]
    assert await merchant.taps("再问一次") == f"{ASKING}{DOWN}\n{CLOSED}"
    world.pinduoduo.comes_back()
    assert await merchant.taps("再问一次") == ASKING + CLOSED


@pytest.mark.parametrize("way", ["取消", "等15分钟"])
async def test_waiting_for_the_platform_ends_by_word_or_by_itself(merchant: Merchant, world: World, way: str) -> None:
    await is_closed(merchant, world)
    world.pinduoduo.goes_down()
    await merchant.says(WHY)
    if way == "取消":
        assert await merchant.says(way) == "已取消「找问题」。"
    else:
        world.clock.move(15 * MINUTE)
        assert await merchant.says("好了吗") == "「找问题」等了 15 分钟没有回复，已经结束。"
        world.pinduoduo.comes_back()
        assert await merchant.taps("重新开始") == ASKING + CLOSED


async def test_back_asks_the_platform_anew(merchant: Merchant, world: World) -> None:
    await is_closed(merchant, world)
    world.pinduoduo.goes_down()
    await merchant.says(WHY)
    await merchant.taps("再问一次")
    assert DOWN in await merchant.says("返回")


async def test_a_restart_before_every_message_changes_nothing(stage: Stage, world: World) -> None:
    merchant = Interrupted(stage)
    await is_closed(merchant, world)
    world.pinduoduo.goes_down()
    assert await merchant.says(WHY) == f"{ASKING}{DOWN}\n{CLOSED}"
    world.pinduoduo.comes_back()
    assert await merchant.taps("再问一次") == ASKING + CLOSED


async def test_two_taps_at_once_are_one(merchant: Merchant, world: World) -> None:
    await is_closed(merchant, world)
    world.pinduoduo.goes_down()
    await merchant.says(WHY)
    world.pinduoduo.comes_back()
    again = merchant.button("再问一次")
    before = len(merchant.messages)
    await asyncio.gather(merchant.presses(again), merchant.presses(again))
    told = [message.text for message in merchant.messages[before:]]
    assert told.count(CLOSED) == 1
    assert told.count(ASKING.strip()) == 1


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PACKER, Role.VIEWER])
async def test_who_may_not_bind_is_told_why_and_sent_to_the_owner(
    merchant: Merchant, stage: Stage, world: World, role: Role
) -> None:
    await is_closed(merchant, world)
    other = await colleague(stage, merchant, role)
    assert await other.says(WHY) == f"{ASKING}{CLOSED}\n绑定要店主来做，请把这条转给店主。"
    assert other.labels == []


async def test_in_english(merchant: Merchant, world: World) -> None:
    await is_closed(merchant, world)
    await merchant.says("English")
    heard = await merchant.says("why can't I bind my shop")
    assert "The last try (11-22 15:30) failed: the shop's state does not allow it" in heard
