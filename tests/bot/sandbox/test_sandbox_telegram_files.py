"""What people send in the pretend Telegram besides text: documents, photos, voice, and how a bot fetches them."""

import base64
from io import BytesIO

import httpx
import pytest
from aiogram import types as aiogram_types
from PIL import Image
from telegram_caller import FILES, TelegramCaller

from bot.sandbox.clock import HOUR
from bot.sandbox.world import World

VOICE = b"OggS-pretend"


@pytest.fixture
def world() -> World:
    return World(orders=0)


@pytest.fixture
def bot(client: httpx.AsyncClient) -> TelegramCaller:
    return TelegramCaller(client)


def picture(width: int, height: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "white").save(file, "PNG")
    return file.getvalue()


async def test_every_kind_arrives_in_the_shape_that_aiogram_knows(bot: TelegramCaller, world: World) -> None:
    world.telegram.sends_document(1, "收件人.xlsx", b"PK", "今天的")
    world.telegram.sends_photo(1, picture(2000, 1000), "打歪了")
    world.telegram.sends_voice(1, VOICE, 4)
    document, photo, voice = (aiogram_types.Update.model_validate(each).message for each in await bot.updates())
    assert (document.document.file_name, document.document.file_size, document.caption) == ("收件人.xlsx", 2, "今天的")
    assert document.document.mime_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert [(size.width, size.height) for size in photo.photo] == [(90, 45), (320, 160), (800, 400), (1280, 640)]
    assert photo.caption == "打歪了"
    assert (voice.voice.duration, voice.voice.mime_type, voice.caption) == (4, "audio/ogg", None)
    for message in (document, photo, voice):
        assert message.text is None
        assert message.model_extra == {}


async def test_a_photo_is_made_smaller_and_a_document_is_not_touched(bot: TelegramCaller, world: World) -> None:
    world.telegram.sends_photo(1, picture(600, 300))
    world.telegram.sends_document(1, "照片.png", picture(600, 300))
    photo, document = (each["message"] for each in await bot.updates())
    assert [size["width"] for size in photo["photo"]] == [90, 320, 600]
    small, whole = await fetched(bot, photo["photo"][0]), await fetched(bot, document["document"])
    assert Image.open(BytesIO(small)).size == (90, 45)
    assert Image.open(BytesIO(small)).format == "JPEG"
    assert whole == picture(600, 300)


async def test_a_file_is_fetched_where_getfile_says_and_for_an_hour(bot: TelegramCaller, world: World) -> None:
    world.telegram.sends_voice(1, VOICE)
    (update,) = await bot.updates()
    unasked = await bot.client.get(f"{FILES}/voice/file_1.oga")
    assert unasked.status_code == 404
    assert await fetched(bot, update["message"]["voice"]) == VOICE
    world.clock.move(HOUR)
    assert (await bot.client.get(f"{FILES}/voice/file_1.oga")).status_code == 200
    world.clock.move(1)
    assert (await bot.client.get(f"{FILES}/voice/file_1.oga")).status_code == 404
    assert await fetched(bot, update["message"]["voice"]) == VOICE


async def test_a_document_over_20_megabytes_arrives_and_cannot_be_fetched(bot: TelegramCaller, world: World) -> None:
    world.telegram.sends_document(1, "大.xlsx", bytes(20 * 1024 * 1024 + 1))
    (update,) = await bot.updates()
    assert (
        await bot.error("getFile", file_id=update["message"]["document"]["file_id"]) == "Bad Request: file is too big"
    )


async def test_a_recording_cannot_be_sent_on_as_a_document(bot: TelegramCaller, world: World) -> None:
    world.telegram.sends_voice(1, VOICE)
    (update,) = await bot.updates()
    wrong = await bot.error("sendDocument", chat_id=1, document=update["message"]["voice"]["file_id"])
    assert "wrong remote file identifier" in wrong


def test_nobody_sends_what_clients_cannot_send(world: World) -> None:
    telegram = world.telegram
    wrongs = (
        lambda: telegram.sends_document(1, "空.xlsx", b""),
        lambda: telegram.sends_document(-1, "群.xlsx", b"PK"),
        lambda: telegram.sends_document(1, "长.xlsx", b"PK", "字" * 1025),
        lambda: telegram.sends_photo(1, b"no picture"),
        lambda: telegram.sends_voice(1, b"ID3 an MP3"),
        lambda: telegram.sends_voice(1, VOICE, -1),
    )
    for wrong in wrongs:
        with pytest.raises(ValueError):  # noqa: PT011 - which of them does not matter
            wrong()
    assert telegram.chats == {}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"chat": 1, "kind": "document", "name": "a.csv", "body": "5ZCN"}, 200),
        ({"chat": 1, "kind": "voice", "body": base64.b64encode(VOICE).decode(), "seconds": 2}, 200),
        ({"chat": 1, "kind": "photo", "body": base64.b64encode(picture(9, 9)).decode(), "caption": "看"}, 200),
        ({"chat": 1, "kind": "photo", "body": "5ZCN"}, 422),
        ({"chat": 1, "kind": "sticker", "body": "5ZCN"}, 422),
        ({"chat": 1, "kind": "document", "name": "a.csv", "body": "名"}, 422),
        ({"chat": 1, "kind": "document", "body": "5ZCN"}, 422),
        ({"chat": 1, "name": "a.csv", "body": "5ZCN"}, 422),
        (["chat", 1], 422),
    ],
)
async def test_files_are_sent_from_outside_too(world: World, asked: object, status: int) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://world") as outside:
        answer = await outside.post("/world/telegram/send", json=asked)
    assert answer.status_code == status
    assert len(world.telegram.chats) == (status == 200)


async def fetched(bot: TelegramCaller, file: dict[str, str]) -> bytes:
    path = (await bot("getFile", file_id=file["file_id"]))["file_path"]
    answer = await bot.client.get(f"{FILES}/{path}")
    assert answer.status_code == 200
    return answer.content
