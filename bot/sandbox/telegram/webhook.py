"""Delivery to the bot's own address: in order, again until it is taken."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from bot.sandbox.clock import SECOND, WorldClock
from bot.sandbox.telegram.updates import KINDS, Updates
from bot.sandbox.telegram.wire import Json, bad

Sender = Callable[[str, bytes, dict[str, str]], Awaitable[int]]
_PORTS = (80, 88, 443, 8443)
_TRIES = 3
_LONGEST_SECRET = 256
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


@dataclass(frozen=True, slots=True)
class Address:
    """Where the bot wants its updates. Raises `Refusal` for what Telegram would not call."""

    url: str
    secret: str
    connections: int
    ip: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" or not parts.hostname:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in _PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if len(self.secret) > _LONGEST_SECRET:
            raise bad("secret token is too long")
        if not _SECRET.fullmatch(self.secret):
            raise bad("secret token contains unallowed characters")

    @property
    def headers(self) -> dict[str, str]:
        """What every delivery carries."""
        secret = {_SECRET_HEADER: self.secret} if self.secret else {}
        return {"Content-Type": "application/json"} | secret


class Webhook:
    """The bot's address, if it has one. Without a `sender` nothing is delivered, and updates wait."""

    def __init__(self, clock: WorldClock, updates: Updates) -> None:
        self.address: Address | None = None
        self.sender: Sender | None = None
        self._clock = clock
        self._updates = updates
        self._error: Json = {}

    def set(self, address: Address | None) -> None:
        """Deliver to this address from now on, or nowhere; what went wrong before is forgotten."""
        self.address, self._error = address, {}

    def to_json(self) -> Json:
        """As a WebhookInfo."""
        shown: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self._updates)}
        if self.address is not None:
            shown |= {"url": self.address.url, "max_connections": self.address.connections}
            shown |= {"ip_address": self.address.ip or "203.0.113.7"} | self._error
        allowed = {} if self._updates.allowed == KINDS else {"allowed_updates": sorted(self._updates.allowed)}
        return shown | allowed

    async def deliver(self) -> int:
        """Send what waits, oldest first, and stop at one that is not taken; returns how many were."""
        taken = 0
        while (update := self._updates.first()) is not None and await self._is_taken(update):
            self._updates.delivered(update)
            taken += 1
        return taken

    async def _is_taken(self, update: Json) -> bool:
        """Several tries, without the pauses the real service makes."""
        for _ in range(_TRIES):
            if self.address is None or self.sender is None:
                return False
            status = await self.sender(self.address.url, json.dumps(update).encode(), self.address.headers)
            if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                return True
            self._note(HTTPStatus(status))
        return False

    def _note(self, status: HTTPStatus) -> None:
        message = f"Wrong response from the webhook: {status.value} {status.phrase}"
        self._error = {"last_error_date": self._clock.now() // SECOND, "last_error_message": message}
