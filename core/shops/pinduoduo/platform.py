"""Pinduoduo as a `ShopPlatform`: what each method does stands in the module that it names."""

import asyncio
from collections.abc import Mapping, Sequence

from core.clock import Clock, Period
from core.http import Http
from core.orders import Order, Recipient, Sender, Standing
from core.parcels import Node
from core.shops.base import Grant, GrantKeeper, OrderPage, ShopProfile
from core.shops.pinduoduo import checks, listing, mall, receivers, traces
from core.shops.pinduoduo.app import SERVICE, Pause, PinduoduoApp
from core.shops.pinduoduo.calls import ShopCalls
from core.shops.pinduoduo.gateway import Call, Gateway
from core.shops.pinduoduo.oauth import Authorisation
from core.shops.pinduoduo.pace import Pace
from core.shops.pinduoduo.shipping import Companies, Shipping


class Pinduoduo:
    """拼多多. `pause` waits some seconds: between attempts, and to stay below rate limits."""

    code = SERVICE
    name = "拼多多"

    def __init__(
        self, http: Http, app: PinduoduoApp, grants: GrantKeeper, clock: Clock, pause: Pause = asyncio.sleep
    ) -> None:
        self.has_app = bool(app.client_id and app.client_secret)
        self.reveals_receivers = app.may_decrypt
        self._gateway = Gateway(http, app, clock, pause)
        self._authorisation = Authorisation(self._gateway, app)
        self._calls = ShopCalls(self._gateway, grants, self._authorisation.refresh)
        self._shipping = Shipping(self._calls, Companies(self._gateway, clock))
        self._decrypt_pace = Pace(app.decrypt_interval, 1, pause)

    async def check_app(self) -> None:
        """Ask the platform for the time, in the app's name."""
        await self._gateway.read(Call("pdd.time.get", {}))

    def authorisation_url(self, state: str, *, on_phone: bool = False) -> str:
        """The page on which the shop's main account agrees."""
        return self._authorisation.url(state, on_phone=on_phone)

    async def exchange(self, code: str) -> Grant:
        """A one-use code for a grant."""
        return await self._authorisation.exchange(code)

    async def profile(self, grant: Grant) -> ShopProfile:
        """The shop behind a fresh grant."""
        return await mall.profile(self._gateway, grant)

    async def orders_confirmed(self, shop: str, period: Period) -> tuple[Order, ...]:
        """Orders confirmed in the period that still wait to ship, oldest first."""
        return await listing.confirmed(self._calls, shop, period)

    async def orders_changed(self, shop: str, period: Period) -> OrderPage:
        """Orders updated in the period; `until` is three minutes ago, because the platform lists late."""
        return await listing.changed(self._calls, shop, period, self._gateway.now())

    async def order(self, shop: str, number: str) -> Order:
        """One order, fresh."""
        return await checks.order(self._calls, shop, number)

    async def standings(self, shop: str, numbers: Sequence[str]) -> Mapping[str, Standing]:
        """The fresh standing of every asked order."""
        return await checks.standings(self._calls, shop, numbers)

    async def merge_groups(self, shop: str, numbers: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """Which of these orders may share a parcel."""
        return await checks.merge_groups(self._calls, shop, numbers)

    async def declare_courier_labels(self, shop: str, numbers: Sequence[str]) -> None:
        """Declare that these orders will carry a courier's own label."""
        await receivers.declare(self._calls, shop, numbers)

    async def reveal(self, shop: str, orders: Sequence[Order]) -> Mapping[str, Recipient]:
        """The plain receivers by order number."""
        return await receivers.reveal(self._calls, self._decrypt_pace, shop, orders)

    async def report_printed(self, shop: str, number: str, courier: str, tracking_number: str) -> None:
        """Report a printed label."""
        await self._shipping.report_printed(shop, number, courier, tracking_number)

    async def ship(self, shop: str, number: str, courier: str, tracking_number: str) -> None:
        """Upload a tracking number."""
        await self._shipping.ship(shop, number, courier, tracking_number)

    async def reply_by(self, shop: str, number: str, refund: str = "") -> int | None:
        """By when the seller must answer the order's after-sale."""
        return await checks.reply_by(self._calls, shop, number, refund)

    async def return_addresses(self, shop: str) -> tuple[Sender, ...]:
        """The shop's own addresses."""
        return await mall.return_addresses(self._calls, shop)

    async def permit_messages(self, shop: str) -> None:
        """Have the shop spoken of on the message service, in all topics that the app has subscribed to."""
        await self._calls.read(shop, "pdd.pmc.user.permit")

    async def trace(self, shop: str, courier: str, tracking_number: str) -> tuple[Node, ...]:
        """The parcel's journey."""
        return await traces.trace(self._calls, shop, courier, tracking_number)
