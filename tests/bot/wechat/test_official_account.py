"""The Official Account channel: rations kept, choices as lines or numbers, answers within WeChat's patience."""

import asyncio
import dataclasses
from pathlib import Path
from urllib.parse import urlencode

import pytest
from wechat_rig import CHOICE, XIAOMAN, meet, says, shown, working

from bot.channels.base import ChannelBusy, ChannelRefused, Drawing, PeerAway
from bot.channels.official_account import OfficialAccount
from bot.sandbox.clock import HOUR, MINUTE, SECOND
from bot.sandbox.official_account import service
from bot.sandbox.official_account.service import SEAL
from bot.sandbox.world import World
from core.errors import OutcomeUnknown
from handlers.messages import Button
from tests.scenarios.account_seats import account
from tests.scenarios.wechat_seats import MENU
from tests.support.desk import Connected


class TestWhatComesIn:
    @pytest.mark.usefixtures("pushing")
    async def test_the_console_is_shown_that_we_know_the_token(self, world: World) -> None:
        assert await world.official_account.checks_address()

    async def test_a_message_is_kept_once_however_often_it_comes(
        self, pushing: Connected[OfficialAccount], world: World
    ) -> None:
        world.official_account.repeats_calls(1)
        await world.official_account.delivers()
        (came,) = pushing.desk.came
        assert (came.channel, came.peer, came.text, came.message) == ("official_account", XIAOMAN, "你好", came.uid)
        assert world.official_account.apologies == 0

    async def test_a_tapped_line_and_a_menu_click_are_taps_and_a_film_gets_a_word(
        self, pushing: Connected[OfficialAccount], world: World
    ) -> None:
        await pushing.channel.open(MENU)
        await pushing.channel.send(XIAOMAN, Drawing("？", CHOICE))
        for label in ("看明细", "打印订单"):
            world.official_account.presses(XIAOMAN, label)
        world.official_account.sends(XIAOMAN, "video")
        await world.official_account.delivers()
        assert [(each.button, each.notice) for each in pushing.desk.came[1:]] == [
            ("q:token:1", ""),
            ("c:print_orders", ""),
            ("", "chat.only_text"),
        ]

    async def test_whoever_begins_to_follow_is_greeted_and_whoever_leaves_is_not(
        self, pushing: Connected[OfficialAccount], world: World
    ) -> None:
        world.official_account.follows("afu")
        world.official_account.unfollows("afu")
        await world.official_account.delivers()
        assert [(each.peer, each.text) for each in pushing.desk.came[1:]] == [("afu", "/start")]

    async def test_plain_messages_are_read_where_no_key_is_set_and_only_there(
        self, pushing: Connected[OfficialAccount], world: World, tmp_path: Path
    ) -> None:
        world.official_account.is_plain()
        await says(world, "明文")
        assert [each.text for each in pushing.desk.came] == ["你好"]
        known = dataclasses.replace(account(may_push=True), aes_key="")
        async with working(world, tmp_path / "plain", known) as plain:
            world.official_account.call_with(plain.called)
            await says(world, "再来")
            assert [each.text for each in plain.desk.came] == ["再来"]

    @pytest.mark.parametrize(
        ("change", "status"),
        [({}, 200), ({"signature": "0" * 40}, 403), ({"nonce": "2"}, 403), ({"timestamp": ""}, 403)],
    )
    async def test_a_plain_message_needs_a_fresh_signature(
        self, world: World, tmp_path: Path, change: dict[str, str], status: int
    ) -> None:
        now = str(world.clock.now() // SECOND)
        query = {"signature": service.signature(SEAL.token, now, "1"), "timestamp": now, "nonce": "1"} | change
        body = b"<xml><FromUserName>x</FromUserName><MsgType>text</MsgType><Content>1</Content><MsgId>1</MsgId></xml>"
        url = f"https://bot.example/official_account?{urlencode(query)}"
        known = dataclasses.replace(account(may_push=True), aes_key="")
        async with working(world, tmp_path, known) as plain:
            assert (await plain.called("POST", url, body))[0] == status
            world.clock.move(11 * MINUTE)
            assert (await plain.called("POST", url, body))[0] == 403
            assert len(plain.desk.came) == (status == 200)


class TestPushing:
    async def test_choices_are_lines_to_tap_with_links_above(
        self, pushing: Connected[OfficialAccount], world: World
    ) -> None:
        page = Button("打开授权页", url="https://fuwu.example/page")
        await pushing.channel.send(XIAOMAN, Drawing("请授权", (page, *CHOICE)))
        assert shown(world.official_account) == [
            ("msgmenu", "请授权\n打开授权页：https://fuwu.example/page", ["打印 1 张", "看明细"])
        ]

    async def test_choices_may_be_numbers_instead(self, world: World, tmp_path: Path) -> None:
        async with working(world, tmp_path, account(may_push=True, taps=False)) as account_:
            await meet(world, account_)
            await account_.channel.send(XIAOMAN, Drawing("打吗？", CHOICE))
        assert shown(world.official_account) == [("text", "打吗？\n1. 打印 1 张\n2. 看明细\n（回复序号）", [])]

    async def test_a_sixth_message_waits_until_the_merchant_writes(
        self, pushing: Connected[OfficialAccount], world: World
    ) -> None:
        for n in range(5):
            await pushing.channel.send(XIAOMAN, Drawing(str(n)))
        with pytest.raises(PeerAway) as away:
            await pushing.channel.send(XIAOMAN, Drawing("🔴 47 小时没有新物流 · 中通 7612…9036\n张*，浙江杭州"))
        assert away.value.seconds == 6 * 3600
        calls = world.ledger()["calls"]
        assert calls["official_account:message/custom/send"] == 5, "WeChat was not even asked"
        await says(world, "有事吗")
        await pushing.channel.send(XIAOMAN, Drawing("有"))
        assert shown(world.official_account)[-1] == ("text", "有", [])

    async def test_a_template_knocks_once_while_something_waits(
        self, pushing: Connected[OfficialAccount], world: World
    ) -> None:
        world.clock.move(49 * HOUR)
        for text in ("🔴 47 小时没有新物流 · 中通 7612…9036\n张*，浙江杭州", "🔴 又一件"):
            with pytest.raises(ChannelBusy):
                await pushing.channel.send(XIAOMAN, Drawing(text))
        assert shown(world.official_account) == [("template", "🔴 47 小时没有新物流 · 中通 76\n2026-11-24 16:30", [])]
        await says(world, "结果")
        world.clock.move(49 * HOUR)
        with pytest.raises(ChannelBusy):
            await pushing.channel.send(XIAOMAN, Drawing("🔴 再一件"))
        assert [kind for kind, _, _ in shown(world.official_account)] == ["template", "template"]

    async def test_without_a_template_nothing_knocks(self, world: World, tmp_path: Path) -> None:
        async with working(world, tmp_path, account(may_push=True)) as account_:
            await meet(world, account_)
            world.clock.move(49 * HOUR)
            with pytest.raises(ChannelBusy):
                await account_.channel.send(XIAOMAN, Drawing("🔴"))
        assert shown(world.official_account) == []

    async def test_after_a_click_there_are_three_messages_for_a_minute(
        self, pushing: Connected[OfficialAccount], world: World
    ) -> None:
        await pushing.channel.open(MENU)
        world.clock.move(49 * HOUR)
        world.official_account.presses(XIAOMAN, "看帮助")
        await world.official_account.delivers()
        for n in range(3):
            await pushing.channel.send(XIAOMAN, Drawing(str(n)))
        with pytest.raises(ChannelBusy):
            await pushing.channel.send(XIAOMAN, Drawing("四"))
        world.official_account.presses(XIAOMAN, "看帮助")
        await world.official_account.delivers()
        world.clock.move(MINUTE)
        with pytest.raises(ChannelBusy):
            await pushing.channel.send(XIAOMAN, Drawing("太迟"))

    async def test_wechats_own_count_is_the_last_word(self, world: World, tmp_path: Path) -> None:
        async with working(world, tmp_path, account(may_push=True)) as account_:
            await meet(world, account_)
            world.official_account.followers[XIAOMAN].spoke(world.clock.now() - 72 * HOUR)
            for _ in range(2):
                with pytest.raises(PeerAway):
                    await account_.channel.send(XIAOMAN, Drawing("一"))
        assert world.ledger()["calls"]["official_account:message/custom/send"] == 1

    @pytest.mark.parametrize(("fault", "seconds"), [("goes_down", 3), ("throttles", 3600), ("loses_right", 300)])
    async def test_what_was_surely_not_sent_is_tried_again(
        self, pushing: Connected[OfficialAccount], world: World, fault: str, seconds: float
    ) -> None:
        getattr(world.official_account, fault)()
        with pytest.raises(ChannelBusy) as busy:
            await pushing.channel.send(XIAOMAN, Drawing("一"))
        assert busy.value.seconds == seconds

    async def test_a_lost_answer_leaves_open_whether_it_arrived(
        self, pushing: Connected[OfficialAccount], world: World
    ) -> None:
        world.official_account.loses_answers(1, on="message/custom/send")
        with pytest.raises(OutcomeUnknown):
            await pushing.channel.send(XIAOMAN, Drawing("一"))

    @pytest.mark.parametrize("fault", ["expires_tokens", "forgets_tokens"])
    async def test_a_token_that_is_over_is_fetched_anew(
        self, pushing: Connected[OfficialAccount], world: World, fault: str
    ) -> None:
        await pushing.channel.send(XIAOMAN, Drawing("一"))
        getattr(world.official_account, fault)()
        await asyncio.gather(*(pushing.channel.send(XIAOMAN, Drawing(str(n))) for n in range(3)))
        assert world.official_account.tokens_issued == 2


class TestOpening:
    async def test_the_menu_shows_the_main_commands(self, pushing: Connected[OfficialAccount], world: World) -> None:
        assert await pushing.channel.open({**MENU, "track": "查物流"}) == f"Official Account {service.APP_ID}"
        assert world.official_account.menu == {
            "打印订单": "c:print_orders",
            "绑定店铺": "c:bind_shop",
            "绑定快递": "c:bind_courier",
            "看帮助": "c:help",
            "查物流": "c:track",
        }

    async def test_a_menu_that_is_not_wanted_is_left_alone(self, world: World, tmp_path: Path) -> None:
        async with working(world, tmp_path, account(has_menu=False)) as account_:
            assert await account_.channel.open(MENU) == f"Official Account {service.APP_ID}"
        assert world.official_account.menu == {}
        assert world.official_account.tokens_issued == 0

    @pytest.mark.parametrize(
        ("change", "told"),
        [({"app_id": "wx"}, "OFFICIAL_ACCOUNT_APP_ID"), ({"secret": "wrong"}, "OFFICIAL_ACCOUNT_SECRET")],
    )
    async def test_wrong_credentials_are_told_by_the_setting_that_is_wrong(
        self, world: World, tmp_path: Path, change: dict[str, str], told: str
    ) -> None:
        known = dataclasses.replace(account(), **change)
        async with working(world, tmp_path, known) as account_:
            with pytest.raises(ChannelRefused, match=told):
                await account_.channel.open(MENU)

    async def test_servers_out_of_reach_are_tried_again(
        self, pushing: Connected[OfficialAccount], world: World
    ) -> None:
        world.official_account.goes_down()
        with pytest.raises(ChannelBusy):
            await pushing.channel.open(MENU)
