"""What came in: each message is kept before anybody answers it, and taken once."""

from dataclasses import dataclass

from core.ids import new_id
from core.storage.address import Address
from core.storage.database import Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

BODY_COLUMN = "inbox/body"


@dataclass(frozen=True, slots=True)
class Received:
    """A message in the inbox; `body` is the incoming message as JSON."""

    id: str
    body: str


class Inbox:
    """The table `inbox`: each (channel, uid) is taken once."""

    def __init__(self, vault: Vault) -> None:
        self._bodies = SealedColumn(vault, BODY_COLUMN, str)

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
