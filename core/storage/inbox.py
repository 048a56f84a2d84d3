"""What came in: each message is kept before anybody answers it, and taken once."""

from dataclasses import dataclass

from core.ids import new_id
from core.storage.address import Address
from core.storage.database import Database, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault


@dataclass(frozen=True, slots=True)
class Received:
    """A message in the inbox; `body` is the incoming message as JSON."""

    id: str
    body: str


class Inbox:
    """The table `inbox`: each (channel, uid) is taken once."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._bodies = SealedColumn(vault, "inbox/body", str)

    def receive(self, to: Address, uid: str, body: str, now: int) -> Statement:
        """A message that reached us; one delivered again changes nothing."""
        key = new_id()
        return run(
            "INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?, NULL) ON CONFLICT (channel, uid) DO NOTHING",
            key,
            to.channel,
            uid,
            to.peer,
            self._bodies.seal(key, body),
            now,
        )

    def done(self, message: str, now: int) -> Statement:
        """The turn is over and what was said is wiped; a second turn over the same message is a `Conflict`."""
        return guarded("UPDATE inbox SET done_at = ?, body_sealed = '' WHERE id = ? AND done_at IS NULL", now, message)

    async def next(self, to: Address) -> Received | None:
        """The oldest message of this chat that waits for its turn."""
        rows = await self._database.all(
            "SELECT id, body_sealed FROM inbox WHERE channel = ? AND peer = ? AND done_at IS NULL ORDER BY id LIMIT 1",
            to.channel,
            to.peer,
        )
        return Received(rows[0][0], self._bodies.open(*rows[0])) if rows else None

    async def waiting(self) -> list[Address]:
        """Chats with a message that waits."""
        rows = await self._database.all("SELECT DISTINCT channel, peer FROM inbox WHERE done_at IS NULL")
        return [Address(*row) for row in rows]
