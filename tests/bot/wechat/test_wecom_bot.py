"""The WeCom bot over a real connection: messages, cards, files in chunks, pushes, eviction and coming back."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.asyncio.client import connect
from wechat_rig import CHOICE, XIAOMAN, shown

from bot.channels.base import ChannelBusy, ChannelRefused, Drawing, File
from bot.channels.wecom_bot import WecomBot, plain, read
from bot.channels.wecom_line import CHUNK, Bot
from bot.sandbox.clock import SECOND
from bot.sandbox.wecom_bot.service import BOT_ID, SECRET
from bot.sandbox.world import World
from core.http import Http, client
from handlers.messages import Button, Incoming
from tests.support.sockets import served

SUBSCRIPTION = json.dumps(
    {"cmd": "aibot_subscribe", "headers": {"req_id": "1"}, "body": {"bot_id": BOT_ID, "secret": SECRET}}
)

NOWHERE = Http(client(mounts={}))


@dataclass
class Listening:
    """The bot at work. `pauses` are those it made before it connected again; `calm` lets it make them."""

    channel: WecomBot
    came: list[Incoming] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    calm: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    async def receive(self, incoming: Incoming) -> None:
        self.came.append(incoming)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await self.calm.wait()

    async def hears(self, count: int) -> list[Incoming]:
        """Wait until so many messages have come."""
        await until(lambda: len(self.came) >= count)
        return self.came


async def until(is_so: Any) -> None:
    """Frames are on their way; look until they have arrived."""
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - another end of a socket can only be looked at
            await asyncio.sleep(0.005)


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    async with served(world.wecom_bot.app) as address:
        yield f"ws://{address}/"


@contextlib.asynccontextmanager
async def listening(address: str, secret: str = SECRET, **others: float) -> AsyncIterator[Listening]:
    async def pause(seconds: float) -> None:
        await bot.pause(seconds)

    bot = Listening(WecomBot(Bot(BOT_ID, secret, address, **others), NOWHERE, pause))
    bot.calm.set()
    bot.task = asyncio.create_task(bot.channel.listen(bot.receive))
    try:
        yield bot
    finally:
        bot.task.cancel()
        await asyncio.gather(bot.task, return_exceptions=True)
        await bot.channel.close()


@pytest.fixture
async def bot(address: str, world: World) -> AsyncIterator[Listening]:
    """The bot, connected, and somebody who has said something."""
    async with listening(address) as bot:
        await until(world.wecom_bot.is_connected)
        world.wecom_bot.says(XIAOMAN, "你好")
        await bot.hears(1)
        yield bot


async def test_wrong_credentials_are_told_by_their_settings(address: str) -> None:
    with pytest.raises(ChannelRefused, match="MIANDAN_WECOM_BOT_SECRET"):
        await WecomBot(Bot(BOT_ID, "wrong", address), NOWHERE).open({})


async def test_the_connection_it_opens_with_is_the_one_it_listens_on(address: str, world: World) -> None:
    channel = WecomBot(Bot(BOT_ID, SECRET, address), NOWHERE)
    assert await channel.open({}) == f"WeCom bot {BOT_ID}"
    task = asyncio.create_task(channel.listen(lambda _: asyncio.sleep(0)))
    world.wecom_bot.says(XIAOMAN, "你好")
    await channel.send(XIAOMAN, Drawing("好"))
    assert world.wecom_bot.connections == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await channel.close()


async def test_servers_out_of_reach_are_tried_again(world: World, address: str) -> None:
    world.wecom_bot.goes_down()
    with pytest.raises(ChannelBusy):
        await WecomBot(Bot(BOT_ID, SECRET, address), NOWHERE).open({})


async def test_a_message_comes_with_its_number(bot: Listening) -> None:
    (came,) = bot.came
    assert (came.channel, came.peer, came.text, came.message) == ("wecom_bot", XIAOMAN, "你好", came.uid)


async def test_what_is_no_text_gets_a_word(bot: Listening, world: World) -> None:
    world.wecom_bot.sends(XIAOMAN, "video")
    world.wecom_bot.enters(XIAOMAN)
    world.wecom_bot.says(XIAOMAN, "完")
    came = await bot.hears(3)
    assert [(each.peer, each.notice) for each in came[1:]] == [(XIAOMAN, "chat.only_text"), (XIAOMAN, "")]


async def test_in_a_group_only_what_mentions_it_comes_in_with_who_said_it(bot: Listening, world: World) -> None:
    world.wecom_bot.in_group("group-1", XIAOMAN, "大家好")
    world.wecom_bot.in_group("group-1", XIAOMAN, "@面单 打印今天的订单")
    (_, came) = await bot.hears(2)
    assert (came.peer, came.sender, came.text) == ("group-1", XIAOMAN, "打印今天的订单")
    await bot.channel.send("group-1", Drawing("今天 1 单", CHOICE))
    world.wecom_bot.presses("dawei", "看明细", group="group-1")
    tap = (await bot.hears(3))[-1]
    assert (tap.peer, tap.sender, tap.button) == ("group-1", "dawei", "q:token:1")
    world.wecom_bot.says(XIAOMAN, "完")
    await bot.hears(4)
    assert shown(world.wecom_bot, "group-1") == [("template_card", "今天 1 单", ["打印 1 张", "看明细"])]


def test_a_picture_in_a_group_that_mentions_nobody_is_passed_over() -> None:
    body = {"msgid": "1", "from": {"userid": XIAOMAN}, "chattype": "group", "chatid": "g", "image": {"url": "u"}}
    assert read({"cmd": "aibot_msg_callback", "body": body}) is None


def test_a_picture_in_a_group_that_mentions_it_is_asked_for_in_private() -> None:
    items = [{"msgtype": "text", "text": {"content": "@面单 催一下"}}, {"msgtype": "image", "image": {"url": "u"}}]
    body = {"msgid": "1", "from": {"userid": XIAOMAN}, "chattype": "group", "chatid": "g", "mixed": {"msg_item": items}}
    came = read({"cmd": "aibot_msg_callback", "body": body})
    assert came == Incoming("wecom_bot", "g", "1", sender=XIAOMAN, message="1", notice="chat.file_in_private")


async def test_a_tap_comes_back_and_is_all_that_is_left_on_its_card(bot: Listening, world: World) -> None:
    await bot.channel.send(XIAOMAN, Drawing("今天 1 单\n中通够用", CHOICE))
    assert shown(world.wecom_bot) == [("template_card", "今天 1 单\n中通够用", ["打印 1 张", "看明细"])]
    world.wecom_bot.presses(XIAOMAN, "打印 1 张")
    assert (await bot.hears(2))[-1].button == "q:token:0"
    await until(lambda: shown(world.wecom_bot) == [("template_card", "今天 1 单\n中通够用", ["✓ 打印 1 张"])])


async def test_a_card_that_is_not_remembered_stays_as_it_was_and_the_tap_counts(
    bot: Listening, address: str, world: World
) -> None:
    await bot.channel.send(XIAOMAN, Drawing("？", CHOICE))
    async with listening(address) as newer:
        await until(lambda: world.wecom_bot.connections == 2)
        world.wecom_bot.presses(XIAOMAN, "看明细")
        assert (await newer.hears(1))[0].button == "q:token:1"
    assert shown(world.wecom_bot) == [("template_card", "？", ["打印 1 张", "看明细"])]


async def test_a_card_pressed_too_long_ago_is_not_updated_and_nothing_breaks(bot: Listening, world: World) -> None:
    await bot.channel.send(XIAOMAN, Drawing("？", CHOICE))
    world.wecom_bot.presses(XIAOMAN, "看明细")
    world.clock.move(6 * SECOND)
    await bot.hears(2)
    await bot.channel.send(XIAOMAN, Drawing("好"))
    assert shown(world.wecom_bot)[0] == ("template_card", "？", ["打印 1 张", "看明细"])


async def test_a_large_file_arrives_whole_after_its_text(bot: Listening, world: World) -> None:
    body = bytes(range(256)) * 5000
    assert len(body) > 2 * CHUNK
    await bot.channel.send(XIAOMAN, Drawing("📎 26 张面单", file=File("面单 1122-1.pdf", body)))
    text, file = world.wecom_bot.heard(XIAOMAN)
    assert (text["text"], file["document"]["file_name"]) == ("📎 26 张面单", "面单 1122-1.pdf")
    assert world.wecom_bot.document(XIAOMAN, file["message_id"]) == body


async def test_a_long_text_goes_in_pieces(bot: Listening, world: World) -> None:
    text = "\n".join(f"• 暂缓第 {n} 单：退款中" for n in range(300))
    await bot.channel.send(XIAOMAN, Drawing(text))
    assert "\n".join(each for _, each, _ in shown(world.wecom_bot)) == text
    assert len(shown(world.wecom_bot)) > 1


async def test_what_is_kept_of_it_says_the_same_as_was_still_to_come(bot: Listening, world: World) -> None:
    kept: list[Drawing] = []

    async def keep(rest: Drawing) -> None:
        kept.append(rest)

    text = "\n".join(f"• 暂缓第 {n} 单：*退款中*，请核对地址、电话和商品之后再打印这一单" for n in range(100))
    label = Button("浙江省 杭州市 西湖区 文三路1号A座", "q:x:0")
    await bot.channel.send(XIAOMAN, Drawing(text, (label,), File("a.pdf", b"%PDF-1.4")), keep)
    told = shown(world.wecom_bot)
    assert len(told) == len(kept) + 1 == 5
    for n, rest in enumerate(kept, 1):
        before = len(shown(world.wecom_bot))
        await bot.channel.send(XIAOMAN, rest)
        assert shown(world.wecom_bot)[before:] == told[n:]


async def test_somebody_who_never_wrote_is_tried_again_later(bot: Listening) -> None:
    with pytest.raises(ChannelBusy) as busy:
        await bot.channel.send("stranger", Drawing("一"))
    assert busy.value.seconds == 60


async def test_too_many_messages_are_tried_again_later(bot: Listening, world: World) -> None:
    world.wecom_bot.throttles()
    with pytest.raises(ChannelBusy):
        await bot.channel.send(XIAOMAN, Drawing("一"))
    assert shown(world.wecom_bot) == []


async def test_a_connection_that_breaks_before_the_answer_leaves_open_whether_it_arrived(
    bot: Listening, world: World
) -> None:
    world.wecom_bot.loses_answers()
    with pytest.raises(ConnectionError):
        await bot.channel.send(XIAOMAN, Drawing("一"))
    assert shown(world.wecom_bot) == [("markdown", "一", [])]


async def test_when_nobody_listens_any_more_nothing_is_sent(bot: Listening, world: World) -> None:
    bot.task.cancel()
    await asyncio.gather(bot.task, return_exceptions=True)
    with pytest.raises(ChannelBusy):
        await bot.channel.send(XIAOMAN, Drawing("一"))
    assert shown(world.wecom_bot) == []


async def test_without_a_connection_everything_waits(address: str) -> None:
    with pytest.raises(ChannelBusy):
        await WecomBot(Bot(BOT_ID, SECRET, address), NOWHERE).send(XIAOMAN, Drawing("一"))


async def test_it_comes_back_with_longer_and_longer_pauses(bot: Listening, world: World) -> None:
    bot.calm.clear()
    world.wecom_bot.goes_down()
    await until(lambda: bot.pauses)
    bot.calm.set()
    await until(lambda: len(bot.pauses) >= 9)
    assert bot.pauses[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    world.wecom_bot.comes_back()
    await until(world.wecom_bot.is_connected)
    bot.pauses.clear()
    world.wecom_bot.drops_connection()
    await until(lambda: bot.pauses and world.wecom_bot.is_connected() and not bot.channel.trouble)
    assert bot.pauses == [1]
    world.wecom_bot.says(XIAOMAN, "还在吗")
    assert (await bot.hears(2))[-1].text == "还在吗"


async def test_whoever_is_thrown_out_stands_by_instead_of_throwing_out_the_other(
    bot: Listening, address: str, world: World
) -> None:
    bot.calm.clear()
    async with connect(address) as other:
        await other.send(SUBSCRIPTION)
        await until(lambda: bot.pauses)
        assert bot.pauses == [600]
        assert bot.channel.trouble.startswith("taken over")
        assert world.wecom_bot.connections == 2
        with pytest.raises(ChannelBusy):
            await bot.channel.send(XIAOMAN, Drawing("一"))
    bot.calm.set()
    await until(lambda: world.wecom_bot.connections == 3)


async def test_signs_of_life_go_there_and_back(address: str, world: World) -> None:
    async with listening(address, ping=0.01) as bot:
        await until(lambda: world.ledger()["calls"].get("wecom_bot:ping", 0) >= 3)
        assert (bot.pauses, world.wecom_bot.connections) == ([], 1)


async def test_a_connection_on_which_nothing_is_answered_is_replaced(address: str, world: World) -> None:
    async with listening(address, ping=0.01, patience=0.1) as bot:
        await until(world.wecom_bot.is_connected)
        bot.calm.clear()
        world.wecom_bot.falls_silent()
        await until(lambda: bot.pauses)
        world.wecom_bot.comes_back()
        bot.calm.set()
        await until(lambda: world.wecom_bot.connections == 2)


async def test_credentials_that_were_changed_meanwhile_are_not_hammered(address: str) -> None:
    async with listening(address, secret="changed") as bot:
        await until(lambda: len(bot.pauses) >= 2)
        assert set(bot.pauses) == {60}


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"cmd": "aibot_msg_callback"},
        {"cmd": "aibot_msg_callback", "body": {"msgid": "1"}},
        {"cmd": "aibot_event_callback", "body": {"msgid": "1", "from": {"userid": "x"}, "event": {}}},
        {"cmd": "aibot_event_callback", "body": {"msgid": "1", "from": None}},
    ],
)
def test_a_frame_that_needs_no_answer_is_passed_over(frame: dict[str, Any]) -> None:
    assert read(frame) is None


def test_a_voice_message_is_read_as_the_text_that_wecom_made_of_it() -> None:
    voice = {"msgtype": "voice", "voice": {"content": "打印今天的订单"}}
    body = {"msgid": "1", "chattype": "single", "from": {"userid": "x"}, **voice}
    assert read({"cmd": "aibot_msg_callback", "body": body}) == Incoming(
        "wecom_bot", "x", "1", text="打印今天的订单", is_spoken=True, message="1"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张*，李*", "张＊，李＊"),
        ("# 号", "＃ 号"),
        ("一 # 二\n> 三", "一 # 二\n＞ 三"),
        ("打开：https://a.example/a_b*c", "打开：https://a.example/a_b*c"),
        ("a_b `c`", "a＿b ｀c｀"),
    ],
)
def test_a_text_reads_the_same_as_markdown(text: str, shown: str) -> None:
    assert plain(text) == shown
