"""Finding and taking what is due, among ten thousand parcels and among a million: the same work, the same time."""

import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from core.storage.migrate import migrate
from core.storage.parcels import Parcels
from core.storage.sqlite import SqliteDatabase
from core.vault import Vault

pytestmark = pytest.mark.benchmark

SIZES = (10_000, 100_000, 1_000_000)
NOW, HOUR = 1_795_332_600_000, 3_600_000
DUE, TAKEN = 2_000, 16  # due at any moment, and taken at once
ROUNDS, WARM_UP = 70, 10
FIND = "SELECT id FROM parcels WHERE next_poll_at <= ? ORDER BY next_poll_at LIMIT ?"
COLUMNS = (
    "id, merchant, shop, orders, courier, number, province, city, district, added_at, shipped_at, is_pinned, account,"
    " shipment, subscription, subscribed, state, outlet, oddities, nodes, next_poll_at, check_at"
)


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """As many parcels; `DUE` of them, anywhere among the others, are due for a question and for the rules."""
    for n in range(count):
        is_due = n % (count // DUE) == 0
        at = NOW - 1 if is_due else NOW + HOUR + n
        name = f"{n:012}"
        where = ("广东省", "深圳市", "龙岗区", NOW, NOW, 1, "a1", name, "", 0, "in_transit", "深圳网点", "", 4)
        yield (name, f"m{n % 50}", "s1", '["o"]', "ZTO", f"73{name}", *where, at, at)


async def opened(folder: Path, count: int) -> SqliteDatabase:
    file = folder / f"{count}.db"
    database = await SqliteDatabase.open(str(file))
    await migrate(database)
    with closing(sqlite3.connect(file)) as connection:
        marks = ", ".join("?" * 22)
        connection.executemany(f"INSERT INTO parcels ({COLUMNS}) VALUES ({marks})", rows(count))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database


async def test_what_is_due_is_found_and_taken_in_the_same_time_among_ten_thousand_and_a_million(tmp_path: Path) -> None:
    databases = {count: await opened(tmp_path, count) for count in SIZES}
    parcels = {count: Parcels(database, Vault({"k": bytes(32)})) for count, database in databases.items()}
    for database in databases.values():
        assert "parcels_to_poll" in str(await database.all(f"EXPLAIN QUERY PLAN {FIND}", NOW, TAKEN))
        assert len(await database.all(FIND, NOW, 10_000)) == DUE
    found = await _medians({count: partial(databases[count].all, FIND, NOW, TAKEN) for count in SIZES})
    taken = await _medians({count: partial(_both, parcels[count]) for count in SIZES})
    for database in databases.values():
        await database.close()
    for name, times in (("found", found), ("taken, for a question and for the rules", taken)):
        figures = ", ".join(f"{count:,}: {times[count] * 1e3:.2f} ms" for count in SIZES)
        print(f"\n{TAKEN} of {DUE} due parcels {name}: {figures}", end="")
    print()
    for times in (found, taken):
        assert times[SIZES[-1]] <= 2 * times[SIZES[0]]


async def _both(parcels: Parcels) -> None:
    assert len(await parcels.claim_polls(NOW, HOUR, TAKEN)) == TAKEN
    assert len(await parcels.claim_checks(NOW, HOUR, TAKEN)) == TAKEN


async def _medians(works: Mapping[int, Callable[[], Awaitable[object]]]) -> dict[int, float]:
    """Seconds of each work; they take turns, and the first turns count for nothing."""
    times: dict[int, list[float]] = {count: [] for count in works}
    for _ in range(ROUNDS):
        for count, work in works.items():
            began = time.perf_counter()
            await work()
            times[count].append(time.perf_counter() - began)
    return {count: statistics.median(some[WARM_UP:]) for count, some in times.items()}
