"""What each person wants to hear, and the digests that each has got."""

from pydantic import TypeAdapter

from core.rights import Role
from core.storage.address import Address
from core.storage.database import Database, Row, Statement, guarded, run
from core.subscribers import Subscriber, Wishes

_WISHES: TypeAdapter[Wishes] = TypeAdapter(Wishes)
_PEOPLE = (
    "SELECT m.channel, m.peer, m.role, COALESCE(NULLIF(m.language, ''), c.language), l.wishes, m.joined_at"
    " FROM members m JOIN merchants c ON c.id = m.merchant"
    " LEFT JOIN subscribers l ON l.channel = m.channel AND l.peer = m.peer"
)


class Subscribers:
    """The tables `subscribers` and `digests`; who has no row hears what her role hears."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wish(self, to: Address, wishes: Wishes) -> Statement:
        """From now on she hears this."""
        return run(
            "INSERT INTO subscribers VALUES (?, ?, ?) ON CONFLICT (channel, peer)"
            " DO UPDATE SET wishes = excluded.wishes",
            to.channel,
            to.peer,
            _WISHES.dump_json(wishes).decode(),
        )

    async def of(self, merchant: str) -> list[Subscriber]:
        """All of a merchant's people."""
        return [_subscriber(row) for row in await self._database.all(f"{_PEOPLE} WHERE m.merchant = ?", merchant)]

    async def get(self, to: Address, merchant: str) -> Subscriber | None:
        """One of the merchant's people; None for who is none, or none any more."""
        rows = await self._database.all(
            f"{_PEOPLE} WHERE m.channel = ? AND m.peer = ? AND m.merchant = ?", to.channel, to.peer, merchant
        )
        return _subscriber(rows[0]) if rows else None

    async def merchants(self) -> list[str]:
        """Every merchant that somebody speaks for."""
        return [row[0] for row in await self._database.all("SELECT DISTINCT merchant FROM members ORDER BY merchant")]

    def digest(self, to: Address, slot: int) -> Statement:
        """The digest of this moment goes out; a `Conflict` when it has gone out already."""
        return guarded(
            "INSERT INTO digests VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING slot", to.channel, to.peer, slot
        )

    async def last_digest(self, to: Address) -> int | None:
        """The moment of the last digest."""
        rows = await self._database.all(
            "SELECT max(slot) FROM digests WHERE channel = ? AND peer = ?", to.channel, to.peer
        )
        return None if rows[0][0] is None else int(rows[0][0])


def _subscriber(row: Row) -> Subscriber:
    channel, peer, role, language, wishes, since = row
    known = _WISHES.validate_json(wishes) if wishes else Wishes()
    return Subscriber(channel, peer, Role(role), language, known, since)
