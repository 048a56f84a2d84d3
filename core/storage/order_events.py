"""What happened to orders after they came in: to be read again from the shop, and facts for whoever gives alerts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.orders import OrderEvent, OrderEventKind
from core.storage.database import Database, Statement, guarded, run

_AT_ONCE = 50  # orders in one claim
_MANY = 500  # values in one IN list


@dataclass(frozen=True, slots=True)
class OrderSync:
    """An order to be read again. `due_at` is the lease while somebody reads it."""

    shop: str
    number: str
    version: int  # how often it was asked for
    attempts: int
    due_at: int


class OrderSyncs:
    """The table `order_syncs`: a row for each order that the shop said has changed, gone when it was read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, shop: str, number: str, at: int) -> Statement:
        """Read the order at this moment; asked twice, it is read once."""
        return run(
            "INSERT INTO order_syncs VALUES (?, ?, 1, 0, ?) ON CONFLICT (shop, number) DO UPDATE SET"
            " version = order_syncs.version + 1, attempts = 0, due_at = excluded.due_at",
            shop,
            number,
            at,
        )

    async def claim(self, now: int, lease: int, limit: int = _AT_ONCE) -> list[OrderSync]:
        """Orders to read, the longest due first."""
        due = "SELECT shop, number FROM order_syncs WHERE due_at <= ? ORDER BY due_at LIMIT ?"
        if not await self._database.all(due, now, 1):
            return []
        take = run(
            f"UPDATE order_syncs SET due_at = ? WHERE (shop, number) IN ({due} {self._database.skip_locked})"
            " RETURNING shop, number, version, attempts, due_at",
            now + lease,
            now,
            limit,
        )
        (taken,) = await self._database.apply(take)
        return [OrderSync(*row) for row in taken]

    def done(self, sync: OrderSync) -> Statement:
        """Read; asked for again meanwhile, it stays."""
        return run(
            "DELETE FROM order_syncs WHERE shop = ? AND number = ? AND version = ?",
            sync.shop,
            sync.number,
            sync.version,
        )

    def again(self, sync: OrderSync, at: int) -> Statement:
        """The shop did not answer, or does not know it yet: try once more at this moment."""
        return run(
            "UPDATE order_syncs SET due_at = ?, attempts = attempts + 1 WHERE shop = ? AND number = ? AND version = ?",
            at,
            sync.shop,
            sync.number,
            sync.version,
        )


class OrderEvents:
    """The table `order_events`: each fact once, until somebody has seen it and after."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, event: OrderEvent) -> Statement:
        """Keep a fact; the same one told again changes nothing.

        A refund is opened only where it is not open, and closed only where it is. A look at the shop does not say which
        refund it saw: whatever is told beside it, by another look or a message, is of the same one.
        """
        unless, values = _unless(event)
        return run(
            "INSERT INTO order_events (id, merchant, shop, number, kind, key, facts, at)"
            f" SELECT {', '.join(['CAST(? AS TEXT)'] * 7)}, CAST(? AS BIGINT) WHERE {unless}"
            " ON CONFLICT (shop, number, kind, key) DO NOTHING",
            event.id,
            event.merchant,
            event.shop,
            event.number,
            event.kind,
            event.key,
            json.dumps(event.facts, ensure_ascii=False, sort_keys=True),
            event.at,
            *values,
        )

    async def unseen(self, limit: int = 100) -> list[OrderEvent]:
        """Facts that nobody has dealt with, the oldest first."""
        return await self._find("seen_at IS NULL ORDER BY id LIMIT ?", limit)

    async def of_order(self, shop: str, number: str) -> list[OrderEvent]:
        """Everything that happened to an order, the oldest first."""
        return await self._find("shop = ? AND number = ? ORDER BY id", shop, number)

    async def of_orders(self, shop: str, numbers: Sequence[str]) -> list[OrderEvent]:
        """Everything that happened to several orders, the oldest first."""
        found: list[OrderEvent] = []
        for start in range(0, len(numbers), _MANY):
            some = numbers[start : start + _MANY]
            marks = ", ".join("?" * len(some))
            found += await self._find(f"shop = ? AND number IN ({marks}) ORDER BY id", shop, *some)
        return found

    def seen(self, event: OrderEvent, now: int) -> Statement:
        """Dealt with; a `Conflict` when somebody else was faster."""
        return guarded("UPDATE order_events SET seen_at = ? WHERE id = ? AND seen_at IS NULL", now, event.id)

    async def _find(self, where: str, *values: object) -> list[OrderEvent]:
        rows = await self._database.all(
            f"SELECT id, merchant, shop, number, kind, key, at, facts FROM order_events WHERE {where}", *values
        )
        return [
            OrderEvent(key, merchant, shop, number, OrderEventKind(kind), told, at, json.loads(facts))
            for key, merchant, shop, number, kind, told, at, facts in rows
        ]


_OPEN_REFUND = (
    "EXISTS (SELECT 1 FROM order_events o WHERE o.shop = ? AND o.number = ? AND o.kind = 'refund_opened'"
    " AND (CAST(? AS TEXT) = '' OR o.facts = '{}' OR o.key = ?)"  # facts are empty where a look told
    " AND NOT EXISTS (SELECT 1 FROM order_events c WHERE c.shop = o.shop AND c.number = o.number"
    " AND c.kind = 'refund_closed' AND c.id > o.id AND"
    " (c.facts = '{}' OR o.facts = '{}' OR substr(c.key, 1, length(o.key) + 1) = o.key || '/')))"
)


def _unless(event: OrderEvent) -> tuple[str, tuple[str, ...]]:
    refund = str(event.facts.get("refund", ""))
    if event.kind is OrderEventKind.REFUND_OPENED:
        return f"NOT {_OPEN_REFUND}", (event.shop, event.number, refund, refund)
    if event.kind is OrderEventKind.REFUND_CLOSED:
        return _OPEN_REFUND, (event.shop, event.number, refund, refund)
    return "1 = 1", ()
