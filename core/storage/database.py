"""One SQL text, two thin drivers.

Two calls are enough: `all` reads, `apply` runs statements atomically. The text is plain SQL that SQLite and PostgreSQL
both take, with `?` placeholders; columns are TEXT, BIGINT and DOUBLE PRECISION only.

On SQLite a single writer gathers whatever `apply` calls are waiting and commits them together: many callers share one
fsync, each behind its own savepoint, so that one caller's conflict never undoes another's work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Row: TypeAlias = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement with its values. `must`: changing no row is a `Conflict`."""

    sql: str
    values: tuple[Any, ...] = ()
    must: bool = False


def run(sql: str, *values: Any) -> Statement:  # noqa: ANN401 - a column takes what it takes
    """A statement that may change nothing."""
    return Statement(sql, values)


def guarded(sql: str, *values: Any) -> Statement:  # noqa: ANN401
    """A statement that must change something: a compare-and-set."""
    return Statement(sql, values, must=True)


class Conflict(Exception):
    """A guarded statement changed no row: somebody else moved the record first. Nothing of the call was done."""


class Closed(Exception):
    """The database was let go of. Nothing of the call was done."""


class Database(Protocol):
    """What the two drivers have in common."""

    is_shared: bool  # whether other processes may work on it at the same time
    skip_locked: str  # appended to the inner SELECT of a claim, where the engine has it
    migration_lock: tuple[Statement, ...]  # run first in a migration's transaction

    async def all(self, sql: str, *values: Any) -> list[Row]:  # noqa: ANN401
        """All rows of a query, seeing every `apply` that has returned."""
        ...

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        """Run the statements in one durable transaction; the rows that each RETURNING gave.

        Raises `Conflict` when a guarded statement changed nothing, `Closed` after `close`; then none of them happened.
        """
        ...

    async def close(self) -> None:
        """Finish what is queued and let go of the database."""
        ...


async def connect(url: str, *, as_guest: bool = False) -> Database:
    """Open "sqlite:PATH" or "postgres://…" (also "postgresql://…"); a guest comes in beside the program that runs."""
    if url.startswith(("postgres://", "postgresql://")):
        from core.storage.postgres import PostgresDatabase  # noqa: PLC0415 - asyncpg is an optional extra

        return await PostgresDatabase.open(url)
    from core.storage.sqlite import SqliteDatabase  # noqa: PLC0415 - one driver is enough to load

    return await SqliteDatabase.open(url.removeprefix("sqlite:"), as_guest=as_guest)
