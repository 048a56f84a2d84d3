"""What must be told, in order per chat, and the messages that later ones edit."""

import itertools
from dataclasses import dataclass

from core.ids import new_id
from core.storage.address import Address
from core.storage.database import Database, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

_AWAY = "(away)"  # in the owner's place: nobody can deliver this until the merchant writes again


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in the outbox; `body` is the outgoing message as JSON. `card`: the message it edits, or "".

    `attempts` failed. `is_in_doubt`: somebody began to send it, and nobody knows whether it arrived; not noted of every
    text. `has_next`: another waits behind it.
    """

    id: str
    to: Address
    card: str
    body: str
    attempts: int
    is_in_doubt: bool
    has_next: bool


class Outbox:
    """The tables `outbox`, `cards`, `offers` and `doubtful`; a row of the outbox is gone when it was told."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._bodies = SealedColumn(vault, "outbox/body", str)

    def add(self, to: Address, body: str, now: int, card: str = "") -> Statement:
        """One message, behind all others to this chat."""
        key = new_id()
        return run(
            "INSERT INTO outbox VALUES (?, ?, ?, ?, ?, '', 0, 0, 0, ?)",
            key,
            to.channel,
            to.peer,
            card,
            self._bodies.seal(key, body),
            now,
        )

    def offer(self, to: Address, buttons: str) -> Statement:
        """Remember the buttons shown last, as JSON: a merchant may answer with their number or label."""
        return run(
            "INSERT INTO offers VALUES (?, ?, ?) ON CONFLICT (channel, peer) DO UPDATE SET buttons = excluded.buttons",
            to.channel,
            to.peer,
            buttons,
        )

    async def behind(self, letter: Letter, now: int, limit: int) -> list[Letter]:
        """The messages that wait behind this one in its chat, oldest first, up to one that may not be sent yet."""
        rows = await self._database.all(
            "SELECT id, channel, peer, card, body_sealed, attempts, in_doubt, lease_until FROM outbox"
            " WHERE channel = ? AND peer = ? AND id > ? ORDER BY id LIMIT ?",
            letter.to.channel,
            letter.to.peer,
            letter.id,
            limit,
        )
        free = itertools.takewhile(lambda row: row[-1] <= now, rows)
        return [self._letter(*row[:-1]) for row in free]

    async def first(self, to: Address, now: int) -> Letter | None:
        """The message that is next in this chat, where nobody is sending it now."""
        rows = await self._database.all(
            "SELECT id, channel, peer, card, body_sealed, attempts, in_doubt, lease_until FROM outbox"
            " WHERE channel = ? AND peer = ? ORDER BY id LIMIT 1",
            to.channel,
            to.peer,
        )
        return self._letter(*rows[0][:-1]) if rows and rows[0][-1] <= now else None

    async def due(self, now: int, channel: str, limit: int) -> list[Letter]:
        """The first message of each chat of a channel, where nobody is sending it now."""
        rows = await self._database.all(
            "SELECT o.id, o.channel, o.peer, o.card, o.body_sealed, o.attempts, o.in_doubt, f.letters"
            " FROM (SELECT min(id) AS id, count(*) AS letters FROM outbox WHERE channel = ? GROUP BY peer) f"
            " JOIN outbox o ON o.id = f.id WHERE o.lease_until <= ? ORDER BY o.id LIMIT ?",
            channel,
            now,
            limit,
        )
        return [self._letter(*row) for row in rows]

    async def unannounced(self, now: int, channel: str, before: int, limit: int) -> list[Letter]:
        """The first message of each chat that was last heard of before this moment, and not told since that it waits.

        Of chats that `contacts` knows, where nobody is saying it now.
        """
        rows = await self._database.all(
            "SELECT o.id, o.channel, o.peer, o.card, o.body_sealed, o.attempts, o.in_doubt"
            " FROM (SELECT min(id) AS id FROM outbox WHERE channel = ? GROUP BY peer) f"
            " JOIN outbox o ON o.id = f.id JOIN contacts c ON c.channel = o.channel AND c.peer = o.peer"
            " WHERE o.lease_until <= ? AND c.knocked_at = 0 AND c.spoke_at < ? AND c.acted_at < ?"
            " ORDER BY o.id LIMIT ?",
            channel,
            now,
            before,
            before,
            limit,
        )
        return [self._letter(*row) for row in rows]

    def _letter(
        self,
        key: str,
        channel: str,
        peer: str,
        card: str,
        body: str,
        attempts: int,
        in_doubt: int,
        letters: int = 1,
    ) -> Letter:
        to = Address(channel, peer)
        return Letter(key, to, card, self._bodies.open(key, body), attempts, bool(in_doubt), letters > 1)

    def take(self, letter: Letter, owner: str, now: int, until: int) -> Statement:
        """Send it ourselves; a `Conflict` when another process does."""
        return guarded(
            "UPDATE outbox SET owner = ?, lease_until = ?, in_doubt = 1 WHERE id = ? AND lease_until <= ?",
            owner,
            until,
            letter.id,
            now,
        )

    def sent(self, letter: Letter, message: str, now: int) -> list[Statement]:
        """Told; `message` is the channel's id of it, kept where later edits need it."""
        gone = run("DELETE FROM outbox WHERE id = ?", letter.id)
        if not letter.card:
            return [gone]
        card = run(
            "INSERT INTO cards VALUES (?, ?, ?, ?, ?) ON CONFLICT (channel, peer, card)"
            " DO UPDATE SET message = excluded.message, told_at = excluded.told_at",
            letter.to.channel,
            letter.to.peer,
            letter.card,
            message,
            now,
        )
        return [gone, card]

    def dropped(self, letter: Letter) -> list[Statement]:
        """Not worth telling any more: a newer version of it waits."""
        return [run("DELETE FROM outbox WHERE id = ?", letter.id)]

    def shorten(self, letter: Letter, body: str) -> Statement:
        """Part of it was told; this is what is left, for whoever is sending it."""
        return run("UPDATE outbox SET body_sealed = ? WHERE id = ?", self._bodies.seal(letter.id, body), letter.id)

    def release(self, letter: Letter) -> Statement:
        """Nobody sends it now, and nothing of it is in doubt; it is due."""
        return run("UPDATE outbox SET owner = '', lease_until = 0, in_doubt = 0 WHERE id = ?", letter.id)

    def retry(self, letter: Letter, at: int, *, in_doubt: bool, peer_is_away: bool = False) -> Statement:
        """Try again at this moment; everything behind it waits. `in_doubt`: it may have been told after all.

        With `peer_is_away` a message from the merchant makes it due at once.
        """
        return run(
            "UPDATE outbox SET owner = ?, lease_until = ?, attempts = attempts + 1, in_doubt = ? WHERE id = ?",
            _AWAY if peer_is_away else "",
            at,
            int(in_doubt),
            letter.id,
        )

    def welcome_back(self, to: Address) -> Statement:
        """The merchant writes: what could not reach her is due."""
        return run(
            "UPDATE outbox SET owner = '', lease_until = 0 WHERE channel = ? AND peer = ? AND owner = ? RETURNING id",
            to.channel,
            to.peer,
            _AWAY,
        )

    def set_aside(self, letter: Letter, now: int) -> list[Statement]:
        """Keep a message that may have arrived apart, for the merchant to ask for."""
        aside = run(
            "INSERT INTO doubtful SELECT id, channel, peer, body_sealed, CAST(? AS BIGINT) FROM outbox WHERE id = ?"
            " ON CONFLICT DO NOTHING",
            now,
            letter.id,
        )
        return [aside, *self.dropped(letter)]

    async def doubtful(self, to: Address, letter: str) -> str | None:
        """The body of a message set aside, if it was for this chat."""
        rows = await self._database.all(
            "SELECT id, body_sealed FROM doubtful WHERE id = ? AND channel = ? AND peer = ?",
            letter,
            to.channel,
            to.peer,
        )
        return self._bodies.open(*rows[0]) if rows else None

    async def newest(self, letter: Letter) -> Letter | None:
        """The newest version of the same card that waits behind this one."""
        if not letter.card:
            return None
        rows = await self._database.all(
            "SELECT id, channel, peer, card, body_sealed, attempts, in_doubt FROM outbox"
            " WHERE channel = ? AND peer = ? AND card = ? AND id > ? ORDER BY id DESC LIMIT 1",
            letter.to.channel,
            letter.to.peer,
            letter.card,
            letter.id,
        )
        return self._letter(*rows[0]) if rows else None

    async def card(self, to: Address, card: str) -> str | None:
        """The channel's id of the message that shows this card; nothing where none does yet."""
        rows = await self._database.all(
            "SELECT message FROM cards WHERE channel = ? AND peer = ? AND card = ?", to.channel, to.peer, card
        )
        return rows[0][0] if rows else None

    async def card_on(self, to: Address, message: str) -> str:
        """The card that this message of a chat shows; "" for a message that shows none."""
        rows = await self._database.all(
            "SELECT card FROM cards WHERE channel = ? AND peer = ? AND message = ?", to.channel, to.peer, message
        )
        return str(rows[0][0]) if rows else ""

    async def told_since(self, to: Address, since: int) -> list[str]:
        """The cards of a chat that were shown, or changed, since."""
        rows = await self._database.all(
            "SELECT card FROM cards WHERE channel = ? AND peer = ? AND told_at >= ? ORDER BY card",
            to.channel,
            to.peer,
            since,
        )
        return [card for (card,) in rows]

    async def told_at(self, to: Address, card: str) -> int:
        """When this card was last shown; 0 when it never was."""
        rows = await self._database.all(
            "SELECT told_at FROM cards WHERE channel = ? AND peer = ? AND card = ?", to.channel, to.peer, card
        )
        return int(rows[0][0]) if rows else 0

    def rename_card(self, to: Address, prefix: str, message: str) -> Statement:
        """The channel has a new id for the message whose id begins so."""
        return run(
            "UPDATE cards SET message = ? WHERE channel = ? AND peer = ? AND substr(message, 1, ?) = ?",
            message,
            to.channel,
            to.peer,
            len(prefix),
            prefix,
        )

    def let_all_go(self) -> Statement:
        """On SQLite at start: whoever was sending is gone."""
        return run("UPDATE outbox SET owner = '', lease_until = 0 WHERE owner <> ''")

    async def has(self, to: Address) -> bool:
        """Whether something waits to be told to this chat."""
        rows = await self._database.all(
            "SELECT 1 FROM outbox WHERE channel = ? AND peer = ? LIMIT 1", to.channel, to.peer
        )
        return bool(rows)
