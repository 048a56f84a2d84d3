"""Calls the pretend Telegram refuses, each with its reason."""

import httpx
import pytest
from telegram_caller import TelegramCaller, buttons

from bot.sandbox.world import World

TEXT = {"chat_id": 1, "text": "a"}
EDIT = {"chat_id": 1, "message_id": 1, "text": "a"}
NOT_TRUE = "must be a Boolean"
WRONG_FILE = "wrong remote file identifier specified: can't unserialize it. Wrong last symbol"
UNPARSED = "can't parse inline keyboard button:"
TEXT_BUTTON = "Text buttons are unallowed in the inline keyboard"
BAD_LINK = "inline keyboard button URL '{}' is invalid: {}"


@pytest.fixture
def world() -> World:
    return World(orders=0)


@pytest.fixture
def bot(client: httpx.AsyncClient, world: World) -> TelegramCaller:
    world.telegram.says(1, "/start")
    return TelegramCaller(client)


@pytest.mark.parametrize(
    ("method", "arguments", "description"),
    [
        ("sendMessage", {"text": "a"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 99, "text": "a"}, "chat not found"),
        ("sendMessage", {"chat_id": "@somebody", "text": "a"}, "chat not found"),
        ("sendMessage", {"chat_id": 1}, "message text is empty"),
        ("sendMessage", {"chat_id": 1, "text": " \n"}, "text must be non-empty"),
        ("sendMessage", {"chat_id": 1, "text": "字" * 4097}, "message is too long"),
        ("sendMessage", {"chat_id": 1, "text": ["a"]}, 'parameter "text" must be a String'),
        ("sendMessage", TEXT | {"parse_mode": "BBCode"}, "unsupported parse_mode"),
        ("sendMessage", TEXT | {"chat": 1}, 'unknown parameter "chat"'),
        ("sendMessage", TEXT | {"protect_content": "maybe"}, f'parameter "protect_content" {NOT_TRUE}'),
        ("sendMessage", TEXT | {"disable_notification": 2}, f'parameter "disable_notification" {NOT_TRUE}'),
        ("sendMessage", TEXT | {"reply_markup": "{"}, 'can\'t parse "reply_markup" JSON object'),
        ("editMessageText", {"message_id": 1, "text": "a"}, "chat_id is empty"),
        ("editMessageText", TEXT, "message identifier is not specified"),
        ("editMessageText", EDIT | {"message_id": "x"}, 'parameter "message_id" must be an Integer'),
        ("editMessageText", EDIT | {"message_id": 99}, "message to edit not found"),
        ("editMessageText", EDIT, "message can't be edited"),
        ("editMessageReplyMarkup", {"chat_id": 1, "message_id": 99}, "message to edit not found"),
        ("deleteMessage", {"chat_id": 1}, "message identifier is not specified"),
        ("deleteMessage", {"chat_id": 1, "message_id": 99}, "message to delete not found"),
        ("sendDocument", {"chat_id": 1}, "there is no document in the request"),
        ("sendDocument", {"chat_id": 1, "document": "attach://x"}, WRONG_FILE),
        ("sendChatAction", {"chat_id": 1}, "wrong parameter action in request"),
        ("sendChatAction", {"chat_id": 1, "action": "dancing"}, "wrong parameter action in request"),
        ("getFile", {}, "file_id not specified"),
        ("getFile", {"file_id": "BQAC"}, "invalid file_id"),
        ("getChat", {"chat_id": 99}, "chat not found"),
        ("setMyCommands", {}, "expected an Array of BotCommand"),
        ("setMyCommands", {"commands": ["start"]}, "can't parse BotCommand"),
        ("setMyCommands", {"commands": [], "language_code": "zh-hans"}, "invalid language code specified"),
        ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "start", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyDescription", {"description": "x" * 513}, "BOT_DESCRIPTION_TOO_LONG"),
    ],
)  # fmt: skip
async def test_a_wrong_call_is_told_why_and_changes_nothing(
    bot: TelegramCaller, world: World, method: str, arguments: dict[str, object], description: str
) -> None:
    assert await bot.error(method, **arguments) == f"Bad Request: {description}"
    assert world.telegram.heard(1) == []
    assert world.telegram.chats[1].messages[0].is_deleted is False


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        ([], "object expected as reply markup"),
        ({"keyboard": [[{"text": "a"}]]}, "object expected as reply markup"),
        ({"inline_keyboard": [{"text": "a", "callback_data": "b"}]}, "object expected as reply markup"),
        ({"inline_keyboard": [["a"]]}, f"{UNPARSED} InlineKeyboardButton must be an Object"),
        ({"inline_keyboard": [[{"callback_data": "b"}]]}, f'{UNPARSED} Can\'t find field "text"'),
        ({"inline_keyboard": [[{"text": "", "callback_data": "b"}]]}, f"{UNPARSED} text must be non-empty"),
        ({"inline_keyboard": [[{"text": "a", "data": "b"}]]}, f"{UNPARSED} unknown or malformed field"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": 1}]]}, f"{UNPARSED} unknown or malformed field"),
        ({"inline_keyboard": [[{"text": "a"}]]}, f"{UNPARSED} {TEXT_BUTTON}"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": "b", "url": "https://a.cn"}]]}, "BUTTON_TYPE_INVALID"),
        (buttons([("a", "字" * 21 + "xy")]), "BUTTON_DATA_INVALID"),
        (buttons([("a", "ftp://a.cn")]), BAD_LINK.format("ftp://a.cn", "unsupported URL protocol")),
        (buttons([("a", "http://localhost/")]), BAD_LINK.format("http://localhost/", "wrong HTTP URL")),
        (buttons(*[[("a", "b")] * 8] * 13), "reply markup is too long"),
    ],
)  # fmt: skip
async def test_a_wrong_keyboard_is_refused(bot: TelegramCaller, markup: object, description: str) -> None:
    assert await bot.error("sendMessage", chat_id=1, text="a", reply_markup=markup) == f"Bad Request: {description}"
