"""The Telegram channel against the pretend Telegram: limits, edits, erasing, refusals, and reading updates."""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from PIL import Image
from telegram.error import BadRequest, TimedOut

from bot.channels.base import ChannelBusy, Drawing, File
from bot.channels.telegram import Telegram, TokenRefused
from bot.channels.telegram_updates import read
from bot.channels.writing import pieces
from bot.sandbox.clock import HOUR
from bot.sandbox.telegram.service import TOKEN
from bot.sandbox.world import World
from core.errors import FileRefused, ServiceUnavailable
from handlers.messages import Button, Incoming

CHAT = 7
BOT = "miandan_sandbox_bot"


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


async def incoming(channel: Telegram) -> list[Incoming]:
    """What waits for the bot."""
    kept: list[Incoming] = []

    async def keep(message: Incoming) -> None:
        kept.append(message)

    await channel.fetch(0, keep)
    return kept


async def test_a_wrong_token_is_refused_in_words(world: World) -> None:
    channel = Telegram("700000001:wrong", client_options={"mounts": world.mounts(), "trust_env": False})
    with pytest.raises(TokenRefused):
        await channel.open({})


async def test_a_message_shows_its_buttons_and_an_edit_takes_its_place(channel: Telegram, world: World) -> None:
    first = await channel.send(str(CHAT), Drawing("取号 1/9", (Button("停止", "c:stop_batch"),)))
    again = await channel.send(str(CHAT), Drawing("取号 9/9", replaces=first))
    same = await channel.send(str(CHAT), Drawing("取号 9/9", replaces=first))
    (heard,) = world.telegram.heard(CHAT)
    assert again == same == first == str(heard["message_id"])
    assert (heard["text"], heard["buttons"], heard["edited"]) == ("取号 9/9", [], 1)


async def test_an_edit_of_a_message_that_is_gone_is_a_new_message(channel: Telegram, world: World) -> None:
    first = await channel.send(str(CHAT), Drawing("一"))
    world.telegram.forgets_messages()
    second = await channel.send(str(CHAT), Drawing("二", replaces=first))
    assert second != first
    assert await channel.send(str(CHAT), Drawing("三", replaces=first, only_edits=True)) == first
    assert [each["text"] for each in world.telegram.heard(CHAT)] == ["一", "二"]


async def test_a_long_text_goes_in_pieces_with_the_buttons_under_the_last(channel: Telegram, world: World) -> None:
    lines = "\n".join(f"• 第 {n} 单" for n in range(1000))
    await channel.send(str(CHAT), Drawing(lines, (Button("看原因", "c:why"),)))
    heard = world.telegram.heard(CHAT)
    assert "\n".join(each["text"] for each in heard) == lines
    assert [each["buttons"] for each in heard] == [[]] * (len(heard) - 1) + [["看原因"]]


async def test_a_document_arrives_whole_with_its_caption(channel: Telegram, world: World) -> None:
    sent = await channel.send(str(CHAT), Drawing("📎 1 张面单", file=File("1122-1.pdf", b"%PDF-1.4 test")))
    (heard,) = world.telegram.heard(CHAT)
    assert heard["document"]["file_name"] == "1122-1.pdf"
    assert world.telegram.document(CHAT, int(sent)) == b"%PDF-1.4 test"


async def test_a_secret_is_erased_and_only_then_said_to_be(channel: Telegram, world: World) -> None:
    typed = world.telegram.says(CHAT, "zto123")
    assert await channel.send(str(CHAT), Drawing("（已删除密码消息）", erase=str(typed)))
    old = world.telegram.says(CHAT, "zto456")
    world.clock.move(48 * HOUR)
    assert await channel.send(str(CHAT), Drawing("（已删除密码消息）", erase=str(old))) == ""
    assert [each["text"] for each in world.telegram.heard(CHAT)] == ["（已删除密码消息）"]


async def test_a_chat_that_is_too_fast_is_tried_again_when_telegram_says(channel: Telegram, world: World) -> None:
    world.telegram.throttles(1, retry_after=7)
    with pytest.raises(ChannelBusy) as busy:
        await channel.send(str(CHAT), Drawing("一"))
    assert busy.value.seconds == 7


async def test_somebody_who_blocked_the_bot_is_tried_again_much_later(channel: Telegram, world: World) -> None:
    world.telegram.blocks(CHAT)
    with pytest.raises(ChannelBusy) as busy:
        await channel.send(str(CHAT), Drawing("一"))
    assert busy.value.seconds == 3600


async def test_a_telegram_that_cannot_be_reached_has_surely_not_told_anybody(channel: Telegram, world: World) -> None:
    world.telegram.goes_down()
    with pytest.raises(ChannelBusy):
        await channel.send(str(CHAT), Drawing("一"))


async def test_a_lost_answer_leaves_open_whether_it_arrived(channel: Telegram, world: World) -> None:
    world.telegram.loses_answers(1, on="sendMessage")
    with pytest.raises(TimedOut):
        await channel.send(str(CHAT), Drawing("一"))
    assert [each["text"] for each in world.telegram.heard(CHAT)] == ["一"]


async def test_what_a_merchant_writes_and_taps_is_read_with_the_updates_number(channel: Telegram, world: World) -> None:
    await channel.send(str(CHAT), Drawing("？", (Button("打印 1 张", "q:token:0"),)))
    world.telegram.presses(CHAT, "打印 1 张")
    first, tap = await incoming(channel)
    assert (first.peer, first.text, first.channel) == ("7", "hello", "telegram")
    assert (tap.peer, tap.button, tap.text) == ("7", "q:token:0", "")
    assert int(tap.uid) == int(first.uid) + 1


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1},
        {"update_id": 1, "my_chat_member": {}},
        {"update_id": 1, "callback_query": {"id": "1", "from": {"id": 7}}},
    ],
)
def test_an_update_that_needs_no_answer_is_passed_over(update: dict[str, object]) -> None:
    assert read(update, BOT) is None


def test_a_sticker_is_answered_with_what_is_understood() -> None:
    update = {"update_id": 3, "message": {"message_id": 9, "chat": {"id": 7, "type": "private"}, "sticker": {}}}
    assert read(update, BOT) == Incoming("telegram", "7", "3", notice="chat.only_text")


async def test_files_are_read_with_their_names_and_fetched_when_asked_for(channel: Telegram, world: World) -> None:
    world.telegram.sends_document(CHAT, "收件人.xlsx", b"PK sheet", "今天的")
    world.telegram.sends_photo(CHAT, picture(1600, 900))
    world.telegram.sends_voice(CHAT, b"OggS voice", 4)
    _, document, photo, voice = await incoming(channel)
    assert (document.text, document.message) == ("", "2")
    assert (document.attachment.kind, document.attachment.name, document.attachment.caption) == (
        "document",
        "收件人.xlsx",
        "今天的",
    )
    assert (voice.attachment.kind, voice.attachment.seconds, voice.attachment.size) == ("voice", 4, 10)
    assert await channel.download(document.attachment.file, 8) == b"PK sheet"
    assert await channel.download(voice.attachment.file, 100) == b"OggS voice"
    taken = Image.open(BytesIO(await channel.download(photo.attachment.file, 10**6)))
    assert (photo.attachment.kind, taken.size) == ("photo", (1280, 720))


async def test_a_file_that_cannot_be_had_says_why(channel: Telegram, world: World) -> None:
    world.telegram.sends_document(CHAT, "大.xlsx", bytes(20 * 1024 * 1024 + 1))
    world.telegram.sends_document(CHAT, "小.xlsx", b"123456789")
    _, large, small = await incoming(channel)
    for file, most, why in ((large, 10**9, "too_big"), (small, 8, "too_big")):
        with pytest.raises(FileRefused) as refusal:
            await channel.download(file.attachment.file, most)
        assert refusal.value.details == {"why": why}
    with pytest.raises(FileRefused) as refusal:
        await channel.download("BQACnonsense", 8)
    assert refusal.value.details == {"why": "gone"}
    world.telegram.goes_down()
    with pytest.raises(ServiceUnavailable):
        await channel.download(small.attachment.file, 100)


async def test_a_file_in_a_group_is_not_looked_at(channel: Telegram) -> None:
    chat = {"id": -5, "type": "supergroup"}
    update = {"update_id": 3, "message": {"message_id": 9, "chat": chat, "document": {"file_id": "BQAC"}}}
    assert read(update, BOT) is None


def picture(width: int, height: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "white").save(file, "PNG")
    return file.getvalue()


async def test_button_data_longer_than_telegram_takes_is_our_own_mistake(channel: Telegram) -> None:
    with pytest.raises(ValueError, match="button data too long"):
        await channel.send(str(CHAT), Drawing("？", (Button("长", "c:print_orders:x=" + "9" * 60),)))


async def test_an_empty_text_is_refused_by_telegram(channel: Telegram) -> None:
    with pytest.raises(BadRequest):
        await channel.send(str(CHAT), Drawing(""))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [""]),
        ("abc", ["abc"]),
        ("ab\ncd", ["ab", "cd"]),
        ("abcdef", ["abcd", "ef"]),
        ("\nabcdef", ["\nabc", "def"]),
        ("汉字汉字汉", ["汉字汉字", "汉"]),
    ],
)
def test_pieces_are_cut_at_line_ends_where_there_are_any(text: str, expected: list[str]) -> None:
    assert pieces(text, 4) == expected
