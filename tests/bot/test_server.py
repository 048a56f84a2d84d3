"""The server hangs up on who never comes to the point, and on nobody else."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.server import Connection, server

PATIENCE = 0.5  # seconds
CALL = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"


async def _counted(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


class Impatient(Connection):
    """The same, for tests that do not want to wait."""

    patience = PATIENCE


class Brief(Connection):
    """One that wants short heads, and is patient."""

    longest_head = 2000


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Where an impatient server of ours listens."""
    async with _serving(Impatient) as port:
        yield port


@contextlib.asynccontextmanager
async def _serving(connection: type[Connection]) -> AsyncIterator[int]:
    app = Starlette(routes=[Route("/", _counted, methods=["POST"])])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = server(app, "127.0.0.1", 0)
        serving.config.http = connection
        task = asyncio.create_task(serving.serve([listener]))
        while not serving.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0)
        yield int(listener.getsockname()[1])
        serving.leave()
        await task


async def _heard(port: int, *said: bytes, pause: float = 0.0) -> bytes:
    """All that comes back until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = asyncio.create_task(reader.read())
    with contextlib.suppress(ConnectionError):
        for piece in said:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
    async with asyncio.timeout(10):
        try:
            return await heard
        except ConnectionError:  # it hung up while we spoke
            return b""
        finally:
            writer.close()


async def test_a_request_is_answered_however_many_pieces_it_comes_in(port: int) -> None:
    whole = CALL + b"Connection: close\r\n\r\nhello"
    heard = await _heard(port, *(bytes([each]) for each in whole))
    assert heard.startswith(b"HTTP/1.1 200")
    assert heard.endswith(b"5")


async def test_a_connection_stays_open_for_more_than_one_request_and_for_longer_than_one_may_take(port: int) -> None:
    calls = [CALL + b"\r\nhello"] * 3
    heard = await _heard(port, *calls, CALL + b"Connection: close\r\n\r\nhello", pause=PATIENCE * 0.6)
    assert heard.count(b"HTTP/1.1 200") == 4


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([], id="nothing"),
        pytest.param([b"\r\n"] * 20, id="empty lines"),
        pytest.param([CALL, *[b"A: b\r\n"] * 20], id="a head that never ends"),
        pytest.param([CALL + b"\r\n", *[b"a"] * 4], id="a body that never ends"),
    ],
)
async def test_whoever_does_not_come_to_the_point_is_hung_up_on(port: int, said: list[bytes]) -> None:
    began = asyncio.get_running_loop().time()
    assert await _heard(port, *said, pause=PATIENCE / 10) == b""
    assert asyncio.get_running_loop().time() - began >= PATIENCE


async def test_a_head_that_is_too_long_is_not_waited_for() -> None:
    async with _serving(Brief) as port:
        assert await _heard(port, CALL, *[b"A: " + b"b" * 500 + b"\r\n"] * 4) == b""


async def test_a_long_body_counts_for_no_head() -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5000\r\n\r\n"
    async with _serving(Brief) as port:
        heard = await _heard(port, head, *[b"x" * 1000] * 5, pause=0.01)
    assert heard.endswith(b"5000")
