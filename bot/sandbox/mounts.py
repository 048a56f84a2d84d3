"""The world inside the caller's own process: each service as a transport of the HTTP client, no sockets anywhere."""

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
