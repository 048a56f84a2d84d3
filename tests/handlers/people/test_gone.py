"""Somebody who was removed, or lost a right: at once, with all she had begun."""

import asyncio

import pytest

from bot.sandbox.world import World
from core.clock import DAY
from core.rights import Right, Role
from core.storage.address import Address
from core.storage.audit import Change
from core.storage.database import run
from handlers.conversation import Chat, Script
from handlers.desk import Desk
from handlers.menu import COMMANDS, Command
from handlers.messages import Document, Outgoing
from handlers.post import post
from tests.handlers.people.crowd import Crowd
from tests.support.stage import Stage

BY_INVITATION = "你好，我是面单，在这里只为受邀的人工作。"
NO_LONGER = "你的身份是客服，不能做这件事。需要的话请店主操作。"


@pytest.fixture
def world() -> World:
    """Enough orders that a batch has a middle."""
    return World(seed=7, orders=30)


@pytest.fixture
async def crowd(stage: Stage) -> Crowd:
    """A shop with ZTO bound by its owner, and a packer; strangers come in by codes alone."""
    await stage.dark()
    await stage.light(open_to="invited")
    crowd = Crowd(stage)
    crowd.merchant = await crowd.owner.has_bound()
    await crowd.settles("小王", Role.PACKER)
    return crowd


async def removes(crowd: Crowd, name: str = "小王（打单员）") -> None:
    await crowd.owner.says("成员")
    await crowd.owner.taps(name)
    await crowd.owner.taps("移出")
    await crowd.owner.taps("移出")


async def makes_service(crowd: Crowd) -> None:
    await crowd.owner.says("成员")
    await crowd.owner.taps("小王（打单员）")
    await crowd.owner.taps("改为客服")


class TestRemoved:
    async def test_her_words_are_a_strangers(self, crowd: Crowd) -> None:
        await removes(crowd)
        assert await crowd.packer.says("打印今天的订单") == ""
        assert await crowd.packer.says("78900000000001 到哪了") == ""
        crowd.stage.world.clock.move(DAY)
        assert (await crowd.packer.says("打印今天的订单")).startswith(BY_INVITATION)

    async def test_buttons_she_was_shown_do_nothing(self, crowd: Crowd) -> None:
        await crowd.packer.says("打印今天的订单")
        await removes(crowd)
        assert await crowd.packer.taps("打印 26 张") == ""
        assert crowd.stage.world.ledger()["numbers"] == []

    async def test_an_open_conversation_takes_no_answer(self, crowd: Crowd) -> None:
        await crowd.packer.says("打印今天的订单")
        await removes(crowd)
        assert await crowd.packer.says("确认") == ""
        assert crowd.stage.world.ledger()["numbers"] == []

    async def test_where_anyone_may_come_she_begins_a_merchant_of_her_own(self, crowd: Crowd) -> None:
        await crowd.packer.says("打印今天的订单")
        await removes(crowd)
        await crowd.stage.restart()
        heard = await crowd.packer.says("确认")
        assert heard.startswith("你好，我是面单。")
        assert "「打印订单」是为另一家店做的，已经结束。" in heard
        assert crowd.stage.world.ledger()["numbers"] == []

    async def test_a_page_she_was_sent_to_binds_nothing(self, crowd: Crowd) -> None:
        await crowd.settles("老板娘", Role.OWNER)
        other = crowd.person("老板娘")
        await other.says("绑定店铺")
        calls = dict(crowd.stage.world.ledger()["calls"])  # type: ignore[call-overload]
        await removes(crowd, "老板娘（店主）")
        assert await other.opens("打开授权页") == ""
        after = crowd.stage.world.ledger()["calls"]
        exchanged = "pinduoduo:pdd.pop.auth.token.create"
        assert after[exchanged] == calls[exchanged]  # type: ignore[call-overload,index]

    async def test_whom_she_invited_cannot_come(self, crowd: Crowd) -> None:
        await crowd.settles("老板娘", Role.OWNER)
        other = crowd.person("老板娘")
        for said in ("邀请同事", "小李", "店主"):
            await other.says(said)
        code = other.heard.split("邀请码 ")[1][:9]
        await removes(crowd, "老板娘（店主）")
        assert (await crowd.person("小李").says(f"加入 {code}")).startswith("这个邀请码不对")

    async def test_labels_on_their_way_to_her_go_to_an_owner(self, crowd: Crowd) -> None:
        for said in ("打印今天的订单", "确认"):
            await crowd.owner.says(said)
        await removes(crowd)
        ((key,), *_) = await crowd.stage.app.database.all("SELECT key FROM shipments WHERE state = 'done'")
        letter = Outgoing("📎 1 张面单", document=Document("1.pdf", (key,), "100x150", merchant=crowd.merchant))
        kept, had = crowd.stage.app.desk.kept, len(crowd.owner.pages)
        await kept.database.apply(*post(kept.outbox, Address("room", "小王"), letter, 1))
        await crowd.stage.app.quiet()
        assert crowd.packer.pages == []
        assert len(crowd.owner.pages) == had + 1


class TestABatchOfHers:
    async def test_stops_and_is_the_owners_to_go_on_with(self, crowd: Crowd) -> None:
        await crowd.packer.says("打印今天的订单")
        pause = Pause(crowd.stage, after=15)
        await pause.until_reached(crowd)
        await crowd.removes("小王")
        pause.ends()
        await crowd.stage.app.quiet()
        assert crowd.packer.pages == []
        stopped = crowd.owner.messages[-1]
        assert stopped.text.startswith("⏸ 已停：")
        assert [button.label for button in stopped.buttons] == ["继续打剩下的"]
        heard = await crowd.owner.taps("继续打剩下的")
        assert "✅ 打完了：26 张面单" in heard
        numbers = [entry["key"] for entry in crowd.stage.world.ledger()["numbers"]]  # type: ignore[index,attr-defined]
        assert len(numbers) == len(set(numbers)) == 26
        assert crowd.packer.pages == []

    async def test_goes_on_when_she_keeps_the_right(self, crowd: Crowd) -> None:
        await crowd.packer.says("打印今天的订单")
        pause = Pause(crowd.stage, after=15)
        await pause.until_reached(crowd)
        await crowd.makes("小王", Role.MANAGER)
        pause.ends()
        await crowd.stage.app.quiet()
        assert "✅ 打完了：26 张面单" in "\n".join(each.text for each in crowd.packer.messages)

    async def test_that_another_goes_on_with_is_told_to_that_other(self, crowd: Crowd) -> None:
        await crowd.packer.says("打印今天的订单")
        pause = Pause(crowd.stage, after=15)
        await pause.until_reached(crowd)
        await crowd.sends("店主", "停止")
        pause.ends()
        await crowd.stage.app.quiet()
        stopped = crowd.packer.button("继续打剩下的")
        assert "✅ 打完了：26 张面单" in await crowd.owner.presses(stopped)
        assert len(crowd.owner.pages) == 1


class TestARightLost:
    async def test_ends_the_open_conversation_with_the_next_word_and_is_noted(self, crowd: Crowd) -> None:
        await crowd.packer.says("打印今天的订单")
        await makes_service(crowd)
        assert await crowd.packer.taps("打印 26 张") == NO_LONGER
        assert await crowd.packer.says("确认") != NO_LONGER, "the conversation is over"
        assert crowd.stage.world.ledger()["numbers"] == []
        assert [entry.action for entry in await crowd.log() if entry.outcome == "refused"] == ["print_orders"]

    async def test_ends_work_that_waited_for_its_turn(self, crowd: Crowd) -> None:
        work = SlowWork(crowd.stage)
        await work.begins(crowd)
        await crowd.makes("小王", Role.SERVICE)
        work.gate.set()
        await crowd.stage.app.quiet()
        assert crowd.packer.messages[-1].text == NO_LONGER
        assert await work.is_done() is False
        assert "refused" in [entry.outcome for entry in await crowd.log("reprint")]

    async def test_by_removal_ends_work_in_the_middle_without_a_word(self, crowd: Crowd) -> None:
        work = SlowWork(crowd.stage)
        await work.begins(crowd)
        await crowd.removes("小王")
        work.gate.set()
        await crowd.stage.app.quiet()
        assert crowd.packer.messages[-1].text.startswith("你已经不在")
        assert await work.is_done() is False
        assert await crowd.log("reprint/slow") == []

    async def test_while_it_is_there_the_same_work_is_done_and_noted(self, crowd: Crowd) -> None:
        work = SlowWork(crowd.stage)
        await work.begins(crowd)
        work.gate.set()
        await crowd.stage.app.quiet()
        assert await work.is_done() is True
        (entry,) = await crowd.log("reprint/slow")
        assert (entry.role, entry.subject) == ("packer", "slow")


class SlowWork:
    """A conversation under 补打 whose one act waits at a gate before it commits."""

    def __init__(self, stage: Stage) -> None:
        self.gate, self.begun = asyncio.Event(), asyncio.Event()
        self._stage = stage

    async def begins(self, crowd: Crowd) -> None:
        self._stage.commands = {**COMMANDS, "reprint": Command("reprint", self._script(), Right.PRINT, "reprint")}
        await self._stage.dark()
        await self._stage.light(open_to="invited")
        await crowd.sends("小王", "补打")
        await self.begun.wait()

    async def is_done(self) -> bool:
        rows = await self._stage.app.database.all("SELECT settings FROM merchants")
        return rows == [("done",)]

    def _script(self) -> Script:
        async def script(chat: Chat) -> None:
            await chat.settle("slow", self._act, chat.member.merchant)
            await chat.say("no_label")

        return script

    async def _act(self, desk: Desk, merchant: str) -> None:
        self.begun.set()
        await self.gate.wait()
        done = run("UPDATE merchants SET settings = 'done' WHERE id = ?", merchant)
        await desk.kept.change(Change("slow"), done)


class Pause:
    """The outside world holds its breath after so many answers."""

    def __init__(self, stage: Stage, after: int) -> None:
        self._stage, self._left = stage, after
        self._reached, self._goes_on = asyncio.Event(), asyncio.Event()

    async def until_reached(self, crowd: Crowd) -> None:
        """The packer agrees, and the world pauses in the middle of what follows."""
        self._stage.world.before_answer = self._breath
        await crowd.sends("小王", "确认")
        await self._reached.wait()

    def ends(self) -> None:
        self._stage.world.before_answer = None
        self._goes_on.set()

    async def _breath(self, _call: str) -> None:
        self._left -= 1
        if self._left < 0:
            self._reached.set()
            await self._goes_on.wait()
