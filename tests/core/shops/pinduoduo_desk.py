"""A Pinduoduo gateway that plays back literal answers, and everything an adapter needs around it."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import httpx

from core.errors import AuthorisationEnded
from core.http import Http
from core.shops.base import Grant
from core.shops.pinduoduo import Pinduoduo, PinduoduoApp

SHOP = "123456789"
NOW = 1_700_000_000_000  # 2023-11-15 06:13:20 in Shanghai
APP = PinduoduoApp("c0ffee00c0ffee00c0ffee00c0ffee00", "s3cr3t", "https://bot.example/pdd", decrypt_interval=0.0)
GRANT = Grant(SHOP, "pdd12345678901", "tok_0123456789", "ref_0123456789", NOW + 86_400_000, NOW + 864_000_000)
LOST = httpx.ReadTimeout("the answer was lost")

Fields: TypeAlias = dict[str, str]
Answer: TypeAlias = dict[str, Any] | bytes | Exception | Callable[[Fields], dict[str, Any]]


class Clock:
    """A clock that stands still."""

    def __init__(self, now: int = NOW) -> None:
        self.moment = now

    def now(self) -> int:
        return self.moment


class Keeper:
    """Grants in memory, renewed one at a time."""

    def __init__(self, *grants: Grant) -> None:
        self.grants = {grant.shop: grant for grant in grants}
        self._lock = asyncio.Lock()

    async def grant(self, shop: str) -> Grant:
        if shop not in self.grants:
            raise AuthorisationEnded(shop=shop)
        return self.grants[shop]

    async def renew(self, stale: Grant, refresh: Callable[[Grant], Awaitable[Grant]]) -> Grant:
        async with self._lock:
            if self.grants[stale.shop] == stale:
                self.grants[stale.shop] = await refresh(stale)
            return self.grants[stale.shop]


class ScriptedGateway:
    """Plays back answers for each API in order and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._answers: defaultdict[str, deque[Answer]] = defaultdict(deque)

    def will_answer(self, api: str, *answers: Answer) -> None:
        self._answers[api] += answers

    def asked(self, api: str) -> list[dict[str, str]]:
        """The API's own parameters of every call so far."""
        common = {"type", "client_id", "access_token", "timestamp", "data_type", "version", "sign"}
        fields = [json.loads(request.content) for request in self.requests]
        return [{k: v for k, v in one.items() if k not in common} for one in fields if one["type"] == api]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        fields = json.loads(request.content)
        answer = self._answers[fields["type"]].popleft()
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer = answer(fields)
        content = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
        return httpx.Response(200, content=content)


@dataclass
class Desk:
    """The adapter with the world around it."""

    app: PinduoduoApp = APP
    gateway: ScriptedGateway = field(default_factory=ScriptedGateway)
    keeper: Keeper = field(default_factory=lambda: Keeper(GRANT))
    clock: Clock = field(default_factory=Clock)
    pauses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        http = Http(httpx.AsyncClient(transport=httpx.MockTransport(self.gateway)))
        self.shop = Pinduoduo(http, self.app, self.keeper, self.clock, self.pause)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


def refusal(code: int, said: str = "", sub_code: str | None = None) -> dict[str, Any]:
    """An error envelope as the gateway sends it."""
    return {
        "error_response": {
            "error_msg": said,
            "sub_msg": said,
            "sub_code": sub_code,
            "error_code": code,
            "request_id": "15440104776643887",
        }
    }


EXPIRED = replace(GRANT, expires_at=NOW)
REFRESHED = {
    "pop_auth_token_refresh_response": {
        "access_token": "tok_new",
        "refresh_token": "ref_new",
        "expires_at": 1_700_086_400,
        "expires_in": 86_400,
        "refresh_token_expires_at": 1_702_592_000,
        "refresh_token_expires_in": 2_592_000,
        "owner_id": SHOP,
        "owner_name": "pdd12345678901",
        "scope": ["pdd.order.list.get"],
        "request_id": "1700000000000",
    }
}
