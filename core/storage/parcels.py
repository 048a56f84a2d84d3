"""Parcels that are watched, and what couriers told about them.

Two moments are kept beside every parcel: `next_poll_at`, when somebody should ask for news, and `check_at`, when a rule
may fire. Both are claimed the same way: whoever takes a parcel moves the moment forward by a lease and gets it back in
the parcel; the moment that is set in the end counts only if nobody has changed it meanwhile. News sets `check_at` to
the moment it came, so a rules pass that was reading older news loses, and the parcel is simply taken again.
"""

import json
from collections.abc import Sequence
from typing import Any

from core.orders import Region
from core.parcels import Node, Oddity, Parcel, ParcelState, Progress
from core.storage.database import Database, Row, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

_COLUMNS = (
    "id, merchant, shop, orders, courier, number, province, city, district, added_at, shipped_at, is_pinned, account,"
    " shipment, subscription, subscribed, nodes, polled_at, next_poll_at, check_at, state, since, first_at,"
    " picked_up_at, departed_at, arrived_at, out_at, delivered_at, ended_at, last_sealed, oddities"
)
_AT_ONCE = 200  # parcels in one claim


class Parcels:
    """The tables `parcels`, `parcel_orders` and `nodes`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._nodes = SealedColumn(vault, "nodes/node", Node)
        self._last = SealedColumn(vault, "parcels/last", Node)

    def begin(self, parcel: Parcel) -> list[Statement]:
        """Watch a parcel from now on; one whose number the merchant has already is left as it is."""
        row = run(
            "INSERT INTO parcels (id, merchant, shop, orders, courier, number, province, city, district, added_at,"
            " shipped_at, is_pinned, account, shipment, subscription, subscribed, state, outlet, oddities, nodes,"
            f" next_poll_at, check_at) VALUES ({', '.join('?' * 14)}, '', 0, 'no_record', '', '', 0, ?, ?)"
            " ON CONFLICT (merchant, number) DO NOTHING",
            parcel.id,
            parcel.merchant,
            parcel.shop,
            json.dumps(parcel.orders),
            parcel.courier,
            parcel.number,
            parcel.region.province,
            parcel.region.city,
            parcel.region.district,
            parcel.added_at,
            parcel.shipped_at,
            int(parcel.is_pinned),
            parcel.account,
            parcel.shipment,
            parcel.next_poll_at,
            parcel.check_at,
        )
        return [row, *(self._carries(parcel, order) for order in parcel.orders)]

    def carries(self, parcel: Parcel, order: str) -> list[Statement]:
        """Another order of the same shop is in the parcel; a `Conflict` when its orders changed since it was read."""
        orders = json.dumps(sorted({*parcel.orders, order}))
        joined = guarded(
            "UPDATE parcels SET orders = ? WHERE id = ? AND orders = ?", orders, parcel.id, json.dumps(parcel.orders)
        )
        return [joined, self._carries(parcel, order)]

    def pin(self, parcel: Parcel, courier: str, now: int) -> Statement:
        """A person says which courier it is; asked anew from now on."""
        return run(
            "UPDATE parcels SET courier = ?, is_pinned = 1, subscription = '', subscribed = 0, next_poll_at = ?,"
            " check_at = ? WHERE id = ?",
            courier,
            now,
            now,
            parcel.id,
        )

    def detected(self, parcel: Parcel, courier: str) -> Statement:
        """Somebody's best guess of the courier; changes nothing once a person has said it."""
        return run("UPDATE parcels SET courier = ? WHERE id = ? AND is_pinned = 0", courier, parcel.id)

    def hear(self, parcel: Parcel, fresh: Sequence[Node], progress: Progress, source: str, now: int) -> list[Statement]:
        """Keep nodes that `parcel` does not have yet, with the progress that all come to; rules look at it at once.

        A `Conflict` when the parcel has got other nodes since it was read: read, fold and try again.
        """
        last = progress.last
        moved = guarded(
            "UPDATE parcels SET state = ?, since = ?, first_at = ?, picked_up_at = ?, departed_at = ?, arrived_at = ?,"
            " out_at = ?, delivered_at = ?, ended_at = ?, last_at = ?, outlet = ?, last_sealed = ?, oddities = ?,"
            " nodes = nodes + ?, check_at = ? WHERE id = ? AND nodes = ?",
            progress.state,
            progress.since,
            progress.first_at,
            progress.picked_up_at,
            progress.departed_at,
            progress.arrived_at,
            progress.out_at,
            progress.delivered_at,
            progress.ended_at,
            progress.last_at,
            last.place if last else "",
            self._last.seal(parcel.id, last) if last else None,
            " ".join(sorted(progress.oddities)),
            len(fresh),
            now,
            parcel.id,
            parcel.nodes,
        )
        return [moved, *(self._node(parcel, node, source, now) for node in fresh)]

    def check_now(self, shop: str, order: str, now: int) -> Statement:
        """Something about the order changed: rules look at its parcels at once."""
        return run(
            "UPDATE parcels SET check_at = ? WHERE id IN (SELECT parcel FROM parcel_orders WHERE shop = ?"
            " AND number = ?)",
            now,
            shop,
            order,
        )

    def check_soon(self, parcel: str, now: int) -> Statement:
        """Something about the parcel changed that no scan tells: rules look at it at once."""
        return run("UPDATE parcels SET check_at = ? WHERE id = ?", now, parcel)

    def check_all(self, merchant: str, now: int) -> Statement:
        """The merchant's rules changed: they look at every parcel that is under way."""
        return run("UPDATE parcels SET check_at = ? WHERE merchant = ? AND ended_at IS NULL", now, merchant)

    async def claim_polls(self, now: int, lease: int, limit: int = _AT_ONCE) -> list[Parcel]:
        """Parcels to ask for news, the longest due first; until now + lease nobody else gets them."""
        return await self._claim("next_poll_at", now, lease, limit)

    def polled(self, parcel: Parcel, next_at: int | None, answered_at: int | None) -> Statement:
        """Asked; answered last at that moment, to be asked next then, None: never. A `Conflict`: the lease was lost."""
        return guarded(
            "UPDATE parcels SET polled_at = ?, next_poll_at = ? WHERE id = ? AND next_poll_at = ?",
            answered_at,
            next_at,
            parcel.id,
            parcel.next_poll_at,
        )

    def asked(self, parcel: Parcel, now: int) -> Statement:
        """A person wanted to know; when to ask by ourselves does not change."""
        return run("UPDATE parcels SET polled_at = ? WHERE id = ?", now, parcel.id)

    def subscribe(self, parcel: Parcel, source: str) -> Statement:
        """Somebody was asked to push its news, and does from now on; "": nobody would."""
        return run("UPDATE parcels SET subscription = ?, subscribed = subscribed + 1 WHERE id = ?", source, parcel.id)

    def given_up(self, parcel: Parcel, next_at: int) -> Statement:
        """Nobody pushes its news any more."""
        return run(
            "UPDATE parcels SET subscription = '', next_poll_at = ? WHERE id = ? AND subscription = ?",
            next_at,
            parcel.id,
            parcel.subscription,
        )

    async def claim_checks(self, now: int, lease: int, limit: int = _AT_ONCE) -> list[Parcel]:
        """Parcels about which a rule may have something to say, the longest due first."""
        return await self._claim("check_at", now, lease, limit)

    def checked(self, parcel: Parcel, next_at: int | None) -> Statement:
        """Rules have looked; the next may fire at `next_at`, None: none until there is news.

        A `Conflict` when news came since the parcel was claimed, or the lease was lost.
        """
        return guarded(
            "UPDATE parcels SET check_at = ? WHERE id = ? AND check_at = ?", next_at, parcel.id, parcel.check_at
        )

    async def get(self, parcel: str) -> Parcel | None:
        """One parcel."""
        return next(iter(await self._find("id = ?", parcel)), None)

    async def with_ids(self, parcels: Sequence[str]) -> dict[str, Parcel]:
        """Parcels by their ids."""
        found: dict[str, Parcel] = {}
        for start in range(0, len(parcels), _AT_ONCE):
            some = parcels[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            found |= {parcel.id: parcel for parcel in await self._find(f"id IN ({marks})", *some)}
        return found

    async def with_number(self, merchant: str, number: str) -> Parcel | None:
        """The merchant's parcel with this waybill number."""
        return next(iter(await self._find("merchant = ? AND number = ?", merchant, number)), None)

    async def watched(self, number: str) -> list[Parcel]:
        """Everybody's parcels with this number: news of it is news for each."""
        return await self._find("number = ?", number)

    async def of_order(self, merchant: str, order: str) -> list[Parcel]:
        """The merchant's parcels that carry an order."""
        carrying = "merchant = ? AND id IN (SELECT parcel FROM parcel_orders WHERE number = ?)"
        return await self._find(carrying, merchant, order)

    async def without_news(self, merchant: str) -> list[Parcel]:
        """The merchant's parcels of which nobody has told anything yet, the longest shipped first."""
        found = await self._find("merchant = ? AND nodes = 0 AND next_poll_at IS NOT NULL", merchant)
        return sorted(found, key=lambda parcel: parcel.shipped_at)

    async def last_heard(self, merchant: str) -> int | None:
        """When there was last news of any of the merchant's parcels, epoch milliseconds."""
        rows = await self._database.all(
            "SELECT max(heard_at) FROM nodes JOIN parcels ON parcels.id = nodes.parcel WHERE merchant = ?",
            merchant,
        )
        return rows[0][0] if rows else None

    async def nodes(self, parcel: str) -> list[Node]:
        """Every node kept of a parcel, in no particular order."""
        rows = await self._database.all("SELECT digest, node_sealed FROM nodes WHERE parcel = ?", parcel)
        return [self._nodes.open(f"{parcel}/{digest}", sealed) for digest, sealed in rows]

    def _carries(self, parcel: Parcel, order: str) -> Statement:
        return run(
            "INSERT INTO parcel_orders SELECT CAST(? AS TEXT), CAST(? AS TEXT), id FROM parcels"
            " WHERE merchant = ? AND number = ? ON CONFLICT DO NOTHING",
            parcel.shop,
            order,
            parcel.merchant,
            parcel.number,
        )

    def _node(self, parcel: Parcel, node: Node, source: str, now: int) -> Statement:
        return run(
            "INSERT INTO nodes VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            parcel.id,
            node.identity,
            node.at,
            source,
            self._nodes.seal(f"{parcel.id}/{node.identity}", node),
            now,
        )

    async def _claim(self, moment: str, now: int, lease: int, limit: int) -> list[Parcel]:
        due = f"SELECT id FROM parcels WHERE {moment} <= ? ORDER BY {moment} LIMIT ?"
        if not await self._database.all(due, now, 1):
            return []
        take = run(
            f"UPDATE parcels SET {moment} = ? WHERE id IN ({due} {self._database.skip_locked}) RETURNING {_COLUMNS}",
            now + lease,
            now,
            limit,
        )
        (taken,) = await self._database.apply(take)
        return [self._parcel(row) for row in taken]

    async def _find(self, where: str, *values: str) -> list[Parcel]:
        rows = await self._database.all(f"SELECT {_COLUMNS} FROM parcels WHERE {where} ORDER BY id", *values)
        return [self._parcel(row) for row in rows]

    def _parcel(self, row: Row) -> Parcel:
        (key, merchant, shop, orders, courier, number, province, city, district, added, shipped, pinned, *rest) = row
        account, shipment, subscription, subscribed, nodes, polled, next_poll, check, *told = rest
        return Parcel(
            id=key,
            merchant=merchant,
            shop=shop,
            orders=tuple(json.loads(orders)),
            courier=courier,
            number=number,
            region=Region(province, city, district),
            added_at=added,
            shipped_at=shipped,
            is_pinned=bool(pinned),
            account=account,
            shipment=shipment,
            subscription=subscription,
            subscribed=subscribed,
            progress=self._progress(key, told),
            nodes=nodes,
            polled_at=polled,
            next_poll_at=next_poll,
            check_at=check,
        )

    def _progress(self, parcel: str, told: Sequence[Any]) -> Progress:
        state, since, first, picked_up, departed, arrived, out, delivered, ended, sealed, oddities = told
        return Progress(
            state=ParcelState(state),
            since=since,
            first_at=first,
            picked_up_at=picked_up,
            departed_at=departed,
            arrived_at=arrived,
            out_at=out,
            delivered_at=delivered,
            ended_at=ended,
            last=self._last.open(parcel, sealed) if sealed else None,
            oddities=frozenset(Oddity(word) for word in oddities.split()),
        )
