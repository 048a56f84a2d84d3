"""Who is nobody's member: where anyone may come, and where only the invited may."""

import pytest

from bot.sandbox.world import World
from core.clock import DAY
from core.storage import chain_check
from handlers.messages import Button, Incoming
from tests.support.merchant import Merchant
from tests.support.stage import Stage

BY_INVITATION = "你好，我是面单，在这里只为受邀的人工作。有邀请码就发「加入 邀请码」；没有的话，请向你的店主要一个。"
SAID = ("打印今天的订单", "你好", "帮助", "261120-300000000000001 到哪了", "取消")


@pytest.fixture
def world() -> World:
    """Nothing to ship."""
    return World(seed=7, orders=0)


class TestWhereOnlyTheInvitedMayCome:
    @pytest.fixture
    async def stage(self, stage: Stage) -> Stage:
        """Started so."""
        await stage.dark()
        await stage.light(open_to="invited")
        return stage

    @pytest.mark.parametrize("said", SAID)
    async def test_a_stranger_gets_one_polite_answer_whatever_she_says(self, stage: Stage, said: str) -> None:
        stranger = Merchant(stage)
        assert await stranger.says(said) == BY_INVITATION
        for again in SAID:
            assert await stranger.says(again) == ""

    async def test_in_english_too(self, stage: Stage) -> None:
        assert (await Merchant(stage).says("hello")).startswith(
            "Hello, I am Miandan, and here I work for invited people"
        )

    async def test_and_another_the_next_day(self, stage: Stage) -> None:
        stranger = Merchant(stage)
        await stranger.says("你好")
        stage.world.clock.move(DAY - 1)
        assert await stranger.says("你好") == ""
        stage.world.clock.move(1)
        assert await stranger.says("你好") == BY_INVITATION

    async def test_a_restart_does_not_make_it_two(self, stage: Stage) -> None:
        stranger = Merchant(stage)
        await stranger.says("你好")
        await stage.dark()
        await stage.light(open_to="invited")
        assert await stranger.says("你好") == ""

    async def test_nothing_is_kept_of_what_she_said_and_no_merchant_begins(self, stage: Stage) -> None:
        stranger = Merchant(stage)
        for said in SAID:
            await stranger.says(said)
        database = stage.app.database
        for table in ("merchants", "members", "conversations", "audit"):
            assert await database.all(f"SELECT * FROM {table}") == []
        assert await database.all("SELECT DISTINCT body_sealed FROM inbox") == [("",)]

    async def test_a_button_or_a_picture_is_answered_no_better(self, stage: Stage) -> None:
        assert await Merchant(stage, "甲").presses(Button("", "c:track")) == BY_INVITATION
        picture = Merchant(stage, "乙")
        await stage.app.turns.receive(Incoming("room", "乙", "p1", notice="chat.only_text"))
        await stage.app.quiet()
        assert picture.messages[-1].text == BY_INVITATION

    async def test_a_page_come_back_from_says_nothing_to_a_stranger(self, stage: Stage) -> None:
        stranger = Merchant(stage)
        await stage.app.turns.receive(Incoming("room", stranger.peer, "v", returned={"state": "x", "code": "y"}))
        await stage.app.quiet()
        assert stranger.messages == []


class TestWhereAnyoneMayCome:
    async def test_a_first_word_begins_a_merchant_and_its_log(self, stage: Stage) -> None:
        newcomer = Merchant(stage)
        assert (await newcomer.says("你好")).startswith("你好，我是面单。绑定店铺")
        member = await stage.app.desk.kept.merchants.member("room", newcomer.peer)
        assert member is not None
        ((entry, _),) = await stage.app.desk.kept.audit.entries(member.merchant)
        assert (entry.action, entry.role, entry.member, entry.after) == ("join", "owner", member.id, "owner")
        assert await chain_check.flaws(stage.app.desk.kept.audit) == []

    async def test_a_first_tap_does_too(self, stage: Stage) -> None:
        assert (await Merchant(stage).presses(Button("", "c:help"))).startswith("你好，我是面单。绑定店铺")

    async def test_a_page_come_back_from_begins_nothing(self, stage: Stage) -> None:
        await stage.app.turns.receive(Incoming("room", "谁", "v", returned={"state": "x", "code": "y"}))
        await stage.app.quiet()
        assert await stage.app.database.all("SELECT * FROM merchants") == []
