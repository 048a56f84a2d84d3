"""Two client libraries by other people drive the pretend Telegram, and find what they expect of the real one.

aiogram goes over a socket and reads every answer into its own strict types; python-telegram-bot goes in process.
aiogram comes with the `dev` extra.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiogram
import httpx
import pytest
import telegram
import uvicorn
from aiogram import exceptions as aiogram_errors
from aiogram import types as aiogram_types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from pydantic import BaseModel
from telegram import error as telegram_errors
from telegram.request import HTTPXRequest
from telegram_caller import TelegramCaller

from bot.sandbox.telegram.service import TOKEN
from bot.sandbox.world import World

ROWS = [["确认", "yes"], ["取消", "no"]]
EVERYTHING = ["message", "callback_query", "my_chat_member"]


@pytest.fixture
def world() -> World:
    return World(orders=0)


@pytest.fixture
async def served(world: World) -> AsyncIterator[str]:
    """The world on a free loopback port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(world.app, ws="none", lifespan="off", log_level="error"))
    running = asyncio.create_task(server.serve([listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await running


@pytest.fixture
async def aio(served: str) -> AsyncIterator[aiogram.Bot]:
    api = TelegramAPIServer.from_base(f"{served}/api.telegram.org")
    async with aiogram.Bot(TOKEN, session=AiohttpSession(api=api)) as bot:
        yield bot


@pytest.fixture
async def ptb(world: World) -> AsyncIterator[telegram.Bot]:
    requests = [HTTPXRequest(httpx_kwargs={"mounts": world.mounts()}) for _ in range(2)]
    async with telegram.Bot(TOKEN, request=requests[0], get_updates_request=requests[1]) as bot:
        yield bot


def aiogram_keyboard() -> aiogram_types.InlineKeyboardMarkup:
    row = [aiogram_types.InlineKeyboardButton(text=label, callback_data=data) for label, data in ROWS]
    link = aiogram_types.InlineKeyboardButton(text="打开", url="https://fuwu.pinduoduo.com/")
    return aiogram_types.InlineKeyboardMarkup(inline_keyboard=[row, [link]])


def ptb_keyboard() -> telegram.InlineKeyboardMarkup:
    row = [telegram.InlineKeyboardButton(label, callback_data=data) for label, data in ROWS]
    return telegram.InlineKeyboardMarkup(
        [row, [telegram.InlineKeyboardButton("打开", url="https://fuwu.pinduoduo.com/")]]
    )


async def test_aiogram_holds_a_whole_conversation(aio: aiogram.Bot, world: World) -> None:
    assert (await aio.get_me()).username == "miandan_sandbox_bot"
    password = world.telegram.says(1, "zto123")
    (heard,) = await aio.get_updates(timeout=0, allowed_updates=EVERYTHING)
    assert (heard.message.text, heard.message.from_user.language_code) == ("zto123", "zh-hans")
    assert await aio.delete_message(1, password) is True
    asked = await aio.send_message(1, "打印吗？", reply_markup=aiogram_keyboard(), protect_content=True)
    world.telegram.presses(1, "确认")
    (pressed,) = await aio.get_updates(offset=heard.update_id + 1)
    assert (pressed.callback_query.data, pressed.callback_query.message.message_id) == ("yes", asked.message_id)
    assert await aio.answer_callback_query(pressed.callback_query.id, "好的") is True
    edited = await aio.edit_message_text("正在打印", chat_id=1, message_id=asked.message_id)
    assert (edited.text, edited.reply_markup) == ("正在打印", None)
    sent = await aio.send_document(1, aiogram_types.BufferedInputFile(b"%PDF-1", "面单.pdf"), caption="共 1 张")
    assert (sent.document.file_name, sent.document.file_size, sent.caption) == ("面单.pdf", 6, "共 1 张")
    assert (await aio.download(sent.document.file_id)).read() == b"%PDF-1"
    assert [(each["text"], each["edited"]) for each in world.telegram.heard(1)] == [("正在打印", 1), ("共 1 张", 0)]
    assert world.telegram.chats[1].messages[0].is_deleted is True


async def test_python_telegram_bot_holds_the_same_conversation(ptb: telegram.Bot, world: World) -> None:
    assert ptb.username == "miandan_sandbox_bot"
    password = world.telegram.says(1, "zto123")
    (heard,) = await ptb.get_updates(timeout=0, allowed_updates=EVERYTHING)
    assert (heard.message.text, heard.message.from_user.language_code) == ("zto123", "zh-hans")
    assert await ptb.delete_message(1, password) is True
    asked = await ptb.send_message(1, "打印吗？", reply_markup=ptb_keyboard(), protect_content=True)
    world.telegram.presses(1, "确认")
    (pressed,) = await ptb.get_updates(offset=heard.update_id + 1)
    assert (pressed.callback_query.data, pressed.callback_query.message.message_id) == ("yes", asked.message_id)
    assert await ptb.answer_callback_query(pressed.callback_query.id, "好的") is True
    edited = await ptb.edit_message_text("正在打印", chat_id=1, message_id=asked.message_id)
    assert (edited.text, edited.reply_markup) == ("正在打印", None)
    sent = await ptb.send_document(1, b"%PDF-1", caption="共 1 张", filename="面单.pdf")
    assert (sent.document.file_name, sent.document.file_size, sent.caption) == ("面单.pdf", 6, "共 1 张")
    file = await ptb.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1"
    assert [(each["text"], each["edited"]) for each in world.telegram.heard(1)] == [("正在打印", 1), ("共 1 张", 0)]
    assert world.telegram.chats[1].messages[0].is_deleted is True


async def test_both_read_blocks_groups_and_vanished_messages(aio: aiogram.Bot, ptb: telegram.Bot, world: World) -> None:
    world.telegram.in_group(-1001, 7, "/print 今天")
    world.telegram.says(1, "甲")
    await aio.send_message(1, "选", reply_markup=aiogram_keyboard())
    world.telegram.forgets_messages()
    world.telegram.presses(1, "取消")
    world.telegram.blocks(1)
    one, two = await aio.get_updates(), await ptb.get_updates()
    for group, _, pressed, blocked in (one, two):
        assert (group.message.chat.type, group.message.entities[0].type) == ("supergroup", "bot_command")
        assert (pressed.callback_query.data, pressed.callback_query.message.message_id) == ("no", 3)
        assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert isinstance(one[2].callback_query.message, aiogram_types.InaccessibleMessage)
    assert two[2].callback_query.message.date.timestamp() == 0


async def test_both_read_mentions_replies_and_who_pressed(aio: aiogram.Bot, ptb: telegram.Bot, world: World) -> None:
    asked = world.telegram.in_group(-1001, 7, "🧧 @miandan_sandbox_bot 打印")
    reply = aiogram_types.ReplyParameters(message_id=asked, allow_sending_without_reply=True)
    box = aiogram_types.ForceReply(force_reply=True, selective=True)
    question = await aio.send_message(-1001, "哪一单？", reply_parameters=reply, reply_markup=box)
    world.telegram.in_group(-1001, 7, "7890", question.message_id)
    chosen = await ptb.send_message(
        -1001, "选", reply_markup=ptb_keyboard(), reply_parameters=telegram.ReplyParameters(asked)
    )
    world.telegram.presses(-1001, "取消", by=8)
    assert question.reply_to_message is not None
    assert chosen.reply_to_message is not None
    assert question.reply_to_message.message_id == chosen.reply_to_message.message_id == asked
    for mentioned, answered, pressed in (await aio.get_updates(), await ptb.get_updates()):
        (entity,) = mentioned.message.entities
        assert (entity.type, entity.offset, entity.length) == ("mention", 3, 20)
        assert answered.message.reply_to_message.from_user.username == "miandan_sandbox_bot"
        assert pressed.callback_query.from_user.id == 8
    with pytest.raises(telegram.error.BadRequest, match="replied not found"):
        await ptb.send_message(-1001, "一", reply_parameters=telegram.ReplyParameters(999))


async def test_both_read_the_bot_s_settings(aio: aiogram.Bot, ptb: telegram.Bot, world: World) -> None:
    world.telegram.says(1, "甲")
    await ptb.set_my_commands([telegram.BotCommand("print", "打印")], language_code="zh")
    assert (await aio.get_my_commands(language_code="zh"))[0].description == "打印"
    await aio.set_my_commands([aiogram_types.BotCommand(command="track", description="查件")])
    assert (await ptb.get_my_commands())[0].command == "track"
    assert await aio.set_my_description("面单") is True
    assert await ptb.set_my_description("面单") is True
    assert (await aio.get_chat(1)).type == (await ptb.get_chat(1)).type == "private"
    assert await aio.send_chat_action(1, "typing") is True
    assert await ptb.send_chat_action(1, "upload_document") is True
    await ptb.set_webhook("https://bot.example/t", secret_token="s", max_connections=1, allowed_updates=EVERYTHING)
    info = await aio.get_webhook_info()
    assert (info.url, info.max_connections, info.allowed_updates) == ("https://bot.example/t", 1, sorted(EVERYTHING))
    assert (await ptb.get_webhook_info()).url == "https://bot.example/t"
    assert await aio.delete_webhook(drop_pending_updates=True) is True


# python-telegram-bot warns whenever it is told to wait: the type of `retry_after` will change.
about_waiting = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
Trouble = Callable[[World], object]
Calls = Callable[[Any], Awaitable[object]]


@about_waiting
@pytest.mark.parametrize(
    ("trouble", "call", "of_aiogram", "of_ptb"),
    [
        (
            lambda world: world.telegram.blocks(1),
            lambda bot: bot.send_message(1, "在吗"),
            aiogram_errors.TelegramForbiddenError,
            telegram_errors.Forbidden,
        ),
        (
            lambda world: world.telegram.throttles(2, retry_after=3),
            lambda bot: bot.send_message(1, "在吗"),
            aiogram_errors.TelegramRetryAfter,
            telegram_errors.RetryAfter,
        ),
        (
            lambda world: world.telegram.says(1, "乙"),
            lambda bot: bot.edit_message_text("新", chat_id=1, message_id=99),
            aiogram_errors.TelegramBadRequest,
            telegram_errors.BadRequest,
        ),
        (
            lambda world: world.telegram.says(1, "乙"),
            lambda bot: bot.send_sticker(1, "sticker"),
            aiogram_errors.TelegramNotFound,
            telegram_errors.InvalidToken,  # its reading of any 404
        ),
        (
            lambda world: world.telegram.answers_garbage(2),
            lambda bot: bot.send_message(1, "在吗"),
            UnicodeDecodeError,
            telegram_errors.TelegramError,
        ),
        (
            lambda world: world.telegram.loses_answers(2),
            lambda bot: bot.send_message(1, "在吗"),
            aiogram_errors.TelegramNetworkError,
            telegram_errors.TimedOut,
        ),
    ],
)
async def test_both_know_a_failure_by_its_name(
    aio: aiogram.Bot,
    ptb: telegram.Bot,
    world: World,
    trouble: Trouble,
    call: Calls,
    of_aiogram: type[Exception],
    of_ptb: type[Exception],
) -> None:
    world.telegram.says(1, "甲")
    trouble(world)
    with pytest.raises(of_aiogram):
        await call(aio)
    with pytest.raises(of_ptb):
        await call(ptb)


async def test_both_know_a_conflict(aio: aiogram.Bot, ptb: telegram.Bot) -> None:
    await aio.set_webhook("https://bot.example/t")
    with pytest.raises(aiogram_errors.TelegramConflictError):
        await aio.get_updates()
    with pytest.raises(telegram_errors.Conflict):
        await ptb.get_updates()


@about_waiting
async def test_both_say_how_long_to_wait(aio: aiogram.Bot, ptb: telegram.Bot, world: World) -> None:
    world.telegram.throttles(2, retry_after=5)
    with pytest.raises(aiogram_errors.TelegramRetryAfter) as first:
        await aio.get_me()
    with pytest.raises(telegram_errors.RetryAfter) as second:
        await ptb.get_me()
    assert first.value.retry_after == 5
    assert second.value.retry_after in {5, timedelta(seconds=5)}  # which of them, PTB_TIMEDELTA decides


def strangers(model: object, path: str = "") -> list[str]:
    """Fields, at any depth, that aiogram's types do not know; it would let them pass."""
    if isinstance(model, list):
        return [found for each in model for found in strangers(each, path)]
    if not isinstance(model, BaseModel):
        return []
    inner = ((name, getattr(model, name)) for name in model.model_fields_set)
    return [f"{path}.{name}" for name in model.model_extra or ()] + [
        found for name, value in inner for found in strangers(value, f"{path}.{name}")
    ]


def test_the_search_for_strange_fields_finds_them_at_depth() -> None:
    user = {"id": 1, "is_bot": False, "first_name": "甲", "shoe_size": 42}
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": user}
    assert strangers(aiogram_types.Message.model_validate(message)) == [".from_user.shoe_size"]


async def test_every_answer_fits_aiogram_s_types_with_no_field_they_do_not_know(
    client: httpx.AsyncClient, world: World
) -> None:
    caller = TelegramCaller(client)
    world.telegram.says(1, "/start")
    world.telegram.in_group(-1001, 7, "大家好")
    markup = aiogram_keyboard().model_dump(exclude_none=True)
    sent = await caller("sendMessage", chat_id=1, text="选", reply_markup=markup, protect_content=True)
    edited = await caller("editMessageText", chat_id=1, message_id=sent["message_id"], text="改", reply_markup=markup)
    world.telegram.presses(1, "确认")
    world.telegram.blocks(1)
    world.telegram.unblocks(1)
    document = (await caller.uploads(b"%PDF", caption="一张")).json()["result"]
    world.telegram.forgets_messages()
    world.telegram.presses(1, "取消")
    answers = [
        *(aiogram_types.Update.model_validate(each) for each in await caller.updates()),
        *(aiogram_types.Message.model_validate(each) for each in (sent, edited, document)),
        aiogram_types.User.model_validate(await caller("getMe")),
        aiogram_types.ChatFullInfo.model_validate(await caller("getChat", chat_id=1)),
        aiogram_types.File.model_validate(await caller("getFile", file_id=document["document"]["file_id"])),
        aiogram_types.WebhookInfo.model_validate(await caller("getWebhookInfo")),
    ]
    assert len(answers) == 13
    assert strangers(answers) == []
