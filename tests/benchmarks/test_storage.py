"""Commits a second with 200 callers at once: one shared commit for all who wait, beside one commit each.

Both use the same driver, file system, journal mode and synchronous=FULL, and take turns.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiosqlite
import pytest

from core.storage.database import run
from core.storage.sqlite import SqliteDatabase

pytestmark = pytest.mark.benchmark

CALLERS = 200
EACH = 5  # calls of one caller, one after the other
ROUNDS = 3
TABLE = "CREATE TABLE events (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"
INSERT = "INSERT INTO events (body) VALUES (?)"
BODY = "x" * 200


async def test_shared_commits_are_at_least_eight_times_as_many_a_second(tmp_path: Path) -> None:
    database = await SqliteDatabase.open(str(tmp_path / "shared.db"))
    await database.apply(run(TABLE))
    async with aiosqlite.connect(tmp_path / "each.db", isolation_level=None) as connection:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", TABLE):
            await connection.execute(statement)
        turn = asyncio.Lock()

        async def one_commit() -> None:
            async with turn:
                await connection.execute("BEGIN IMMEDIATE")
                await connection.execute(INSERT, (BODY,))
                await connection.execute("COMMIT")

        async def shared_commit() -> None:
            await database.apply(run(INSERT, BODY))

        rates = [(await _rate(one_commit), await _rate(shared_commit)) for _ in range(ROUNDS)]
        (alone,) = await connection.execute_fetchall("SELECT count(*) FROM events")
    assert alone[0] == (await database.all("SELECT count(*) FROM events"))[0][0] == CALLERS * EACH * ROUNDS
    await database.close()
    each, shared = (statistics.median(column) for column in zip(*rates, strict=True))
    print(f"\n{CALLERS} callers: one commit each {each:,.0f}/s, shared {shared:,.0f}/s, x{shared / each:.1f}")
    assert shared / each >= 8


async def _rate(commit: Callable[[], Awaitable[None]]) -> float:
    async def caller() -> None:
        for _ in range(EACH):
            await commit()

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return CALLERS * EACH / (time.perf_counter() - began)
