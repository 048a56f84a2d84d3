"""Bound shops and their grants."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.clock import SECOND, Clock
from core.errors import AuthorisationEnded, ServiceUnavailable
from core.grants import Grant
from core.manual import BOOK, is_book, owner_of
from core.storage.database import Conflict, Database, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

_RENEWAL = 30 * SECOND  # how long one process may take to renew a grant
_LOOKS = 70  # how often another process looks whether it is done: for longer than that
_BETWEEN_LOOKS = 0.5  # seconds
_NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class BoundShop:
    """A shop of a merchant. `synced_until`: all its changes up to this moment are in our orders."""

    id: str
    merchant: str
    platform: str
    name: str
    expires_at: int
    synced_until: int


class Shops:
    """The table `shops`; also the keeper of grants for the shop platforms."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`pause` waits so many seconds while another process renews a grant."""
        self._database = database
        self._clock = clock
        self._pause = pause
        self._grants = SealedColumn(vault, "shops/grant", Grant)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, merchant: str) -> list[BoundShop]:
        """The merchant's shops, the first bound first."""
        return await self._find("merchant = ?", merchant)

    async def all(self) -> list[BoundShop]:
        """Everybody's shops, the first bound first."""
        return await self._find("id <> ?", "")

    async def get(self, shop: str) -> BoundShop | None:
        """One shop, whoever's it is. A merchant's book of manual orders is always there."""
        if is_book(shop):
            return BoundShop(shop, owner_of(shop), BOOK, "手工单", expires_at=_NEVER, synced_until=0)
        found = await self._find("id = ?", shop)
        return found[0] if found else None

    def bind(self, shop: BoundShop, grant: Grant, now: int) -> Statement:
        """A shop with its grant; a shop bound before keeps its merchant and its orders and gets the new grant."""
        return run(
            "INSERT INTO shops VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?) ON CONFLICT (id) DO UPDATE SET"
            " name = excluded.name, grant_sealed = excluded.grant_sealed, expires_at = excluded.expires_at",
            shop.id,
            shop.merchant,
            shop.platform,
            shop.name,
            self._grants.seal(shop.id, grant),
            grant.expires_at,
            now,
        )

    def synced(self, shop: str, until: int) -> Statement:
        """Remember up to when the shop's changes are known; never backwards."""
        return run("UPDATE shops SET synced_until = ? WHERE id = ? AND synced_until < ?", until, shop, until)

    async def grant(self, shop: str) -> Grant:
        """The shop's grant. Raises `AuthorisationEnded` when the shop is not bound."""
        return self._grants.open(shop, await self._sealed(shop))

    async def renew(self, stale: Grant, refresh: Callable[[Grant], Awaitable[Grant]]) -> Grant:
        """Replace a stale grant once, however many callers and processes ask at the same time."""
        async with self._locks[stale.shop]:
            for _ in range(_LOOKS):
                sealed = await self._sealed(stale.shop)
                current = self._grants.open(stale.shop, sealed)
                if current.access_token != stale.access_token:
                    return current
                if await self._claim(stale.shop, sealed):
                    return await self._renew(current, refresh)
                await self._pause(_BETWEEN_LOOKS)  # another process is renewing it
        raise ServiceUnavailable(service="grant")

    async def _sealed(self, shop: str) -> str:
        rows = await self._database.all("SELECT grant_sealed FROM shops WHERE id = ?", shop)
        if not rows:
            raise AuthorisationEnded(shop=shop)
        return str(rows[0][0])

    async def _claim(self, shop: str, sealed: str) -> bool:
        """Whether the renewal of this very grant is ours: one that was replaced since we read it is not renewed."""
        now = self._clock.now()
        claim = guarded(
            "UPDATE shops SET renewing_until = ? WHERE id = ? AND renewing_until <= ? AND grant_sealed = ?",
            now + _RENEWAL,
            shop,
            now,
            sealed,
        )
        try:
            await self._database.apply(claim)
        except Conflict:
            return False
        return True

    async def _renew(self, current: Grant, refresh: Callable[[Grant], Awaitable[Grant]]) -> Grant:
        try:
            fresh = await refresh(current)
        except BaseException:
            await self._database.apply(run("UPDATE shops SET renewing_until = 0 WHERE id = ?", current.shop))
            raise
        await self._database.apply(
            run(
                "UPDATE shops SET grant_sealed = ?, expires_at = ?, renewing_until = 0 WHERE id = ?",
                self._grants.seal(fresh.shop, fresh),
                fresh.expires_at,
                fresh.shop,
            )
        )
        return fresh

    async def _find(self, where: str, value: str) -> list[BoundShop]:
        rows = await self._database.all(
            "SELECT id, merchant, platform, name, expires_at, synced_until FROM shops"
            f" WHERE {where} ORDER BY bound_at, id",
            value,
        )
        return [BoundShop(*row) for row in rows]
