"""A merchant who looks after her parcels: she answers the cards that tell her what is wrong."""

import asyncio
import time
from random import Random

import httpx

from tests.torture.people import Merchant, Unanswered
from tests.torture.world import Heard, World

LATER, NEVER_MIND, URGE, SETTLED = "明天再说", "忽略", "催件", "处理好了"
_ANSWERS = (LATER, NEVER_MIND, URGE, URGE, SETTLED)
_GLANCE = 0.05  # seconds between two looks at the chat


class Keeper(Merchant):
    """`is_talking`: she is in the middle of a talk that would not outlast a pause of hours."""

    def __init__(self, world: World, chat: int, patience: float) -> None:
        super().__init__(world, chat, patience)
        self.is_talking = False
        self.taps = 0

    async def prints(self) -> None:
        """As anybody does, without a pause."""
        self.is_talking = True
        try:
            await super().prints()
        finally:
            self.is_talking = False

    async def answers_a_card(self, dice: Random) -> bool:
        """Tap something on one of the cards that ask for it; False when none does."""
        cards = [heard for heard in await self._world.heard(self.chat) if NEVER_MIND in heard.buttons]
        if not cards:
            return False
        card = dice.choice(cards)
        label = dice.choice([each for each in _ANSWERS if each in card.buttons])
        await self._taps(label, card)
        return True

    async def _taps(self, label: str, card: Heard) -> None:
        """Until something is said, or the card is not what it was. Raises `Unanswered`."""
        mark = await self._mark()
        try:
            await self._world.press(self.chat, label, card.message)
        except httpx.HTTPStatusError:
            return  # it changed just now, and has no such button any more
        self.taps += 1
        began = time.monotonic()
        while time.monotonic() - began < self._patience:
            chat = await self._world.heard(self.chat)
            if len(chat) > mark or chat[card.place] != card:
                return
            await asyncio.sleep(_GLANCE)
        raise Unanswered(f"{label} on a card")
