"""The one WebSocket client."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

_PATIENCE = 10.0  # seconds to be admitted
_LONGEST = 1 << 20  # bytes of one message
_PING = 20.0  # seconds between two of WebSocket's own pings


class Socket(Protocol):
    """One connection. Everything raises `ConnectionError` once it is over."""

    async def send(self, text: str) -> None:
        """Send a text."""
        ...

    async def receive(self) -> str:
        """The next text."""
        ...

    async def close(self) -> None:
        """Hang up; a second time does nothing."""
        ...


Dial: TypeAlias = Callable[[str], Awaitable[Socket]]
"""Opens a wss:// address. Raises `ConnectionError` when nobody is there or we are not admitted."""


def dialer(world: str = "", *, pings: bool = True) -> Dial:
    """Dials the real addresses, or those of a served sandbox, with the host name as the first path segment.

    `pings`: a line that does not answer WebSocket's own pings is over; for services that have no pings of their own.
    """
    ping = _PING if pings else None

    async def dial(url: str) -> Socket:
        try:
            there = _elsewhere(world, url) if world else url
            return _Line(await connect(there, open_timeout=_PATIENCE, max_size=_LONGEST, ping_interval=ping))
        except (OSError, TimeoutError, WebSocketException) as error:
            raise ConnectionError(type(error).__name__) from error

    return dial


def _elsewhere(world: str, url: str) -> str:
    asked, there = urlsplit(url), urlsplit(world)
    return f"ws://{there.netloc}/{asked.netloc}{asked.path}"


class _Line:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, text: str) -> None:
        try:
            await self._connection.send(text)
        except ConnectionClosed as closed:
            raise ConnectionError from closed

    async def receive(self) -> str:
        try:
            told = await self._connection.recv()
        except ConnectionClosed as closed:
            raise ConnectionError from closed
        return told if isinstance(told, str) else told.decode(errors="replace")

    async def close(self) -> None:
        await self._connection.close()
