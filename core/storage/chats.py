"""How the chats stand whose messages wait: everything a turn begins with, read at once."""

from dataclasses import dataclass

from core.storage.address import Address
from core.storage.conversations import STATE_COLUMN
from core.storage.database import Database, Row
from core.storage.inbox import BODY_COLUMN, Received
from core.storage.merchants import SPEAKER, Member, Merchants, speaker
from core.storage.sealed import SealedColumn
from core.vault import Vault

_WAITING = f"""\
SELECT i.channel, i.peer, i.id, i.body_sealed, v.version, v.state_sealed, o.buttons, w.messages, {SPEAKER}
FROM (SELECT min(id) AS id, count(*) AS messages FROM inbox WHERE done_at IS NULL GROUP BY channel, peer) w
JOIN inbox i ON i.id = w.id
LEFT JOIN members m ON m.channel = i.channel AND m.peer = i.peer
  AND m.chosen = (SELECT max(chosen) FROM members WHERE channel = i.channel AND peer = i.peer)
LEFT JOIN merchants c ON c.id = m.merchant
LEFT JOIN conversations v ON v.channel = i.channel AND v.peer = i.peer
LEFT JOIN offers o ON o.channel = i.channel AND o.peer = i.peer
ORDER BY i.id LIMIT ?"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A chat's oldest message that waits for its turn, and how the chat stands.

    `member` is None for a stranger, `state` the conversation's JSON or None before the first; `buttons` are those
    shown last, as JSON; `messages` counts those that wait.
    """

    to: Address
    received: Received
    member: Member | None
    version: int
    state: str | None
    buttons: str
    messages: int


class Chats:
    """Reads the tables `inbox`, `members`, `conversations` and `offers` together."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._merchants = Merchants(database)
        self._bodies = SealedColumn(vault, BODY_COLUMN, str)
        self._states = SealedColumn(vault, STATE_COLUMN, str)

    async def waiting(self, limit: int) -> list[Waiting]:
        """At most so many chats with a message that waits, those that wait longest first."""
        return [await self._read(row) for row in await self._database.all(_WAITING, limit)]

    async def is_heard(self, to: Address) -> bool:
        """Whether a message of this chat waits for its turn."""
        rows = await self._database.all(
            "SELECT 1 FROM inbox WHERE channel = ? AND peer = ? AND done_at IS NULL LIMIT 1", to.channel, to.peer
        )
        return bool(rows)

    async def _read(self, row: Row) -> Waiting:
        channel, peer, message, body, version, state, buttons, messages, *who = row
        to = Address(channel, peer)
        return Waiting(
            to=to,
            received=Received(message, self._bodies.open(message, body)),
            member=await self._speaker(to, who),
            version=version or 0,
            state=self._states.open(f"{channel}/{peer}", state) if state else None,
            buttons=buttons or "[]",
            messages=messages,
        )

    async def _speaker(self, to: Address, who: Row) -> Member | None:
        """Groups are few, and looked up one by one."""
        if to.is_group:
            return await self._merchants.member(to.channel, to.peer)
        return speaker(to, who) if who[0] else None
