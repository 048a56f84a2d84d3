"""Telegram on bad days: down, throttling, blocked by the merchant, and a listener that cannot keep what it hears."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.channels.base import ChannelBusy
from bot.channels.telegram import Telegram
from bot.sandbox.telegram.service import TOKEN
from bot.sandbox.world import World
from core.labels import Press
from core.storage.address import Address
from handlers.messages import Incoming, Outgoing
from handlers.post import post
from tests.scenarios.seats import TelegramSeat

CHAT = 7


@pytest.fixture
def world() -> World:
    """No orders, only people."""
    world = World(seed=7, orders=0)
    world.telegram.says(CHAT, "hello")
    return world


@pytest.fixture
async def channel(world: World) -> AsyncIterator[Telegram]:
    """The channel, connected."""
    channel = Telegram(TOKEN, client_options={"mounts": world.mounts(), "trust_env": False})
    await channel.open({"help": "帮助", "print_orders": "打印订单"})
    yield channel
    await channel.close()


class Inbox:
    """Keeps messages, after so many times of failing to."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.kept: list[str] = []

    async def receive(self, message: Incoming) -> None:
        if self.failures:
            self.failures -= 1
            raise sqlite3.OperationalError("database or disk is full")
        self.kept.append(message.text)


async def test_a_listener_that_cannot_keep_a_message_says_so_and_asks_for_it_again(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    inbox, troubles = Inbox(failures=2), []

    async def pause(_seconds: float) -> None:
        troubles.append(channel.trouble)

    channel = Telegram(TOKEN, client_options={"mounts": world.mounts(), "trust_env": False}, pause=pause)
    await channel.open({})
    listening = asyncio.create_task(channel.poll(inbox.receive))
    await until(lambda: bool(inbox.kept))
    world.telegram.says(CHAT, "again")
    await until(lambda: len(inbox.kept) == 2)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await channel.close()
    assert (inbox.kept, troubles, channel.trouble) == (["hello", "again"], ["OperationalError"] * 2, "")
    logged = "".join(capfd.readouterr())
    assert logged.count("no news from the channel") == 1
    assert "hello" not in logged


async def test_a_listener_outlives_a_telegram_that_is_down(world: World) -> None:
    inbox, pauses = Inbox(failures=0), []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            world.telegram.comes_back()

    channel = Telegram(TOKEN, client_options={"mounts": world.mounts(), "trust_env": False}, pause=pause)
    await channel.open({})
    world.telegram.goes_down()
    listening = asyncio.create_task(channel.poll(inbox.receive))
    await until(lambda: bool(inbox.kept))
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await channel.close()
    assert (inbox.kept, pauses) == (["hello"], [3.0] * 3)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - the pretend Telegram can only be looked at
            await asyncio.sleep(0.01)


async def test_telegram_that_is_down_at_the_start_is_waited_for(channel: Telegram, world: World) -> None:
    world.telegram.goes_down()
    late = Telegram(TOKEN, client_options={"mounts": world.mounts(), "trust_env": False})
    with pytest.raises(ChannelBusy):
        await late.open({})
    world.telegram.comes_back()
    assert await late.open({})
    await late.close()


async def test_a_merchant_who_blocked_the_bot_hears_what_waits_as_soon_as_she_writes(
    tmp_path: Path, press: Press
) -> None:
    world = World(seed=7, orders=0)
    seat = TelegramSeat(world, tmp_path, press)
    await seat.sit()
    await seat.says("帮助")
    world.telegram.blocks(seat.chat)
    to = Address("telegram", str(seat.chat))
    desk = seat.app.desk
    await desk.kept.database.apply(*post(desk.kept.outbox, to, Outgoing("面单打完了"), world.clock.now()))
    await seat.app.quiet()
    world.clock.move(60_000)
    assert "面单打完了" not in [each["text"] for each in world.telegram.heard(seat.chat)]
    assert await desk.kept.outbox.due(world.clock.now(), "telegram", 9) == [], "nobody is asked again and again"
    world.telegram.unblocks(seat.chat)
    await seat.says("帮助")
    texts = [each["text"] for each in world.telegram.heard(seat.chat)]
    assert texts.count("面单打完了") == 1
    assert len(texts) == 4
    await seat.leave()


async def test_a_chat_told_to_slow_down_is_not_hurried_by_a_message(tmp_path: Path, press: Press) -> None:
    world = World(seed=7, orders=0)
    seat = TelegramSeat(world, tmp_path, press)
    await seat.sit()
    world.telegram.throttles(1, retry_after=30, on="sendMessage")
    await seat.says("帮助")
    await seat.says("帮助")
    assert world.telegram.heard(seat.chat) == []
    world.clock.move(31_000)
    await seat.says("帮助")
    assert len(world.telegram.heard(seat.chat)) == 4
    await seat.leave()


async def test_a_strict_telegram_hears_everything_once_and_in_order(tmp_path: Path, press: Press) -> None:
    world = World(seed=7, orders=0)
    seat = TelegramSeat(world, tmp_path, press)
    await seat.sit()
    world.telegram.is_strict()
    to = Address("telegram", str(seat.chat))
    world.telegram.says(seat.chat, "x")
    desk = seat.app.desk
    for n in range(5):
        await desk.kept.database.apply(*post(desk.kept.outbox, to, Outgoing(f"第 {n} 条"), world.clock.now()))
    for _ in range(12):
        await seat.app.quiet()
        world.clock.move(1_000)
        for worker in seat.app.workers:
            worker.wake()
    await seat.app.quiet()
    assert [each["text"] for each in world.telegram.heard(seat.chat)] == [f"第 {n} 条" for n in range(5)]
    await seat.leave()


@pytest.mark.parametrize("operation", ["sendMessage", "deleteMessage"])
async def test_a_secret_that_an_attempt_before_this_erased_is_said_to_be_erased(
    tmp_path: Path, press: Press, operation: str
) -> None:
    world = World(seed=7, orders=0)
    seat = TelegramSeat(world, tmp_path, press)
    await seat.sit()
    for said in ("绑定中通", "1", "1234567890"):
        await seat.says(said)
    if operation == "sendMessage":
        world.telegram.throttles(1, on=operation)
    else:
        world.telegram.loses_answers(1, on=operation)
    before = len(world.telegram.heard(seat.chat))
    await seat.says("zto123")
    await seat.waits(1 / 60)
    erased, question = world.telegram.heard(seat.chat)[before:]
    assert erased["text"] == "（已删除密码消息）"
    assert question["text"].startswith("(4/4)")
    (typed,) = [each for each in world.telegram.chats[seat.chat].messages if each.text == "zto123"]
    assert typed.is_deleted
    await seat.leave()
