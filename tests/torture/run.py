"""One run: merchants talk, processes die, and in the end the books are compared."""

import asyncio
from pathlib import Path

from tests.torture.books import Outcome, outcome
from tests.torture.ordeal import Ordeal, Plot
from tests.torture.people import Merchant

_MOST_NEW = 12  # orders that come in between two rounds


class Run:
    """Merchants who bind and print."""

    def __init__(self, plot: Plot, folder: Path) -> None:
        self._ordeal = Ordeal(
            plot, folder, lambda world: [Merchant(world, chat, plot.patience) for chat in range(1, plot.merchants + 1)]
        )
        self._merchants = self._ordeal.merchants

    async def play(self) -> Outcome:
        """From an empty database to the final comparison; a program that never comes to rest is a `TimeoutError`."""
        return await self._ordeal.play(self._talk, self._settle, self._compare)

    @property
    def unanswered(self) -> tuple[str, ...]:
        """What merchants waited for in vain."""
        return tuple(self._ordeal.unanswered)

    async def _compare(self) -> Outcome:
        ordeal = self._ordeal
        lost = len(ordeal.unanswered)
        return await outcome(ordeal.plot.database, ordeal.world, self._merchants, ordeal.killed, lost)

    # What the merchants do.

    async def _talk(self) -> None:
        """Everybody binds the shop, one after another; then the first prints and the others bind, again and again."""
        printing, *binding = self._merchants
        for merchant in self._merchants:
            await self._ordeal.patiently(merchant, merchant.binds_shop)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._prints(printing))
            for merchant in binding:
                group.create_task(self._binds(merchant))

    async def _prints(self, merchant: Merchant) -> None:
        await self._ordeal.patiently(merchant, merchant.binds_zto)
        while not self._ordeal.over.is_set():
            await self._orders_come()
            await self._ordeal.patiently(merchant, merchant.prints)
        await self._ordeal.patiently(merchant, merchant.prints)

    async def _binds(self, merchant: Merchant) -> None:
        await self._ordeal.patiently(merchant, merchant.binds_zto)
        while not self._ordeal.over.is_set():
            await self._ordeal.patiently(merchant, merchant.binds_zto)

    async def _orders_come(self) -> None:
        world, count = self._ordeal.world, self._ordeal.dice.randint(1, _MOST_NEW)
        await world.do("zto.tops_up", numbers=count)
        for _ in range(count):
            await world.do("new_order")

    async def _settle(self) -> None:
        """Nobody is killed any more: all that is left is done, and what that leaves to the merchants is answered."""
        merchant, had_work = self._merchants[0], False
        await self._ordeal.rests()

        async def clear_up() -> None:
            nonlocal had_work
            had_work = await merchant.clears_up()

        await self._ordeal.patiently(merchant, clear_up)
        if had_work:
            await self._settle()
