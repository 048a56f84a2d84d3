"""Merchants, and who speaks for them in a chat."""

from dataclasses import dataclass, field

from core.ids import new_id
from core.rights import Role
from core.storage.address import Address
from core.storage.database import Database, Row, Statement, guarded, run

SPEAKER = "m.merchant, m.role, COALESCE(NULLIF(m.language, ''), c.language), m.id, m.label"
"""The columns of who speaks, `m` being the member and `c` the merchant; `speaker` reads them."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person, and the merchant for whom they speak. `label` is the masked name by which others know them.

    `group` is the group in which they speak just now, "" in a private chat.
    """

    channel: str
    peer: str
    merchant: str
    role: Role
    language: str
    id: str = field(default="", compare=False)
    label: str = field(default="", compare=False)
    group: str = field(default="", compare=False)

    @property
    def to(self) -> Address:
        """Where they speak."""
        return Address.of(self.channel, self.group, self.peer) if self.group else Address(self.channel, self.peer)


class Merchants:
    """The tables `merchants` and `members`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def member(self, channel: str, peer: str) -> Member | None:
        """Who speaks here: of several merchants for the one chosen last, in a group for the group's own."""
        to = Address(channel, peer)
        if to.is_group:
            found = await self._database.all(
                f"SELECT {SPEAKER} FROM staff_groups g JOIN members m ON m.merchant = g.merchant"
                " JOIN merchants c ON c.id = m.merchant"
                " WHERE g.channel = ? AND g.chat = ? AND m.channel = ? AND m.peer = ?",
                channel,
                to.chat,
                channel,
                to.person,
            )
        else:
            found = await self._database.all(
                f"SELECT {SPEAKER} FROM members m JOIN merchants c ON c.id = m.merchant"
                " WHERE m.channel = ? AND m.peer = ? ORDER BY m.chosen DESC LIMIT 1",
                channel,
                peer,
            )
        return speaker(to, found[0]) if found else None

    async def role_of(self, person: Address, merchant: str) -> Role | None:
        """What this person is to the merchant, whomever she speaks for just now; None for nothing."""
        rows = await self._database.all(
            "SELECT role FROM members WHERE channel = ? AND peer = ? AND merchant = ?",
            person.channel,
            person.person,
            merchant,
        )
        return Role(rows[0][0]) if rows else None

    def add(self, merchant: str, language: str, now: int) -> Statement:
        """A new merchant."""
        return run("INSERT INTO merchants VALUES (?, ?, '{}', ?)", merchant, language, now)

    def meet(self, member: Member, now: int) -> Statement:
        """A person who speaks for the first time; a `Conflict` when she is known already."""
        return guarded(
            "INSERT INTO members SELECT ?, ?, ?, ?, ?, NULL, ?, '', ?, CAST(? AS BIGINT)"
            " WHERE NOT EXISTS (SELECT 1 FROM members WHERE channel = ? AND peer = ?) ON CONFLICT DO NOTHING",
            *_row(member, now),
            member.channel,
            member.peer,
        )

    def join(self, member: Member, now: int) -> Statement:
        """A person who speaks for a merchant from now on."""
        return run(
            "INSERT INTO members VALUES (?, ?, ?, ?, ?, NULL, ?, '', ?, ?) ON CONFLICT (channel, peer, merchant)"
            " DO UPDATE SET role = excluded.role, chosen = excluded.chosen",
            *_row(member, now),
        )

    def choose(self, member: str) -> Statement:
        """This member's merchant is the one she speaks for from now on; a `Conflict` when there is no such member."""
        return guarded("UPDATE members SET chosen = ? WHERE id = ?", new_id(), member)

    def speak(self, member: str, language: str) -> Statement:
        """The language in which this member is spoken to."""
        return guarded("UPDATE members SET language = ? WHERE id = ?", language, member)


def speaker(to: Address, row: Row) -> Member:
    """The member in a row of `SPEAKER`."""
    merchant, role, language, key, label = row
    group = to.chat if to.is_group else ""
    return Member(to.channel, to.person, merchant, Role(role), language, key, label, group)


def _row(member: Member, now: int) -> tuple[str | int, ...]:
    key = member.id or new_id()
    return key, member.channel, member.peer, member.merchant, member.role, member.label, new_id(), now
