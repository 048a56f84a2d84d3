"""PostgreSQL: for merchants and service providers who outgrow one machine; any number of identical processes."""

import asyncio
import functools
import itertools
import re
from collections.abc import Sequence
from typing import Any

import asyncpg

from core.storage.database import Closed, Conflict, Row, Statement, run

_MIGRATION_LOCK = 0x6D69616E  # "mian": any constant of our own
_ATTEMPTS = 4  # a deadlock's victim is told to try again


class PostgresDatabase:
    """See `core.storage.database.Database`."""

    is_shared = True
    skip_locked = "FOR UPDATE SKIP LOCKED"
    migration_lock: tuple[Statement, ...] = (run("SELECT pg_advisory_xact_lock(?)", _MIGRATION_LOCK),)

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._is_closed = False
        self._calls = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    async def open(cls, url: str) -> "PostgresDatabase":
        """Connect with a pool of eight."""
        return cls(await asyncpg.create_pool(url, min_size=1, max_size=8))

    async def all(self, sql: str, *values: Any) -> list[Row]:  # noqa: ANN401 - a column takes what it takes
        """All rows of a query."""
        return [tuple(row) for row in await self._pool.fetch(_numbered(sql), *values)]

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        """Run the statements in one transaction; a deadlock's victim is run again."""
        if self._is_closed:
            raise Closed
        self._calls += 1
        self._idle.clear()
        try:
            return await self._transaction(statements)
        finally:
            self._calls -= 1
            if self._calls == 0:
                self._idle.set()

    async def close(self) -> None:
        """Finish the calls that were made, also those still waiting for a connection, then close the pool."""
        self._is_closed = True
        await self._idle.wait()
        await self._pool.close()

    async def _transaction(self, statements: Sequence[Statement]) -> list[list[Row]]:
        for attempt in itertools.count(1):
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    return [await _execute(connection, statement) for statement in statements]
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                if attempt == _ATTEMPTS:
                    raise
        raise AssertionError  # the loop above only ends by return or raise


@functools.cache
def _numbered(sql: str) -> str:
    """`a = ? AND b = ?` → `a = $1 AND b = $2`. Our SQL has no `?` inside literals."""
    numbers = itertools.count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", sql)


async def _execute(connection: asyncpg.Connection, statement: Statement) -> list[Row]:
    sql = _numbered(statement.sql)
    if "RETURNING" in sql or sql.startswith("SELECT"):
        rows: list[Row] = [tuple(row) for row in await connection.fetch(sql, *statement.values)]
        if statement.must and not rows:
            raise Conflict(statement.sql)
        return rows
    told = await connection.execute(sql, *statement.values)
    if statement.must and told.endswith(" 0"):
        raise Conflict(statement.sql)
    return []
