"""How much waits, and since when: for those who watch the program."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.storage.database import Database

_QUEUES = {
    "inbox": "SELECT count(*), min(received_at) FROM inbox WHERE done_at IS NULL",
    "outbox": "SELECT count(*), min(created_at) FROM outbox",
    "effects": "SELECT count(*), min(created_at) FROM effects",
}
_STARVING = {  # work that is due since this moment, and that nobody has taken up
    "inbox": "SELECT min(received_at) FROM inbox WHERE done_at IS NULL AND received_at <= ?",
    "outbox": "SELECT min(CASE WHEN created_at > lease_until THEN created_at ELSE lease_until END) FROM outbox"
    " WHERE id IN (SELECT min(id) FROM outbox GROUP BY channel, peer) AND lease_until <= ?",
    "effects": "SELECT min(CASE WHEN created_at > lease_until THEN created_at ELSE lease_until END) FROM effects"
    " WHERE lease_until <= ?",
}


@dataclass(frozen=True, slots=True)
class Queue:
    """How many rows wait, and since when the oldest does (epoch milliseconds UTC); None when none waits."""

    length: int
    since: int | None


class Backlog:
    """Counts over the tables that hold work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def queues(self) -> dict[str, Queue]:
        """What waits in each queue, also what waits for its moment."""
        return {name: Queue(*(await self._database.all(sql))[0]) for name, sql in _QUEUES.items()}

    async def starving(self, now: int, patient: Sequence[str] = ()) -> dict[str, int]:
        """For how many milliseconds the oldest due work of each queue was left lying, not counting patient channels."""
        wanted = {name: sql for name, sql in _STARVING.items() if name != "outbox"}
        since = {name: (await self._database.all(sql, now))[0][0] for name, sql in wanted.items()}
        others = "".join(" AND channel <> ?" for _ in patient)
        since["outbox"] = (await self._database.all(f"{_STARVING['outbox']}{others}", now, *patient))[0][0]
        return {name: 0 if moment is None else max(0, now - moment) for name, moment in since.items()}

    async def shipments(self) -> dict[str, int]:
        """Unfinished shipments by state."""
        rows = await self._database.all("SELECT state, count(*) FROM shipments WHERE state <> 'done' GROUP BY state")
        return {str(state): int(count) for state, count in rows}
