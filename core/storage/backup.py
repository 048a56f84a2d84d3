"""Copies of a SQLite file: made while the program writes it, and put back in its place.

A copy is complete and consistent, and only its owner may read it. The key that seals what is in it is kept elsewhere.
These functions block; call them from a thread.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import filelock

from core.storage.sqlite import FileInUse
from migrations import all_migrations

_PATIENCE = 10.0  # seconds to wait for a writer
_BESIDE = ("-wal", "-shm")  # what SQLite keeps next to the file


_RUNNING = "SELECT id FROM batches WHERE state IN ('running', 'stopping')"
_QUIET = (
    "BEGIN IMMEDIATE",
    # Each of these may have got a number since, and only a person can find out.
    f"""
    UPDATE shipments SET state = 'unsure',
      reason = json_object('code', 'outcome_unknown', 'details', json_object('service', courier))
    WHERE state IN ('new', 'asking') AND batch IN ({_RUNNING})""",
    # The next start finishes them as stopped, and tells their merchants what is left.
    f"UPDATE batches SET state = 'stopping', owner = '', lease_until = 0 WHERE id IN ({_RUNNING})",
    "UPDATE outbox SET owner = '', lease_until = 0, in_doubt = 1",
    "COMMIT",
)


class NotABackup(Exception):
    """The file is no whole database of this program, or one of a newer version of it."""


def copy(source: Path, target: Path) -> None:
    """A compact copy, whole and on the disk before it has its name; an older one of that name is replaced.

    The writer is not held up. Raises `sqlite3.Error` or `OSError`, and then leaves nothing behind.
    """
    draft = target.with_name(f".{target.name}.part")
    with _private(draft):
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as reader:
            reader.execute("VACUUM INTO ?", (str(draft),))
        _flush(draft)
        draft.replace(target)
        _flush(target.parent)


def check(file: Path) -> int:
    """The schema's number in a copy that is whole. Raises `NotABackup`."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            ((verdict,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
            ((number,),) = connection.execute("SELECT max(number) FROM schema_version").fetchall()
    except (sqlite3.Error, ValueError) as error:
        raise NotABackup(str(file)) from error
    if verdict != "ok" or number is None or number > all_migrations()[-1].number:
        raise NotABackup(str(file))
    return int(number)


def restore(copied: Path, database: Path) -> Path | None:
    """Put a copy in the database's place; returns where the database that stood there is now.

    What was under way when the copy was made has gone on since, so nothing of it is begun again by itself: running
    batches stop, their parcels without a number are unsure, messages that wait may have been sent.
    Raises `NotABackup`, `FileInUse` while the program runs, `OSError`.
    """
    check(copied)
    database.parent.mkdir(parents=True, exist_ok=True)
    draft = database.with_name(f".{database.name}.restoring")
    with _alone(database), _private(draft):
        shutil.copyfile(copied, draft)
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            _quieten(connection)
        _flush(draft)
        aside = _set_aside(database)
        draft.replace(database)
        _flush(database.parent)
    return aside


def _quieten(connection: sqlite3.Connection) -> None:
    """Nothing that was done after the copy was made may be done again unasked."""
    for statement in _QUIET:
        connection.execute(statement)


def _set_aside(database: Path) -> Path | None:
    """Move the present file out of the way, with whatever its log still holds."""
    if not database.exists():
        return None
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # one that is broken moves with its log instead
    aside = database.with_suffix(".before-restore.db")
    for ending in (*_BESIDE, ""):
        aside.with_name(aside.name + ending).unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            database.with_name(database.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


@contextlib.contextmanager
def _alone(database: Path) -> Iterator[None]:
    lock = filelock.FileLock(f"{database}.lock", timeout=0, is_singleton=False)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise FileInUse(str(database)) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _private(draft: Path) -> Iterator[None]:
    """An empty file that only its owner may read, gone at the end if it has got no other name."""
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield
    finally:
        draft.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Wait until the disk has it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
