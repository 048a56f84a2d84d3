"""One call to the gateway: signed, paced, opened, and repeated where repeating is safe."""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from core.clock import SECOND, Clock
from core.errors import ClockWrong, OutcomeUnknown, RateLimited, ServiceRefused, ServiceUnavailable
from core.http import Http
from core.shops.pinduoduo.answers import is_about_the_clock, opened
from core.shops.pinduoduo.app import SERVICE, Pause, PinduoduoApp
from core.shops.pinduoduo.pace import Pace
from core.shops.pinduoduo.reading import Json, moment
from core.shops.pinduoduo.signing import sign, wire_fields

ROUTER = "https://gw-api.pinduoduo.com/api/router"
_HEADERS = {"content-type": "application/json; charset=utf-8"}
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Call:
    """One API with its own parameters. Without `access_token` it speaks for the app, not for a shop."""

    api: str
    params: Mapping[str, object]
    access_token: str = field(default="", repr=False)
    shop: str = ""


class Gateway:
    """Pinduoduo's one door."""

    def __init__(self, http: Http, app: PinduoduoApp, clock: Clock, pause: Pause = asyncio.sleep) -> None:
        self._http = http
        self._app = app
        self._clock = clock
        self._pause = pause
        self._ahead = 0  # milliseconds by which the platform's clock is ahead of ours
        rate = app.calls_per_second
        self._paces: defaultdict[str, Pace] = defaultdict(lambda: Pace(1 / rate, rate, pause))

    def now(self) -> int:
        """The moment by the platform's clock, in epoch milliseconds UTC."""
        return self._clock.now() + self._ahead

    async def read(self, call: Call) -> Json:
        """Make a call that may be made twice: it changes nothing, or the second time changes nothing more."""
        return await self._patiently(lambda: _harmless(self._timely(call)))

    async def write(self, call: Call) -> Json:
        """Make a call that counts. Only what surely was not done is tried again. Raises `OutcomeUnknown`."""
        return await self._patiently(lambda: self._timely(call))

    async def _patiently(self, attempt: Callable[[], Awaitable[Json]]) -> Json:
        for tried in range(_ATTEMPTS - 1):
            try:
                return await attempt()
            except (RateLimited, ServiceUnavailable):
                await self._pause(_backoff(tried))
        return await attempt()

    async def _timely(self, call: Call) -> Json:
        try:
            return await self._send(call)
        except ServiceRefused as refusal:
            if not is_about_the_clock(refusal):
                raise
        try:
            await self._set_clock()
            return await self._send(call)
        except ServiceRefused as refusal:
            if not is_about_the_clock(refusal):
                raise
            raise ClockWrong(service=SERVICE) from refusal

    async def _set_clock(self) -> None:
        answer = await _harmless(self._send(Call("pdd.time.get", {})))
        here = self._clock.now()
        self._ahead = (moment(answer, "time") or here) - here

    async def _send(self, call: Call) -> Json:
        await self._paces[call.shop].turn()
        reply = await self._http.post(SERVICE, ROUTER, self._signed(call), _HEADERS)
        return opened(reply.body, call.shop)

    def _signed(self, call: Call) -> bytes:
        fields = wire_fields({**self._common(call), **call.params})
        signed = fields | {"sign": sign(fields, self._app.client_secret)}
        return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()

    def _common(self, call: Call) -> dict[str, object]:
        return {
            "type": call.api,
            "client_id": self._app.client_id,
            "access_token": call.access_token,
            "timestamp": self.now() // SECOND,
            "data_type": "JSON",
            "version": "V1",
        }


async def _harmless(asked: Awaitable[Json]) -> Json:
    """A lost answer to a question means only that we do not know the answer."""
    try:
        return await asked
    except OutcomeUnknown as lost:
        raise ServiceUnavailable(**lost.details) from lost


def _backoff(tried: int) -> float:
    return float(2**tried) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads the load, guards nothing
