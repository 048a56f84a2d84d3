"""A run about parcels: they move and get stuck while processes die, alerts come due, and a merchant answers them."""

import asyncio
import json
from functools import partial
from pathlib import Path

from tests.torture.books import rows
from tests.torture.keeper import Keeper
from tests.torture.ordeal import GLANCE, Ordeal, Plot
from tests.torture.parcel_books import STANDS, ParcelOutcome, lost_alerts, orphaned, parcel_outcome, read_books
from tests.torture.road import HOUR, MINUTE, Road
from tests.torture.world import World

_PASSES = (3 * MINUTE, 20 * MINUTE, 1 * HOUR, 5 * HOUR)
_PRINTS = 0.03  # of the merchant's turns are for new orders
_SOME_NEW = 4
_MOVES = 0.01  # of all parcels, in each of her turns
_FOLLOWED = 0.8  # seconds in which every process has seen that the clock was moved
_DUE = (
    "SELECT id FROM parcels WHERE next_poll_at <= {now} OR check_at <= {now}"
    " UNION ALL SELECT id FROM alert_cards WHERE redraw_at <= {now}"
    " UNION ALL SELECT id FROM alerts WHERE tell_at <= {now}"
    " UNION ALL SELECT id FROM errands WHERE look_at <= {now}"
)


class ParcelRun:
    """One merchant with parcels under way. `stride`: hours that pass at once when nobody is killed any more."""

    def __init__(self, plot: Plot, folder: Path, stride: int = 6) -> None:
        self._ordeal = Ordeal(plot, folder, partial(_keepers, plot.patience))
        self._folder = folder
        self._stride = stride
        self._keeper = self._ordeal.merchants[0]
        self._road = Road(self._ordeal.world, self._ordeal.dice)
        self._in_doubt: set[int] = set()

    async def play(self) -> ParcelOutcome:
        """From an empty database to the final comparison; a program that never comes to rest is a `TimeoutError`."""
        return await self._ordeal.play(
            self._talk, self._settle, self._compare, prepare=self._prepare, between=self._between
        )

    @property
    def unanswered(self) -> tuple[str, ...]:
        """What the merchant waited for in vain."""
        return tuple(self._ordeal.unanswered)

    async def _prepare(self) -> None:
        """Nobody is killed before there are parcels."""
        await self._ordeal.world.do("zto.pushes_to", url=f"{self._ordeal.site}/push/zto")
        for act in (self._keeper.binds_shop, self._keeper.binds_zto, self._keeper.prints):
            await self._ordeal.patiently(self._keeper, act)
        await self._ordeal.rests()

    async def _talk(self) -> None:
        keeper, dice = self._keeper, self._ordeal.dice
        while not self._ordeal.over.is_set():
            if dice.random() < _PRINTS:
                await self._orders_come()
                await self._ordeal.patiently(keeper, keeper.prints)
            else:
                await self._road.goes_on(_MOVES)
                await self._ordeal.patiently(keeper, partial(keeper.answers_a_card, dice))
            await asyncio.sleep(GLANCE)

    async def _orders_come(self) -> None:
        await self._ordeal.world.do("zto.tops_up", numbers=_SOME_NEW)
        for _ in range(_SOME_NEW):
            await self._ordeal.world.do("new_order")

    async def _between(self) -> None:
        """After a kill: what was last said may be said once more. Time passes while nobody works, or in no talk."""
        await self._doubt()
        if self._keeper.is_talking:
            return
        for process in self._ordeal.program:
            await process.kill()
        await self._doubt()
        await self._road.goes_on()
        await self._road.passes(self._ordeal.dice.choice(_PASSES))

    async def _doubt(self) -> None:
        """Of the last messages, one a process may have been sent by one that died before it could note that."""
        said = await self._ordeal.world.heard(self._keeper.chat)
        self._in_doubt |= {each.message for each in said[-self._ordeal.plot.processes :]}

    async def _settle(self) -> None:
        """So much time passes that whatever is wrong with a parcel must have been told."""
        await self._is_done()
        await self._ordeal.patiently(self._keeper, self._keeper.clears_up)
        for _ in range(STANDS // HOUR // self._stride + 1):
            for ms in (self._stride * HOUR, 3 * MINUTE):  # what is found is told two minutes later
                await self._road.passes(ms)
                await self._is_done()

    async def _is_done(self) -> None:
        """Wait until everything that is due by the world's clock is done."""
        await asyncio.sleep(_FOLLOWED)
        database, now = self._ordeal.plot.database, await self._ordeal.world.now()
        async with asyncio.timeout(self._ordeal.plot.patience):
            while await rows(database, _DUE.format(now=now)):  # noqa: ASYNC110 - the work is another process's
                await asyncio.sleep(GLANCE)
        await self._ordeal.rests()

    async def _compare(self) -> ParcelOutcome:
        ordeal = self._ordeal
        books = await read_books(ordeal.plot.database, ordeal.world, self._keeper.chat)
        seen = {
            "nobody was told": lost_alerts(books),
            "told twice": sorted(orphaned(books)),
            "in doubt": sorted(self._in_doubt),
            "scans": books.scans,
        }
        (self._folder / "parcels.json").write_text(json.dumps(seen, ensure_ascii=False, indent=1), "utf-8")
        return await parcel_outcome(
            books,
            ordeal.plot.database,
            ordeal.world,
            self._keeper,
            kills=ordeal.killed,
            in_doubt=self._in_doubt,
            unanswered=len(ordeal.unanswered),
        )


def _keepers(patience: float, world: World) -> list[Keeper]:
    return [Keeper(world, 1, patience)]
