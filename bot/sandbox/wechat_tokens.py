"""Access tokens of WeChat's APIs: good for two hours, told apart when they are wrong, old or missing."""

from itertools import count

from bot.sandbox.clock import SECOND, WorldClock

LIFE = 7200  # seconds
MISSING, INVALID, EXPIRED, NOT_LATEST = 41001, 40014, 42001, 40001


class AccessTokens:
    """`is_shared`: asking again gives the same token while it lives (WeCom), else a new one ends the old at once.

    The real Official Account lets the old one live five minutes more; this one, strictly, does not.
    """

    def __init__(self, clock: WorldClock, prefix: str, *, is_shared: bool) -> None:
        self.issued = 0
        self._clock = clock
        self._prefix = prefix
        self._is_shared = is_shared
        self._numbers = count(1)
        self._token = ""
        self._until = 0
        self._old: set[str] = set()

    def issue(self) -> str:
        """A token."""
        self.issued += 1
        if not (self._is_shared and self._token and self._clock.now() < self._until):
            self._old.add(self._token)
            self._token = f"{self._prefix}-{next(self._numbers):06d}"
            self._until = self._clock.now() + LIFE * SECOND
        return self._token

    def expire(self) -> None:
        """The token is too old from now on."""
        self._until = 0

    def forget(self) -> None:
        """Nobody knows the token any more."""
        self._token = ""

    def fault(self, token: str) -> int:
        """Why a call with this token is refused; 0 when it is not."""
        if not token:
            return MISSING
        if token == self._token:
            return 0 if self._clock.now() < self._until else EXPIRED
        if token not in self._old:
            return INVALID
        return EXPIRED if self._is_shared else NOT_LATEST
