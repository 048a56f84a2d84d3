"""Which moments of which schedules were acted on: each slot belongs to one process, and is done once."""

from dataclasses import dataclass

from core.storage.database import Database, Statement, guarded, run


@dataclass(frozen=True, slots=True)
class Slot:
    """One moment of a schedule. `begun_at` is later than `at` when the program was off; `done_at` None: under way."""

    tick: str
    at: int
    begun_at: int
    done_at: int | None
    lease_until: int


class Slots:
    """The table `slots`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, tick: str) -> Slot | None:
        """The newest slot of a schedule; None for one that never ran."""
        rows = await self._database.all(
            "SELECT tick, slot, begun_at, done_at, lease_until FROM slots WHERE tick = ? ORDER BY slot DESC LIMIT 1",
            tick,
        )
        return Slot(*rows[0]) if rows else None

    def begin_with(self, tick: str, now: int) -> Statement:
        """A schedule heard of for the first time has missed nothing before now."""
        return run("INSERT INTO slots VALUES (?, ?, '', 0, ?, ?) ON CONFLICT DO NOTHING", tick, now, now, now)

    def take(self, tick: str, at: int, owner: str, now: int, until: int) -> Statement:
        """Act on a slot ourselves; a `Conflict` when another process does. One left lying may be taken over."""
        return guarded(
            "INSERT INTO slots VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT (tick, slot) DO UPDATE"
            " SET owner = excluded.owner, lease_until = excluded.lease_until, begun_at = excluded.begun_at"
            " WHERE slots.done_at IS NULL AND slots.lease_until <= excluded.begun_at RETURNING slot",
            tick,
            at,
            owner,
            until,
            now,
        )

    def hold(self, tick: str, at: int, owner: str, until: int) -> Statement:
        """Lengthen the lease; a `Conflict` when another process has taken over."""
        return guarded(
            "UPDATE slots SET lease_until = ? WHERE tick = ? AND slot = ? AND owner = ?", until, tick, at, owner
        )

    def done(self, tick: str, at: int, owner: str, now: int) -> list[Statement]:
        """Finished, if it is still ours; what was done before it is forgotten."""
        return [
            guarded("UPDATE slots SET done_at = ? WHERE tick = ? AND slot = ? AND owner = ?", now, tick, at, owner),
            run("DELETE FROM slots WHERE tick = ? AND slot < ? AND done_at IS NOT NULL", tick, at),
        ]

    def let_go(self, tick: str, at: int, owner: str) -> Statement:
        """Not done after all: whoever comes next does it."""
        return run(
            "UPDATE slots SET owner = '', lease_until = 0 WHERE tick = ? AND slot = ? AND owner = ?", tick, at, owner
        )

    def let_all_go(self) -> Statement:
        """On SQLite at start: whoever was at it is gone."""
        return run("UPDATE slots SET owner = '', lease_until = 0 WHERE owner <> '' AND done_at IS NULL")
