"""Every storage test runs on both engines."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.clock import WorldClock
from core.storage.database import Database
from core.storage.merchants import Merchants
from core.storage.migrate import migrate
from core.vault import Vault
from tests.support import databases


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:{tmp_path / 'miandan.db'}"
    else:
        async with databases.postgres() as address:
            yield address


@pytest.fixture
async def bare(place: str) -> AsyncIterator[Database]:
    """A database without any table."""
    async with databases.opened(place) as database:
        yield database


@pytest.fixture
async def database(bare: Database) -> Database:
    """A database with today's schema and the merchants "m1" and "m2"."""
    await migrate(bare)
    merchants = Merchants(bare)
    await bare.apply(merchants.add("m1", "zh", 1), merchants.add("m2", "en", 2))
    return bare


@pytest.fixture
async def bare_elsewhere(bare: Database, place: str) -> AsyncIterator[Database]:
    """The bare database as another process sees it; SQLite has one process only."""
    if not bare.is_shared:
        yield bare
        return
    async with databases.opened(place) as other:
        yield other


@pytest.fixture
def elsewhere(database: Database, bare_elsewhere: Database) -> Database:
    """The database as another process sees it."""
    return bare_elsewhere


@pytest.fixture
def vault() -> Vault:
    return Vault({"old": bytes(range(32))})


@pytest.fixture
def clock() -> WorldClock:
    return WorldClock()
