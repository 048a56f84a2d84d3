"""Delivery by webhook in the pretend Telegram: secret, order, retries, and updates that come again."""

import json

import httpx
import pytest
from telegram_caller import TelegramCaller, texts

from bot.sandbox.world import World

HOOK = {"url": "https://bot.example/telegram/1", "secret_token": "s3cret-_"}
WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@pytest.fixture
def world() -> World:
    return World(orders=0)


@pytest.fixture
def bot(client: httpx.AsyncClient) -> TelegramCaller:
    return TelegramCaller(client)


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
