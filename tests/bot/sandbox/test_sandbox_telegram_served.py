"""The people of the pretend Telegram, over HTTP: what an outside tester says, presses, sees and fetches."""

from collections.abc import AsyncIterator

import httpx
import pytest
from telegram_caller import buttons

from bot.sandbox.world import World

BOT = "/api.telegram.org/bot700000001:sandbox-telegram-token"
HEARD = "/world/telegram/heard"


@pytest.fixture
def world() -> World:
    return World(orders=0)


@pytest.fixture
async def socket(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://127.0.0.1:8700") as client:
        yield client


async def post(socket: httpx.AsyncClient, path: str, **body: object) -> httpx.Response:
    return await socket.post(path, json=body)


async def test_a_conversation_from_outside(socket: httpx.AsyncClient) -> None:
    assert (await socket.get(HEARD, params={"chat": 1})).json() == []
    said = await post(socket, "/world/telegram/say", chat=1, text="打印今天的订单")
    assert said.json() == {"message_id": 1}
    (update,) = (await socket.get(f"{BOT}/getUpdates")).json()["result"]
    assert update["message"]["text"] == "打印今天的订单"
    markup = buttons([("确认", "yes"), ("看看", "https://mai.pinduoduo.com/")])
    await post(socket, f"{BOT}/sendMessage", chat_id=1, text="86 单，打印吗？", reply_markup=markup)
    assert (await socket.get(HEARD, params={"chat": 1})).json() == [
        {"message_id": 2, "text": "86 单，打印吗？", "buttons": ["确认", "看看"], "edited": 0, "deleted": False}
    ]
    link = await post(socket, "/world/telegram/press", chat=1, label="看看")
    assert link.json() == {"url": "https://mai.pinduoduo.com/"}
    assert (await post(socket, "/world/telegram/press", chat=1, label="确认")).json() == {"url": ""}
    pressed = (await socket.get(f"{BOT}/getUpdates?offset=-1")).json()["result"][0]
    assert pressed["callback_query"]["data"] == "yes"


async def test_a_document_can_be_fetched_from_outside(socket: httpx.AsyncClient) -> None:
    await post(socket, "/world/telegram/say", chat=1, text="甲")
    files = {"document": ("面单.pdf", b"%PDF-1", "application/pdf")}
    await socket.post(f"{BOT}/sendDocument", data={"chat_id": 1, "caption": "一张"}, files=files)
    (heard,) = (await socket.get(HEARD, params={"chat": 1})).json()
    assert (heard["text"], heard["document"]) == ("一张", {"file_name": "面单.pdf", "size": 6})
    fetched = await socket.get("/world/telegram/document", params={"chat": 1, "message": heard["message_id"]})
    assert fetched.content == b"%PDF-1"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("say", {"chat": 1}, 422),
        ("say", {"chat": "x", "text": "a"}, 422),
        ("say", {"chat": 1, "text": ""}, 422),
        ("press", {"chat": 1}, 422),
        ("press", {"chat": 1, "label": "没有"}, 404),
        ("press", {"chat": 2, "label": "没有"}, 404),
    ],
)
async def test_what_people_cannot_do_is_refused(
    socket: httpx.AsyncClient, world: World, path: str, body: dict[str, object], status: int
) -> None:
    world.telegram.says(1, "甲")
    assert (await post(socket, f"/world/telegram/{path}", **body)).status_code == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("heard", 422),
        ("heard?chat=x", 422),
        ("document?chat=1", 422),
        ("document?chat=1&message=x", 422),
        ("document?chat=1&message=1", 404),
        ("document?chat=2&message=1", 404),
        ("say", 405),
    ],
)
async def test_what_is_not_there_cannot_be_seen(
    socket: httpx.AsyncClient, world: World, path: str, status: int
) -> None:
    world.telegram.says(1, "甲")
    assert (await socket.get(f"/world/telegram/{path}")).status_code == status


async def test_a_body_that_is_no_json_is_refused(socket: httpx.AsyncClient) -> None:
    for path in ("say", "press"):
        assert (await socket.post(f"/world/telegram/{path}", content=b"{")).status_code == 422


async def test_bad_days_can_be_asked_for_by_name(socket: httpx.AsyncClient, world: World) -> None:
    await post(socket, "/world/do", verb="telegram.in_group", group=-5, speaker=7, text="大家好")
    assert world.telegram.chats[-5].speaker == 7
    wrong = await post(socket, "/world/do", verb="telegram.in_group", group=5, speaker=7, text="大家好")
    assert wrong.status_code == 422
    await post(socket, "/world/do", verb="telegram.throttles", times=1, retry_after=9)
    assert (await socket.get(f"{BOT}/getMe")).json()["parameters"] == {"retry_after": 9}
    for verb in ("is_strict", "repeats_updates", "forgets_messages", "goes_down"):
        assert (await post(socket, "/world/do", verb=f"telegram.{verb}")).json() == {"done": None}
    assert (await socket.get(f"{BOT}/getMe")).status_code == 503
    await post(socket, "/world/do", verb="telegram.comes_back")
    assert (await socket.get(f"{BOT}/getMe")).status_code == 200
