"""Bad days in the pretend Telegram: blocks, forgotten messages, limits, lost answers."""

import httpx
import pytest
from telegram_caller import TelegramCaller, buttons

from bot.sandbox.world import World


@pytest.fixture
def world() -> World:
    return World(orders=0)


@pytest.fixture
def bot(client: httpx.AsyncClient) -> TelegramCaller:
    return TelegramCaller(client)


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
