"""A look of the rules at the parcels that are due, among ten thousand parcels and among a million: the same time.

A look is everything that `check_due` does: take two hundred of the due ones, read what stands around them, judge, keep
what was found and when to look next. Half of those taken have just come to a step of a rule; the others have not.
"""

import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from bot.sandbox.clock import WorldClock
from core.alerts import Rule
from core.fulfilment.tools import Tools
from core.parcels import Node, ParcelState
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.storage.sealed import SealedColumn
from core.storage.sqlite import SqliteDatabase
from core.tracking.breaker import Breakers
from core.tracking.checking import check_due
from core.tracking.herald import Herald
from core.tracking.tools import Lookout
from core.tracking.watch import Watch
from core.vault import Vault

pytestmark = pytest.mark.benchmark

SIZES = (10_000, 100_000, 1_000_000)
DUE, TAKEN, ROUNDS, WARM_UP = 5_000, 200, 25, 5
CLOCK, VAULT = WorldClock(), Vault({"k": bytes(32)})
NOW, MINUTE, HOUR = CLOCK.now(), 60_000, 3_600_000
COLUMNS = (
    "id, merchant, shop, orders, courier, number, province, city, district, added_at, shipped_at, is_pinned, account,"
    " shipment, subscription, subscribed, state, since, first_at, picked_up_at, departed_at, last_at, outlet,"
    " last_sealed, oddities, nodes, polled_at, next_poll_at, check_at"
)


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """As many parcels in transit; `DUE` of them, anywhere among the others, are due, half of these for 24 hours."""
    last = SealedColumn(VAULT, "parcels/last", Node)
    for n in range(count):
        place = n // (count // DUE)
        is_due, is_late = n % (count // DUE) == 0, place % 2 == 0
        moved_at = NOW - (24 if is_due and is_late else 20) * HOUR
        name = f"{n:012}"
        node = Node(moved_at, ParcelState.IN_TRANSIT, "已发往下一站", "杭州中转", city="杭州市")
        sealed = last.seal(name, node) if is_due else None
        yield (
            *(name, f"m{place % 50}", "s1", f'["o{n}"]', "ZTO", f"73{name}", "广东省", "深圳市", "龙岗区"),
            *(NOW - 40 * HOUR, NOW - 40 * HOUR, 1, "a1", name, "", 0, "in_transit"),
            *(moved_at, moved_at, moved_at, moved_at, moved_at, "杭州中转", sealed, "", 4),
            *(NOW - MINUTE, NOW + HOUR + n, NOW - 1 if is_due else NOW + HOUR + n),
        )


async def opened(folder: Path, count: int) -> Watch:
    """A database of so many parcels, and everything that a look needs; nobody is asked and nobody told."""
    file = folder / f"{count}.db"
    database = await SqliteDatabase.open(str(file))
    await migrate(database)
    with closing(sqlite3.connect(file)) as connection:
        marks = ", ".join("?" * len(COLUMNS.split(",")))
        connection.executemany(f"INSERT INTO parcels ({COLUMNS}) VALUES ({marks})", rows(count))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    lookout = Lookout(CLOCK, Repositories(database, VAULT, CLOCK), {}, {}, (), Breakers(CLOCK), cap=0)
    return Watch(lookout, cast("Tools", None), cast("Herald", None))


async def test_a_look_takes_the_same_time_among_ten_thousand_and_a_million(tmp_path: Path) -> None:
    watches = {count: await opened(tmp_path, count) for count in SIZES}
    times = await _medians({count: partial(check_due, watch) for count, watch in watches.items()})
    counted = await _medians(
        {count: partial(watch.kept.alerts.outlets, "m0", [Rule.STALLED]) for count, watch in watches.items()}
    )
    for count, watch in watches.items():
        ((later,),) = await watch.kept.database.all("SELECT count(*) FROM parcels WHERE check_at > ?", NOW)
        ((raised,),) = await watch.kept.database.all("SELECT count(*) FROM alerts WHERE rule = 'stalled'")
        assert (later, raised) == (count, DUE // 2)
        await watch.kept.database.close()
    told = f"rules over {TAKEN} of {DUE:,} due parcels", f"outlets of a merchant with {DUE // 50} stuck parcels"
    for name, taken in zip(told, (times, counted), strict=True):
        figures = ", ".join(f"{count:,}: {taken[count] * 1e3:.1f} ms" for count in SIZES)
        print(f"\n{name} among {figures} (x{taken[SIZES[-1]] / taken[SIZES[0]]:.2f})", end="")
        assert taken[SIZES[-1]] <= 2 * taken[SIZES[0]]
    print()


async def _medians(works: Mapping[int, Callable[[], Awaitable[object]]]) -> dict[int, float]:
    """Seconds of each work; they take turns, and the first turns count for nothing."""
    times: dict[int, list[float]] = {count: [] for count in works}
    for _ in range(ROUNDS):
        for count, work in works.items():
            began = time.perf_counter()
            assert await work()
            times[count].append(time.perf_counter() - began)
    return {count: statistics.median(some[WARM_UP:]) for count, some in times.items()}
