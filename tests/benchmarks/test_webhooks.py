"""Pushed messages a second, each durable when it is answered, beside python-telegram-bot's own webhook server echoing.

Telegram's updates, and WeCom's signed and sealed callbacks.
"""

import asyncio
import json
import sqlite3
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from telegram_talk import SECRET, update
from webhook_servers import GO, TELEGRAM, WECOM

from bot.sandbox.wecom.service import CORP, SEAL
from tests.torture.processes import free_port

pytestmark = pytest.mark.benchmark

UPDATES = 3_000  # in one round
CONNECTIONS = 40  # what we ask Telegram to push at the same time
CHATS = 200
ROUNDS = 3
SAID = "返回"
_numbers = iter(range(1, 10**9))


async def test_twice_as_many_durable_webhooks_a_second_as_the_library_echoes(tmp_path: Path) -> None:
    async with server("ours", tmp_path) as (our_port, us), server("echo", tmp_path) as (echo_port, _):
        rates = [
            (await _rate(our_port, pushed), await _rate(our_port, called), await _rate(echo_port, pushed))
            for _ in range(ROUNDS)
        ]
        kept = await _waiting(tmp_path)
        us.send_signal(GO)
        answering = await _seconds_until_answered(tmp_path)
        while_answering = await _rate(our_port, pushed)
    telegram, wecom, echo = (statistics.median(column) for column in zip(*rates, strict=True))
    print(
        f"\nmessages a second, durable: Telegram {telegram:,.0f}, WeCom {wecom:,.0f}; library's echo {echo:,.0f},"
        f" x{telegram / echo:.2f} and x{wecom / echo:.2f};"
        f" {kept / answering:,.0f} turns a second afterwards; Telegram's while it answers {while_answering:,.0f}"
    )
    assert kept == 2 * UPDATES * ROUNDS
    assert telegram / echo >= 2
    assert wecom / echo >= 2


@asynccontextmanager
async def server(name: str, folder: Path) -> AsyncIterator[tuple[int, asyncio.subprocess.Process]]:
    """One of the two servers, running: its port and its process."""
    port = free_port()
    with (folder / f"{name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "webhook_servers.py", name, str(port), str(folder), cwd=Path(__file__).parent, stderr=log
        )
    try:
        await _listening(port)
        yield port, process
    finally:
        process.kill()
        await process.wait()


async def _listening(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def _rate(port: int, call: Callable[[int], bytes]) -> float:
    """Calls answered with 200 a second; they are written beforehand."""
    calls = iter([call(next(_numbers)) for _ in range(UPDATES)])
    began = time.perf_counter()
    await asyncio.gather(*(_connection(port, calls) for _ in range(CONNECTIONS)))
    return UPDATES / (time.perf_counter() - began)


async def _connection(port: int, calls: Iterator[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for call in calls:
        writer.write(call)
        assert await _status(reader) == b"200"
    writer.close()


def pushed(number: int) -> bytes:
    """A text message as Telegram pushes it."""
    body = json.dumps(update(number, number % CHATS + 1, SAID)).encode()
    return _call(TELEGRAM, body, "Content-Type: application/json", f"X-Telegram-Bot-Api-Secret-Token: {SECRET}")


def called(number: int) -> bytes:
    """A text message as WeCom calls with it, signed and sealed."""
    now = str(int(time.time()))
    sealed = SEAL.close(
        f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>member{number % CHATS}</FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType>text</MsgType><Content>{SAID}</Content><MsgId>{number}</MsgId></xml>"
    )
    query = {"msg_signature": SEAL.signed(now, str(number), sealed), "timestamp": now, "nonce": str(number)}
    body = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
    return _call(f"{WECOM}?{urlencode(query)}", body.encode(), "Content-Type: text/xml")


def _call(target: str, body: bytes, *headers: str) -> bytes:
    lines = (f"POST {target} HTTP/1.1", "Host: bot.example", *headers, f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def _status(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"content-length:")[2].partition(b"\r")[0]
    await reader.readexactly(int(length or b"0"))
    return head.split(b" ", 2)[1]


async def _seconds_until_answered(folder: Path) -> float:
    began = time.perf_counter()
    while await _waiting(folder):  # noqa: ASYNC110 - the work is another process's
        await asyncio.sleep(0.05)
    return time.perf_counter() - began


async def _waiting(folder: Path) -> int:
    """Messages in our inbox that wait for their turn."""

    def count() -> int:
        with closing(sqlite3.connect(folder / "demo.db", timeout=10)) as connection:
            return int(connection.execute("SELECT count(*) FROM inbox WHERE done_at IS NULL").fetchone()[0])

    return await asyncio.to_thread(count)
