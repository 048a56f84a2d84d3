"""Each merchant's print offset, kept in micrometres, and since when it holds."""

from dataclasses import dataclass

from core.offset import STRAIGHT, Offset
from core.storage.database import Database, Statement, guarded

_UM = 1_000  # in a millimetre


@dataclass(frozen=True, slots=True)
class KeptOffset:
    """`since` in epoch milliseconds UTC: what was printed earlier was moved otherwise. 0 where it never changed."""

    offset: Offset = STRAIGHT
    since: int = 0


class Offsets:
    """The table `print_offsets`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, merchant: str) -> Offset:
        """The merchant's offset."""
        return (await self.kept(merchant)).offset

    async def kept(self, merchant: str) -> KeptOffset:
        """The same, and since when."""
        rows = await self._database.all(
            "SELECT right_um, down_um, changed_at FROM print_offsets WHERE merchant = ?", merchant
        )
        return KeptOffset(Offset(rows[0][0] / _UM, rows[0][1] / _UM), rows[0][2]) if rows else KeptOffset()

    def change(self, merchant: str, to: Offset, was: Offset, now: int) -> Statement:
        """From one to another; a `Conflict` where somebody else was faster."""
        return guarded(
            "INSERT INTO print_offsets (merchant, right_um, down_um, changed_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (merchant) DO UPDATE SET"
            " right_um = excluded.right_um, down_um = excluded.down_um, changed_at = excluded.changed_at"
            " WHERE print_offsets.right_um = ? AND print_offsets.down_um = ? RETURNING merchant",
            merchant,
            round(to.right * _UM),
            round(to.down * _UM),
            now,
            round(was.right * _UM),
            round(was.down * _UM),
        )
