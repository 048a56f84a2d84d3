"""What a channel's routes may do: bring a message in, and hand an answer out while the caller still waits."""

import asyncio
import contextlib
from dataclasses import dataclass
from functools import partial

from bot.channels.base import Told
from bot.engine.sender import Sender
from bot.engine.turns import Turns
from bot.engine.workers import Bells
from core.storage.address import Address
from core.storage.repositories import Repositories
from handlers.messages import Incoming

_LOOK_ANYWAY = 0.25  # seconds: another process may have done it


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """See `bot.channels.base.Reception`."""

    turns: Turns
    sender: Sender
    kept: Repositories
    bells: Bells

    async def receive(self, incoming: Incoming) -> None:
        """See `Turns.receive`."""
        await self.turns.receive(incoming)

    async def rests(self, to: Address, seconds: float) -> bool:
        """Wait at most so long until this chat has no message and no work that is under way; whether it is so."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while await self._wait_if_busy(to):
                    pass
                return True
        return False

    async def answer(self, to: Address) -> Told | None:
        """What waits to be said to this chat, taken out of the sender's hands."""
        bundle = await self.sender.hand_over(to)
        return Told(bundle.drawings[0], partial(self.sender.handed_over, bundle)) if bundle else None

    async def _wait_if_busy(self, to: Address) -> bool:
        commit = self.bells.next_commit  # taken before looking, so that none in between is missed
        if not (await self.kept.chats.is_heard(to) or await self.kept.effects.has(to)):
            return False
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(commit.wait(), _LOOK_ANYWAY)
        return True
