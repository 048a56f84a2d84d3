"""Brings a database to today's schema: each migration and its record in one transaction."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from core.storage.database import Conflict, Database, guarded, run
from core.storage.sqlite import SqliteDatabase
from migrations import Migration, all_migrations

_VERSIONS = "CREATE TABLE IF NOT EXISTS schema_version (number BIGINT PRIMARY KEY, name TEXT NOT NULL)"


class NewerDatabase(Exception):
    """The database was written by a newer version of this program. Install that version, or restore a backup."""


async def migrate(database: Database, known: Sequence[Migration] | None = None) -> list[Migration]:
    """Apply what is missing of `known` (all migrations) and return it.

    A SQLite file with data in it is backed up beside itself first. Raises `NewerDatabase`.
    """
    known = all_migrations() if known is None else known
    await database.apply(*database.migration_lock, run(_VERSIONS))
    done = {number for (number,) in await database.all("SELECT number FROM schema_version")}
    if newer := done - {migration.number for migration in known}:
        raise NewerDatabase(max(newer))
    missing = [migration for migration in known if migration.number not in done]
    if missing and done and isinstance(database, SqliteDatabase):
        _backup(database.path, database.path.with_suffix(f".before-{missing[0].number:04}.db"))
    return [migration for migration in missing if await _apply(database, migration)]


async def _apply(database: Database, migration: Migration) -> bool:
    """Whether it was this process that applied it; another may have been faster."""
    record = guarded(
        "INSERT INTO schema_version (number, name) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING number",
        migration.number,
        migration.name,
    )
    statements = (run(statement) for statement in migration.statements)
    try:
        await database.apply(*database.migration_lock, record, *statements)
    except Conflict:
        return False
    return True


def _backup(source: Path, target: Path) -> None:
    """A compact copy, made on a connection of its own while the program is still starting."""
    target.unlink(missing_ok=True)
    connection = sqlite3.connect(source)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()
