"""Codes by which people come in: short, single use, good for a day.

Eight characters of 32 are 40 bits. Somebody may try five codes an hour (`guests.py`), so against a thousand open
invitations each try has a chance of one in a thousand million.
"""

import hmac
from dataclasses import dataclass

from core.clock import DAY
from core.rights import Role
from core.storage.database import Database, Row, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

LIFE = DAY
_HEAD = 2  # characters by which candidates are found; the whole is compared in constant time
_COLUMNS = "id, merchant, role, name_sealed, inviter, expires_at, member, code_sealed"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who may come in as what. `merchant` is None for somebody who begins a merchant of her own.

    `inviter` is the member who invited, "" for the operator; `member` is who came, None while nobody did.
    """

    id: str
    merchant: str | None
    role: Role
    name: str
    inviter: str
    expires_at: int
    member: str | None = None


class Invitations:
    """The table `invitations`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._codes = SealedColumn(vault, "invitations/code", str)
        self._names = SealedColumn(vault, "invitations/name", str)

    def open(self, invitation: Invitation, code: str, now: int) -> list[Statement]:
        """Somebody may come in with this code. Long expired ones are forgotten."""
        return [
            run("DELETE FROM invitations WHERE expires_at < ?", now - LIFE),
            run(
                "INSERT INTO invitations VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                invitation.id,
                invitation.merchant,
                invitation.role,
                self._names.seal(invitation.id, invitation.name) if invitation.name else None,
                code[:_HEAD],
                self._codes.seal(invitation.id, code),
                invitation.inviter,
                invitation.expires_at,
            ),
        ]

    async def find(self, code: str, now: int) -> Invitation | None:
        """The invitation with this code, used or not; None for what is unknown or too old."""
        rows = await self._find("head = ? AND expires_at > ?", code[:_HEAD], now)
        fitting = [
            row for row in rows if hmac.compare_digest(self._codes.open(row[0], row[-1]).encode(), code.encode())
        ]
        return next(map(self._invitation, fitting), None)

    async def of(self, merchant: str, now: int) -> list[Invitation]:
        """The merchant's open invitations, oldest first."""
        rows = await self._find("merchant = ? AND member IS NULL AND expires_at > ?", merchant, now)
        return [self._invitation(row) for row in rows]

    def used(self, invitation: str, member: str) -> Statement:
        """This member came with it; a `Conflict` when somebody came before, or it was withdrawn."""
        return guarded("UPDATE invitations SET member = ? WHERE id = ? AND member IS NULL", member, invitation)

    def withdraw(self, invitation: str, merchant: str) -> Statement:
        """It is good no longer; a `Conflict` when somebody came before."""
        return guarded("DELETE FROM invitations WHERE id = ? AND merchant = ? AND member IS NULL", invitation, merchant)

    def withdraw_all_of(self, inviter: str) -> Statement:
        """Whoever lost the right to invite has invited nobody."""
        return run("DELETE FROM invitations WHERE inviter = ? AND member IS NULL", inviter)

    async def _find(self, where: str, *values: str | int) -> list[Row]:
        return await self._database.all(f"SELECT {_COLUMNS} FROM invitations WHERE {where} ORDER BY id", *values)

    def _invitation(self, row: Row) -> Invitation:
        key, merchant, role, name, inviter, expires_at, member, _ = row
        known = self._names.open(key, name) if name else ""
        return Invitation(key, merchant, Role(role), known, inviter, expires_at, member)
