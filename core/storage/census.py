"""How many orders are where: each order counted once, by its own status and its parcel's state."""

from core.orders import OrderStatus
from core.parcels import ParcelState
from core.storage.database import Database

_COUNT = """\
SELECT o.status, p.state, count(*) FROM orders o
LEFT JOIN parcels p ON p.id = (SELECT min(c.parcel) FROM parcel_orders c WHERE c.shop = o.shop AND c.number = o.number)
WHERE o.shop = ? AND o.confirmed_at >= ? GROUP BY o.status, p.state"""


class Census:
    """Reads the tables `orders` and `parcels` together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def orders(self, shop: str, since: int) -> dict[tuple[OrderStatus, ParcelState | None], int]:
        """The shop's orders confirmed since then; None where no parcel of an order is watched."""
        rows = await self._database.all(_COUNT, shop, since)
        return {(OrderStatus(status), ParcelState(state) if state else None): count for status, state, count in rows}

    async def shipped(self, merchant: str, start: int, end: int) -> tuple[int, int]:
        """How many parcels were shipped in the period, and how many were signed for."""
        rows = await self._database.all(
            "SELECT sum(CASE WHEN shipped_at >= ? AND shipped_at < ? THEN 1 ELSE 0 END),"
            " sum(CASE WHEN delivered_at >= ? AND delivered_at < ? THEN 1 ELSE 0 END)"
            " FROM parcels WHERE merchant = ?",
            start,
            end,
            start,
            end,
            merchant,
        )
        return int(rows[0][0] or 0), int(rows[0][1] or 0)
