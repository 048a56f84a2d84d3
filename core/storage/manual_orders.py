"""Manual orders as they were written down, their recipients sealed."""

from collections.abc import Iterable, Sequence

from core.clock import Period
from core.manual import ManualOrder, Wanted, book_of, day_prefix
from core.storage.database import Database, Row, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

_AT_ONCE = 500  # values in one IN list
_COLUMNS = "merchant, number, body_sealed, written_at"


class ManualOrders:
    """The table `manual_orders`. A row whose body is erased is as good as gone."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._bodies = SealedColumn(vault, "manual_orders/body", Wanted)

    def write(self, orders: Iterable[ManualOrder], draft: str) -> list[Statement]:
        """Write a draft's orders down; a `Conflict` when a number is taken or the draft is written already."""
        return [self._write(order, draft, position) for position, order in enumerate(orders, 1)]

    async def of_draft(self, draft: str) -> list[ManualOrder]:
        """What was written down for a draft, in its order."""
        return await self._find("draft = ? ORDER BY position", draft)

    async def of_period(self, merchant: str, period: Period) -> list[ManualOrder]:
        """What was written down in a period, earliest first."""
        where = "merchant = ? AND written_at >= ? AND written_at < ? ORDER BY written_at, number"
        return await self._find(where, merchant, period.start, period.end)

    async def find(self, merchant: str, numbers: Sequence[str]) -> dict[str, ManualOrder]:
        """Orders by number; unknown ones are missing."""
        found: dict[str, ManualOrder] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            orders = await self._find(f"merchant = ? AND number IN ({marks})", merchant, *some)
            found |= {order.number: order for order in orders}
        return found

    async def count_of_day(self, merchant: str, moment: int) -> int:
        """How many were written down on the Shanghai day of the moment."""
        rows = await self._database.all(
            "SELECT count(*) FROM manual_orders WHERE merchant = ? AND number LIKE ?",
            merchant,
            f"{day_prefix(moment)}%",
        )
        return int(rows[0][0])

    async def sent_before(self, merchant: str, wanted: Sequence[Wanted], since: int) -> dict[int, str]:
        """Which of these went to the same person lately: its place → the latest order's number."""
        marks = [self.mark(merchant, each) for each in wanted]
        latest = await self._latest(merchant, list(dict.fromkeys(marks)), since)
        return {place: latest[mark] for place, mark in enumerate(marks) if mark in latest}

    def mark(self, merchant: str, wanted: Wanted) -> str:
        """A digest of whom it goes to, which says nothing without our key."""
        to = wanted.recipient
        person = "|".join((to.name, to.phone, str(to.region), "".join(to.address.split())))
        return self._vault.mark(person, f"manual_orders/mark/{merchant}")

    def erase(self, before: int, at_the_latest: int) -> Statement:
        """Forget to whom orders went that were written, and whose parcel's way ended, before this moment.

        A parcel that still waits for something, or is under way, keeps its recipient until `at_the_latest`.
        """
        return run(
            "UPDATE manual_orders SET body_sealed = '', mark = '' WHERE mark <> '' AND written_at < ?"
            " AND (written_at < ? OR NOT EXISTS ("
            "SELECT 1 FROM order_claims JOIN shipments ON shipments.key = order_claims.shipment"
            " LEFT JOIN parcels ON parcels.shipment = shipments.key"
            " WHERE order_claims.shop = ? || manual_orders.merchant AND order_claims.number = manual_orders.number"
            " AND (shipments.state NOT IN ('done', 'voided')"
            " OR (parcels.id IS NOT NULL AND (parcels.ended_at IS NULL OR parcels.ended_at >= ?)))))",
            before,
            at_the_latest,
            book_of(""),
            before,
        )

    def _write(self, order: ManualOrder, draft: str, position: int) -> Statement:
        return guarded(
            "INSERT INTO manual_orders VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING number",
            order.merchant,
            order.number,
            draft,
            position,
            self.mark(order.merchant, order.wanted),
            self._bodies.seal(f"{order.merchant}/{order.number}", order.wanted),
            order.written_at,
        )

    async def _latest(self, merchant: str, marks: Sequence[str], since: int) -> dict[str, str]:
        latest: dict[str, str] = {}
        for start in range(0, len(marks), _AT_ONCE):
            some = marks[start : start + _AT_ONCE]
            rows = await self._database.all(
                "SELECT mark, number FROM manual_orders WHERE merchant = ? AND written_at >= ?"
                f" AND mark IN ({', '.join('?' * len(some))}) ORDER BY written_at, number",
                merchant,
                since,
                *some,
            )
            latest |= {str(mark): str(number) for mark, number in rows}
        return latest

    async def _find(self, where: str, *values: str | int) -> list[ManualOrder]:
        rows = await self._database.all(
            f"SELECT {_COLUMNS} FROM manual_orders WHERE body_sealed <> '' AND {where}", *values
        )
        return [self._order(row) for row in rows]

    def _order(self, row: Row) -> ManualOrder:
        merchant, number, body, written_at = row
        return ManualOrder(merchant, number, self._bodies.open(f"{merchant}/{number}", body), written_at)
