"""What a conversation has at hand: the repositories, the doors to the outside, and the work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core.apart import Apart
from core.clock import Clock
from core.couriers.base import Courier
from core.errors import NotFound
from core.fulfilment.tools import Tools
from core.shops.base import ShopPlatform
from core.speech import Transcriber
from core.storage.repositories import Repositories
from core.tracking.tools import Lookout
from core.tracking.watch import Watch


class Files(Protocol):
    """Where the files are that came in."""

    async def fetch(self, channel: str, file: str, most: int) -> bytes:
        """A file's bytes, at most `most`. Raises `FileRefused`, `ServiceUnavailable`."""
        ...


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
    files: Files
    apart: Apart
    speech: Transcriber | None = None  # None: nobody hears voice messages

    def courier(self, code: str) -> Courier:
        """One courier. Raises `NotFound`."""
        try:
            return self.couriers[code]
        except KeyError as error:
            raise NotFound(what=code) from error
