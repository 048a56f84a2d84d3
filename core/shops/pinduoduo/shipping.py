"""Telling Pinduoduo that a label is printed and that a parcel is on its way."""

import asyncio
from collections.abc import Mapping

from core.clock import DAY, Clock
from core.errors import AlreadyShipped, MerchantError, NotFound, NotPermitted, OutcomeUnknown, ServiceRefused
from core.orders import OrderStatus
from core.shops.pinduoduo import checks
from core.shops.pinduoduo.app import SERVICE
from core.shops.pinduoduo.calls import ShopCalls
from core.shops.pinduoduo.gateway import Call, Gateway
from core.shops.pinduoduo.reading import number, rows, text

_LABEL_PRINTED = 1
_UPLOADS = 3  # attempts, each after a look at the order has shown that the one before did nothing
_LEFT = frozenset({OrderStatus.SHIPPED, OrderStatus.SIGNED})


class Companies:
    """The platform's own ids of couriers, fetched live and kept for a day."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock
        self._ids: Mapping[str, int] = {}
        self._stale_at = 0
        self._fetching = asyncio.Lock()

    async def logistics_id(self, code: str) -> int:
        """The id that shipping calls want. Raises `ServiceRefused` for a courier not open for shipping."""
        async with self._fetching:
            if self._clock.now() >= self._stale_at:
                self._ids = await self._fetch()
                self._stale_at = self._clock.now() + DAY
        if code not in self._ids:
            raise ServiceRefused(service=SERVICE, raw="", said="", courier=code)
        return self._ids[code]

    async def _fetch(self) -> Mapping[str, int]:
        answer = await self._gateway.read(Call("pdd.logistics.companies.get", {}))
        companies = rows(answer, "logistics_companies")
        return {text(row, "code"): number(row, "id") for row in companies if number(row, "available")}


class Shipping:
    """Uploads of tracking numbers."""

    def __init__(self, calls: ShopCalls, companies: Companies) -> None:
        self._calls = calls
        self._companies = companies

    async def report_printed(self, shop: str, order: str, courier: str, tracking_number: str) -> None:
        """Report a printed label; telling it twice changes nothing."""
        await self._calls.read(
            shop,
            "pdd.erp.order.sync",
            order_sn=order,
            order_state=_LABEL_PRINTED,
            waybill_no=tracking_number,
            logistics_id=await self._companies.logistics_id(courier),
        )

    async def ship(self, shop: str, order: str, courier: str, tracking_number: str) -> None:
        """Upload a number; after a refusal or a lost answer, the order itself tells what happened."""
        company = await self._companies.logistics_id(courier)
        lost = OutcomeUnknown(service=SERVICE, shop=shop)
        for _ in range(_UPLOADS):
            try:
                await self._upload(shop, order, company, tracking_number)
            except NotPermitted:
                raise
            except ServiceRefused:
                if not await self._carries(shop, order, tracking_number):
                    raise
            except OutcomeUnknown as unknown:
                lost = unknown
                if not await self._carries_after(unknown, shop, order, tracking_number):
                    continue
            return
        raise lost

    async def _upload(self, shop: str, order: str, company: int, tracking_number: str) -> None:
        await self._calls.write(
            shop,
            "pdd.logistics.online.send",
            order_sn=order,
            logistics_id=company,
            tracking_number=tracking_number,
        )

    async def _carries_after(self, lost: OutcomeUnknown, shop: str, order: str, tracking_number: str) -> bool:
        try:
            return await self._carries(shop, order, tracking_number)
        except AlreadyShipped:
            raise
        except MerchantError as blind:
            raise lost from blind

    async def _carries(self, shop: str, order: str, tracking_number: str) -> bool:
        """Whether the order carries our number. Raises `AlreadyShipped` when it left with another."""
        try:
            held = await checks.order(self._calls, shop, order)
        except NotFound:
            return False
        if held.tracking_number == tracking_number:
            return True
        if held.tracking_number or held.status in _LEFT:
            raise AlreadyShipped(service=SERVICE, shop=shop, raw="", said="", number=held.tracking_number)
        return False
