"""Messages in the pretend Telegram: what a bot may send, edit and delete, and what people see of it."""

import httpx
import pytest
from telegram_caller import BOT, TelegramCaller, buttons

from bot.sandbox.clock import HOUR
from bot.sandbox.world import World

CHOICE = buttons([("确认", "yes"), ("取消", "no")], [("打开授权页", "https://fuwu.pinduoduo.com/auth?state=1")])


@pytest.fixture
def world() -> World:
    return World(orders=0)


@pytest.fixture
def bot(client: httpx.AsyncClient, world: World) -> TelegramCaller:
    world.telegram.says(1, "/start")
    return TelegramCaller(client)


async def test_a_bot_says_who_it_is(bot: TelegramCaller) -> None:
    me = await bot("getMe")
    assert (me["id"], me["is_bot"], me["username"]) == (700000001, True, "miandan_sandbox_bot")


async def test_a_token_of_no_bot_is_unauthorised(bot: TelegramCaller) -> None:
    for url in ("/bot1:wrong/getMe", "/file/bot1:wrong/documents/file_1.pdf"):
        answer = await bot.client.get(f"https://api.telegram.org{url}")
        assert answer.status_code == 401
        assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_a_method_that_is_not_simulated_is_not_found(bot: TelegramCaller) -> None:
    assert await bot.error("sendSticker", chat_id=1) == "Not Found: method not found"


async def test_arguments_come_as_json_form_multipart_or_query(bot: TelegramCaller, world: World) -> None:
    url, said = f"{BOT}/sendMessage", {"chat_id": "1", "text": "甲"}
    markup = '{"inline_keyboard":[[{"text":"好","callback_data":"ok"}]]}'
    await bot.client.post(url, json={"chat_id": 1, "text": "甲", "reply_markup": buttons([("好", "ok")])})
    await bot.client.post(url, data=said | {"reply_markup": markup})
    await bot.client.post(url, data=said, files={"reply_markup": (None, markup)})
    await bot.client.get(url, params=said | {"reply_markup": markup})
    assert [(each["text"], each["buttons"]) for each in world.telegram.heard(1)] == [("甲", ["好"])] * 4


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"--x", "multipart/form-data"),
        (b"\xff", "application/json"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(bot: TelegramCaller, body: bytes, kind: str) -> None:
    answer = await bot.client.post(f"{BOT}/sendMessage", content=body, headers={"content-type": kind})
    assert answer.status_code == 400


async def test_method_names_do_not_mind_their_case(bot: TelegramCaller) -> None:
    assert (await bot("GETME"))["is_bot"] is True


async def test_a_text_may_have_4096_characters_and_loses_the_space_around_it(bot: TelegramCaller, world: World) -> None:
    await bot.sends("字" * 4096)
    await bot.sends("  两边\n")
    assert [len(each["text"]) for each in world.telegram.heard(1)] == [4096, 2]


async def test_callback_data_may_have_64_bytes(bot: TelegramCaller, world: World) -> None:
    await bot.sends(reply_markup=buttons([("好", "字" * 21 + "x")]))
    world.telegram.presses(1, "好")
    assert (await bot.updates())[-1]["callback_query"]["data"] == "字" * 21 + "x"


async def test_a_sent_message_comes_back_as_telegram_shows_it(bot: TelegramCaller) -> None:
    sent = await bot("sendMessage", chat_id=1, text="好", protect_content=True, reply_markup=CHOICE)
    assert sent == {
        "message_id": 2,
        "from": {"id": 700000001, "is_bot": True, "first_name": "面单", "username": "miandan_sandbox_bot"},
        "chat": {"id": 1, "type": "private", "first_name": "Merchant 1"},
        "date": 1_795_332_600,
        "text": "好",
        "reply_markup": CHOICE,
        "has_protected_content": True,
    }


async def test_people_see_text_buttons_edits_and_deletions(bot: TelegramCaller, world: World) -> None:
    first, second = await bot.sends("甲", reply_markup=CHOICE), await bot.sends("乙")
    world.clock.move(5_000)
    edited = await bot("editMessageText", chat_id=1, message_id=first, text="丙")
    assert (edited["date"], edited["edit_date"]) == (1_795_332_600, 1_795_332_605)
    await bot("deleteMessage", chat_id=1, message_id=second)
    assert world.telegram.heard(1) == [
        {"message_id": 2, "text": "丙", "buttons": [], "edited": 1, "deleted": False},
        {"message_id": 3, "text": "乙", "buttons": [], "edited": 0, "deleted": True},
    ]
    assert world.telegram.heard(2) == []


async def test_an_edit_that_changes_nothing_is_refused(bot: TelegramCaller, world: World) -> None:
    number = await bot.sends("甲", reply_markup=CHOICE)
    same = {"chat_id": 1, "message_id": number, "reply_markup": CHOICE}
    for method, text in (("editMessageText", {"text": "甲"}), ("editMessageReplyMarkup", {})):
        assert await bot.error(method, **same, **text) == (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    await bot("editMessageReplyMarkup", chat_id=1, message_id=number)
    assert world.telegram.heard(1)[0]["buttons"] == []


async def test_a_person_s_message_can_be_deleted_within_48_hours(bot: TelegramCaller, world: World) -> None:
    old, new = world.telegram.says(1, "旧密码"), world.telegram.says(1, "新密码")
    world.clock.move(48 * HOUR - 1)
    assert await bot("deleteMessage", chat_id=1, message_id=new) is True
    assert await bot.error("deleteMessage", chat_id=1, message_id=new) == "Bad Request: message to delete not found"
    world.clock.move(1)
    assert await bot.error("deleteMessage", chat_id=1, message_id=old) == (
        "Bad Request: message can't be deleted for everyone"
    )
    assert [message.is_deleted for message in world.telegram.chats[1].messages[1:]] == [False, True]


async def test_in_a_group_only_the_bot_s_own_messages_can_be_deleted(bot: TelegramCaller, world: World) -> None:
    number = world.telegram.in_group(-100, 7, "大家好")
    own = await bot.sends(chat=-100)
    assert await bot("deleteMessage", chat_id=-100, message_id=own) is True
    assert await bot.error("deleteMessage", chat_id=-100, message_id=number) == (
        "Bad Request: message can't be deleted"
    )


async def test_a_document_is_kept_fetched_and_sent_again_by_its_id(bot: TelegramCaller, world: World) -> None:
    sent = (await bot.uploads(b"%PDF-1", caption="今天的面单")).json()["result"]
    assert sent["caption"] == "今天的面单"
    assert sent["document"] == {
        "file_id": "BQACAgUAAx00000001",
        "file_unique_id": "AgAD00000001",
        "file_size": 6,
        "file_name": "面单.pdf",
        "mime_type": "application/pdf",
    }
    kept = await bot("getFile", file_id=sent["document"]["file_id"])
    assert kept["file_path"] == "documents/file_1.pdf"
    origin = "https://api.telegram.org/file/bot700000001:sandbox-telegram-token"
    assert (await bot.client.get(f"{origin}/documents/file_1.pdf")).content == b"%PDF-1"
    assert (await bot.client.get(f"{origin}/documents/file_2.pdf")).status_code == 404
    await bot("sendDocument", chat_id=1, document=sent["document"]["file_id"])
    assert [each["document"] for each in world.telegram.heard(1)] == [{"file_name": "面单.pdf", "size": 6}] * 2
    assert world.telegram.document(1, 3) == b"%PDF-1"


async def test_a_document_may_be_attached_under_another_name(bot: TelegramCaller, world: World) -> None:
    body = {"data": {"chat_id": "1", "document": "attach://a1"}, "files": {"a1": ("x.pdf", b"%PDF")}}
    assert (await bot.client.post(f"{BOT}/sendDocument", **body)).status_code == 200
    assert world.telegram.heard(1)[0]["document"] == {"file_name": "x.pdf", "size": 4}
    body["files"]["a2"] = ("y.pdf", b"%PDF")
    answer = await bot.client.post(f"{BOT}/sendDocument", **body)
    assert answer.json()["description"] == 'Bad Request: unknown parameter "a2"'


async def test_documents_have_their_limits(bot: TelegramCaller, world: World) -> None:
    assert (await bot.uploads(b"")).json()["description"] == "Bad Request: file must be non-empty"
    long = (await bot.uploads(b"%PDF", caption="字" * 1025)).json()
    assert long["description"] == "Bad Request: message caption is too long"
    assert (await bot.uploads(b"%PDF", caption="字" * 1024)).status_code == 200
    large = await bot.uploads(bytes(50 * 1024 * 1024 + 1))
    assert (large.status_code, large.json()["description"]) == (413, "Request Entity Too Large")
    assert len(world.telegram.heard(1)) == 1


async def test_a_document_over_20_megabytes_cannot_be_fetched(bot: TelegramCaller) -> None:
    sent = (await bot.uploads(bytes(20 * 1024 * 1024 + 1))).json()["result"]
    assert await bot.error("getFile", file_id=sent["document"]["file_id"]) == "Bad Request: file is too big"


async def test_the_text_of_a_document_cannot_be_edited_and_its_buttons_can(bot: TelegramCaller, world: World) -> None:
    number = (await bot.uploads(b"%PDF")).json()["result"]["message_id"]
    assert await bot.error("editMessageText", chat_id=1, message_id=number, text="新") == (
        "Bad Request: there is no text in the message to edit"
    )
    await bot("editMessageReplyMarkup", chat_id=1, message_id=number, reply_markup=CHOICE)
    assert world.telegram.heard(1)[0]["buttons"] == ["确认", "取消", "打开授权页"]


async def test_a_press_tells_the_bot_and_a_link_opens(bot: TelegramCaller, world: World) -> None:
    await bot.sends("旧", reply_markup=buttons([("确认", "old")]))
    number = await bot.sends("新", reply_markup=CHOICE)
    assert world.telegram.presses(1, "打开授权页") == "https://fuwu.pinduoduo.com/auth?state=1"
    assert world.telegram.presses(1, "确认") == ""
    (query,) = [each["callback_query"] for each in await bot.updates() if "callback_query" in each]
    assert (query["data"], query["from"]["id"], query["message"]["message_id"]) == ("yes", 1, number)


async def test_a_button_that_is_not_there_cannot_be_pressed(bot: TelegramCaller, world: World) -> None:
    number = await bot.sends(reply_markup=CHOICE)
    await bot("deleteMessage", chat_id=1, message_id=number)
    for chat, label in ((1, "确认"), (1, "什么"), (2, "确认")):
        with pytest.raises(KeyError):
            world.telegram.presses(chat, label)


async def test_a_press_is_answered_once_in_time_and_in_200_characters(bot: TelegramCaller, world: World) -> None:
    await bot.sends(reply_markup=CHOICE)
    world.telegram.presses(1, "确认")
    world.telegram.presses(1, "取消")
    first, second = [each["callback_query"]["id"] for each in (await bot.updates())[-2:]]
    late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await bot.error("answerCallbackQuery", callback_query_id=first, text="字" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    assert await bot("answerCallbackQuery", callback_query_id=first, text="字" * 200, show_alert=True) is True
    assert await bot.error("answerCallbackQuery", callback_query_id=first) == late
    assert await bot.error("answerCallbackQuery") == late
    world.telegram.answers_within(60_000)
    world.clock.move(60_001)
    assert await bot.error("answerCallbackQuery", callback_query_id=second) == late


async def test_commands_are_kept_for_each_audience(bot: TelegramCaller) -> None:
    commands = [{"command": "print", "description": "打印今天的订单"}]
    assert await bot("setMyCommands", commands=commands, language_code="zh") is True
    assert await bot("getMyCommands", language_code="zh") == commands
    assert await bot("getMyCommands") == []
    assert await bot("setMyDescription", description="面单", language_code="zh") is True


async def test_a_chat_is_described_and_acted_in(bot: TelegramCaller, world: World) -> None:
    world.telegram.in_group(-100, 7, "大家好")
    assert (await bot("getChat", chat_id=1))["type"] == "private"
    assert (await bot("getChat", chat_id=-100))["title"] == "Group 100"
    assert await bot("sendChatAction", chat_id=1, action="upload_document") is True


@pytest.mark.parametrize(("chat", "text"), [(1, ""), (1, "字" * 4097), (0, "a"), (-5, "a")])
def test_people_cannot_write_what_no_person_could(world: World, chat: int, text: str) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        world.telegram.says(chat, text)
    with pytest.raises(ValueError, match="5"):
        world.telegram.in_group(5, 1, "a")
