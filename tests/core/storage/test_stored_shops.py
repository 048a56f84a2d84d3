"""Bound shops, and grants that are renewed once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from stored_samples import GRANT, NOW, SHOP

from bot.sandbox.clock import WorldClock
from core.errors import AuthorisationEnded, ServiceUnavailable
from core.grants import Grant
from core.storage.database import Database, Row, Statement
from core.storage.shops import BoundShop, Shops
from core.vault import Vault

FRESH = replace(GRANT, access_token="access-2", refresh_token="refresh-2", expires_at=8_000)


@dataclass
class Platform:
    """Renews when `opens` is set, and counts how often it was asked."""

    fails: bool = False
    asked: list[str] = field(default_factory=list)
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)
    opens: asyncio.Event = field(default_factory=asyncio.Event)

    async def refresh(self, stale: Grant) -> Grant:
        self.asked.append(stale.refresh_token)
        self.is_asked.set()
        await self.opens.wait()
        if self.fails:
            raise ServiceUnavailable(service="pinduoduo")
        return FRESH


@dataclass
class SlowDatabase:
    """Between its first reading and the reader's next step something else happens."""

    inner: Database
    meanwhile: Callable[[], Awaitable[object]]
    is_shared: bool = True
    skip_locked: str = ""
    migration_lock: tuple[Statement, ...] = ()
    has_happened: bool = False

    async def all(self, sql: str, *values: Any) -> list[Row]:
        rows = await self.inner.all(sql, *values)
        if not self.has_happened:
            self.has_happened = True
            await self.meanwhile()
        return rows

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        return await self.inner.apply(*statements)

    async def close(self) -> None:
        await self.inner.close()


async def _moment(_seconds: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
async def shops(database: Database, vault: Vault, clock: WorldClock) -> Shops:
    shops = Shops(database, vault, clock, _moment)
    await database.apply(shops.bind(SHOP, GRANT, NOW))
    return shops


@pytest.fixture
def elsewhere_shops(shops: Shops, elsewhere: Database, vault: Vault, clock: WorldClock) -> Shops:
    """The same shops in another process."""
    return Shops(elsewhere, vault, clock, _moment)


async def test_a_merchants_shops_are_told_in_the_order_they_were_bound(shops: Shops, database: Database) -> None:
    older = BoundShop("s2", "m1", "pinduoduo", "老店", 5_000, 0)
    somebody_elses = BoundShop("s3", "m2", "pinduoduo", "别人的店", 5_000, 0)
    for shop in (older, somebody_elses):
        await database.apply(shops.bind(shop, replace(GRANT, shop=shop.id), NOW - 1))
    assert await shops.of("m1") == [older, SHOP]
    assert await shops.get("s3") == somebody_elses
    assert await shops.get("s9") is None


async def test_a_shop_bound_again_keeps_its_merchant_and_what_it_has_synced(shops: Shops, database: Database) -> None:
    await database.apply(shops.synced("s1", NOW))
    await database.apply(shops.bind(replace(SHOP, merchant="m2", name="新名字"), FRESH, NOW + 1))
    assert await shops.get("s1") == BoundShop("s1", "m1", "pinduoduo", "新名字", 8_000, NOW)
    assert await shops.grant("s1") == FRESH


async def test_what_is_synced_never_goes_backwards(shops: Shops, database: Database) -> None:
    for until in (NOW, NOW - 5, NOW + 5, NOW):
        await database.apply(shops.synced("s1", until))
    assert await shops.get("s1") == replace(SHOP, synced_until=NOW + 5)


async def test_a_shop_that_is_not_bound_has_no_grant(shops: Shops, platform: Platform) -> None:
    with pytest.raises(AuthorisationEnded):
        await shops.grant("s9")
    with pytest.raises(AuthorisationEnded):
        await shops.renew(replace(GRANT, shop="s9"), platform.refresh)
    assert platform.asked == []


async def test_twenty_callers_at_once_renew_a_grant_once_and_never_poll(
    shops: Shops, database: Database, vault: Vault, clock: WorldClock, platform: Platform
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    platform.opens.set()
    one_process = Shops(database, vault, clock, pause)
    renewed = await asyncio.gather(*(one_process.renew(GRANT, platform.refresh) for _ in range(20)))
    assert renewed == [FRESH] * 20
    assert (platform.asked, pauses) == (["refresh-1"], [])
    assert await shops.grant("s1") == FRESH
    assert await shops.get("s1") == replace(SHOP, expires_at=8_000)


async def test_another_process_waits_for_the_one_that_is_renewing(
    shops: Shops, elsewhere_shops: Shops, platform: Platform
) -> None:
    first = asyncio.create_task(shops.renew(GRANT, platform.refresh))
    await platform.is_asked.wait()
    second = asyncio.create_task(elsewhere_shops.renew(GRANT, platform.refresh))
    platform.opens.set()
    assert await asyncio.gather(first, second) == [FRESH, FRESH]
    assert platform.asked == ["refresh-1"]


async def test_a_grant_renewed_elsewhere_between_reading_and_claiming_is_not_renewed_again(
    shops: Shops, elsewhere: Database, vault: Vault, clock: WorldClock, platform: Platform
) -> None:
    platform.opens.set()
    slow = SlowDatabase(elsewhere, lambda: shops.renew(GRANT, platform.refresh))
    assert await Shops(slow, vault, clock, _moment).renew(GRANT, platform.refresh) == FRESH
    assert platform.asked == ["refresh-1"]


async def test_a_failed_renewal_is_told_to_all_and_the_next_may_try_at_once(
    shops: Shops, elsewhere_shops: Shops, platform: Platform
) -> None:
    platform.fails = True
    platform.opens.set()
    calls = (each.renew(GRANT, platform.refresh) for each in [shops, elsewhere_shops] * 10)
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ServiceUnavailable] * 20
    assert await shops.grant("s1") == GRANT
    platform.fails = False
    assert await elsewhere_shops.renew(GRANT, platform.refresh) == FRESH


async def test_a_renewal_that_is_cancelled_gives_the_claim_back(
    shops: Shops, elsewhere_shops: Shops, platform: Platform
) -> None:
    cancelled = asyncio.create_task(shops.renew(GRANT, platform.refresh))
    await platform.is_asked.wait()
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    platform.opens.set()
    assert await elsewhere_shops.renew(GRANT, platform.refresh) == FRESH


async def test_a_process_that_died_while_renewing_is_waited_for_half_a_minute_and_no_longer(
    shops: Shops, elsewhere: Database, vault: Vault, clock: WorldClock, platform: Platform
) -> None:
    dead = asyncio.create_task(shops.renew(GRANT, platform.refresh))  # asks, and hears nothing while we look
    await platform.is_asked.wait()
    looks: list[float] = []

    async def wait(seconds: float) -> None:
        looks.append(seconds)
        clock.move(int(seconds * 1_000))

    answering = Platform()
    answering.opens.set()
    assert await Shops(elsewhere, vault, clock, wait).renew(GRANT, answering.refresh) == FRESH
    assert looks == [0.5] * 60
    dead.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dead
