"""The pretend WeCom bot: one connection a bot, strict frames, uploads in chunks, cards updated within five seconds."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from wechat_callers import card

from bot.sandbox.clock import DAY, SECOND
from bot.sandbox.wecom_bot.service import BOT_ID, SECRET
from bot.sandbox.world import World
from tests.support.node import node, surroundings
from tests.support.sockets import served

Json = dict[str, Any]
CHUNK = 512 * 1024


class Line:
    """One connection to the pretend servers."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.unasked: list[Json] = []

    async def asks(self, command: str, body: Json | None = None, request: str = "req-of-mine") -> Json:
        frame = {"cmd": command, "headers": {"req_id": request}, "body": body or {}}
        await self.socket.send(json.dumps(frame))
        while "cmd" in (answer := json.loads(await self.socket.recv())):
            self.unasked.append(answer)
        assert answer["headers"] == {"req_id": request}
        return dict(answer)

    async def code(self, command: str, body: Json | None = None, request: str = "req-of-mine") -> int:
        return int((await self.asks(command, body, request))["errcode"])

    async def subscribes(self) -> int:
        return await self.code("aibot_subscribe", {"bot_id": BOT_ID, "secret": SECRET})

    async def hears(self) -> Json:
        return self.unasked.pop(0) if self.unasked else dict(json.loads(await self.socket.recv()))


@pytest.fixture
def world() -> World:
    return World(orders=0)


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    async with served(world.app) as address:
        yield f"ws://{address}/openws.work.weixin.qq.com/"


@pytest.fixture
async def line(address: str, world: World) -> AsyncIterator[Line]:
    async with connect(address) as socket:
        line = Line(socket)
        assert await line.subscribes() == 0
        world.wecom_bot.says("xiaoman", "你好")
        assert (await line.hears())["body"]["text"] == {"content": "你好"}
        yield line


async def test_whoever_has_not_subscribed_may_not_speak(address: str) -> None:
    async with connect(address) as socket:
        line = Line(socket)
        assert await line.code("aibot_send_msg", {"chatid": "xiaoman"}) != 0
        assert await line.code("aibot_subscribe", {"bot_id": BOT_ID, "secret": "wrong"}) == 40001
        assert await line.code("aibot_subscribe", {"bot_id": BOT_ID}) != 0
        assert await line.subscribes() == 0
        assert await line.code("ping") == 0


@pytest.mark.parametrize(
    "body",
    [
        {"chatid": "nobody", "msgtype": "markdown", "markdown": {"content": "一"}},
        {"chatid": "xiaoman", "msgtype": "poem", "poem": {}},
        {"chatid": "xiaoman", "msgtype": "markdown", "markdown": {"text": "一"}},
        {"chatid": "xiaoman", "msgtype": "markdown", "markdown": {"content": ""}},
        {"chatid": "xiaoman", "msgtype": "markdown", "markdown": {"content": "字" * 7000}},
        {"chatid": "xiaoman", "msgtype": "template_card", "template_card": {}},
        {"chatid": "xiaoman", "msgtype": "file", "file": {"media_id": "nothing"}},
        {"to": "xiaoman", "msgtype": "markdown", "markdown": {"content": "一"}},
    ],
)
async def test_what_does_not_fit_is_refused(line: Line, body: Json, world: World) -> None:
    assert await line.code("aibot_send_msg", body) != 0
    assert world.wecom_bot.heard("xiaoman") == []


@pytest.mark.parametrize("frame", ["[]", "nonsense", '{"cmd": "ping"}', '{"headers": {"req_id": "1"}}', '{"x": 1}'])
async def test_what_is_no_frame_is_answered_with_an_error(line: Line, frame: str) -> None:
    await line.socket.send(frame)
    assert (await line.hears())["errcode"] != 0


async def test_a_message_and_a_card_arrive(line: Line, world: World) -> None:
    await line.asks("aibot_send_msg", {"chatid": "xiaoman", "msgtype": "markdown", "markdown": {"content": "**好**"}})
    await line.asks("aibot_send_msg", {"chatid": "xiaoman", "msgtype": "template_card", "template_card": card()})
    assert [(each["text"], each["buttons"]) for each in world.wecom_bot.heard("xiaoman")] == [
        ("**好**", []),
        ("打印 26 张？", ["打印", "看明细"]),
    ]


async def test_a_pressed_card_is_updated_within_five_seconds_or_never(line: Line, world: World) -> None:
    await line.asks("aibot_send_msg", {"chatid": "xiaoman", "msgtype": "template_card", "template_card": card()})
    world.wecom_bot.presses("xiaoman", "打印")
    event = await line.hears()
    assert event["cmd"] == "aibot_event_callback"
    told = {"eventtype": "template_card_event", "event_key": "q:x:0", "task_id": "task-1"}
    assert event["body"]["event"] == told
    update = {"response_type": "update_template_card", "template_card": card(sub_title_text="好了")}
    request = event["headers"]["req_id"]
    assert await line.code("aibot_respond_update_msg", update, "req-of-nobody") == 846605
    assert await line.code("aibot_respond_update_msg", update, request) == 0
    assert world.wecom_bot.heard("xiaoman")[0]["text"] == "打印 26 张？\n好了"
    world.clock.move(5 * SECOND + 1)
    assert await line.code("aibot_respond_update_msg", update, request) == 846605


async def test_a_welcome_is_said_to_somebody_who_came_in(line: Line, world: World) -> None:
    world.wecom_bot.enters("xiaoman")
    request = (await line.hears())["headers"]["req_id"]
    welcome = {"msgtype": "text", "text": {"content": "你好"}}
    assert await line.code("aibot_respond_welcome_msg", welcome, request) == 0
    assert await line.code("aibot_respond_msg", welcome, request) != 0


async def test_a_file_arrives_in_chunks_and_is_lent_for_three_days(line: Line, world: World) -> None:
    body = bytes(range(256)) * 4096 + b"end"
    media = await upload(line, body)
    file = {"chatid": "xiaoman", "msgtype": "file", "file": {"media_id": media}}
    assert await line.code("aibot_send_msg", file) == 0
    (heard,) = world.wecom_bot.heard("xiaoman")
    assert world.wecom_bot.document("xiaoman", heard["message_id"]) == body
    world.clock.move(3 * DAY)
    assert await line.code("aibot_send_msg", file) != 0


@pytest.mark.parametrize(
    ("begun", "chunks"),
    [
        ({"total_chunks": 101}, []),
        ({"total_chunks": 0}, []),
        ({"type": "poem"}, []),
        ({"filename": ""}, []),
        ({"total_chunks": 2}, [b"only one"]),
        ({"total_size": 9}, [b"only one"]),
        ({"md5": "0" * 32}, [b"only one"]),
        ({}, [b"x" * (CHUNK + 1)]),
    ],
)
async def test_an_upload_that_is_not_whole_is_refused(line: Line, begun: Json, chunks: list[bytes]) -> None:
    start = {"type": "file", "filename": "面单.pdf", "total_size": 8, "total_chunks": 1, **begun}
    answer = await line.asks("aibot_upload_media_init", start)
    if not chunks:
        assert answer["errcode"] != 0
        return
    number = answer["body"]["upload_id"]
    codes = [await line.code("aibot_upload_media_chunk", chunk_of(number, n, each)) for n, each in enumerate(chunks)]
    codes.append(await line.code("aibot_upload_media_finish", {"upload_id": number}))
    assert codes[-1] != 0


async def test_the_newest_connection_has_the_bot_and_the_one_before_is_told(
    line: Line, address: str, world: World
) -> None:
    async with connect(address) as socket:
        newer = Line(socket)
        await newer.subscribes()
        assert (await line.hears())["body"]["event"] == {"eventtype": "disconnected_event"}
        with pytest.raises(ConnectionClosed):
            await line.hears()
        world.wecom_bot.says("xiaoman", "还在吗")
        assert (await newer.hears())["body"]["text"] == {"content": "还在吗"}
    assert world.wecom_bot.connections == 2


async def test_what_is_said_while_nobody_listens_is_lost(address: str, world: World) -> None:
    world.wecom_bot.says("xiaoman", "有人吗")
    async with connect(address) as socket:
        line = Line(socket)
        await line.subscribes()
        world.wecom_bot.says("xiaoman", "现在呢")
        assert (await line.hears())["body"]["text"] == {"content": "现在呢"}
    assert world.wecom_bot.lost == 1


async def test_servers_that_are_down_take_no_connection(line: Line, address: str, world: World) -> None:
    world.wecom_bot.goes_down()
    with pytest.raises(ConnectionClosed):
        await line.hears()
    with pytest.raises(InvalidStatus):
        await connect(address)
    world.wecom_bot.comes_back()
    async with connect(address) as socket:
        assert await Line(socket).subscribes() == 0


async def upload(line: Line, body: bytes) -> str:
    """Lend a file in chunks."""
    chunks = [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]
    begun = {"type": "file", "filename": "面单.pdf", "total_size": len(body), "total_chunks": len(chunks)}
    md5 = hashlib.md5(body).hexdigest()  # noqa: S324 - what the protocol wants
    number = (await line.asks("aibot_upload_media_init", {**begun, "md5": md5}))["body"]["upload_id"]
    for place, chunk in enumerate(chunks):
        await line.asks("aibot_upload_media_chunk", chunk_of(number, place, chunk))
    return str((await line.asks("aibot_upload_media_finish", {"upload_id": number}))["body"]["media_id"])


def chunk_of(number: str, place: int, chunk: bytes) -> Json:
    """One frame's body."""
    return {"upload_id": number, "chunk_index": place, "base64_data": base64.b64encode(chunk).decode()}


# Tencent's own client, as its README uses it.

CLIENT = """
const { WSClient } = require('@wecom/aibot-node-sdk');
const [url, botId, secret] = process.argv.slice(1);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const client = new WSClient({ botId, secret, wsUrl: url, logger: quiet, maxReconnectAttempts: 0 });
const card = JSON.parse(require('fs').readFileSync(0));
client.on('error', error => { console.error(error); process.exit(1); });
client.on('authenticated', () => console.log('authenticated'));
client.on('event.enter_chat', frame => client.replyWelcome(frame, { msgtype: 'text', text: { content: '欢迎' } }));
client.on('message.text', async frame => {
  await client.replyStream(frame, 'stream-1', `听到：${frame.body.text.content}`, true);
  const { media_id } = await client.uploadMedia(Buffer.alloc(1300000, 7), { type: 'file', filename: '面单.pdf' });
  await client.sendMediaMessage(frame.body.from.userid, 'file', media_id);
  await client.sendMessage(frame.body.from.userid, { msgtype: 'markdown', markdown: { content: '**推送**' } });
  await client.sendMessage(frame.body.from.userid, { msgtype: 'template_card', template_card: card });
  console.log('sent');
});
client.on('event.template_card_event', async frame => {
  const { task_id, event_key } = frame.body.event;
  await client.updateTemplateCard(frame, { ...card, task_id, main_title: { title: `按了 ${event_key}` } });
  console.log('updated');
});
client.on('event.disconnected_event', () => { console.log('evicted'); process.exit(0); });
client.connect();
"""


@pytest.mark.node
async def test_tencents_own_client_finds_what_it_expects(world: World, address: str) -> None:
    process = await asyncio.create_subprocess_exec(
        node(),
        "-e",
        CLIENT,
        address,
        BOT_ID,
        SECRET,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=surroundings(),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(card()).encode())
    process.stdin.close()

    async def said() -> str:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            return (await process.stdout.readline()).decode().strip()

    assert await said() == "authenticated"
    world.wecom_bot.enters("xiaoman")
    world.wecom_bot.says("xiaoman", "你好")
    assert await said() == "sent"
    world.wecom_bot.presses("xiaoman", "打印")
    assert await said() == "updated"
    world.wecom_bot.evicts()
    assert await said() == "evicted"
    assert await process.wait() == 0
    assert [(each["kind"], each["text"]) for each in world.wecom_bot.heard("xiaoman")] == [
        ("text", "欢迎"),
        ("stream", "听到：你好"),
        ("file", ""),
        ("markdown", "**推送**"),
        ("template_card", "按了 q:x:0"),
    ]
    assert world.wecom_bot.document("xiaoman", 3) == b"\x07" * 1_300_000
