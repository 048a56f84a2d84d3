"""What every request and every answer of ours is held to: small bodies, sent in time, and answers kept nowhere."""

import asyncio
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LONGEST_BODY = 256 * 1024  # bytes; a chat's message is at most a few thousand characters
_PATIENCE = 10.0  # seconds in which a body must have come
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # a page's address may hold a code
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


class Guard:
    """Wraps an app: 413 for a body that is too long, 408 for one that takes too long, headers on every answer."""

    def __init__(self, app: ASGIApp, longest: int = _LONGEST_BODY, patience: float = _PATIENCE) -> None:
        self._app = app
        self._longest = longest
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, _Limited(receive, self._longest, self._patience), _with_headers(send))


class _Limited:
    """Receives a body piece by piece, as long as it is neither too long nor too slow."""

    def __init__(self, receive: Receive, longest: int, patience: float) -> None:
        self._receive = receive
        self._left = longest
        self._until = asyncio.get_running_loop().time() + patience
        self._is_whole = False

    async def __call__(self) -> Message:
        """The next piece. Raises `HTTPException`."""
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError as error:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from error
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self._is_whole = not message.get("more_body", False)
        return message


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sent
