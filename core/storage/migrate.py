"""Brings a database to today's schema: each migration and its record in one transaction."""

import asyncio
from collections.abc import Sequence

from core.storage import backup
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
        before = database.path.with_suffix(f".before-{missing[0].number:04}.db")
        await asyncio.to_thread(backup.copy, database.path, before)
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
