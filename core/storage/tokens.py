"""Access tokens of other companies' APIs, shared by all our processes: asking anew may end the old one."""

from core.storage.database import Database, Statement, run
from core.storage.sealed import SealedColumn
from core.vault import Vault


class AccessTokens:
    """The table `access_tokens`: one a service."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._tokens = SealedColumn(vault, "access_tokens/token", str)

    async def get(self, service: str, now: int) -> str:
        """The token that is still good; empty when there is none."""
        rows = await self._database.all(
            "SELECT service, token_sealed FROM access_tokens WHERE service = ? AND expires_at > ?", service, now
        )
        return self._tokens.open(*rows[0]) if rows else ""

    def keep(self, service: str, token: str, until: int) -> Statement:
        """A new token."""
        return run(
            "INSERT INTO access_tokens VALUES (?, ?, ?) ON CONFLICT (service)"
            " DO UPDATE SET token_sealed = excluded.token_sealed, expires_at = excluded.expires_at",
            service,
            self._tokens.seal(service, token),
            until,
        )
