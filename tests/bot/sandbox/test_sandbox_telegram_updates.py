"""What the pretend Telegram tells a bot, and how a bot fetches it."""

import asyncio

import httpx
import pytest
from telegram_caller import TelegramCaller, buttons, texts

from bot.sandbox.clock import SECOND, WorldClock
from bot.sandbox.world import World


@pytest.fixture
def world() -> World:
    return World(orders=0)


@pytest.fixture
def bot(client: httpx.AsyncClient) -> TelegramCaller:
    return TelegramCaller(client)


async def test_a_message_is_an_update_until_a_higher_offset_confirms_it(bot: TelegramCaller, world: World) -> None:
    world.telegram.says(1, "/start@miandan 甲")
    world.telegram.says(2, "打印今天的订单")
    first, second = await bot.updates()
    assert first == {
        "update_id": 500_000_001,
        "message": {
            "message_id": 1,
            "from": {"id": 1, "is_bot": False, "first_name": "Merchant 1", "language_code": "zh-hans"},
            "chat": {"id": 1, "type": "private", "first_name": "Merchant 1"},
            "date": 1_795_332_600,
            "text": "/start@miandan 甲",
            "entities": [{"type": "bot_command", "offset": 0, "length": 14}],
        },
    }
    assert await bot.updates() == [first, second]
    assert await bot.updates(offset=500_000_002) == [second]
    assert await bot.updates(offset=500_000_003) == []
    assert await bot.updates() == []


async def test_limit_counts_from_the_oldest_and_a_negative_offset_from_the_newest(
    bot: TelegramCaller, world: World
) -> None:
    for text in "甲乙丙":
        world.telegram.says(1, text)
    assert texts(await bot.updates(limit=2)) == ["甲", "乙"]
    assert texts(await bot.updates(limit=0)) == ["甲"]
    assert texts(await bot.updates(offset=-1)) == ["丙"]
    assert texts(await bot.updates()) == ["丙"]


async def test_a_bot_hears_only_what_it_allows(bot: TelegramCaller, world: World) -> None:
    await bot.updates(allowed_updates=["callback_query"])
    world.telegram.says(1, "甲")
    await bot.sends(reply_markup=buttons([("好", "ok")]))
    world.telegram.presses(1, "好")
    (update,) = await bot.updates()
    assert update["callback_query"]["data"] == "ok"
    assert (await bot("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    await bot.updates(offset=update["update_id"] + 1, allowed_updates=[])
    world.telegram.says(1, "乙")
    assert texts(await bot.updates()) == ["乙"]
    assert await bot.error("getUpdates", allowed_updates=["messages"]) == (
        "Bad Request: unknown update type in allowed_updates"
    )


async def test_a_group_message_names_the_group_and_the_speaker(bot: TelegramCaller, world: World) -> None:
    world.telegram.in_group(-1001, 7, "打印")
    message = (await bot.updates())[0]["message"]
    assert message["chat"] == {"id": -1001, "type": "supergroup", "title": "Group 1001"}
    assert message["from"]["id"] == 7


async def test_while_the_clock_stands_still_nobody_waits(bot: TelegramCaller) -> None:
    async with asyncio.timeout(5):
        assert await bot.updates(timeout=50) == []


@pytest.fixture
def ticking() -> World:
    return World(orders=0, clock=WorldClock.ticking())


async def test_while_the_clock_moves_a_poll_waits_for_what_comes(ticking: World) -> None:
    async with asyncio.timeout(5), httpx.AsyncClient(mounts=ticking.mounts()) as client:
        poll = asyncio.create_task(TelegramCaller(client).updates(timeout=50))
        await until_held(ticking)
        ticking.telegram.says(1, "甲")
        assert texts(await poll) == ["甲"]


async def test_a_poll_ends_when_its_time_is_over(ticking: World) -> None:
    async with asyncio.timeout(5), httpx.AsyncClient(mounts=ticking.mounts()) as client:
        poll = asyncio.create_task(TelegramCaller(client).updates(timeout=30))
        await until_held(ticking)
        ticking.clock.move(30 * SECOND)
        assert await poll == []


async def test_a_second_poller_takes_the_first_one_s_place(ticking: World) -> None:
    async with asyncio.timeout(5), httpx.AsyncClient(mounts=ticking.mounts()) as client:
        first = asyncio.create_task(TelegramCaller(client).error("getUpdates", timeout=50))
        await until_held(ticking)
        second = asyncio.create_task(TelegramCaller(client).updates(timeout=50))
        assert await first == (
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        ticking.telegram.says(1, "甲")
        assert texts(await second) == ["甲"]


async def test_a_new_webhook_ends_a_poll(ticking: World) -> None:
    async with asyncio.timeout(5), httpx.AsyncClient(mounts=ticking.mounts()) as client:
        bot = TelegramCaller(client)
        poll = asyncio.create_task(bot.error("getUpdates", timeout=50))
        await until_held(ticking)
        await bot("setWebhook", url="https://bot.example/")
        assert await poll == "Conflict: terminated by setWebhook request"


async def test_a_poll_is_cut_when_telegram_goes_down(ticking: World) -> None:
    async with asyncio.timeout(5), httpx.AsyncClient(mounts=ticking.mounts()) as client:
        poll = asyncio.create_task(TelegramCaller(client).updates(timeout=50))
        await until_held(ticking)
        ticking.telegram.goes_down()
        with pytest.raises(httpx.ConnectError):
            await poll
        with pytest.raises(httpx.ConnectError):
            await TelegramCaller(client).updates(timeout=50)


async def until_held(world: World) -> None:
    """Let the other tasks run until a poll waits."""
    while world.telegram._updates._poll is None:  # noqa: ASYNC110 - a turn of the loop, no wait; polls are not announced
        await asyncio.sleep(0)
