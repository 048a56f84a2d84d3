"""The embedded engine: one writer process a file, durable, and nothing secret in plain text."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from stored_samples import CHAT, GRANT, NOW, SHOP, ZTO, an_order

from bot.sandbox.clock import WorldClock
from core.storage.accounts import Accounts
from core.storage.conversations import Conversations
from core.storage.database import connect
from core.storage.inbox import Inbox
from core.storage.merchants import Merchants
from core.storage.migrate import migrate
from core.storage.orders import Orders
from core.storage.outbox import Outbox
from core.storage.shops import Shops
from core.storage.sqlite import FileInUse, SqliteDatabase
from core.vault import Vault
from tests.support import databases

SECRETS = (
    "access-1", "refresh-1", "zto-secret", "057188881234", "~phone~", "坂田街道", "快一点",
    "said-aloud", "林小满", "13800000000", "journalled",
)  # fmt: skip
OPENER = """
import asyncio, sys
from core.storage.database import connect
asyncio.run(connect(sys.argv[1]))
raise SystemExit("opened, and left open")
"""


def _everything_in(folder: Path) -> bytes:
    """The database, its log and whatever else lies beside it."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


def _last_words_of_another_process(file: Path) -> str:
    """What a program says at its end that opens the file and then stops without closing anything."""
    other = subprocess.run(  # noqa: S603 - the interpreter that runs this test
        [sys.executable, "-c", OPENER, f"sqlite:{file}"], capture_output=True, text=True, check=False, timeout=60
    )
    assert other.returncode == 1
    return other.stderr.strip().splitlines()[-1]


async def test_a_second_process_is_told_which_file_is_in_use(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "miandan.db"
    async with databases.opened(f"sqlite:{file}"):
        assert _last_words_of_another_process(file) == f"core.storage.sqlite.FileInUse: {file}"
        with pytest.raises(FileInUse):
            await connect(f"sqlite:{file}")
    async with databases.opened(f"sqlite:{file}") as again:
        assert await again.all("SELECT 1") == [(1,)]


def test_a_program_that_fails_with_the_file_open_ends_and_lets_go_of_it(tmp_path: Path) -> None:
    for _ in range(2):
        assert _last_words_of_another_process(tmp_path / "miandan.db") == "opened, and left open"


async def test_a_file_that_is_no_database_is_refused_and_let_go(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("these are my notes, not a database\n" * 100)
    before = set(threading.enumerate())
    for _ in range(2):
        with pytest.raises(sqlite3.DatabaseError, match="not a database"):
            await SqliteDatabase.open(str(file))
    assert file.read_text().startswith("these are my notes")
    for left in set(threading.enumerate()) - before:
        left.join(10)
        assert not left.is_alive()


async def test_commits_are_durable_and_references_are_kept(tmp_path: Path, vault: Vault, clock: WorldClock) -> None:
    async with databases.opened(f"sqlite:{tmp_path / 'miandan.db'}") as database:
        pragmas = {name: (await database.all(f"PRAGMA {name}"))[0][0] for name in ("journal_mode", "synchronous")}
        assert pragmas == {"journal_mode": "wal", "synchronous": 2}
        await migrate(database)
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            await database.apply(Shops(database, vault, clock).bind(SHOP, GRANT, NOW))


async def test_no_secret_and_no_buyer_stands_in_the_file_in_plain_text(
    tmp_path: Path, vault: Vault, clock: WorldClock
) -> None:
    async with databases.opened(f"sqlite:{tmp_path / 'miandan.db'}") as database:
        await migrate(database)
        await database.apply(
            Merchants(database).add("m1", "zh", NOW),
            Shops(database, vault, clock).bind(SHOP, GRANT, NOW),
            *Accounts(database, vault).bind(ZTO, NOW),
            *Orders(database, vault).keep([an_order("261122-1")]),
            Inbox(vault).receive(CHAT, "u1", "token is said-aloud", NOW),
            Outbox(database, vault).add(CHAT, "林小满 13800000000", NOW),
            Conversations(database, vault).save(CHAT, 0, '{"password": "journalled"}', NOW),
        )
        written = _everything_in(tmp_path)
    assert [secret for secret in SECRETS if secret.encode() in written] == []
    assert "小满的店".encode() in written, "what is not sealed is found this way"
