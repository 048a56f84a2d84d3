"""Floods: the beginning is answered, a member is told once that the rest was not taken, a stranger is not."""

import pytest

from bot.engine.floods import Floods
from bot.sandbox.world import World
from core.clock import MINUTE, SECOND
from core.storage.address import Address
from handlers.messages import Incoming
from tests.support.merchant import Merchant
from tests.support.stage import Stage

TOO_FAST = "一分钟里的消息太多，后面的没有处理。过一分钟再发，之前的都会照常回答。"
NOTHING_OPEN = "现在没有进行中的事。要做什么直接说，例如「打印今天的订单」。"


@pytest.fixture
def world() -> World:
    """Nothing to ship."""
    return World(seed=7, orders=0)


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    """Twenty messages a minute and no more, two of a stranger; strangers come in by codes."""
    await stage.dark()
    await stage.light(flood=20, open_to="invited")
    return stage


async def floods(stage: Stage, peer: str, messages: int, begin: int = 0) -> None:
    for n in range(begin, begin + messages):
        await stage.app.turns.receive(Incoming("room", peer, f"{peer}-{n}", text="取消"))
    await stage.app.quiet()


async def test_a_members_messages_up_to_the_limit_are_all_answered(stage: Stage) -> None:
    member = Merchant(stage)
    await member.joins()
    await floods(stage, member.peer, 20)
    assert [message.text for message in member.messages] == [NOTHING_OPEN] * 20


async def test_of_more_she_is_told_once_and_only_those_are_lost(stage: Stage) -> None:
    member = Merchant(stage)
    await member.joins()
    await floods(stage, member.peer, 500)
    heard = [message.text for message in member.messages]
    assert (heard.count(NOTHING_OPEN), heard.count(TOO_FAST), len(heard)) == (20, 1, 21)
    assert len(await stage.app.database.all("SELECT id FROM inbox")) == 20


async def test_a_minute_later_she_is_answered_again(stage: Stage) -> None:
    member = Merchant(stage)
    await member.joins()
    await floods(stage, member.peer, 30)
    stage.world.clock.move(MINUTE - 1)
    assert await member.says("取消") == ""
    stage.world.clock.move(1)
    assert await member.says("取消") == NOTHING_OPEN


async def test_others_are_answered_meanwhile(stage: Stage) -> None:
    member, other = Merchant(stage, "甲"), Merchant(stage, "乙")
    await member.joins()
    await other.joins()
    await floods(stage, member.peer, 30)
    assert await other.says("取消") == NOTHING_OPEN


async def test_of_a_stranger_little_is_kept_and_nothing_is_said(stage: Stage) -> None:
    stranger = Merchant(stage, "路人")
    await floods(stage, stranger.peer, 200)
    assert len(stranger.messages) == 1, "the one polite answer"
    assert len(await stage.app.database.all("SELECT id FROM inbox")) == 2


async def test_work_that_comes_back_is_never_too_much(stage: Stage) -> None:
    """Results and pages are our own messages: they are not counted."""
    member = Merchant(stage)
    await member.has_bound()
    await floods(stage, member.peer, 19)
    heard = await member.says("打印今天的订单")
    assert heard == "正在看订单…\n这段时间没有要打的订单（已经打过或正在打的 0 单）。"


async def test_what_one_writes_in_groups_is_counted_with_the_rest(stage: Stage) -> None:
    member = Merchant(stage)
    await member.joins()
    await floods(stage, member.peer, 20)
    await stage.app.turns.receive(Incoming("room", "群", "g1", sender=member.peer, text="取消"))
    await stage.app.quiet()
    assert member.messages[-1].text == TOO_FAST


async def test_a_clock_put_back_does_not_shut_anybody_out(stage: Stage) -> None:
    member = Merchant(stage)
    await member.joins()
    await floods(stage, member.peer, 30)
    stage.world.clock.move(-SECOND)
    assert await member.says("取消") == NOTHING_OPEN


async def test_so_many_people_are_remembered_and_no_more(stage: Stage) -> None:
    floods_of = Floods(stage.app.desk, 60)
    for n in range(10_500):
        assert not await floods_of.stems(Address("room", str(n)))
    assert len(floods_of._minutes) == 10_000
