"""What couriers were asked to do about parcels."""

from collections.abc import Sequence

from core.errands import Details, Errand, ErrandKind, ErrandState
from core.storage.database import Database, Row, Statement, guarded
from core.storage.sealed import SealedColumn
from core.vault import Vault

_COLUMNS = "id, merchant, parcel, kind, state, reference, body_sealed, asked_at, changed_at, look_at, version"
_AT_ONCE = 500


class Errands:
    """The table `errands`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._details = SealedColumn(vault, "errands/body", Details)

    def begin(self, errand: Errand, rest: int) -> Statement:
        """Keep it before the courier is asked.

        A `Conflict` when one of its kind is under way for the parcel, or was begun less than `rest` milliseconds ago
        and came to something; of two at the same time, one is begun.
        """
        slot = errand.asked_at // rest if rest else 0
        return guarded(
            f"INSERT INTO errands ({_COLUMNS}, slot) SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT),"
            " CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT),"
            " CAST(? AS BIGINT), 1, CAST(? AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM errands WHERE parcel = ?"
            " AND kind = ? AND slot IS NOT NULL AND asked_at > ?) ON CONFLICT DO NOTHING RETURNING id",
            errand.id,
            errand.merchant,
            errand.parcel,
            errand.kind,
            errand.state,
            errand.reference,
            self._details.seal(errand.id, errand.details),
            errand.asked_at,
            errand.changed_at,
            errand.look_at,
            slot,
            errand.parcel,
            errand.kind,
            errand.asked_at - rest,
        )

    def save(self, errand: Errand) -> Statement:
        """Its next version; a `Conflict` when somebody changed it since it was read."""
        return guarded(
            "UPDATE errands SET state = ?, reference = ?, body_sealed = ?, changed_at = ?, look_at = ?,"
            " slot = CASE WHEN ? = 1 THEN NULL ELSE slot END, version = version + 1 WHERE id = ? AND version = ?",
            errand.state,
            errand.reference,
            self._details.seal(errand.id, errand.details),
            errand.changed_at,
            errand.look_at,
            int(errand.came_to_nothing),
            errand.id,
            errand.version,
        )

    async def get(self, errand: str) -> Errand | None:
        """One errand."""
        return next(iter(await self._find("id = ?", errand)), None)

    async def of_parcel(self, parcel: str) -> list[Errand]:
        """All there ever were about a parcel, the oldest first."""
        return await self._find("parcel = ?", parcel)

    async def of_parcels(self, parcels: Sequence[str]) -> dict[str, list[Errand]]:
        """The same, for many."""
        found: dict[str, list[Errand]] = {}
        for start in range(0, len(parcels), _AT_ONCE):
            some = parcels[start : start + _AT_ONCE]
            for errand in await self._find(f"parcel IN ({', '.join('?' * len(some))})", *some):
                found.setdefault(errand.parcel, []).append(errand)
        return found

    async def due(self, now: int, limit: int = 50) -> list[Errand]:
        """Of which it is time to ask what has come."""
        return await self._find("look_at <= ?", now, then="look_at LIMIT ?", last=limit)

    def put_off(self, errand: Errand, until: int) -> Statement:
        """Nobody else looks before then; a `Conflict` when somebody does already."""
        return guarded(
            "UPDATE errands SET look_at = ? WHERE id = ? AND look_at = ? AND version = ?",
            until,
            errand.id,
            errand.look_at,
            errand.version,
        )

    async def _find(self, where: str, *values: object, then: str = "id", last: int | None = None) -> list[Errand]:
        more = () if last is None else (last,)
        rows = await self._database.all(f"SELECT {_COLUMNS} FROM errands WHERE {where} ORDER BY {then}", *values, *more)
        return [self._errand(row) for row in rows]

    def _errand(self, row: Row) -> Errand:
        key, merchant, parcel, kind, state, reference, sealed, asked, changed, look, version = row
        return Errand(
            id=key,
            merchant=merchant,
            parcel=parcel,
            kind=ErrandKind(kind),
            asked_at=asked,
            changed_at=changed,
            state=ErrandState(state),
            reference=reference,
            details=self._details.open(key, sealed),
            look_at=look,
            version=version,
        )
