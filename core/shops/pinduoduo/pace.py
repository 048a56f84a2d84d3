"""Staying below a rate limit by waiting for one's turn."""

import time
from collections.abc import Callable

from core.shops.pinduoduo.app import Pause


class Pace:
    """A token bucket: `burst` turns at once, then one every `interval` seconds.

    It measures real time, not the program's clock: the limit is the other side's, and that clock can stand still.
    """

    def __init__(self, interval: float, burst: int, pause: Pause, watch: Callable[[], float] = time.monotonic) -> None:
        self._interval = interval
        self._reserve = (burst - 1) * interval
        self._pause = pause
        self._watch = watch
        self._next = float("-inf")

    async def turn(self) -> None:
        """Wait until it is our turn."""
        now = self._watch()
        slot = max(self._next, now - self._reserve)
        self._next = slot + self._interval
        if slot > now:
            await self._pause(slot - now)
