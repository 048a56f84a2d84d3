"""What the sender makes of the outbox where a channel is unlike Telegram: messages gathered, put off, left unsaid."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.writing import pieces
from bot.sandbox.clock import HOUR, SECOND
from bot.sandbox.world import World
from core.labels import Press
from core.storage.address import Address
from handlers.messages import Button, Outgoing
from handlers.post import post
from tests.scenarios.account_seats import AccountSeat, PassiveAccountSeat
from tests.scenarios.wechat_seats import WeChatSeat, WecomSeat

STOP = (Button("停止", "c:stop_batch"),)
CHOICE = (Button("打印 1 张", "c:print_orders"), Button("看帮助", "c:help"))


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=3)


async def sat(seat: WeChatSeat) -> AsyncIterator[WeChatSeat]:
    """Somebody who is known already."""
    await seat.sit()
    await seat.says("帮助")
    seat.world.clock.move(60 * SECOND)
    yield seat
    await seat.leave()


@pytest.fixture
async def wecom(world: World, tmp_path: Path, press: Press) -> AsyncIterator[WeChatSeat]:
    async for seat in sat(WecomSeat(world, tmp_path, press)):
        yield seat


@pytest.fixture
async def account(world: World, tmp_path: Path, press: Press) -> AsyncIterator[WeChatSeat]:
    async for seat in sat(AccountSeat(world, tmp_path, press)):
        yield seat


@pytest.fixture
async def passive(world: World, tmp_path: Path, press: Press) -> AsyncIterator[WeChatSeat]:
    async for seat in sat(PassiveAccountSeat(world, tmp_path, press)):
        yield seat


async def tells(seat: WeChatSeat, *messages: Outgoing) -> list[tuple[str, list[str]]]:
    """Put messages into the outbox together; what is shown of them."""
    before = len(seat.service.heard(seat.who))
    to, now = Address(seat.service.name, seat.who), seat.world.clock.now()
    outbox = seat.app.desk.kept.outbox
    await seat.app.database.apply(*(part for each in messages for part in post(outbox, to, each, now)))
    await seat.app.quiet()
    return [(each["text"], each["buttons"]) for each in seat.service.heard(seat.who)[before:]]


class TestGathering:
    async def test_what_waits_together_is_one_message_with_the_last_choice_to_tap(self, account: WeChatSeat) -> None:
        told = await tells(account, Outgoing("一", STOP), Outgoing("二"), Outgoing("三？", CHOICE), Outgoing("四"))
        assert told == [("一\n「停止」\n\n二\n\n三？\n\n四", ["打印 1 张", "看帮助"])]

    async def test_a_word_of_an_earlier_choice_may_be_said(self, account: WeChatSeat) -> None:
        await tells(account, Outgoing("一", (Button("换成英文", "c:language:language=en"),)), Outgoing("二", CHOICE))
        await account.says("换成英文")
        assert account.news()[0].text == "OK, English from now on."

    async def test_numbers_are_those_of_the_last_choice(self, passive: WeChatSeat) -> None:
        await tells(passive, Outgoing("一", STOP), Outgoing("二？", CHOICE))
        passive.service.says(passive.who, "结果")
        await passive.arrives()
        assert passive.service.heard(passive.who)[-1]["text"] == (
            "一\n「停止」\n\n二？\n1. 打印 1 张\n2. 看帮助\n（回复序号）"
        )
        await passive.says("2")
        assert passive.news()[0].text.startswith("直接说要做的事就行")

    async def test_more_than_a_message_holds_is_two(self, account: WeChatSeat) -> None:
        told = await tells(account, *(Outgoing(f"{n}{'长' * 200}") for n in range(3)))
        assert [len(text) for text, _ in told] == [404, 201]

    async def test_elsewhere_every_message_is_its_own(self, wecom: WeChatSeat) -> None:
        assert await tells(wecom, Outgoing("一"), Outgoing("二")) == [("一", []), ("二", [])]


class TestPassingNews:
    async def test_only_some_versions_of_it_are_told_where_nothing_can_be_edited(
        self, wecom: WeChatSeat, world: World
    ) -> None:
        told = await tells(wecom, Outgoing("开始取号", STOP, card="batch:1"))
        for n in range(1, 8):
            world.clock.move(10 * SECOND)
            told += await tells(wecom, Outgoing(f"取号 {n}/9", card="batch:1", is_passing=True))
        assert [text for text, _ in told] == ["开始取号", "取号 3/9", "取号 6/9"]

    async def test_none_is_told_where_messages_are_rationed(self, account: WeChatSeat, world: World) -> None:
        assert await tells(account, Outgoing("开始取号", STOP, card="batch:1")) == [("开始取号", ["停止"])]
        world.clock.move(60 * SECOND)
        assert await tells(account, Outgoing("取号 9/9", card="batch:1", is_passing=True)) == []
        assert await tells(account, Outgoing("取号 9/9", card="batch:1", only_edits=True)) == []
        assert await tells(account, Outgoing("🟠 已催件", card="parcel:1")) == [("🟠 已催件", [])]


class TestVersions:
    """Several versions of one card wait: the newest is told, as news where none was before."""

    over = Outgoing("🟢 已恢复", card="alert:1", only_edits=True, is_last=True)

    async def test_one_that_only_edits_is_told_where_nothing_was(self, wecom: WeChatSeat) -> None:
        told = await tells(
            wecom,
            Outgoing("🔴 停滞", STOP, card="alert:1"),
            Outgoing("🟠 已催件", STOP, card="alert:1", only_edits=True),
        )
        assert told == [("🟠 已催件", ["停止"])]

    async def test_the_one_that_is_news_is_told_where_nothing_can_be_edited(self, account: WeChatSeat) -> None:
        told = await tells(
            account, Outgoing("🔴 停滞", STOP, card="alert:1"), Outgoing("🟠 已催件", card="alert:1", only_edits=True)
        )
        assert told == [("🔴 停滞", ["停止"])]

    async def test_none_where_all_is_over_by_then(self, wecom: WeChatSeat) -> None:
        assert await tells(wecom, Outgoing("🔴 停滞", STOP, card="alert:1"), self.over) == []

    async def test_nor_where_nothing_can_be_edited(self, account: WeChatSeat) -> None:
        assert await tells(account, Outgoing("🔴 停滞", STOP, card="alert:1"), self.over) == []


class TestPuttingOff:
    async def test_what_could_not_be_told_is_told_at_the_next_contact_before_the_answer(
        self, account: WeChatSeat, world: World
    ) -> None:
        world.clock.move(49 * HOUR)
        assert await tells(account, Outgoing("🔴 47 小时没有新物流")) == []
        await account.says("帮助")
        first, second = account.news()
        assert first.text == "🔴 47 小时没有新物流"
        assert second.text.startswith("直接说要做的事就行")

    async def test_a_word_is_enough_to_hear_what_waits(self, account: WeChatSeat, world: World) -> None:
        world.clock.move(49 * HOUR)
        await tells(account, Outgoing("🔴 47 小时没有新物流"))
        await account.says("结果")
        assert account.news()[0].text == "🔴 47 小时没有新物流"

    async def test_the_word_for_what_waits_is_never_taken_for_an_answer(self, passive: WeChatSeat) -> None:
        for said in ("绑定中通", "1", "结果"):
            await passive.says(said)
        await passive.says("1234567890")
        assert passive.news()[0].text.startswith("(3/4) 电子面单密码？")

    async def test_where_nothing_waits_it_says_so(self, passive: WeChatSeat) -> None:
        await passive.says("结果")
        assert [each.text for each in passive.news()] == ["没有别的新消息。"]

    async def test_an_account_that_may_only_answer_says_nothing_unasked(self, passive: WeChatSeat) -> None:
        assert await tells(passive, Outgoing("🔴")) == []
        await passive.says("结果")
        assert [each.text for each in passive.news()] == ["🔴"]

    async def test_what_is_longer_than_an_answer_is_told_in_two(self, passive: WeChatSeat) -> None:
        lines = "\n".join(f"• 第 {n} 单　退款中" for n in range(120))
        await tells(passive, Outgoing(lines), Outgoing("完"))
        await passive.says("结果")
        told = "\n".join(each.text for each in passive.news())
        assert told.replace("\n…（发「结果」看后面）", "") == f"{lines}\n完"


def test_a_text_is_cut_in_whole_characters_however_small_the_pieces() -> None:
    assert pieces("汉字🧾", 2, lambda text: len(text.encode())) == ["汉", "字", "🧾"]
