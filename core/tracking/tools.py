"""What following parcels needs: the repositories, everybody who can be asked, and how much asking is allowed."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field

import structlog

from core.clock import Clock
from core.couriers.base import Courier
from core.shops.base import OrderSource
from core.storage.repositories import Repositories
from core.trackers.base import Tracker
from core.tracking.breaker import Breakers

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Lookout:
    """One for the whole program.

    `cap`: fen that queries may cost in a Shanghai day. `is_pushed_to`: services can reach us with their pushes.
    """

    clock: Clock
    kept: Repositories
    platforms: Mapping[str, OrderSource]
    couriers: Mapping[str, Courier]
    trackers: tuple[Tracker, ...]
    breakers: Breakers
    cap: int
    is_pushed_to: bool = False
    crowd: int = 8
    closing: asyncio.Event = field(default_factory=asyncio.Event)  # set: finish what is in hand, begin nothing


async def each_alone(what: str, work: Awaitable[None]) -> None:
    """Work on one of many: its failure is logged and holds up no other; it is due again when its lease ends."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this one, the next may be well
        log.error("not followed", what=what, error=type(error).__name__)  # noqa: TRY400 - its words may quote a buyer
