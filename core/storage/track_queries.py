"""Queries that cost money or patience: written down before they are asked, so that a crash forgets none."""

from core.clock import DAY
from core.storage.database import Database, Statement, guarded, run


class TrackQueries:
    """The tables `track_queries` and `track_spending`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, service: str, number: str, now: int, *, patience: int, most: int) -> Statement:
        """One query of a number.

        A `Conflict` when it was asked less than `patience` milliseconds ago, or `most` times in the last 24 hours; of
        two processes that ask at the same time, one may.
        """
        return guarded(
            "INSERT INTO track_queries (service, number, slot, at)"
            " SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT)"
            " WHERE NOT EXISTS (SELECT 1 FROM track_queries WHERE service = ? AND number = ? AND at > ?)"
            " AND (SELECT count(*) FROM track_queries WHERE service = ? AND number = ? AND at > ?) < ?"
            " ON CONFLICT DO NOTHING RETURNING slot",
            service,
            number,
            now // patience,
            now,
            service,
            number,
            now - patience,
            service,
            number,
            now - DAY,
            most,
        )

    def spend(self, day: int, fen: int, cap: int) -> Statement:
        """A query's price on a day's bill; `day`: its first millisecond. A `Conflict` when it would pass the cap."""
        return guarded(
            "INSERT INTO track_spending (day, queries, spent)"
            " SELECT CAST(? AS BIGINT), 1, CAST(? AS BIGINT) WHERE CAST(? AS BIGINT) <= CAST(? AS BIGINT)"
            " ON CONFLICT (day) DO UPDATE SET queries = track_spending.queries + 1,"
            " spent = track_spending.spent + excluded.spent WHERE track_spending.spent + excluded.spent <= ?"
            " RETURNING day",
            day,
            fen,
            fen,
            cap,
            cap,
        )

    async def spent(self, day: int) -> tuple[int, int]:
        """How many queries a day had, and what they cost in fen."""
        rows = await self._database.all("SELECT queries, spent FROM track_spending WHERE day = ?", day)
        return (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)

    def forget(self, before: int) -> Statement:
        """Queries older than this moment count no longer."""
        return run("DELETE FROM track_queries WHERE at < ?", before)
