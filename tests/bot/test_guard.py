"""Small bodies, sent in time, and answers that are kept nowhere."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.guard import Guard
from tests.support.sockets import served


async def _counted(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())), headers={"Cache-Control": "max-age=5"})


APP = Starlette(
    routes=[Route("/", _counted, methods=["POST"])], middleware=[Middleware(Guard, longest=1000, patience=0.2)]
)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://miandan") as client:
        yield client


async def pieces(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


@pytest.mark.parametrize(("sizes", "status"), [((1000,), 200), ((1001,), 413), ((500, 500), 200), ((500, 501), 413)])
async def test_a_body_is_measured_however_it_comes(
    client: httpx.AsyncClient, sizes: tuple[int, ...], status: int
) -> None:
    assert (await client.post("/", content=pieces(*sizes))).status_code == status


async def test_a_body_that_does_not_end_is_not_waited_for() -> None:
    async with served(APP) as address:
        host, port = address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        async with asyncio.timeout(5):
            assert (await reader.readline()).startswith(b"HTTP/1.1 408")
        writer.close()


@pytest.mark.parametrize("path", ["/", "/nowhere"])
async def test_every_answer_says_that_it_is_kept_nowhere_and_shown_nowhere(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = (await client.post(path)).headers
    assert headers["cache-control"] == ("max-age=5" if path == "/" else "no-store"), "a page may know better"
    assert (headers["referrer-policy"], headers["x-content-type-options"]) == ("no-referrer", "nosniff")
    assert (headers["x-frame-options"], headers["x-robots-tag"]) == ("DENY", "noindex")
    assert {"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= set(
        headers["content-security-policy"].split("; ")
    )
