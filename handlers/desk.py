"""What a conversation has at hand: the repositories, the doors to the outside, and the work."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.apart import Apart
from core.clock import Clock
from core.couriers.base import Courier
from core.errors import NotFound
from core.fulfilment.tools import Tools
from core.shops.base import ShopPlatform
from core.speech import Transcriber
from core.storage.audit import Deed
from core.storage.repositories import Repositories
from core.tracking.tools import Lookout
from core.tracking.watch import Watch
from handlers.understanding.form import Model


class Files(Protocol):
    """Where the files are that came in."""

    async def fetch(self, channel: str, file: str, most: int) -> bytes:
        """A file's bytes, at most `most`. Raises `FileRefused`, `ServiceUnavailable`."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """One for the whole program; holds nothing of any one merchant.

    `ways_in` says, for a code, on which channels there is an address that joins with it. `hears`: the channels on which
    voice messages become words.
    """

    clock: Clock
    kept: Repositories
    platforms: Mapping[str, ShopPlatform]
    couriers: Mapping[str, Courier]
    tools: Tools
    lookout: Lookout
    watch: Watch
    files: Files
    apart: Apart
    speech: Transcriber | None = None  # None: recordings are not listened to
    hears: Collection[str] = ()
    model: Model | None = None  # None: the rules are all there is
    ways_in: Callable[[str], Mapping[str, str]] = field(default=lambda _code: {})

    def signed(self, deed: Deed) -> "Desk":
        """The same desk with somebody at work on it: what is committed there is noted, while she may do it."""
        kept = self.kept.signed(deed)
        tools, lookout = replace(self.tools, kept=kept), replace(self.lookout, kept=kept)
        watch = replace(self.watch, lookout=lookout, tools=tools)
        return replace(self, kept=kept, tools=tools, lookout=lookout, watch=watch)

    def courier(self, code: str) -> Courier:
        """One courier. Raises `NotFound`."""
        try:
            return self.couriers[code]
        except KeyError as error:
            raise NotFound(what=code) from error
