"""Every door, on a line to the outside on which every request fails in the same way."""

from collections.abc import Awaitable, Callable

import httpx

from core.couriers import CourierApps, all_couriers
from core.couriers.base import Courier
from core.couriers.zto import ZtoApp
from core.errors import AuthorisationEnded
from core.http import Http
from core.printers import IppPrinter
from core.printers.base import Printer
from core.shops import ShopApps, all_shops
from core.shops.base import Grant, ShopPlatform
from core.shops.pinduoduo import PinduoduoApp

NOW = 1_700_000_000_000
GRANT = Grant("1", "owner", "access", "refresh", NOW * 2, NOW * 2)


class Clock:
    def now(self) -> int:
        return NOW


class Grants:
    """One shop's grant that cannot be renewed."""

    async def grant(self, shop: str) -> Grant:
        if shop != GRANT.shop:
            raise AuthorisationEnded(shop=shop)
        return GRANT

    async def renew(self, stale: Grant, refresh: Callable[[Grant], Awaitable[Grant]]) -> Grant:
        return await refresh(stale)


class Line:
    """A line to the outside on which every request fails in the same way."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure
        self.requests = 0

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.requests += 1
        raise self.failure


def _http(line: Line) -> Http:
    return Http(httpx.AsyncClient(transport=httpx.MockTransport(line)))


def dead() -> Line:
    return Line(httpx.ConnectError("no route"))


def losing() -> Line:
    return Line(httpx.ReadTimeout("the answer was lost"))


async def _no_pause(_seconds: float) -> None:
    return None


def couriers(line: Line) -> tuple[Courier, ...]:
    return all_couriers(_http(line), CourierApps(zto=ZtoApp("key", "secret")), Clock())


def shops(line: Line) -> tuple[ShopPlatform, ...]:
    apps = ShopApps(PinduoduoApp("client", "secret", "https://bot.example/back", decrypt_interval=0.0))
    return all_shops(_http(line), apps, Grants(), Clock(), _no_pause)


def printers(line: Line) -> tuple[Printer, ...]:
    return (IppPrinter(_http(line), "ipp://printer.local/ipp/print", "printer"),)
