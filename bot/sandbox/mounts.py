"""The world inside the caller's own process: each service as a transport of the HTTP client, no network anywhere."""

import asyncio
from collections.abc import MutableMapping
from typing import Any, Self
from urllib.parse import unquote

import httpx
from starlette.types import ASGIApp

from bot.sandbox.service import AnswerLost, ServiceDown


class InProcess(httpx.AsyncBaseTransport):
    """Calls a service directly, and fails the way a network fails."""

    def __init__(self, service: ASGIApp) -> None:
        self._inner = httpx.ASGITransport(service)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises `httpx.ConnectError` for a service that is down, `httpx.ReadTimeout` for a lost answer."""
        try:
            return await self._inner.handle_async_request(request)
        except ServiceDown as error:
            raise httpx.ConnectError("connection refused", request=request) from error
        except AnswerLost as error:
            raise httpx.ReadTimeout("timed out", request=request) from error


class InProcessSocket:
    """One end of a WebSocket whose other end is an ASGI service."""

    def __init__(self, service: ASGIApp, path: str) -> None:
        self._to_service: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        self._from_service: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        scope: dict[str, object] = {
            "type": "websocket",
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "wss",
            "query_string": b"",
            "headers": [],
            "subprotocols": [],
            "client": None,
            "server": None,
        }
        self._serving = asyncio.create_task(self._serve(service, scope), name="a service's end of a socket")
        self._is_closed = False

    @classmethod
    async def open(cls, service: ASGIApp, path: str) -> Self:
        """Raises `ConnectionError` when the service does not want us."""
        socket = cls(service, path)
        socket._to_service.put_nowait({"type": "websocket.connect"})
        answer = await socket._from_service.get()
        if answer["type"] != "websocket.accept":
            await socket.close()
            raise ConnectionError("not admitted")
        return socket

    async def send(self, text: str) -> None:
        """Raises `ConnectionError` once it is closed."""
        if self._is_closed or self._serving.done():
            raise ConnectionError("closed")
        self._to_service.put_nowait({"type": "websocket.receive", "text": text})

    async def receive(self) -> str:
        """The next message. Raises `ConnectionError` when there will be none."""
        told = await self._from_service.get()
        if told["type"] != "websocket.send":
            await self.close()
            raise ConnectionError("closed")
        return str(told["text"])

    async def close(self) -> None:
        """Hang up."""
        self._is_closed = True
        self._to_service.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.gather(self._serving, return_exceptions=True)

    async def _serve(self, service: ASGIApp, scope: dict[str, object]) -> None:
        async def send(message: MutableMapping[str, Any]) -> None:
            self._from_service.put_nowait(dict(message))

        try:
            await service(scope, self._to_service.get, send)
        finally:
            self._from_service.put_nowait({"type": "websocket.close"})
