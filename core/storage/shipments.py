"""Shipments and their claims on orders. Every move is one compare-and-set by whoever holds the batch's lease."""

import json
from collections.abc import Sequence
from typing import Any

from core.shipments import Shipment, ShipmentState
from core.storage.database import Database, Row, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

_COLUMNS = (
    "key, batch, merchant, shop, position, orders, package, attempt, courier, account, state, receiver, number, reason,"
    " updated_at, numbered_at, printed_at, done_at"
)
_STAMPS: dict[ShipmentState, str] = {
    ShipmentState.NUMBERED: "numbered_at",
    ShipmentState.PRINTED: "printed_at",
    ShipmentState.DONE: "done_at",
}


class Shipments:
    """The tables `shipments` and `order_claims`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._labels = SealedColumn(vault, "shipments/label", str)

    def add(self, shipment: Shipment) -> list[Statement]:
        """A new shipment with its claims; a `Conflict` when its key is taken or a live shipment holds an order."""
        claims = [
            guarded(
                "INSERT INTO order_claims (shop, number, package, shipment) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING RETURNING number",
                shipment.shop,
                number,
                shipment.package,
                shipment.key,
            )
            for number in shipment.orders
        ]
        row = guarded(
            f"INSERT INTO shipments ({_COLUMNS}) VALUES ({', '.join('?' * 18)})"
            " ON CONFLICT (key) DO NOTHING RETURNING key",
            shipment.key,
            shipment.batch,
            shipment.merchant,
            shipment.shop,
            shipment.position,
            json.dumps(shipment.orders),
            shipment.package,
            shipment.attempt,
            shipment.courier,
            shipment.account,
            shipment.state,
            shipment.receiver,
            shipment.number,
            _reason(shipment.reason),
            shipment.updated_at,
            shipment.numbered_at,
            shipment.printed_at,
            shipment.done_at,
        )
        return [row, *claims]

    def move(
        self,
        shipment: Shipment,
        to: ShipmentState,
        *,
        owner: str,
        now: int,
        number: str | None = None,
        receiver: str = "",
        label: str | None = None,
        reason: dict[str, Any] | None = None,
    ) -> Statement:
        """From the state we saw to the next, if nobody moved it and the batch is still ours."""
        sets, values = ["state = ?", "reason = ?", "updated_at = ?"], [to, _reason(reason), now]
        if stamp := _STAMPS.get(to):
            sets, values = [*sets, f"{stamp} = ?"], [*values, now]
        if number is not None:
            sets, values = [*sets, "number = ?", "receiver = ?"], [*values, number, receiver]
        if label is not None:
            sets, values = [*sets, "label_sealed = ?"], [*values, self._labels.seal(shipment.key, label)]
        return guarded(
            f"UPDATE shipments SET {', '.join(sets)} WHERE key = ? AND state = ?"
            " AND EXISTS (SELECT 1 FROM batches WHERE id = shipments.batch AND owner = ?)",
            *values,
            shipment.key,
            shipment.state,
            owner,
        )

    def decide(
        self,
        shipment: Shipment,
        to: ShipmentState,
        *,
        now: int,
        number: str | None = None,
        reason: dict[str, Any] | None = None,
    ) -> Statement:
        """A move that a person decided; a `Conflict` while a program works on the shipment's batch."""
        stamp = f", {_STAMPS[to]} = {int(now)}" if to in _STAMPS else ""
        return guarded(
            f"UPDATE shipments SET state = ?, number = ?, reason = ?, updated_at = ?{stamp} WHERE key = ? AND state = ?"
            " AND EXISTS (SELECT 1 FROM batches WHERE id = shipments.batch AND state IN ('stopped', 'done'))",
            to,
            number or shipment.number,
            _reason(reason),
            now,
            shipment.key,
            shipment.state,
        )

    def adopt(self, shipment: Shipment, to: ShipmentState, batch: str, *, position: int, now: int) -> Statement:
        """Put a stranded shipment into another batch, to be gone on with there."""
        return guarded(
            "UPDATE shipments SET state = ?, batch = ?, position = ?, reason = NULL, updated_at = ?"
            " WHERE key = ? AND state = ? AND batch = ?",
            to,
            batch,
            position,
            now,
            shipment.key,
            shipment.state,
            shipment.batch,
        )

    def release(self, shipment: Shipment) -> Statement:
        """Give the orders free: the shipment came to nothing, and no number of it is out."""
        return run("DELETE FROM order_claims WHERE shipment = ?", shipment.key)

    def uploaded(self, shipment: Shipment, number: str, now: int) -> Statement:
        """The shop has taken this order's tracking number."""
        return run(
            "UPDATE order_claims SET uploaded_at = ?, upload_reason = NULL WHERE shipment = ? AND number = ?",
            now,
            shipment.key,
            number,
        )

    async def upload_left(self, shipment: Shipment) -> list[str]:
        """Orders of the shipment whose number the shop does not have yet."""
        rows = await self._database.all(
            "SELECT number FROM order_claims WHERE shipment = ? AND uploaded_at IS NULL ORDER BY number", shipment.key
        )
        return [row[0] for row in rows]

    async def get(self, key: str) -> Shipment | None:
        """One shipment."""
        found = await self._find("key = ?", key)
        return found[0] if found else None

    async def of_batch(self, batch: str) -> list[Shipment]:
        """A batch's shipments in printing order."""
        return await self._find("batch = ?", batch)

    async def printed(self, merchant: str, since: int, until: int) -> list[Shipment]:
        """The merchant's shipments whose labels came out in this half-open time, in printing order."""
        return await self._find("merchant = ? AND printed_at >= ? AND printed_at < ?", merchant, since, until)

    async def with_number(self, merchant: str, number: str) -> Shipment | None:
        """The merchant's shipment with this waybill number."""
        found = await self._find("merchant = ? AND number = ?", merchant, number)
        return found[0] if found else None

    async def of_order(self, merchant: str, number: str) -> list[Shipment]:
        """The live shipments that carry an order, first package first."""
        return await self._find(
            "merchant = ? AND key IN (SELECT shipment FROM order_claims WHERE number = ?)", merchant, number
        )

    async def numbered(self, account: str, since: int) -> int:
        """How many numbers an account has used since this moment."""
        rows = await self._database.all(
            "SELECT count(*) FROM shipments WHERE account = ? AND numbered_at >= ?", account, since
        )
        return int(rows[0][0])

    async def stranded(self, merchant: str) -> list[Shipment]:
        """The merchant's shipments that were held after they had got a number."""
        return await self._find("merchant = ? AND state = 'held' AND number IS NOT NULL", merchant)

    async def claimed(self, shop: str, numbers: Sequence[str]) -> set[str]:
        """Which of these orders some live shipment carries already."""
        taken: set[str] = set()
        for start in range(0, len(numbers), 500):
            some = numbers[start : start + 500]
            marks = ", ".join("?" * len(some))
            rows = await self._database.all(
                f"SELECT DISTINCT number FROM order_claims WHERE shop = ? AND number IN ({marks})", shop, *some
            )
            taken |= {row[0] for row in rows}
        return taken

    async def labels(self, keys: Sequence[str]) -> list[str]:
        """The labels' JSON, in the order of the keys; shipments without a label are left out."""
        found: dict[str, str] = {}
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            marks = ", ".join("?" * len(some))
            rows = await self._database.all(
                f"SELECT key, label_sealed FROM shipments WHERE key IN ({marks}) AND label_sealed IS NOT NULL", *some
            )
            found |= {key: self._labels.open(key, sealed) for key, sealed in rows}
        return [found[key] for key in keys if key in found]

    async def attempts(self, parcels: Sequence[tuple[str, ...]]) -> dict[tuple[str, tuple[str, ...]], int]:
        """Shop and orders → how often they were made into a parcel already, voided ones included."""
        made: dict[tuple[str, tuple[str, ...]], int] = {}
        for start in range(0, len(parcels), 500):
            some = [json.dumps(orders) for orders in parcels[start : start + 500]]
            rows = await self._database.all(
                f"SELECT shop, orders, max(attempt) FROM shipments WHERE orders IN ({', '.join('?' * len(some))})"
                " GROUP BY shop, orders",
                *some,
            )
            made |= {(shop, tuple(json.loads(orders))): count for shop, orders, count in rows}
        return made

    async def _find(self, where: str, *values: str | int) -> list[Shipment]:
        rows = await self._database.all(
            f"SELECT {_COLUMNS} FROM shipments WHERE {where} ORDER BY batch, position", *values
        )
        return [_shipment(row) for row in rows]


def _reason(reason: dict[str, Any] | None) -> str | None:
    return None if reason is None else json.dumps(reason, ensure_ascii=False)


def _shipment(row: Row) -> Shipment:
    key, batch, merchant, shop, position, orders, package, attempt, courier, account, state, *rest = row
    receiver, number, reason, *times = rest
    return Shipment(
        key,
        batch,
        merchant,
        shop,
        position,
        tuple(json.loads(orders)),
        package,
        attempt,
        courier,
        account,
        ShipmentState(state),
        receiver,
        number,
        json.loads(reason) if reason else None,
        *times,
    )
