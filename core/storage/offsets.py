"""Each merchant's print offset, kept in micrometres."""

from core.offset import STRAIGHT, Offset
from core.storage.database import Database, Statement, run

_UM = 1_000  # in a millimetre


class Offsets:
    """The table `print_offsets`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, merchant: str) -> Offset:
        """The merchant's offset."""
        rows = await self._database.all("SELECT right_um, down_um FROM print_offsets WHERE merchant = ?", merchant)
        return Offset(rows[0][0] / _UM, rows[0][1] / _UM) if rows else STRAIGHT

    def keep(self, merchant: str, offset: Offset) -> Statement:
        """From now on this one."""
        return run(
            "INSERT INTO print_offsets VALUES (?, ?, ?) ON CONFLICT (merchant)"
            " DO UPDATE SET right_um = excluded.right_um, down_um = excluded.down_um",
            merchant,
            round(offset.right * _UM),
            round(offset.down * _UM),
        )
