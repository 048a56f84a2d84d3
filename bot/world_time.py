"""The time of a served world: whoever moves its clock moves ours too, so that both agree about what is late."""

import asyncio
import json
from contextlib import suppress

from core.clock import SECOND, Clock, SystemClock
from core.errors import ServiceUnavailable
from core.http import Http

_NOW = "https://world/clock"  # below the served world's own address, like every service
_GLANCE = 0.5  # seconds between two looks at it


class WorldTime:
    """The machine's clock, ahead by as much as the world's is."""

    def __init__(self, http: Http) -> None:
        self._machine: Clock = SystemClock()
        self._http = http
        self._ahead = 0

    def now(self) -> int:
        """The moment, in epoch milliseconds UTC."""
        return self._machine.now() + self._ahead

    async def look(self) -> None:
        """Set it by the world's. Raises `ServiceUnavailable`."""
        reply = await self._http.get("world", _NOW)
        ahead = int(json.loads(reply.body)["now"]) - self._machine.now()
        if abs(ahead - self._ahead) > SECOND:  # what the way takes is no difference
            self._ahead = ahead

    async def follow(self) -> None:
        """Look again and again; while the world cannot be asked, its clock goes on as it did."""
        while True:
            with suppress(ServiceUnavailable):
                await self.look()
            await asyncio.sleep(_GLANCE)
