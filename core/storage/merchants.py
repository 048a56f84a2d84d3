"""Merchants, and the people who speak for them."""

from dataclasses import dataclass

from core.rights import Role
from core.storage.database import Database, Statement, guarded, run


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a chat, and the merchant for whom they speak."""

    channel: str
    peer: str
    merchant: str
    role: Role
    language: str


class Merchants:
    """The tables `merchants` and `members`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def member(self, channel: str, peer: str) -> Member | None:
        """Who speaks in this chat."""
        rows = await self._database.all(
            "SELECT m.merchant, m.role, c.language FROM members m JOIN merchants c ON c.id = m.merchant"
            " WHERE m.channel = ? AND m.peer = ?",
            channel,
            peer,
        )
        return Member(channel, peer, rows[0][0], Role(rows[0][1]), rows[0][2]) if rows else None

    def add(self, merchant: str, language: str, now: int) -> Statement:
        """A new merchant."""
        return run("INSERT INTO merchants VALUES (?, ?, '{}', ?)", merchant, language, now)

    def meet(self, member: Member, now: int) -> Statement:
        """A chat that speaks for the first time; a `Conflict` when it is known already."""
        return guarded(
            "INSERT INTO members VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            member.channel,
            member.peer,
            member.merchant,
            member.role,
            now,
        )

    def join(self, member: Member, now: int) -> Statement:
        """A chat that speaks for a merchant from now on."""
        return run(
            "INSERT INTO members VALUES (?, ?, ?, ?, ?) ON CONFLICT (channel, peer)"
            " DO UPDATE SET merchant = excluded.merchant, role = excluded.role",
            member.channel,
            member.peer,
            member.merchant,
            member.role,
            now,
        )

    def speak(self, merchant: str, language: str) -> Statement:
        """The language in which the merchant is spoken to."""
        return guarded("UPDATE merchants SET language = ? WHERE id = ?", language, merchant)
