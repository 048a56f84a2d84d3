"""A database as one person's hands reach it: what they do there is noted, and counts only while they may do it."""

import re
from collections.abc import Iterable
from typing import Any

from core.errors import Forbidden
from core.rights import holders
from core.storage.audit import Audit, Change, Deed, Note, Outcome
from core.storage.database import Conflict, Database, Row, Statement, guarded

_STILL_MAY = "UPDATE members SET role = role WHERE id = ? AND role IN"
_TABLE = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_OWN_BOOKS = frozenset(
    """inbox outbox offers cards doubtful conversations effects visits forms downloads contacts pushes guests slots
    orders order_syncs order_events nodes track_queries track_spending access_tokens
    alert_cards alert_tellings digests""".split()
)  # what the program carries and learns by itself, whoever asked for it


class Signed:
    """See `core.storage.database.Database`."""

    def __init__(self, database: Database, audit: Audit, deed: Deed) -> None:
        self.is_shared = database.is_shared
        self.skip_locked = database.skip_locked
        self.migration_lock = database.migration_lock
        self._database = database
        self._audit = audit
        self._deed = deed

    async def all(self, sql: str, *values: Any) -> list[Row]:  # noqa: ANN401 - a column takes what it takes
        """See `Database.all`."""
        return await self._database.all(sql, *values)

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        """See `Database.apply`. Raises `Forbidden` when the right was lost meanwhile."""
        return await self.change(Change(), *statements)

    async def change(self, change: Change, *statements: Statement) -> list[list[Row]]:
        """The same, with what it was about."""
        if _is_housekeeping(statements):
            return await self._database.apply(*statements)
        try:
            rows = await self._audit.commit([Note(self._deed, change)], self._still_may(), *statements)
        except Conflict as conflict:
            if str(conflict).startswith(_STILL_MAY):
                raise Forbidden(role=self._deed.role) from conflict
            raise
        return rows[1:]

    async def failed(self, change: Change) -> None:
        """Write down what was tried in vain, and so changed nothing here."""
        await self._audit.commit([Note(self._deed, change, Outcome.FAILED)])

    async def close(self) -> None:
        """See `Database.close`."""
        await self._database.close()

    def _still_may(self) -> Statement:
        roles = holders(self._deed.right)
        return guarded(f"{_STILL_MAY} ({', '.join('?' * len(roles))})", self._deed.member, *roles)


def _is_housekeeping(statements: Iterable[Statement]) -> bool:
    tables = (_TABLE.match(statement.sql) for statement in statements)
    return all(table is not None and table[1] in _OWN_BOOKS for table in tables)
