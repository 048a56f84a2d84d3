"""Group chats that a merchant's owner has opened: what is said there is said for that merchant."""

from core.storage.address import Address
from core.storage.database import Database, Statement, guarded


class StaffGroups:
    """The table `staff_groups`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def merchant(self, to: Address) -> str | None:
        """Whose group this is."""
        rows = await self._database.all(
            "SELECT merchant FROM staff_groups WHERE channel = ? AND chat = ?", to.channel, to.chat
        )
        return rows[0][0] if rows else None

    def open(self, to: Address, merchant: str, now: int) -> Statement:
        """The group is this merchant's; a `Conflict` when it is somebody's already."""
        return guarded(
            "INSERT INTO staff_groups VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING chat",
            to.channel,
            to.chat,
            merchant,
            now,
        )

    def close(self, to: Address, merchant: str) -> Statement:
        """It is so no longer; a `Conflict` when it was not."""
        return guarded(
            "DELETE FROM staff_groups WHERE channel = ? AND chat = ? AND merchant = ?", to.channel, to.chat, merchant
        )
