"""Calls on behalf of a shop: with its grant, renewed when it has expired."""

from collections.abc import Awaitable, Callable

from core.errors import AuthorisationEnded
from core.shops.base import Grant, GrantKeeper
from core.shops.pinduoduo.gateway import Call, Gateway
from core.shops.pinduoduo.reading import Json


class ShopCalls:
    """Gateway calls in a shop's name. Raises `AuthorisationEnded` when the grant cannot be renewed either."""

    def __init__(self, gateway: Gateway, grants: GrantKeeper, refresh: Callable[[Grant], Awaitable[Grant]]) -> None:
        self._gateway = gateway
        self._grants = grants
        self._refresh = refresh

    async def read(self, shop: str, api: str, **params: object) -> Json:
        """A call that may be repeated."""
        return await self._granted(
            shop, lambda grant: self._gateway.read(Call(api, params, grant.access_token, grant.shop))
        )

    async def write(self, shop: str, api: str, **params: object) -> Json:
        """A call that counts. Raises `OutcomeUnknown` too."""
        return await self._granted(
            shop, lambda grant: self._gateway.write(Call(api, params, grant.access_token, grant.shop))
        )

    async def _granted(self, shop: str, ask: Callable[[Grant], Awaitable[Json]]) -> Json:
        grant = await self._current(shop)
        try:
            return await ask(grant)
        except AuthorisationEnded:
            fresh = await self._grants.renew(grant, self._refresh)
        return await ask(fresh)

    async def _current(self, shop: str) -> Grant:
        grant = await self._grants.grant(shop)
        if grant.expires_at > self._gateway.now():
            return grant
        return await self._grants.renew(grant, self._refresh)
