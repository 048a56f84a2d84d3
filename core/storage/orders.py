"""The shop's orders as last seen, sealed because they hold the buyer's masks and ciphertexts."""

from collections.abc import Iterable, Sequence

from core.clock import Period
from core.orders import Order, OrderStatus
from core.storage.database import Database, Row, Statement, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

_AT_ONCE = 500  # values in one IN list


class Orders:
    """The table `orders`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._bodies = SealedColumn(vault, "orders/body", Order)

    def keep(self, orders: Iterable[Order]) -> list[Statement]:
        """Keep what the platform told; an older version never replaces a newer one."""
        return [self._keep(order) for order in orders]

    async def waiting(self, shop: str, confirmed: Period) -> list[Order]:
        """Orders waiting to ship that were confirmed in the period, earliest first."""
        rows = await self._database.all(
            "SELECT shop, number, body_sealed FROM orders"
            " WHERE shop = ? AND status = 'waiting' AND confirmed_at >= ? AND confirmed_at < ?"
            " ORDER BY confirmed_at, number",
            shop,
            confirmed.start,
            confirmed.end,
        )
        return [self._open(row) for row in rows]

    async def due(self, shop: str, before: int) -> list[Order]:
        """Orders waiting to ship whose promise ends before this moment, the earliest first."""
        rows = await self._database.all(
            "SELECT shop, number, body_sealed FROM orders WHERE shop = ? AND status = 'waiting' AND ship_by < ?"
            " ORDER BY ship_by, number",
            shop,
            before,
        )
        return [self._open(row) for row in rows]

    async def page(self, shop: str, since: int, after: str, limit: int = _AT_ONCE) -> list[Order]:
        """Orders confirmed since then, those behind the number `after`, by number."""
        rows = await self._database.all(
            "SELECT shop, number, body_sealed FROM orders WHERE shop = ? AND confirmed_at >= ? AND number > ?"
            " ORDER BY number LIMIT ?",
            shop,
            since,
            after,
            limit,
        )
        return [self._open(row) for row in rows]

    async def count_waiting(self, shop: str) -> int:
        """How many orders of the shop wait to ship, as far as we have seen."""
        rows = await self._database.all("SELECT count(*) FROM orders WHERE shop = ? AND status = 'waiting'", shop)
        return int(rows[0][0])

    async def find(self, shop: str, numbers: Sequence[str]) -> dict[str, Order]:
        """Orders by number; unknown ones are missing."""
        found: dict[str, Order] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = await self._database.all(
                f"SELECT shop, number, body_sealed FROM orders WHERE shop = ? AND number IN ({marks})", shop, *some
            )
            found |= {row[1]: self._open(row) for row in rows}
        return found

    async def older(self, orders: Sequence[Order]) -> dict[str, Order]:
        """Of orders of one shop that were just read, the versions that we have, where they are older ones."""
        fresh = {order.number: order.updated_at for order in orders}
        seen: dict[str, int] = {}
        for start in range(0, len(orders), _AT_ONCE):
            some = [order.number for order in orders[start : start + _AT_ONCE]]
            rows = await self._database.all(
                f"SELECT number, updated_at FROM orders WHERE shop = ? AND number IN ({', '.join('?' * len(some))})",
                orders[0].shop,
                *some,
            )
            seen |= dict([tuple(row) for row in rows])
        stale = [number for number, updated_at in seen.items() if updated_at < fresh[number]]
        return await self.find(orders[0].shop, stale) if stale else {}

    def _keep(self, order: Order) -> Statement:
        return run(
            "INSERT INTO orders (shop, number, status, confirmed_at, updated_at, body_sealed, ship_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (shop, number) DO UPDATE SET"
            " status = excluded.status, confirmed_at = excluded.confirmed_at, updated_at = excluded.updated_at,"
            " body_sealed = excluded.body_sealed, ship_by = excluded.ship_by"
            " WHERE excluded.updated_at >= orders.updated_at",
            order.shop,
            order.number,
            order.status,
            order.confirmed_at,
            order.updated_at,
            self._bodies.seal(f"{order.shop}/{order.number}", order),
            order.promised_at,
        )

    def left(self, shop: str, number: str, status: OrderStatus) -> Statement:
        """The order waits no longer, though no newer version of it has been read yet."""
        return run("UPDATE orders SET status = ? WHERE shop = ? AND number = ?", status, shop, number)

    def _open(self, row: Row) -> Order:
        shop, number, sealed = row
        return self._bodies.open(f"{shop}/{number}", sealed)
