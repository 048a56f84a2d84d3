"""The web server: uvicorn, leaving signals to us, and no longer patient with whoever never comes to the point.

uvicorn bounds neither how long a request may take to arrive nor how much stands before its body.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LONGEST_HEAD = 64 * 1024  # bytes; a sealed callback's is below one thousand
_PATIENCE = 20.0  # seconds in which a whole request must have come; the guard is less patient, and answers


class Server(uvicorn.Server):
    """Leaves signals to us: uvicorn raises them again when it has ended, before we could finish what is in hand."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    def leave(self) -> None:
        """Stop serving."""
        self.should_exit = True


def server(site: ASGIApp, host: str, port: int) -> Server:
    """A server that listens there once it is asked to serve."""
    config = uvicorn.Config(
        site, host, port, http=Connection, ws="none", log_config=None, access_log=False, timeout_graceful_shutdown=2
    )
    return Server(config)


class Connection(HttpToolsProtocol):
    """Hangs up on a head that is too long, and on a request that is not there in time."""

    longest_head = _LONGEST_HEAD
    patience = _PATIENCE

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*args, **kwargs)
        self._head = 0  # bytes that came of a head that is not whole yet
        self._deadline: asyncio.TimerHandle | None = None  # while a request is awaited or comes in

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Whoever connects has to say something."""
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """The next bytes, of a head or of a body."""
        self._await_request()
        self._head += len(data)
        super().data_received(data)
        if self._head > self.longest_head:
            self._hang_up()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._head = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """What came is of the body."""
        self._head = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._head = 0
        self._cease_waiting()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        self._cease_waiting()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.patience, self._hang_up)

    def _cease_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
