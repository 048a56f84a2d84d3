"""When somebody was last heard of, and what was pushed to them since: some channels ration that."""

from dataclasses import dataclass

from core.clock import DAY
from core.ids import new_id
from core.storage.address import Address
from core.storage.database import Database, Statement, guarded, run

_REMEMBERED = 3 * DAY  # longer than any channel counts


@dataclass(frozen=True, slots=True)
class Contact:
    """The last message and the last tap on a menu; 0 for never.

    A mark sorts behind everything that was pushed before it, however little time passed.
    """

    spoke_at: int = 0
    spoke_mark: str = ""
    acted_at: int = 0
    acted_mark: str = ""


class Contacts:
    """The tables `contacts` and `pushes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, to: Address) -> Contact:
        """What is known of this chat."""
        rows = await self._database.all(
            "SELECT spoke_at, spoke_mark, acted_at, acted_mark FROM contacts WHERE channel = ? AND peer = ?",
            to.channel,
            to.peer,
        )
        return Contact(*rows[0]) if rows else Contact()

    def spoke(self, to: Address, now: int) -> Statement:
        """A message came."""
        return run(
            "INSERT INTO contacts VALUES (?, ?, ?, ?, 0, '', 0) ON CONFLICT (channel, peer)"
            " DO UPDATE SET spoke_at = excluded.spoke_at, spoke_mark = excluded.spoke_mark, knocked_at = 0",
            to.channel,
            to.peer,
            now,
            new_id(),
        )

    def acted(self, to: Address, now: int) -> Statement:
        """Something was tapped, or somebody began to follow."""
        return run(
            "INSERT INTO contacts VALUES (?, ?, 0, '', ?, ?, 0) ON CONFLICT (channel, peer)"
            " DO UPDATE SET acted_at = excluded.acted_at, acted_mark = excluded.acted_mark, knocked_at = 0",
            to.channel,
            to.peer,
            now,
            new_id(),
        )

    def knocked(self, to: Address, now: int) -> Statement:
        """They are asked to write; a `Conflict` where they were since they last did."""
        return guarded(
            "INSERT INTO contacts VALUES (?, ?, 0, '', 0, '', ?) ON CONFLICT (channel, peer)"
            " DO UPDATE SET knocked_at = excluded.knocked_at WHERE contacts.knocked_at = 0",
            to.channel,
            to.peer,
            now,
        )

    def not_knocked(self, to: Address) -> Statement:
        """They could not be asked."""
        return run("UPDATE contacts SET knocked_at = 0 WHERE channel = ? AND peer = ?", to.channel, to.peer)

    def cannot_be_reached(self, to: Address) -> Statement:
        """Whatever we counted, the channel takes nothing more for this chat until they write again."""
        return run("UPDATE contacts SET spoke_at = 0, acted_at = 0 WHERE channel = ? AND peer = ?", to.channel, to.peer)

    def pushed(self, to: Address, now: int) -> list[Statement]:
        """One message was pushed."""
        return [
            run("DELETE FROM pushes WHERE channel = ? AND peer = ? AND at < ?", to.channel, to.peer, now - _REMEMBERED),
            run("INSERT INTO pushes VALUES (?, ?, ?, ?)", new_id(), to.channel, to.peer, now),
        ]

    async def pushes(self, to: Address, since: int) -> list[int]:
        """The moments of messages pushed at or after `since`, oldest first."""
        rows = await self._database.all(
            "SELECT at FROM pushes WHERE channel = ? AND peer = ? AND at >= ? ORDER BY id", to.channel, to.peer, since
        )
        return [at for (at,) in rows]

    async def pushed_since(self, to: Address, mark: str) -> int:
        """How many messages were pushed after this mark."""
        rows = await self._database.all(
            "SELECT count(*) FROM pushes WHERE channel = ? AND peer = ? AND id > ?", to.channel, to.peer, mark
        )
        return int(rows[0][0])
