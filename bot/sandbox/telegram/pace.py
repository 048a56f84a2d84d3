"""How fast a bot may speak (official FAQ: about one message a second to a chat, thirty a second to all)."""

from bot.sandbox.clock import SECOND, WorldClock
from bot.sandbox.telegram.wire import too_many

_TO_ALL = 30


class Pace:
    """Lets everything through until `is_strict`. The real service allows short bursts; this one, none."""

    def __init__(self, clock: WorldClock) -> None:
        self.is_strict = False
        self._clock = clock
        self._recent: list[tuple[int, int]] = []

    def admit(self, chat: int) -> None:
        """One message to this chat. Raises `Refusal` when it comes too soon."""
        now = self._clock.now()
        self._recent = [(to, at) for to, at in self._recent if now - at < SECOND]
        if self.is_strict and (len(self._recent) >= _TO_ALL or any(to == chat for to, _ in self._recent)):
            raise too_many(1)
        self._recent.append((chat, now))
