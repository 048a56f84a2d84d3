"""Where each chat's conversation stands, the work it waits for and the links it was sent to."""

from dataclasses import dataclass

from core.storage.address import Address
from core.storage.database import Database, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

STATE_COLUMN = "conversations/state"


@dataclass(frozen=True, slots=True)
class Effect:
    """Work that a conversation waits for: the `do` with this key."""

    id: str
    to: Address
    key: str


class Conversations:
    """The table `conversations`: one state a chat, replaced by compare-and-set on its version."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._states = SealedColumn(vault, STATE_COLUMN, str)

    async def load(self, to: Address) -> tuple[int, str | None]:
        """The version and the state's JSON; (0, None) for a chat never heard of."""
        rows = await self._database.all(
            "SELECT version, state_sealed FROM conversations WHERE channel = ? AND peer = ?", to.channel, to.peer
        )
        return (rows[0][0], self._states.open(f"{to.channel}/{to.peer}", rows[0][1])) if rows else (0, None)

    def save(self, to: Address, seen: int, state: str, now: int) -> Statement:
        """Replace version `seen`; a `Conflict` when another process was faster."""
        sealed = self._states.seal(f"{to.channel}/{to.peer}", state)
        if seen == 0:
            return guarded(
                "INSERT INTO conversations VALUES (?, ?, 1, ?, ?) ON CONFLICT DO NOTHING RETURNING version",
                to.channel,
                to.peer,
                sealed,
                now,
            )
        return guarded(
            "UPDATE conversations SET version = version + 1, state_sealed = ?, updated_at = ?"
            " WHERE channel = ? AND peer = ? AND version = ?",
            sealed,
            now,
            to.channel,
            to.peer,
            seen,
        )


class Effects:
    """The table `effects`: work claimed under a lease, gone when its result is in the inbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, effect: Effect, now: int) -> Statement:
        """Work to be done."""
        return run(
            "INSERT INTO effects VALUES (?, ?, ?, ?, '', 0, ?)",
            effect.id,
            effect.to.channel,
            effect.to.peer,
            effect.key,
            now,
        )

    def done(self, effect: str, owner: str) -> Statement:
        """Finished by this owner; a `Conflict` when another has taken it over."""
        return guarded("DELETE FROM effects WHERE id = ? AND owner = ?", effect, owner)

    def hold(self, effect: str, owner: str, until: int) -> Statement:
        """Lengthen the lease; a `Conflict` when another owner has taken over."""
        return guarded("UPDATE effects SET lease_until = ? WHERE id = ? AND owner = ?", until, effect, owner)

    async def claim(self, owner: str, now: int, lease: int) -> Effect | None:
        """Take the oldest work that nobody does, for `lease` milliseconds."""
        due = "SELECT id FROM effects WHERE lease_until <= ? ORDER BY id LIMIT 1"
        if not await self._database.all(due, now):
            return None
        take = run(
            f"UPDATE effects SET owner = ?, lease_until = ? WHERE id = ({due} {self._database.skip_locked})"
            " RETURNING id, channel, peer, key",
            owner,
            now + lease,
            now,
        )
        (taken,) = await self._database.apply(take)
        return next((Effect(key, Address(channel, peer), name) for key, channel, peer, name in taken), None)

    def let_all_go(self) -> Statement:
        """On SQLite at start: whoever did this work is gone."""
        return run("UPDATE effects SET owner = '', lease_until = 0 WHERE owner <> ''")

    async def has(self, to: Address) -> bool:
        """Whether work is open that this chat waits for."""
        rows = await self._database.all(
            "SELECT 1 FROM effects WHERE channel = ? AND peer = ? LIMIT 1", to.channel, to.peer
        )
        return bool(rows)

    async def count(self) -> int:
        """How much work is open."""
        rows = await self._database.all("SELECT count(*) FROM effects")
        return int(rows[0][0])


class Visits:
    """The table `visits`: links a merchant was sent to, each good for one return."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def expect(self, state: str, to: Address, until: int) -> Statement:
        """The merchant may come back with this state until then."""
        return run(
            "INSERT INTO visits VALUES (?, ?, ?, ?) ON CONFLICT (state) DO UPDATE SET expires_at = excluded.expires_at",
            state,
            to.channel,
            to.peer,
            until,
        )

    async def whose(self, state: str, now: int) -> Address | None:
        """Whom the link was for; None for a state that is unknown, used or too old."""
        rows = await self._database.all(
            "SELECT channel, peer FROM visits WHERE state = ? AND expires_at > ?", state, now
        )
        return Address(*rows[0]) if rows else None

    def returned(self, state: str) -> Statement:
        """The link is used; a second return is a `Conflict`."""
        return guarded("DELETE FROM visits WHERE state = ?", state)
