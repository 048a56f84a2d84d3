"""An Official Account that may only answer: within WeChat's patience, over several calls, or at the next contact."""

import asyncio

import pytest
from wechat_rig import CHOICE, XIAOMAN, says, shown

from bot.channels.base import Drawing
from bot.channels.official_account import OfficialAccount
from bot.sandbox.world import World
from tests.support.desk import Connected


async def test_what_there_is_to_say_is_the_answer_with_choices_as_numbers(
    answering: Connected[OfficialAccount], world: World
) -> None:
    answering.desk.waiting = [Drawing("打吗？", CHOICE)]
    await says(world, "打印今天的订单")
    assert shown(world.official_account) == [("text", "打吗？\n1. 打印 1 张\n2. 看明细\n（回复序号）", [])]
    assert (answering.desk.rest, world.official_account.apologies) == ([None], 0)


@pytest.mark.usefixtures("answering")
async def test_when_there_is_nothing_to_say_nothing_is(world: World) -> None:
    await says(world, "好")
    assert (shown(world.official_account), world.official_account.apologies) == ([], 0)


async def test_work_that_takes_longer_is_waited_for_over_several_calls(
    answering: Connected[OfficialAccount], world: World
) -> None:
    answering.desk.is_busy, answering.desk.waiting = True, [Drawing("正在看订单…\n\n今天 1 单")]
    world.official_account.says(XIAOMAN, "打印今天的订单")
    delivery = asyncio.create_task(world.official_account.delivers())
    await asyncio.sleep(0.35)
    answering.desk.is_busy = False
    assert await delivery == 1
    assert shown(world.official_account) == [("text", "正在看订单…\n\n今天 1 单", [])]
    assert [each.text for each in answering.desk.came] == ["你好", "打印今天的订单"]


async def test_work_that_takes_too_long_is_asked_after_later(
    answering: Connected[OfficialAccount], world: World
) -> None:
    answering.desk.is_busy, answering.desk.waiting = True, [Drawing("正在看订单…")]
    await says(world, "打印今天的订单")
    assert shown(world.official_account) == [("text", "正在看订单…\n\n还在处理。过一会儿发「结果」，我就告诉你。", [])]
    await says(world, "好了吗")
    assert shown(world.official_account)[-1][1] == "还在处理。过一会儿发「结果」，我就告诉你。"
    assert world.official_account.apologies == 0


async def test_an_answer_that_gets_lost_is_given_again(answering: Connected[OfficialAccount], world: World) -> None:
    answering.desk.waiting = [Drawing("今天 1 单"), Drawing("别的")]
    world.official_account.callback.missing = 2
    await says(world, "打印今天的订单")
    assert shown(world.official_account) == [("text", "今天 1 单", [])]
    assert [each.text for each in answering.desk.came] == ["你好", "打印今天的订单"]
    await says(world, "好")
    assert shown(world.official_account)[1:] == [("text", "别的", [])]


async def test_what_does_not_fit_into_one_answer_comes_with_the_next(
    answering: Connected[OfficialAccount], world: World
) -> None:
    lines = "\n".join(f"• 第 {n} 单　退款中" for n in range(120))
    answering.desk.waiting = [Drawing(lines)]
    await says(world, "看明细")
    ((_, told, _),) = shown(world.official_account)
    (rest,) = answering.desk.rest
    assert rest is not None
    assert f"{told.removesuffix('…（发「结果」看后面）')}{rest.text}" == lines
    assert len(told.encode()) <= 2048


async def test_it_cannot_speak_unasked(answering: Connected[OfficialAccount]) -> None:
    assert not answering.channel.abilities.pushes
