"""Seals again, with the newest key, whatever an older one sealed. Stopped anywhere, it goes on where it was.

A column that ends in "_sealed" holds what was sealed for "table/column/key", the key being the row's primary key; so
the tables themselves say what is to be done, and a new one needs no word here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.storage.database import Database, Row, Statement, run
from core.vault import BadSeal, Vault

_PAGE = 200  # rows that are sealed again in one commit
_ENDING = "_sealed"
_BORROWED = {"doubtful/body": "outbox/body"}  # rows that moved from another table, sealed as they were there
_ON_SQLITE = """\
SELECT t.name, c.name, c.pk FROM sqlite_schema t, pragma_table_info(t.name) c
WHERE t.type = 'table' ORDER BY t.name, c.pk, c.cid"""
_ON_POSTGRES = """\
SELECT c.table_name, c.column_name, COALESCE(k.ordinal_position, 0)
FROM information_schema.columns c
LEFT JOIN information_schema.table_constraints t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
  AND t.constraint_type = 'PRIMARY KEY'
LEFT JOIN information_schema.key_column_usage k ON k.constraint_schema = t.constraint_schema
  AND k.constraint_name = t.constraint_name AND k.table_name = c.table_name AND k.column_name = c.column_name
WHERE c.table_schema = current_schema() ORDER BY 1, 3, c.ordinal_position"""


@dataclass(frozen=True, slots=True)
class Column:
    """A sealed column: its table, its name, and the columns of the primary key in their order."""

    table: str
    name: str
    key: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"

    @property
    def place(self) -> str:
        """For what its values are sealed, up to the row's key."""
        usual = f"{self.table}/{self.name.removesuffix(_ENDING)}"
        return _BORROWED.get(usual, usual)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a column: values sealed again, and values that no key of ours opens."""

    column: Column
    sealed: int
    lost: int


async def columns(database: Database) -> list[Column]:
    """Every sealed column there is."""
    rows = await database.all(_ON_POSTGRES if database.is_shared else _ON_SQLITE)
    keys = {table: tuple(name for of, name, place in rows if of == table and place) for table, _, _ in rows}
    return [Column(table, name, keys[table]) for table, name, _ in rows if name.endswith(_ENDING)]


async def reseal(database: Database, vault: Vault) -> list[Tally]:
    """Seal again what older keys sealed; programs that have all the keys may go on meanwhile."""
    return [await _reseal(database, vault, column) for column in await columns(database)]


async def old_seals(database: Database, vault: Vault) -> int:
    """How many values are sealed with an older key."""
    return sum([await _count(database, vault, column) for column in await columns(database)])


async def _reseal(database: Database, vault: Vault, column: Column) -> Tally:
    sealed = lost = 0
    page = await _page(database, vault, column, ())
    while page:
        done = [statement for row in page if (statement := _again(vault, column, row))]
        await database.apply(*done)
        sealed, lost = sealed + len(done), lost + len(page) - len(done)
        page = await _page(database, vault, column, page[-1][1:])
    return Tally(column, sealed, lost)


def _again(vault: Vault, column: Column, row: Row) -> Statement | None:
    """The value under the newest key, if it is still the one we read; None for one that does not open."""
    sealed, *key = row
    place = "/".join((column.place, *key))
    try:
        fresh = vault.seal(vault.open(sealed, place), place)
    except BadSeal:
        return None
    where = " AND ".join(f"{name} = ?" for name in (*column.key, column.name))
    return run(f"UPDATE {column.table} SET {column.name} = ? WHERE {where}", fresh, *key, sealed)


async def _page(database: Database, vault: Vault, column: Column, after: Sequence[str]) -> list[Row]:
    keys = ", ".join(column.key)
    behind = f" AND ({keys}) > ({', '.join('?' * len(after))})" if after else ""
    return await database.all(
        f"SELECT {column.name}, {keys} FROM {column.table} WHERE {_OLD.format(column.name)}{behind}"
        f" ORDER BY {keys} LIMIT {_PAGE}",
        len(vault.newest),
        vault.newest,
        *after,
    )


async def _count(database: Database, vault: Vault, column: Column) -> int:
    sql = f"SELECT count(*) FROM {column.table} WHERE {_OLD.format(column.name)}"
    rows = await database.all(sql, len(vault.newest), vault.newest)
    return int(rows[0][0])


_OLD = "{0} <> '' AND substr({0}, 1, ?) <> ?"
