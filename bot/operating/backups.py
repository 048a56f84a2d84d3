"""The folder of backups: one file a copy, named by its Shanghai time, the oldest deleted when there are too many."""

import asyncio
import re
from pathlib import Path

from core.clock import Clock, shanghai
from core.storage import backup

_OURS = re.compile(r"miandan-\d{8}-\d{6}\.db")


class Backups:
    """Copies of one SQLite file."""

    def __init__(self, database: Path, folder: Path, keep: int, clock: Clock) -> None:
        """`keep`: how many copies stay in the folder; 0: all."""
        self._database = database
        self._folder = folder
        self._keep = keep
        self._clock = clock

    async def make(self) -> Path:
        """Make a copy, then delete the oldest ones; returns the copy. Raises `sqlite3.Error` or `OSError`."""
        return await asyncio.to_thread(self._make)

    def _make(self) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._folder / f"miandan-{shanghai(self._clock.now()):%Y%m%d-%H%M%S}.db"
        backup.copy(self._database, file)
        for old in copies(self._folder)[: -self._keep] if self._keep else ():
            old.unlink(missing_ok=True)
        return file


def copies(folder: Path) -> list[Path]:
    """Our copies in a folder, the oldest first; other files there are none of our business."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(file for file in found if _OURS.fullmatch(file.name))


def sqlite_file(database: str) -> Path | None:
    """The file behind a database setting; None for PostgreSQL."""
    return None if database.startswith(("postgres://", "postgresql://")) else Path(database.removeprefix("sqlite:"))


def dump_command(database: str) -> str:
    """How PostgreSQL's own tool makes the copy; a password in the address is left to PGPASSWORD or ~/.pgpass."""
    return f"pg_dump --format=custom --file=miandan.dump '{without_password(database)}'"


def without_password(database: str) -> str:
    """The database's address, fit to be shown."""
    bare = re.sub(r"(://[^:@/]*):[^@/]*@", r"\1@", database)
    return re.sub(r"([?&])password=[^&]*&?", r"\1", bare).rstrip("?&")
