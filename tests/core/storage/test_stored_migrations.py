"""From nothing, or from an older version, to today's schema."""

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.storage.database import Database, run
from core.storage.merchants import Merchants
from core.storage.migrate import NewerDatabase, migrate
from migrations import Migration, all_migrations
from tests.support import databases

TODAY = all_migrations()
SCHEMA = Path(__file__).parents[2] / "schema.sql"
NICKNAME = Migration(9001, "9001_nickname", ("ALTER TABLE merchants ADD COLUMN nickname TEXT",))
NOTES = "CREATE TABLE notes (id TEXT PRIMARY KEY)"
FAULTY = Migration(9002, "9002_notes", (NOTES, "ALTER TABLE nowhere ADD COLUMN x TEXT"))
MENDED = Migration(9002, "9002_notes", (NOTES,))


async def _numbers(database: Database) -> list[int]:
    return [number for (number,) in await database.all("SELECT number FROM schema_version ORDER BY number")]


def _copies(folder: Path) -> list[str]:
    return [file.name for file in folder.glob("*.before-*")]


def _plain(sql: str) -> list[str]:
    """The statements without comments, and with space only where words meet."""
    bare = re.sub(r"\s+", " ", re.sub(r"--.*", "", sql))
    return sorted(re.sub(r" ?([(),]) ?", r"\1", part.strip()) for part in bare.split(";") if part.strip())


async def test_an_empty_database_gets_every_migration_once(bare: Database) -> None:
    assert await migrate(bare) == TODAY
    assert await migrate(bare) == []
    assert await _numbers(bare) == [migration.number for migration in TODAY]


async def test_two_processes_that_start_at_once_migrate_once(bare: Database, bare_elsewhere: Database) -> None:
    other = bare_elsewhere
    applied = await asyncio.gather(migrate(bare), migrate(other), migrate(bare), migrate(other))
    assert sorted(migration.number for each in applied for migration in each) == [each.number for each in TODAY]
    assert await _numbers(other) == [migration.number for migration in TODAY]


async def test_only_what_is_missing_is_applied_to_an_older_database(database: Database) -> None:
    assert await migrate(database, [*TODAY, NICKNAME]) == [NICKNAME]
    rows = await database.all("SELECT id, language, nickname FROM merchants ORDER BY id")
    assert [tuple(row) for row in rows] == [("m1", "zh", None), ("m2", "en", None)]


async def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    await migrate(database, [*TODAY, NICKNAME])
    with pytest.raises(NewerDatabase, match="9001"):
        await migrate(database)
    assert await _numbers(database) == [*(migration.number for migration in TODAY), 9001]


async def test_a_migration_that_breaks_in_the_middle_leaves_nothing_and_can_be_mended(database: Database) -> None:
    with pytest.raises(Exception, match="nowhere"):
        await migrate(database, [*TODAY, NICKNAME, FAULTY])
    assert await _numbers(database) == [*(migration.number for migration in TODAY), 9001]
    assert await migrate(database, [*TODAY, NICKNAME, MENDED]) == [MENDED]
    assert await database.all("SELECT id FROM notes") == []


async def test_a_file_with_data_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    async with databases.opened(f"sqlite:{tmp_path / 'miandan.db'}") as database:
        await migrate(database)
        assert _copies(tmp_path) == [], "there was nothing to keep yet"
        await database.apply(Merchants(database).add("m1", "zh", 1))
        await migrate(database, [*TODAY, NICKNAME])
        await migrate(database, [*TODAY, NICKNAME])
        await database.apply(run("UPDATE merchants SET nickname = 'newer'"))
    assert _copies(tmp_path) == ["miandan.before-9001.db"]
    with closing(sqlite3.connect(tmp_path / "miandan.before-9001.db")) as connection:
        assert connection.execute("SELECT * FROM merchants").fetchall() == [("m1", "zh", "{}", 1)]


async def test_the_schema_page_shows_what_the_migrations_leave(tmp_path: Path) -> None:
    async with databases.opened(f"sqlite:{tmp_path / 'miandan.db'}") as database:
        await migrate(database)
    made = databases.schema_of(tmp_path / "miandan.db")
    assert _plain(SCHEMA.read_text("utf-8")) == _plain(made), (
        "update it: .venv/bin/python -m tests.support.databases > tests/schema.sql"
    )


@pytest.mark.postgres
async def test_postgresql_gets_the_columns_of_the_schema_page() -> None:
    with closing(sqlite3.connect(":memory:")) as page:
        page.executescript(SCHEMA.read_text("utf-8"))
        shown = page.execute(
            "SELECT t.name, c.name, lower(c.type) FROM sqlite_schema t JOIN pragma_table_info(t.name) c"
            " WHERE t.type = 'table' ORDER BY t.name, c.cid"
        ).fetchall()
    async with databases.postgres() as place, databases.opened(place) as database:
        await migrate(database)
        columns = await database.all(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
        )
    assert [tuple(column) for column in columns] == shown


def test_migrations_are_numbered_without_gaps_or_twins() -> None:
    assert [migration.number for migration in TODAY] == list(range(1, len(TODAY) + 1))
