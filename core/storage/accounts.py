"""Courier accounts, with what opens them and the address they send from."""

from dataclasses import dataclass

from core.orders import Sender
from core.storage.database import Database, Statement, run
from core.storage.sealed import SealedColumn
from core.vault import Vault


@dataclass(frozen=True, slots=True)
class CourierAccount:
    """A merchant's account with a courier. `account` is what the merchant calls it; credentials are as typed."""

    id: str
    merchant: str
    courier: str
    account: str
    credentials: dict[str, str]
    sender: Sender
    is_default: bool

    def __repr__(self) -> str:
        return f"CourierAccount({self.courier}, …)"


class Accounts:
    """The table `courier_accounts`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._credentials = SealedColumn(vault, "courier_accounts/credentials", dict[str, str])
        self._senders = SealedColumn(vault, "courier_accounts/sender", Sender)

    async def of(self, merchant: str) -> list[CourierAccount]:
        """The merchant's accounts, the default one first."""
        return await self._find("merchant = ?", merchant)

    async def get(self, account: str) -> CourierAccount | None:
        """One account."""
        found = await self._find("id = ?", account)
        return found[0] if found else None

    async def known(self, merchant: str, courier: str, account: str) -> CourierAccount | None:
        """The account that the merchant bound before under this name."""
        return next(
            (each for each in await self.of(merchant) if (each.courier, each.account) == (courier, account)), None
        )

    def bind(self, account: CourierAccount, now: int) -> list[Statement]:
        """Keep a verified account; one with the same id gets the new credentials and sender."""
        insert = run(
            "INSERT INTO courier_accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id)"
            " DO UPDATE SET credentials_sealed = excluded.credentials_sealed,"
            " sender_sealed = excluded.sender_sealed, is_default = excluded.is_default",
            account.id,
            account.merchant,
            account.courier,
            account.account,
            self._credentials.seal(account.id, account.credentials),
            self._senders.seal(account.id, account.sender),
            int(account.is_default),
            now,
        )
        return [*([self._no_default(account.merchant)] if account.is_default else []), insert]

    def _no_default(self, merchant: str) -> Statement:
        return run("UPDATE courier_accounts SET is_default = 0 WHERE merchant = ?", merchant)

    async def _find(self, where: str, value: str) -> list[CourierAccount]:
        rows = await self._database.all(
            "SELECT id, merchant, courier, account, credentials_sealed, sender_sealed, is_default"
            f" FROM courier_accounts WHERE {where} ORDER BY is_default DESC, bound_at, id",
            value,
        )
        return [
            CourierAccount(
                key,
                merchant,
                courier,
                account,
                self._credentials.open(key, credentials),
                self._senders.open(key, sender),
                bool(is_default),
            )
            for key, merchant, courier, account, credentials, sender, is_default in rows
        ]
