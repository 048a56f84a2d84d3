"""What the pretend Telegram tells a bot, how it is fetched or delivered, and bad days."""

import asyncio
import json

import httpx
import pytest
from telegram_caller import TelegramCaller, buttons

from bot.sandbox.clock import SECOND, WorldClock
from bot.sandbox.world import World

HOOK = {"url": "https://bot.example/telegram/1", "secret_token": "s3cret-_"}
WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@pytest.fixture
def bot(client: httpx.AsyncClient) -> TelegramCaller:
    return TelegramCaller(client)


def texts(updates: list[dict[str, object]]) -> list[str]:
    return [each["message"]["text"] for each in updates]


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
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
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
        await bot("setWebhook", **HOOK)
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
    while world.telegram._updates._poll is None:
        await asyncio.sleep(0)


class Receiver:
    """The bot's own address: answers what it is told to, and remembers."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[str, str | None, int]] = []

    async def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        assert headers["Content-Type"] == "application/json"
        secret = headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((url, secret, json.loads(body)["update_id"]))
        return self.statuses.pop(0) if self.statuses else 200


async def test_with_a_webhook_updates_are_posted_with_its_secret_and_cannot_be_fetched(
    bot: TelegramCaller, world: World
) -> None:
    receiver = Receiver()
    world.telegram.deliver_with(receiver)
    await bot("setWebhook", **HOOK, max_connections=1)
    assert await bot.error("getUpdates") == WEBHOOK_IS_SET
    world.telegram.says(1, "甲")
    assert (await bot("getWebhookInfo"))["pending_update_count"] == 1
    assert await world.telegram.delivers() == 1
    assert receiver.got == [("https://bot.example/telegram/1", "s3cret-_", 500_000_001)]
    assert await bot("getWebhookInfo") == {
        "url": "https://bot.example/telegram/1",
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 1,
        "ip_address": "203.0.113.7",
    }


async def test_what_is_not_taken_is_posted_again_before_anything_else(bot: TelegramCaller, world: World) -> None:
    receiver = Receiver(500, 302, 200, 503, 503, 503)
    world.telegram.deliver_with(receiver)
    await bot("setWebhook", url="https://bot.example:8443/")
    world.telegram.says(1, "甲")
    world.telegram.says(1, "乙")
    assert await world.telegram.delivers() == 1
    info = await bot("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert (info["pending_update_count"], info["last_error_date"]) == (1, 1_795_332_600)
    assert await world.telegram.delivers() == 1
    assert [(secret, number - 500_000_000) for _, secret, number in receiver.got] == [
        (None, 1), (None, 1), (None, 1), (None, 2), (None, 2), (None, 2), (None, 2),
    ]  # fmt: skip


async def test_nothing_is_delivered_without_a_webhook_a_way_or_a_service(bot: TelegramCaller, world: World) -> None:
    receiver = Receiver()
    world.telegram.says(1, "甲")
    await bot("setWebhook", **HOOK)
    assert await world.telegram.delivers() == 0
    world.telegram.deliver_with(receiver)
    world.telegram.goes_down()
    assert await world.telegram.delivers() == 0
    world.telegram.comes_back()
    await bot("deleteWebhook")
    assert await world.telegram.delivers() == 0
    assert receiver.got == []
    assert texts(await bot.updates()) == ["甲"]


async def test_what_waits_can_be_dropped(bot: TelegramCaller, world: World) -> None:
    world.telegram.says(1, "甲")
    await bot("setWebhook", **HOOK, drop_pending_updates=True)
    world.telegram.says(1, "乙")
    await bot("setWebhook", url="")
    assert texts(await bot.updates()) == ["乙"]
    await bot("deleteWebhook", drop_pending_updates=True)
    assert await bot.updates() == []


@pytest.mark.parametrize(
    ("changes", "description"),
    [
        ({"url": "http://bot.example/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://bot.example:8700/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"secret_token": "s" * 257}, "secret token is too long"),
        ({"secret_token": "密"}, "secret token contains unallowed characters"),
        ({"allowed_updates": ["messages"]}, "unknown update type in allowed_updates"),
    ],
)
async def test_a_webhook_that_could_not_work_is_refused(
    bot: TelegramCaller, changes: dict[str, object], description: str
) -> None:
    assert await bot.error("setWebhook", **HOOK | changes) == f"Bad Request: {description}"
    assert (await bot("getWebhookInfo"))["url"] == ""


async def test_updates_can_come_again_with_their_old_numbers(bot: TelegramCaller, world: World) -> None:
    for text in "甲乙":
        world.telegram.says(1, text)
    await bot.updates()
    world.telegram.repeats_updates(1)
    again = await bot.updates(offset=500_000_003)
    assert [each["update_id"] for each in again] == [500_000_002]
    assert await bot.updates(offset=500_000_003) == []
    receiver = Receiver()
    world.telegram.deliver_with(receiver)
    await bot("setWebhook", **HOOK)
    world.telegram.says(1, "丙")
    world.telegram.repeats_updates(2)
    assert await world.telegram.delivers() == 3
    assert [number for _, _, number in receiver.got] == [500_000_001, 500_000_002, 500_000_003]


async def test_whoever_blocks_the_bot_is_announced_and_unreachable(bot: TelegramCaller, world: World) -> None:
    number = world.telegram.says(1, "甲")
    world.telegram.blocks(1)
    change = (await bot.updates())[-1]["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")
    blocked = "Forbidden: bot was blocked by the user"
    assert await bot.error("sendMessage", chat_id=1, text="在吗") == blocked
    assert await bot.error("editMessageText", chat_id=1, message_id=number, text="在吗") == blocked
    assert await bot.error("sendChatAction", chat_id=1, action="typing") == blocked
    world.telegram.unblocks(1)
    change = (await bot.updates())[-1]["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("kicked", "member")
    await bot.sends("欢迎回来")


async def test_forgotten_messages_can_be_seen_and_pressed_and_not_changed(bot: TelegramCaller, world: World) -> None:
    said = world.telegram.says(1, "甲")
    number = await bot.sends("选", reply_markup=buttons([("好", "ok")]))
    world.telegram.forgets_messages()
    edit = {"chat_id": 1, "message_id": number}
    assert await bot.error("editMessageText", **edit, text="新") == "Bad Request: message to edit not found"
    assert await bot.error("deleteMessage", chat_id=1, message_id=said) == "Bad Request: message to delete not found"
    assert world.telegram.heard(1)[0]["buttons"] == ["好"]
    world.telegram.presses(1, "好")
    assert (await bot.updates())[-1]["callback_query"]["message"] == {
        "chat": {"id": 1, "type": "private", "first_name": "Merchant 1"},
        "message_id": number,
        "date": 0,
    }


async def test_a_throttled_call_is_told_when_to_come_back(bot: TelegramCaller, world: World) -> None:
    world.telegram.says(1, "甲")
    world.telegram.throttles(1, on="sendMessage", retry_after=7)
    answer = await bot.post("sendMessage", chat_id=1, text="a")
    assert answer.status_code == 429
    assert answer.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    await bot.sends()
    assert len(world.telegram.heard(1)) == 1


async def test_unless_it_is_strict_a_bot_may_speak_as_fast_as_it_likes(bot: TelegramCaller, world: World) -> None:
    world.telegram.says(1, "甲")
    for _ in range(40):
        await bot.sends()
    assert len(world.telegram.heard(1)) == 40


async def test_when_strict_a_chat_takes_one_message_a_second(bot: TelegramCaller, world: World) -> None:
    world.telegram.says(1, "甲")
    world.telegram.is_strict()
    await bot.sends()
    world.clock.move(999)
    too_soon = (await bot.post("sendMessage", chat_id=1, text="a")).json()
    assert too_soon["parameters"] == {"retry_after": 1}
    world.clock.move(1)
    await bot.sends()


async def test_when_strict_all_chats_take_thirty_messages_a_second(bot: TelegramCaller, world: World) -> None:
    world.telegram.is_strict()
    for chat in range(1, 32):
        world.telegram.says(chat, "甲")
    for chat in range(1, 31):
        await bot.sends(chat=chat)
    assert await bot.error("sendMessage", chat_id=31, text="a") == "Too Many Requests: retry after 1"
    world.clock.move(1_000)
    await bot.sends(chat=31)


async def test_a_lost_answer_was_sent_all_the_same(bot: TelegramCaller, world: World) -> None:
    world.telegram.says(1, "甲")
    world.telegram.loses_answers(1, on="sendMessage")
    with pytest.raises(httpx.ReadTimeout):
        await bot.sends("一次")
    assert [each["text"] for each in world.telegram.heard(1)] == ["一次"]
    assert world.ledger()["calls"]["telegram:sendMessage"] == 1


async def test_garbage_is_no_json(bot: TelegramCaller, world: World) -> None:
    world.telegram.answers_garbage(1)
    with pytest.raises(UnicodeDecodeError):
        await bot("getMe")
    assert (await bot("getMe"))["is_bot"] is True
