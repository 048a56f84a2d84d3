"""Fresh databases on PostgreSQL, and today's schema: `python -m tests.support.databases > tests/schema.sql`."""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import asyncpg
import pytest

from core.ids import new_id
from core.storage.database import Database, connect
from core.storage.migrate import migrate

SERVER = "MIANDAN_TEST_POSTGRES"
_PATIENCE = 5.0  # seconds until a server counts as not there
_answers: dict[str, bool] = {}


@asynccontextmanager
async def postgres() -> AsyncIterator[str]:
    """The address of an empty schema of its own on the test server; skips the test where there is no server."""
    server = os.environ.get(SERVER, "")
    if not server:
        pytest.skip(f"{SERVER} does not name a PostgreSQL server")
    if not await _is_there(server):
        pytest.skip(f"the PostgreSQL server that {SERVER} names does not answer")
    schema = f"test_{new_id().lower()}"
    await _tell(server, f"CREATE SCHEMA {schema}")
    try:
        yield f"{server}{'&' if '?' in server else '?'}search_path={schema}"
    finally:
        await _tell(server, f"DROP SCHEMA {schema} CASCADE")


@asynccontextmanager
async def opened(place: str) -> AsyncIterator[Database]:
    """The database at this address, closed at the end whatever happens."""
    database = await connect(place)
    try:
        yield database
    finally:
        await database.close()


def schema_of(file: Path) -> str:
    """The statements that made a SQLite file what it is, in their order."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    return "\n\n".join(f"{sql};" for (sql,) in rows) + "\n"


async def _is_there(server: str) -> bool:
    if server not in _answers:
        try:
            await _tell(server, "SELECT 1")
            _answers[server] = True
        except (OSError, TimeoutError, asyncpg.PostgresError):
            _answers[server] = False
    return _answers[server]


async def _tell(server: str, sql: str) -> None:
    connection = await asyncpg.connect(server, timeout=_PATIENCE)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def _todays_schema() -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "miandan.db"
        async with opened(f"sqlite:{file}") as database:
            await migrate(database)
        return schema_of(file)


if __name__ == "__main__":
    print(f"-- Today's schema, as the migrations leave it on SQLite.\n\n{asyncio.run(_todays_schema())}", end="")  # noqa: T201 - its output is the file
