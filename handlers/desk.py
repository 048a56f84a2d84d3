"""What a conversation has at hand: the repositories, the doors to the outside, and the work."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.clock import Clock
from core.couriers.base import Courier
from core.errors import NotFound
from core.fulfilment.tools import Tools
from core.shops.base import ShopPlatform
from core.storage.repositories import Repositories
from core.tracking.tools import Lookout
from core.tracking.watch import Watch


@dataclass(frozen=True, slots=True)
class Desk:
    """One for the whole program; holds nothing of any one merchant."""

    clock: Clock
    kept: Repositories
    platforms: Mapping[str, ShopPlatform]
    couriers: Mapping[str, Courier]
    tools: Tools
    lookout: Lookout
    watch: Watch

    def courier(self, code: str) -> Courier:
        """One courier. Raises `NotFound`."""
        try:
            return self.couriers[code]
        except KeyError as error:
            raise NotFound(what=code) from error
