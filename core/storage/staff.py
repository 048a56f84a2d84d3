"""A merchant's people: who they are, what they may become, and how they leave."""

from dataclasses import dataclass

from core.ids import new_id
from core.recipients.mask import mask_name
from core.rights import MEMBERSHIPS, Role
from core.storage.address import Address
from core.storage.database import Database, Row, Statement, guarded, run
from core.storage.merchants import Member
from core.storage.sealed import SealedColumn
from core.vault import Vault

_COLUMNS = "id, channel, peer, merchant, role, name_sealed, joined_at"
_ANOTHER_OWNER = (
    "(role <> 'owner' OR EXISTS (SELECT 1 FROM members o"
    " WHERE o.merchant = members.merchant AND o.role = 'owner' AND o.id <> members.id))"
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member as her merchant knows her. `name` is what the inviter called her, "" for who invited herself."""

    id: str
    channel: str
    peer: str
    merchant: str
    role: Role
    name: str
    joined_at: int

    @property
    def to(self) -> Address:
        """Her private chat."""
        return Address(self.channel, self.peer)


class Staff:
    """The table `members`, by merchant. Every change of a merchant's people waits for the one before."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._names = SealedColumn(vault, "members/name", str)

    async def of(self, merchant: str) -> list[Colleague]:
        """The merchant's people, the mightiest first, then by when they came."""
        found = await self._find("merchant = ?", merchant)
        return sorted(found, key=lambda each: (MEMBERSHIPS.index(each.role), each.joined_at, each.id))

    async def get(self, member: str) -> Colleague | None:
        """One of them."""
        return next(iter(await self._find("id = ?", member)), None)

    async def of_person(self, to: Address) -> list[Colleague]:
        """All that this person is, the one she speaks as first."""
        return await self._find("channel = ? AND peer = ?", to.channel, to.person)

    def welcome(self, member: Member, name: str, now: int) -> list[Statement]:
        """A new member, who speaks for this merchant from now on; a `Conflict` when she is one already."""
        key = member.id or new_id()
        insert = guarded(
            "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
            key,
            member.channel,
            member.peer,
            member.merchant,
            member.role,
            self._names.seal(key, name) if name else None,
            mask_name(name) if name else "",
            member.language,
            new_id(),
            now,
        )
        return [self._one_at_a_time(member.merchant), insert]

    def change_role(self, member: str, merchant: str, role: Role) -> list[Statement]:
        """Another role; a `Conflict` when the last owner would lose hers, or there is no such member."""
        change = guarded(
            f"UPDATE members SET role = ? WHERE id = ? AND merchant = ? AND (? = 'owner' OR {_ANOTHER_OWNER})",
            role,
            member,
            merchant,
            role,
        )
        return [self._one_at_a_time(merchant), change]

    def remove(self, member: str, merchant: str) -> list[Statement]:
        """A member no longer; a `Conflict` for the last owner, and for who is none."""
        gone = guarded(f"DELETE FROM members WHERE id = ? AND merchant = ? AND {_ANOTHER_OWNER}", member, merchant)
        return [self._one_at_a_time(merchant), gone]

    def interrupt(self, to: Address) -> Statement:
        """A turn of this person that is under way just now does not count; it is run again as who she has become."""
        return run(
            "UPDATE conversations SET version = version + 1 WHERE channel = ? AND (peer = ? OR peer LIKE ?)",
            to.channel,
            to.person,
            Address.of(to.channel, "%", to.person).peer,
        )

    def _one_at_a_time(self, merchant: str) -> Statement:
        """Holds the merchant's row until the commit, so that two owners who remove each other do not both succeed."""
        return guarded("UPDATE merchants SET language = language WHERE id = ?", merchant)

    async def _find(self, where: str, *values: str) -> list[Colleague]:
        rows = await self._database.all(f"SELECT {_COLUMNS} FROM members WHERE {where} ORDER BY chosen DESC", *values)
        return [self._colleague(row) for row in rows]

    def _colleague(self, row: Row) -> Colleague:
        key, channel, peer, merchant, role, name, joined_at = row
        return Colleague(
            key, channel, peer, merchant, Role(role), self._names.open(key, name) if name else "", joined_at
        )
