"""After-sales that wait for the merchant's answer."""

from dataclasses import dataclass

from core.storage.database import Database, Statement, run


@dataclass(frozen=True, slots=True)
class AfterSale:
    """One order's. Times in epoch milliseconds UTC; `reply_by` None: not known yet."""

    shop: str
    order: str
    merchant: str
    opened_at: int
    reply_by: int | None = None
    asked_at: int = 0


class AfterSales:
    """The table `after_sales`: a row while an answer is waited for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, sale: AfterSale) -> Statement:
        """As it is now."""
        return run(
            "INSERT INTO after_sales VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (shop, number) DO UPDATE SET"
            " reply_by = excluded.reply_by, asked_at = excluded.asked_at",
            sale.shop,
            sale.order,
            sale.merchant,
            sale.opened_at,
            sale.reply_by,
            sale.asked_at,
        )

    def forget(self, shop: str, order: str) -> Statement:
        """Nobody waits for an answer any more."""
        return run("DELETE FROM after_sales WHERE shop = ? AND number = ?", shop, order)

    async def open(self) -> list[AfterSale]:
        """All of them, the oldest first."""
        rows = await self._database.all(
            "SELECT shop, number, merchant, opened_at, reply_by, asked_at FROM after_sales ORDER BY opened_at, number"
        )
        return [AfterSale(*row) for row in rows]
