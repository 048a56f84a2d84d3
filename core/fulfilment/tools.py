"""What the work needs: the repositories, the doors, and somebody who tells the merchant how it goes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.clock import Clock
from core.couriers.base import Courier
from core.errors import MerchantError, NotFound
from core.labels import Press
from core.printers.base import Printer
from core.shipments import Shipment
from core.shops.base import OrderSource
from core.storage.accounts import CourierAccount
from core.storage.batches import Batch
from core.storage.database import Statement
from core.storage.repositories import Repositories
from core.storage.shops import BoundShop


class Herald(Protocol):
    """Puts news of a batch into words; what it returns is committed together with what it tells."""

    def numbering(self, batch: Batch, done: int, total: int) -> list[Statement]:
        """So many numbers are here."""
        ...

    def pages(self, batch: Batch, shipments: Sequence[Shipment]) -> list[Statement]:
        """The label pages of these shipments, as a document into the chat."""
        ...

    def finished(self, batch: Batch, shipments: Sequence[Shipment], halt: MerchantError | None) -> list[Statement]:
        """It is over, or stopped, with this outcome; `halt` is what stopped it if nobody asked for it."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """When a shop's changes were read last, thoroughly and at all. Epoch milliseconds UTC."""

    thorough: int
    at: int


@dataclass(frozen=True, slots=True)
class Tools:
    """One for the whole program. `owner` names this process in leases; `crowd`: courier calls at the same time."""

    clock: Clock
    kept: Repositories
    platforms: Mapping[str, OrderSource]  # by code; the book of manual orders is one of them
    couriers: Mapping[str, Courier]
    press: Press
    herald: Herald
    owner: str
    printer: Printer | None = None  # None: the labels go into the chat
    is_sample: bool = False
    crowd: int = 8
    closing: asyncio.Event = field(default_factory=asyncio.Event)  # set: finish what is in hand, begin nothing
    looks: dict[str, Look] = field(default_factory=dict)  # by shop; forgotten at a restart, which then looks thoroughly
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep  # seconds; how a crowded service is waited for

    async def shop(self, shop: str) -> tuple[BoundShop, OrderSource]:
        """A bound shop, or a book of manual orders, and the door to its orders. Raises `NotFound`."""
        bound = await self.kept.shops.get(shop)
        if bound is None:
            raise NotFound(what=shop)
        return bound, self.platforms[bound.platform]

    async def account(self, account: str) -> tuple[CourierAccount, Courier]:
        """A courier account and the door to its courier. Raises `NotFound`."""
        found = await self.kept.accounts.get(account)
        if found is None:
            raise NotFound(what=account)
        return found, self.couriers[found.courier]
