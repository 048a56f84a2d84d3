"""A ZTO gateway that plays back literal answers, and the adapter in front of it."""

import json
from typing import Any

import httpx

from core.couriers.zto import Zto, ZtoApp
from core.http import Http

NOW = 1_700_000_000_000  # 2023-11-15 06:13:20 in Shanghai
APP = ZtoApp("operator-key", "testsecret")
ACCOUNT = {"kind": "account", "account": "KDGJ1", "password": "ZTO123"}


class Clock:
    def now(self) -> int:
        return NOW


class Gateway:
    """Plays back answers in order and remembers the requests."""

    def __init__(self, *answers: dict[str, Any] | bytes | int | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return httpx.Response(answer)
        content = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
        return httpx.Response(200, content=content)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests]

    @property
    def names(self) -> list[str]:
        return [request.url.path for request in self.requests]


def zto(gateway: Gateway, app: ZtoApp = APP) -> Zto:
    return Zto(Http(httpx.AsyncClient(transport=httpx.MockTransport(gateway))), app, Clock())
