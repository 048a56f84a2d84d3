"""这个单号怎么没物流: its steps here, the courier's answer, and how all the others fare."""

import asyncio

import pytest

from bot.sandbox.world import World
from core.clock import MINUTE
from core.rights import Role
from tests.handlers.alerts.cards import numbers, short
from tests.handlers.alerts.people import ONLY_PARCELS, colleague, wishes
from tests.support.merchant import Interrupted, Merchant
from tests.support.passing import passes
from tests.support.stage import Stage

ALL = "没有物流信息"
STEPS = "✅ 成交 11-22 01:42　✅ 打印 11-22 15:30　✅ 已回传 11-22 15:30"
SOON = "一般当天晚上揽收扫描后才有物流，到时间还没有我会提醒。"
LATE = (
    "❌ 半小时内查过中通快递：上传 30 小时了还没有揽收记录。"
    "多半是没有交给快递员，或揽收时漏扫。先看包裹在不在仓库，不在就催件。"
)
DOWN = "中通快递现在连不上，这不是账号或单号的问题。"


async def prints(merchant: Merchant, count: int = 2) -> str:
    """So many parcels on their way; the number of the first."""
    await merchant.has_bound()
    await wishes(merchant, **ONLY_PARCELS)
    await merchant.says(f"打印今天最早的 {count} 单")
    await merchant.says("确认")
    return numbers(merchant.stage.world)[0]


def head(number: str) -> str:
    return f"…1562 · 中通快递 · {short(number)}\n{STEPS}\n"


def nobody_knows(world: World) -> None:
    """Neither courier nor shop nor tracker answers, and nothing was heard for half an hour."""
    for service in (world.zto, world.pinduoduo, world.kuaidi100):
        service.goes_down()
    world.clock.move(31 * MINUTE)


def everybody_answers(world: World) -> None:
    for service in (world.zto, world.pinduoduo, world.kuaidi100):
        service.comes_back()


class TestOneNumber:
    async def test_that_was_uploaded_just_now(self, merchant: Merchant) -> None:
        number = await prints(merchant)
        assert await merchant.says(f"{number} 怎么没物流") == (
            f"{head(number)}半小时内查过中通快递：还没有揽收记录。上传才 0 分钟，{SOON}"
        )
        assert merchant.labels == ["看全部物流"]

    async def test_that_nobody_scanned_for_long_and_then_somebody_did(
        self, merchant: Merchant, stage: Stage, world: World
    ) -> None:
        number = await prints(merchant)
        world.parcel(number).stalls()
        await passes(stage, 30)
        assert await merchant.says(f"{number} 没有物流信息") == head(number) + LATE
        assert merchant.labels == ["催件", "看全部物流"]
        assert "已向中通提交催件工单" in await merchant.taps("催件")
        world.parcel(number).scanned()
        told = await merchant.says(f"{number} 没有物流信息")
        assert "✅ 有物流。半小时内查过中通快递，最新一条：11-23 21:30 【" in told

    async def test_that_went_quiet_after_a_scan(self, merchant: Merchant, stage: Stage, world: World) -> None:
        number = await prints(merchant)
        await passes(stage, 8)
        world.parcel(number).stalls()
        await passes(stage, 30)
        told = await merchant.says(f"{number} 物流不更新")
        assert "❌ 半小时内查过中通快递，最新一条是 11-22 22:30 【" in told
        assert told.endswith("之后 31 小时没有更新。可以催件。")

    async def test_of_an_order_that_was_not_printed(self, merchant: Merchant, world: World) -> None:
        await prints(merchant)
        order = world.ledger()["orders"][-1]["order_sn"]  # type: ignore[index]
        told = await merchant.says(f"{order} 没有物流信息")
        assert "❌ 没有打印　❌ 单号没有回传" in told
        assert told.endswith("所以还没有物流。")
        assert "打印这单" in merchant.labels

    async def test_that_we_never_saw(self, merchant: Merchant) -> None:
        await prints(merchant)
        assert await merchant.says("78123456789012 没有物流") == (
            "7812…9012 不在记录里：不是在这里打的，也没有补录过，所以没有物流。补录后就会跟踪。"
        )
        assert merchant.labels == ["补录单号"]

    async def test_while_nobody_answers_and_after_they_do(self, merchant: Merchant, stage: Stage, world: World) -> None:
        number = await prints(merchant)
        world.parcel(number).stalls()
        await passes(stage, 29.5)
        nobody_knows(world)
        assert await merchant.says(f"{number} 怎么没物流") == f"{DOWN}\n{head(number).strip()}"
        assert await merchant.taps("再问一次") == f"{DOWN}\n{head(number).strip()}"
        everybody_answers(world)
        assert await merchant.taps("再问一次") == head(number) + LATE

    async def test_given_up_expired_taken_back(self, merchant: Merchant, world: World) -> None:
        number = await prints(merchant)
        nobody_knows(world)
        await merchant.says(f"{number} 怎么没物流")
        assert await merchant.says("取消") == "已取消「找问题」。"
        await merchant.says(f"{number} 怎么没物流")
        await merchant.taps("再问一次")
        assert DOWN in await merchant.says("返回")
        world.clock.move(15 * MINUTE)
        assert await merchant.says("好了吗") == "「找问题」等了 15 分钟没有回复，已经结束。"

    async def test_with_a_restart_before_every_message(self, stage: Stage, merchant: Merchant, world: World) -> None:
        number = await prints(merchant)
        await stage.app.quiet()
        forgetful = Interrupted(stage, merchant.peer)
        world.parcel(number).stalls()
        await passes(stage, 29.5)
        nobody_knows(world)
        await forgetful.says(f"{number} 怎么没物流")
        everybody_answers(world)
        assert await forgetful.taps("再问一次") == head(number) + LATE

    async def test_asked_for_twice_at_once(self, merchant: Merchant, world: World) -> None:
        number = await prints(merchant)
        nobody_knows(world)
        await merchant.says(f"{number} 怎么没物流")
        everybody_answers(world)
        again, before = merchant.button("再问一次"), len(merchant.messages)
        await asyncio.gather(merchant.presses(again), merchant.presses(again))
        told = [message.text for message in merchant.messages[before:] if short(number) in message.text]
        assert len(told) == 1

    @pytest.mark.parametrize(
        ("role", "labels"), [(Role.VIEWER, ["看全部物流"]), (Role.SERVICE, ["催件", "看全部物流"])]
    )
    async def test_by_whoever_may_see_it_with_what_she_may_do(
        self, merchant: Merchant, stage: Stage, world: World, role: Role, labels: list[str]
    ) -> None:
        number = await prints(merchant)
        world.parcel(number).stalls()
        await passes(stage, 30)
        other = await colleague(stage, merchant, role)
        assert await other.says(f"{number} 怎么没物流") == head(number) + LATE
        assert other.labels == labels


class TestAll:
    async def test_are_counted_the_oldest_named(self, merchant: Merchant) -> None:
        number = await prints(merchant, 4)
        told = await merchant.says(ALL)
        assert told.startswith(f"4 个包裹还没有物流。还没有收到过任何物流。\n• 中通 {short(number)}，发货 0 分钟\n• ")
        assert told.endswith("都在一天之内：快递一般晚上揽收扫描后才有物流，到时间还没有我会提醒。")
        assert await merchant.taps("看最久的一个") == (
            f"{head(number)}半小时内查过中通快递：还没有揽收记录。上传才 0 分钟，{SOON}"
        )

    async def test_but_one_have_news(self, merchant: Merchant, stage: Stage, world: World) -> None:
        number = await prints(merchant, 4)
        world.parcel(number).stalls()
        await passes(stage, 30)
        told = await merchant.says(ALL)
        assert told.startswith("1 个包裹还没有物流。最近一次收到物流是 11-23 ")
        assert "超过一天还没有，多半是没有交给快递员" in told

    async def test_have_news_so_a_number_is_asked_for(self, merchant: Merchant, stage: Stage) -> None:
        number = await prints(merchant)
        await passes(stage, 9)
        heard = await merchant.says(ALL)
        assert heard.startswith("现在跟踪的包裹都有物流。最近一次收到物流是 11-22 ")
        assert heard.endswith("要处理哪一单？发订单号、运单号，或面单的照片。")
        assert "✅ 有物流。" in await merchant.says(number)

    async def test_while_the_courier_is_down(self, merchant: Merchant, world: World) -> None:
        await prints(merchant)
        world.zto.goes_down()
        heard = await merchant.says(ALL)
        assert heard.startswith(f"{DOWN}\n2 个包裹还没有物流。")
        world.zto.comes_back()
        assert (await merchant.taps("再问一次")).startswith("2 个包裹还没有物流。")

    async def test_while_the_courier_refuses_our_app(self, merchant: Merchant, world: World) -> None:
        await prints(merchant)
        world.zto.forgets_our_address()
        assert "中通不接受接口应用" in await merchant.says(ALL)


async def test_without_a_word_of_what_it_is_about_it_is_asked(merchant: Merchant) -> None:
    from handlers.buttons import command_data  # noqa: PLC0415 - a button that a help page may hold
    from handlers.messages import Button  # noqa: PLC0415 - the same

    await merchant.joins()
    assert await merchant.presses(Button("", command_data("troubleshoot", {}))) == "哪里不对？"
    assert merchant.labels == ["店铺绑不上", "快递绑不上", "面单打歪了", "没有物流", "取消"]
    assert "还没有打过面单" in await merchant.taps("面单打歪了")
