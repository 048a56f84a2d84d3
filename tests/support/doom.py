"""Stops the program at a chosen moment, the way a power cut does: nothing after that moment happens."""

import asyncio
from typing import Any

from bot.channels.base import Channel, Drawing, Keep, unkept
from core.storage.database import Database, Row, Statement


class Killed(BaseException):
    """No `except Exception` survives a power cut."""


class Doom:
    """Counts the moments at which a program can be stopped, and stops it at number `at`; 0 only counts."""

    def __init__(self, at: int = 0) -> None:
        self.moments: list[str] = []
        self.struck = asyncio.Event()
        self._at = at

    async def moment(self, name: str) -> None:
        """A moment has come."""
        self.check()
        self.moments.append(name)
        if len(self.moments) == self._at:
            self.struck.set()
            raise Killed

    def check(self) -> None:
        """After the stop nothing happens any more."""
        if self.struck.is_set():
            raise Killed


class DoomedDatabase:
    """A database after whose every commit the program can be stopped.

    Right before a commit the outside world and the database stand as after the moment before it, so that is no moment
    of its own.
    """

    def __init__(self, database: Database, doom: Doom) -> None:
        self._database = database
        self._doom = doom
        self.is_shared = database.is_shared
        self.skip_locked = database.skip_locked
        self.migration_lock = database.migration_lock

    async def all(self, sql: str, *values: Any) -> list[Row]:
        self._doom.check()
        return await self._database.all(sql, *values)

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        self._doom.check()
        rows = await self._database.apply(*statements)
        await self._doom.moment(f"commit of {statements[0].sql.split(' SET ')[0][:40]}")
        return rows

    async def close(self) -> None:
        await self._database.close()


class DoomedChannel:
    """A channel around whose every message the program can be stopped."""

    def __init__(self, channel: Channel, doom: Doom) -> None:
        self.name = channel.name
        self.abilities = channel.abilities
        self._channel = channel
        self._doom = doom

    async def send(self, peer: str, drawing: Drawing, keep: Keep = unkept) -> str:
        await self._doom.moment("message")
        message = await self._channel.send(peer, drawing, keep)
        await self._doom.moment("message:done")
        return message
