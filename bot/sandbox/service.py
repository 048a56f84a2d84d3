"""How the network treats a service: counted, slow, down, throttled, answering rubbish or losing its answers.

A service is an ASGI app that raises `ServiceDown` or `AnswerLost` where a network would fail. `mounts.py` turns these
into the errors an HTTP client knows; `served.py` refuses or drops the connection instead.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from bot.sandbox.clock import SECOND, WorldClock
from bot.sandbox.ledger import Ledger
from bot.sandbox.parcels import Parcels

Hook = Callable[[str], Awaitable[None]]
RUBBISH = b"<html><head><title>502 Bad Gateway</title></head><body>\xff\xfe"


class ServiceDown(Exception):
    """Nobody answers: the request surely did nothing."""


class AnswerLost(Exception):
    """The work is done and the answer never arrives."""


@dataclass(slots=True)
class Scene:
    """What all services of one world share.

    `before_answer` is awaited with "service:operation" before the work is done, and with "service:operation:done" after
    it, before the answer goes out.
    """

    clock: WorldClock
    ledger: Ledger
    parcels: Parcels
    before_answer: Hook | None = None

    async def reaches(self, point: str) -> None:
        """Tell whoever listens how far a call has come."""
        if self.before_answer is not None:
            await self.before_answer(point)


@dataclass(slots=True)
class Countdown:
    """A fault that befalls the next `left` calls, only those of operation `on` when that is named."""

    left: int = 0
    on: str = ""

    def takes(self, operation: str) -> bool:
        """Whether this call is hit; if so, one less is left."""
        hit = self.left > 0 and self.on in {"", operation}
        self.left -= hit
        return hit


class Service(ABC):
    """One outside service. The work is its subclass's; every call passes through `serve`, where bad days happen.

    `delay_ms` is how long each answer takes, in real milliseconds.
    """

    def __init__(self, name: str, scene: Scene) -> None:
        self.name = name
        self.scene = scene
        self.delay_ms = 0
        self._down = False
        self._losing = Countdown()
        self._garbling = Countdown()
        self._halving = Countdown()
        self._throttling = Countdown()

    def goes_down(self) -> None:
        """Nobody answers any more."""
        self._down = True

    def comes_back(self) -> None:
        """Answers again, and every other fault is over too."""
        self._down = False
        self._losing, self._garbling, self._halving, self._throttling = (Countdown() for _ in range(4))

    def loses_answers(self, times: int = 1, on: str = "") -> None:
        """The next calls (of operation `on`) do their work, and the connection dies before the answer."""
        self._losing = Countdown(times, on)

    def answers_garbage(self, times: int = 1, on: str = "") -> None:
        """The next calls (of operation `on`) do their work and are answered by bytes that make no sense."""
        self._garbling = Countdown(times, on)

    def answers_half(self, times: int = 1, on: str = "") -> None:
        """The next calls (of operation `on`) do their work, and the second half of the answer is missing."""
        self._halving = Countdown(times, on)

    def throttles(self, times: int = 1, on: str = "") -> None:
        """The next calls (of operation `on`) are refused as too frequent."""
        self._throttling = Countdown(times, on)

    @abstractmethod
    def throttled(self) -> Response:
        """This service's own words for "too many calls"."""

    async def serve(self, operation: str, work: Callable[[], Response]) -> Response:
        """Let one call through: `work` runs at once and unbroken, so that it happens wholly or not at all.

        Raises `ServiceDown` before the work, `AnswerLost` after it.
        """
        if self._down:
            raise ServiceDown(self.name)
        point = f"{self.name}:{operation}"
        self.scene.ledger.calls[point] += 1
        await asyncio.sleep(self.delay_ms / SECOND)
        await self.scene.reaches(point)
        if self._throttling.takes(operation):
            return self.throttled()
        response = work()
        await self.scene.reaches(f"{point}:done")
        return self._sent(operation, response)

    def _sent(self, operation: str, response: Response) -> Response:
        if self._losing.takes(operation):
            raise AnswerLost(self.name)
        if self._garbling.takes(operation):
            return Response(RUBBISH, media_type="text/html")
        if self._halving.takes(operation):
            return Response(bytes(response.body)[: len(response.body) // 2], media_type=response.media_type)
        return response
