"""Webhooks a second, each durable when it is answered, beside python-telegram-bot's own webhook server echoing."""

import asyncio
import json
import sqlite3
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from telegram_talk import SECRET, update
from webhook_servers import GO, PATH

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
        rates = [(await _rate(our_port), await _rate(echo_port)) for _ in range(ROUNDS)]
        kept = await _waiting(tmp_path)
        us.send_signal(GO)
        answering = await _seconds_until_answered(tmp_path)
        while_answering = await _rate(our_port)
    ours, echo = (statistics.median(column) for column in zip(*rates, strict=True))
    print(
        f"\nwebhooks a second: ours, durable {ours:,.0f}; library's echo {echo:,.0f}, x{ours / echo:.2f};"
        f" {kept / answering:,.0f} turns a second afterwards; ours while it answers {while_answering:,.0f}"
    )
    assert kept == UPDATES * ROUNDS
    assert ours / echo >= 2


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


async def _rate(port: int) -> float:
    """Updates answered with 200 a second."""
    numbers = iter([next(_numbers) for _ in range(UPDATES)])
    began = time.perf_counter()
    await asyncio.gather(*(_connection(port, numbers) for _ in range(CONNECTIONS)))
    return UPDATES / (time.perf_counter() - began)


async def _connection(port: int, numbers: Iterator[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in numbers:
        body = json.dumps(update(number, number % CHATS + 1, SAID)).encode()
        writer.write(_head(len(body)) + body)
        assert await _status(reader) == b"200"
    writer.close()


def _head(length: int) -> bytes:
    lines = (
        f"POST {PATH} HTTP/1.1",
        "Host: bot.example",
        "Content-Type: application/json",
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}",
        f"Content-Length: {length}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


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
