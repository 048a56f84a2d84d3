"""Links that a merchant is given: a form for one answer, and documents to fetch."""

from dataclasses import dataclass

from core.clock import DAY
from core.storage.address import Address
from core.storage.database import Database, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

_KEPT_ON = DAY  # how long an old link is still known for what it was


@dataclass(frozen=True, slots=True)
class Form:
    """A question that may be answered on a page. `is_open`: it still may."""

    token: str
    to: Address
    prompt: str
    is_open: bool


class Forms:
    """The table `forms`: a row is gone when the form was filled."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def expect(self, token: str, to: Address, prompt: str, until: int) -> list[Statement]:
        """The question with this token may be answered on a page until then; asked again, a little longer."""
        return [
            run("DELETE FROM forms WHERE expires_at < ?", until - _KEPT_ON),
            run(
                "INSERT INTO forms VALUES (?, ?, ?, ?, ?) ON CONFLICT (token)"
                " DO UPDATE SET expires_at = excluded.expires_at",
                token,
                to.channel,
                to.peer,
                prompt,
                until,
            ),
        ]

    async def find(self, token: str, now: int) -> Form | None:
        """The form; None for one that is unknown or filled."""
        rows = await self._database.all("SELECT channel, peer, prompt, expires_at FROM forms WHERE token = ?", token)
        return next((Form(token, Address(*row[:2]), row[2], row[3] > now) for row in rows), None)

    def filled(self, token: str) -> Statement:
        """Used up; a second time is a `Conflict`."""
        return guarded("DELETE FROM forms WHERE token = ?", token)


@dataclass(frozen=True, slots=True)
class Download:
    """A document to fetch; `body` is the document as JSON. `is_open`: it may still be fetched."""

    id: str
    to: Address
    body: str
    is_open: bool


class Downloads:
    """The table `downloads`: what a link stands for. The document is drawn when it is fetched."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._bodies = SealedColumn(vault, "downloads/body", str)

    def offer(self, key: str, to: Address, body: str, until: int) -> list[Statement]:
        """A document may be fetched until then."""
        return [
            run("DELETE FROM downloads WHERE expires_at < ?", until - _KEPT_ON),
            run(
                "INSERT INTO downloads VALUES (?, ?, ?, ?, ?)",
                key,
                to.channel,
                to.peer,
                self._bodies.seal(key, body),
                until,
            ),
        ]

    async def find(self, key: str, now: int) -> Download | None:
        """What the link stands for; None for one that is unknown or replaced."""
        rows = await self._database.all(
            "SELECT channel, peer, body_sealed, expires_at FROM downloads WHERE id = ?", key
        )
        return next(
            (Download(key, Address(*row[:2]), self._bodies.open(key, row[2]), row[3] > now) for row in rows), None
        )

    def replaced(self, key: str) -> Statement:
        """A newer link took its place; a second time is a `Conflict`."""
        return guarded("DELETE FROM downloads WHERE id = ?", key)
