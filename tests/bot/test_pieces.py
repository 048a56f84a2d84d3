"""A long text goes in several messages: whatever happens between two of them, each is said once and in order."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import ChannelBusy, Drawing, Keep, unkept
from bot.channels.writing import parts, unsaid
from bot.sandbox.clock import HOUR, MINUTE, SECOND
from bot.sandbox.world import World
from core.labels import Press
from core.storage.address import Address
from handlers.messages import Button, Document, Outgoing
from handlers.post import post
from tests.scenarios.account_seats import AccountSeat
from tests.scenarios.seats import TelegramSeat
from tests.scenarios.wechat_seats import WeChatSeat, WecomSeat
from tests.support.passing import catches_up, time_passes
from tests.support.stage import Message, Room, Stage

WHY = (Button("看原因", "c:why"),)
LINES = "\n".join(f"• 第 {n} 单　退款中" for n in range(1000))
ME = Address("room", "小满")


class TornRoom:
    """A room that takes a line at a time, and a file after them; `room_for` so many messages, then it fails."""

    def __init__(self, room: Room) -> None:
        self.name, self.abilities = room.name, room.abilities
        self.room_for = 1_000
        self.failure: Exception = ChannelBusy(1)
        self._room = room

    async def send(self, peer: str, drawing: Drawing, keep: Keep = unkept) -> str:
        *first, (last, _) = parts(drawing.text, 4)
        for line, behind in first:
            await self._take(peer, Drawing(line))
            await keep(unsaid(drawing, behind))
        if drawing.file and last:
            await self._take(peer, Drawing(last))
            last, drawing = "", unsaid(drawing, "")
            await keep(drawing)
        return await self._take(peer, unsaid(drawing, last) if first else drawing)

    async def _take(self, peer: str, drawing: Drawing) -> str:
        if self.room_for == 0:
            raise self.failure
        self.room_for -= 1
        return await self._room.send(peer, drawing)


@pytest.fixture
async def torn(stage: Stage) -> TornRoom:
    """The program in front of such a room."""
    await stage.dark()
    torn = TornRoom(stage.room)
    await stage.light(wrap=lambda _: torn)
    return torn


async def tells(stage: Stage, *messages: Outgoing) -> list[Message]:
    """Put messages into the outbox together; what is shown by then."""
    kept, now = stage.app.desk.kept, stage.world.clock.now()
    await kept.database.apply(*(part for each in messages for part in post(kept.outbox, ME, each, now)))
    await stage.app.quiet()
    return shown(stage)


async def later(stage: Stage) -> list[Message]:
    """What is shown after a while."""
    stage.world.clock.move(MINUTE)
    await catches_up(stage)
    return shown(stage)


def shown(stage: Stage) -> list[Message]:
    return stage.room.chats.get(ME.peer, [])


def texts(messages: list[Message]) -> list[str]:
    return [each.text for each in messages]


class TestSending:
    @pytest.mark.parametrize("failure", [ChannelBusy(1), RuntimeError("the answer was lost")])
    async def test_a_retry_says_what_is_left(self, stage: Stage, torn: TornRoom, failure: Exception) -> None:
        torn.room_for, torn.failure = 2, failure
        assert texts(await tells(stage, Outgoing("一一一\n二二二\n三三三\n四四四", WHY), Outgoing("五"))) == [
            "一一一",
            "二二二",
        ]
        torn.room_for = 9
        told = await later(stage)
        assert texts(told) == ["一一一", "二二二", "三三三", "四四四", "五"]
        assert [each.buttons for each in told] == [(), (), (), WHY, ()]

    async def test_nor_does_the_next_start_say_it_again(self, stage: Stage, torn: TornRoom) -> None:
        torn.room_for = 1
        await tells(stage, Outgoing("一一一\n二二二\n三三三"))
        await stage.restart()
        assert texts(await later(stage)) == ["一一一", "二二二\n三三三"]

    async def test_the_rest_of_a_new_version_replaces_nothing_and_is_replaced(
        self, stage: Stage, torn: TornRoom
    ) -> None:
        await tells(stage, Outgoing("开始", card="batch:1"))
        torn.room_for = 1
        await tells(stage, Outgoing("一一一\n二二二", card="batch:1", only_edits=True))
        await tells(stage, Outgoing("完", card="batch:1", only_edits=True))
        torn.room_for = 9
        told = await later(stage)
        assert texts(told) == ["开始", "一一一", "完"]
        assert told[-1].versions == ["二二二"]

    async def test_a_document_comes_after_its_text_and_neither_twice(self, stage: Stage, torn: TornRoom) -> None:
        torn.room_for = 2
        assert texts(await tells(stage, Outgoing("一一一\n二二二", WHY, document=PAGE))) == ["一一一", "二二二"]
        torn.room_for = 9
        told = await later(stage)
        assert [(each.text, each.file is not None) for each in told] == [
            ("一一一", False),
            ("二二二", False),
            ("", True),
        ]
        assert told[-1].buttons == WHY

    async def test_a_document_that_may_have_arrived_is_asked_about(self, stage: Stage, torn: TornRoom) -> None:
        torn.room_for, torn.failure = 2, RuntimeError("the answer was lost")
        await tells(stage, Outgoing("一一一\n二二二", document=PAGE))
        torn.room_for = 999
        told = await later(stage)
        assert not any(each.file for each in told)
        assert told[-1].buttons[0].label == "没收到，再发一次"


PAGE = Document("校准页.pdf", (), "76x130", lines=("一",))


@pytest.fixture
async def telegram(tmp_path: Path, press: Press) -> AsyncIterator[TelegramSeat]:
    """A chat with a Telegram that counts what it is sent."""
    world = World(seed=7, orders=0)
    seat = TelegramSeat(world, tmp_path, press)
    await seat.sit()
    world.telegram.is_strict()
    world.telegram.says(seat.chat, "x")
    yield seat
    await seat.leave()


async def hears_at(seat: TelegramSeat, *messages: Outgoing) -> list[dict[str, Any]]:
    """What is heard there of all that is put into the outbox."""
    kept, to, world = seat.app.desk.kept, Address("telegram", str(seat.chat)), seat.world
    for each in messages:
        await kept.database.apply(*post(kept.outbox, to, each, world.clock.now()))
    await seat.app.quiet()
    await time_passes(world, seat.app, 20 * SECOND / HOUR, SECOND)
    return world.telegram.heard(seat.chat)


async def test_a_strict_telegram_hears_every_line_of_a_long_text_once(telegram: TelegramSeat) -> None:
    *told, last, end = await hears_at(telegram, Outgoing(LINES, WHY), Outgoing("完"))
    assert "\n".join(each["text"] for each in (*told, last)) == LINES
    assert (last["buttons"], end["text"]) == (["看原因"], "完")
    assert not any(each["buttons"] for each in told)


async def test_what_is_too_long_for_a_caption_stands_before_the_document(telegram: TelegramSeat) -> None:
    *told, file = await hears_at(telegram, Outgoing(LINES, WHY, document=PAGE))
    assert "\n".join(each["text"] for each in told) == LINES
    assert (file["text"], file["buttons"], file["document"]["file_name"]) == ("", ["看原因"], PAGE.name)
    assert not any(each["buttons"] or "document" in each for each in told)


async def sat(seat: WeChatSeat) -> AsyncIterator[WeChatSeat]:
    await seat.sit()
    await seat.says("帮助")
    seat.world.clock.move(MINUTE)
    yield seat
    await seat.leave()


@pytest.fixture
async def wecom(tmp_path: Path, press: Press) -> AsyncIterator[WeChatSeat]:
    async for seat in sat(WecomSeat(World(seed=7, orders=3), tmp_path, press)):
        yield seat


@pytest.fixture
async def account(tmp_path: Path, press: Press) -> AsyncIterator[WeChatSeat]:
    async for seat in sat(AccountSeat(World(seed=7, orders=3), tmp_path, press)):
        yield seat


async def tells_at(seat: WeChatSeat, outgoing: Outgoing) -> int:
    """How many messages had been said there before."""
    before, kept = len(seat.heard()), seat.app.desk.kept
    await kept.database.apply(*post(kept.outbox, seat.to, outgoing, seat.world.clock.now()))
    await seat.app.quiet()
    return before


async def test_wecom_hears_the_rest_when_the_minute_is_over(wecom: WeChatSeat) -> None:
    long = "\n".join(f"{n}{'长' * 600}" for n in range(35))
    labels = (Button("浙江省 杭州市 西湖区 文三路1号A座", "q:x:0"), Button("取消", "q:x:1"))
    before = await tells_at(wecom, Outgoing(long, labels))
    assert len(wecom.heard()) - before == 30
    await time_passes(wecom.world, wecom.app, 2 * MINUTE / HOUR, 10 * SECOND)
    *told, card = wecom.heard()[before:]
    listed = "1. 浙江省 杭州市 西湖区 文三路1号A座\n2. 取消"
    assert "\n".join(each["text"] for each in told) == f"{long}\n{listed}"
    assert (card["text"], card["buttons"]) == ("请选：", ["1 浙江省 杭州市 西…", "取消"])


async def test_an_official_account_goes_on_whenever_it_may_speak_again(account: WeChatSeat) -> None:
    await account.says("帮助")
    long = "\n".join(f"{n}{'长' * 600}" for n in range(8))
    before = await tells_at(account, Outgoing(long, WHY))
    assert account.heard()[before:] == [], "four messages are left, of the five that are not torn apart"
    await account.says("结果")
    assert [each["text"][0] for each in account.heard()[before:]] == ["0", "1", "2", "3", "4"]
    await account.says("结果")
    told = account.heard()[before : before + 8]
    assert "\n".join(each["text"] for each in told) == long
    assert told[-1]["buttons"] == ["看原因"]
