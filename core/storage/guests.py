"""People who are nobody's members: when they were last answered, and how many codes they tried."""

from core.clock import DAY, HOUR
from core.storage.address import Address
from core.storage.database import Database, Statement, guarded, run

TRIES = 5  # codes that one person may try an hour
_SILENCE = DAY  # until a stranger is answered again
_REMEMBERED = 30 * DAY


class Guests:
    """The table `guests`; whoever was not seen for a month is forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def came(self, to: Address, now: int) -> list[Statement]:
        """Somebody unknown is here. Of two commits that begin with this for the same person one waits for the other."""
        return [
            run("DELETE FROM guests WHERE seen_at < ?", now - _REMEMBERED),
            run(
                "INSERT INTO guests VALUES (?, ?, 0, 0, 0, ?) ON CONFLICT (channel, peer)"
                " DO UPDATE SET seen_at = excluded.seen_at",
                to.channel,
                to.peer,
                now,
            ),
        ]

    async def is_to_be_told(self, to: Address, now: int) -> bool:
        """Whether this stranger was given no answer for a day."""
        rows = await self._database.all(
            "SELECT 1 FROM guests WHERE channel = ? AND peer = ? AND told_at > ?", to.channel, to.peer, now - _SILENCE
        )
        return not rows

    def told(self, to: Address, now: int) -> list[Statement]:
        """The stranger was answered."""
        told = run("UPDATE guests SET told_at = ? WHERE channel = ? AND peer = ?", now, to.channel, to.peer)
        return [*self.came(to, now), told]

    def tries(self, to: Address, now: int) -> list[Statement]:
        """A code is about to be tried; a `Conflict` when that was done too often within the hour."""
        count = guarded(
            "UPDATE guests SET tries = CASE WHEN tries_since <= ? THEN 1 ELSE tries + 1 END,"
            " tries_since = CASE WHEN tries_since <= ? THEN ? ELSE tries_since END"
            " WHERE channel = ? AND peer = ? AND (tries_since <= ? OR tries < ?)",
            now - HOUR,
            now - HOUR,
            now,
            to.channel,
            to.peer,
            now - HOUR,
            TRIES,
        )
        return [*self.came(to, now), count]
