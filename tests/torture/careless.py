"""`python -m tests.torture.careless serve …`: the control, a program whose commits are taken apart.

Every statement is a commit of its own, a moment after the one before it, so a kill in between leaves half of what
belongs together. Whoever looks for lost and doubled things must find some here.
"""

import argparse
import asyncio
from typing import Any

from bot.config import Settings
from bot.demo import SANDBOX_CREDENTIALS
from bot.serve import serve
from core.clock import Clock
from core.storage.database import Database, Row, Statement
from core.storage.repositories import Repositories
from core.vault import Vault

_MOMENT = 0.03  # seconds


class OneByOne:
    """A database that commits statement by statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_shared = database.is_shared
        self.skip_locked = database.skip_locked
        self.migration_lock = database.migration_lock

    async def all(self, sql: str, *values: Any) -> list[Row]:
        return await self._database.all(sql, *values)

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        first, *others = statements
        rows = await self._database.apply(first)
        for statement in others:
            await asyncio.sleep(_MOMENT)
            rows += await self._database.apply(statement)
        return rows

    async def close(self) -> None:
        await self._database.close()


def careless(database: Database, vault: Vault, clock: Clock) -> Repositories:
    """All as usual, but for the commits."""
    return Repositories(OneByOne(database), vault, clock)


def main() -> None:
    """Serve as `miandan serve` does."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.careless")
    parser.add_argument("serve", choices=["serve"])
    parser.add_argument("--world", required=True)
    parser.add_argument("--port", type=int, required=True)
    wanted = parser.parse_args()
    settings = Settings(world=wanted.world).model_copy(update=dict(SANDBOX_CREDENTIALS))
    asyncio.run(serve(settings, host="127.0.0.1", port=wanted.port, repositories=careless))


if __name__ == "__main__":
    main()
