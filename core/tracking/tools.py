"""What following parcels needs: the repositories, everybody who can be asked, and how much asking is allowed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.clock import Clock
from core.couriers.base import Courier
from core.shops.base import ShopPlatform
from core.storage.repositories import Repositories
from core.trackers.base import Tracker
from core.tracking.breaker import Breakers


@dataclass(frozen=True, slots=True)
class Lookout:
    """One for the whole program.

    `cap`: fen that queries may cost in a Shanghai day. `is_pushed_to`: services can reach us with their pushes.
    """

    clock: Clock
    kept: Repositories
    platforms: Mapping[str, ShopPlatform]
    couriers: Mapping[str, Courier]
    trackers: tuple[Tracker, ...]
    breakers: Breakers
    cap: int
    is_pushed_to: bool = False
    crowd: int = 8
    closing: asyncio.Event = field(default_factory=asyncio.Event)  # set: finish what is in hand, begin nothing
