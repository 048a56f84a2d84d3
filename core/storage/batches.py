"""Batches: what a merchant asked to print together, and which process is printing it now."""

from dataclasses import dataclass
from enum import StrEnum

from core.storage.address import Address
from core.storage.database import Database, Row, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault


class BatchState(StrEnum):
    """Where a batch is."""

    DRAFT = "draft"  # planned, not yet agreed to
    RUNNING = "running"
    STOPPING = "stopping"  # the merchant said stop; the parcels in hand are finished
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch; `ticket` is the plan as JSON. `peer` in `channel` is told how it goes."""

    id: str
    merchant: str
    channel: str
    peer: str
    state: BatchState
    ticket: str
    total: int  # parcels
    created_at: int
    started_at: int | None = None
    finished_at: int | None = None


_COLUMNS = "id, merchant, channel, peer, state, ticket_sealed, total, created_at, started_at, finished_at"


class Batches:
    """The table `batches`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._tickets = SealedColumn(vault, "batches/ticket", str)

    def draft(self, batch: Batch) -> Statement:
        """Keep a plan until the merchant agrees."""
        return run(
            "INSERT INTO batches"
            " (id, merchant, channel, peer, state, ticket_sealed, total, owner, lease_until, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, ?)",
            batch.id,
            batch.merchant,
            batch.channel,
            batch.peer,
            BatchState.DRAFT,
            self._tickets.seal(batch.id, batch.ticket),
            batch.total,
            batch.created_at,
        )

    def start(self, batch: Batch, total: int, now: int) -> Statement:
        """From draft to running; a second start of the same batch is a `Conflict`."""
        return guarded(
            "UPDATE batches SET state = ?, total = ?, started_at = ? WHERE id = ? AND state = ?",
            BatchState.RUNNING,
            total,
            now,
            batch.id,
            BatchState.DRAFT,
        )

    def resume(self, batch: str, merchant: str, to: Address) -> Statement:
        """From stopped or done back to running, its news going to this chat; a `Conflict` while it runs."""
        return guarded(
            "UPDATE batches SET state = ?, finished_at = NULL, owner = '', lease_until = 0, channel = ?, peer = ?"
            " WHERE id = ? AND merchant = ? AND state IN (?, ?)",
            BatchState.RUNNING,
            to.channel,
            to.peer,
            batch,
            merchant,
            BatchState.STOPPED,
            BatchState.DONE,
        )

    def stop(self, batch: str, merchant: str) -> Statement:
        """Ask a running batch to stop after the parcels in hand."""
        return guarded(
            "UPDATE batches SET state = ? WHERE id = ? AND merchant = ? AND state = ?",
            BatchState.STOPPING,
            batch,
            merchant,
            BatchState.RUNNING,
        )

    def take_over(self, merchant: str, person: Address, to: Address) -> Statement:
        """What this person had begun for the merchant stops, and its news go to another chat."""
        return run(
            "UPDATE batches SET state = CASE WHEN state = 'running' THEN 'stopping' ELSE state END,"
            " channel = ?, peer = ? WHERE merchant = ? AND channel = ? AND (peer = ? OR peer LIKE ?)",
            to.channel,
            to.peer,
            merchant,
            person.channel,
            person.person,
            Address.of(person.channel, "%", person.person).peer,
        )

    def finish(self, batch: Batch, state: BatchState, owner: str, now: int) -> Statement:
        """Done or stopped, if the batch is still ours."""
        return guarded(
            "UPDATE batches SET state = ?, finished_at = ?, owner = '' WHERE id = ? AND owner = ?",
            state,
            now,
            batch.id,
            owner,
        )

    async def claim(self, owner: str, now: int, lease: int) -> Batch | None:
        """Take a batch that nobody works on, for `lease` milliseconds."""
        due = "SELECT id FROM batches WHERE state IN ('running', 'stopping') AND lease_until <= ? ORDER BY id LIMIT 1"
        if not await self._database.all(due, now):
            return None
        take = run(
            f"UPDATE batches SET owner = ?, lease_until = ? WHERE id = ({due} {self._database.skip_locked})"
            f" RETURNING {_COLUMNS}",
            owner,
            now + lease,
            now,
        )
        (taken,) = await self._database.apply(take)
        return next((self._batch(row) for row in taken), None)

    def hold(self, batch: str, owner: str, until: int) -> Statement:
        """Lengthen the lease; a `Conflict` means that another process has taken over."""
        return guarded("UPDATE batches SET lease_until = ? WHERE id = ? AND owner = ?", until, batch, owner)

    def let_go(self, batch: str, owner: str) -> Statement:
        """Give a batch back, for another process to go on with at once."""
        return run("UPDATE batches SET owner = '', lease_until = 0 WHERE id = ? AND owner = ?", batch, owner)

    def let_all_go(self) -> Statement:
        """On SQLite at start: whoever held a batch in this file is gone."""
        return run("UPDATE batches SET owner = '', lease_until = 0 WHERE owner <> ''")

    async def get(self, batch: str) -> Batch | None:
        """One batch."""
        return next(iter(await self._find("id = ?", batch)), None)

    async def latest(self, merchant: str) -> Batch | None:
        """The batch the merchant started last."""
        return next(iter(await self._find("merchant = ? AND state <> 'draft'", merchant)), None)

    async def running(self) -> int:
        """How many batches are under way."""
        rows = await self._database.all("SELECT count(*) FROM batches WHERE state IN ('running', 'stopping')")
        return int(rows[0][0])

    async def state(self, batch: str) -> BatchState:
        """The batch's state right now."""
        rows = await self._database.all("SELECT state FROM batches WHERE id = ?", batch)
        return BatchState(rows[0][0])

    async def _find(self, where: str, value: str) -> list[Batch]:
        rows = await self._database.all(
            f"SELECT {_COLUMNS} FROM batches WHERE {where} ORDER BY id DESC LIMIT 50", value
        )
        return [self._batch(row) for row in rows]

    def _batch(self, row: Row) -> Batch:
        key, merchant, channel, peer, state, ticket, total, *times = row
        return Batch(key, merchant, channel, peer, BatchState(state), self._tickets.open(key, ticket), total, *times)
