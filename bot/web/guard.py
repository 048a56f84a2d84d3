"""What every request and every answer of ours is held to: small bodies, sent in time, and answers kept nowhere."""

import asyncio
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.errors import unforeseen

LONGEST_BODY = 256 * 1024  # bytes; a message is a few thousand characters, a journey of 400 scans half of it
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
_AS_SENT = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]


class Guard:
    """Wraps an app: headers on every answer, 413 for a body that is too long, 408 for one that takes too long.

    Whatever fails unforeseen is logged under a reference and answered by 503, so that whoever calls us calls again.
    """

    def __init__(self, app: ASGIApp, longest: int = LONGEST_BODY, patience: float = _PATIENCE) -> None:
        self._app = app
        self._longest = longest
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limited, answer = _Limited(receive, self._longest, self._patience), _Answer(send)
        try:
            await self._app(scope, limited, answer)
        except ClientDisconnect:
            return  # gone in the middle of its request
        except Exception as error:
            unforeseen("request failed", error, route=f"/{scope['path'].split('/')[1]}")
            if answer.has_begun:
                raise
            await Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)(scope, receive, answer)


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


class _Answer:
    """Sends an answer with the headers that it does not have itself."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        """Send the next piece."""
        if message["type"] == "http.response.start":
            self.has_begun = True
            told = {name for name, _ in message["headers"]}
            message["headers"].extend(header for header in _AS_SENT if header[0] not in told)
        await self._send(message)
