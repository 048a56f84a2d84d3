"""What can be seen on this machine: database, folder, disk, key, backups."""

import difflib
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from pathlib import Path

import filelock
from dotenv import dotenv_values

from bot.config import Settings
from bot.operating.backups import copies, sqlite_file, without_password
from bot.operating.doctor.findings import Finding, unused, well, wrong
from core.clock import HOUR, SECOND, SystemClock
from core.storage.database import connect
from core.storage.migrate import NewerDatabase
from core.vault import BadKey
from migrations import all_migrations

_PREFIX = "MIANDAN_"
_OTHERS_TOO = 0o077  # rights of anybody but the owner
_ROOM = 500 * 1024 * 1024  # bytes; a copy and a day's labels need less
_SLOTS_SINCE = 2  # the schema that has slots
_NO_BACKUP = "let miandan serve run, or look for “tick failed” in its log; miandan backup makes one now"
_SEALED = ("SELECT grant_sealed FROM shops LIMIT 1", "SELECT credentials_sealed FROM courier_accounts LIMIT 1")


def unknown_names() -> list[str]:
    """Variables that look like settings and are none."""
    known = [f"{_PREFIX}{name.upper()}" for name in Settings.model_fields]
    written = {name.upper() for name in (*os.environ, *dotenv_values(".env"))}
    strangers = sorted(name for name in written if name.startswith(_PREFIX) and name not in known)
    return [_told(name, known) for name in strangers if not name.startswith(f"{_PREFIX}TEST_")]


def _told(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name} is no setting" + (f" (did you mean {near[0]}?)" if near else "")


async def database(settings: Settings) -> Finding:
    """It answers, and its schema is one we know."""
    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        return well("database", f"{file} does not exist yet; the first start makes it")
    number = _file_version(file) if file else await _server_version(settings.database)
    newest = all_migrations()[-1].number
    if number > newest:
        raise NewerDatabase(number)
    place = str(file or without_password(settings.database))
    state = f"schema {number}" if number == newest else f"schema {number}, the next start brings it to {newest}"
    return well("database", f"{place}, {state}{_user(file) if file else ''}")


def _file_version(file: Path) -> int:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'").fetchall():
            return 0
        ((number,),) = connection.execute("SELECT coalesce(max(number), 0) FROM schema_version").fetchall()
    return int(number)


async def _server_version(url: str) -> int:
    server = await connect(url)
    try:
        if not await server.all("SELECT 1 FROM information_schema.tables WHERE table_name = 'schema_version'"):
            return 0
        ((number,),) = await server.all("SELECT coalesce(max(number), 0) FROM schema_version")
    finally:
        await server.close()
    return int(number)


def _user(file: Path) -> str:
    """Whether the program runs on this file now; it alone may write it."""
    lock = filelock.FileLock(f"{file}.lock", timeout=0, is_singleton=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        return ", in use by a running miandan"
    lock.release()
    return ", not in use"


async def folder(settings: Settings) -> Finding:
    """The folder of the SQLite file takes new files, and there is room."""
    file = sqlite_file(settings.database)
    if file is None:
        return unused("folder", "the data is in PostgreSQL")
    place = next(each for each in file.absolute().parents if each.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=place):
            free = shutil.disk_usage(place).free
    except OSError as error:
        return wrong("folder", f"{place} takes no files ({error.strerror})", "give this user the right to write there")
    return room(place, free)


def room(place: Path, free: int) -> Finding:
    """Whether `free` bytes are enough to go on with."""
    megabytes = free // (1024 * 1024)
    if free < _ROOM:
        return wrong("folder", f"only {megabytes} MB are free at {place}", "make room before the disk is full")
    return well("folder", f"{place} can be written, {megabytes} MB free")


async def key(settings: Settings) -> Finding:
    """The sealing key is there, is nobody else's to read, and is the one that sealed this database."""
    if not settings.key.get_secret_value():
        if not settings.key_file.exists():
            return _no_key(settings)
        rights = stat.S_IMODE(settings.key_file.stat().st_mode)
        if rights & _OTHERS_TOO:
            return wrong("key", f"others may read {settings.key_file}", f"chmod 600 {settings.key_file}")
    try:
        vault = settings.vault()
    except BadKey:
        return wrong("key", "it is not 32 bytes in base64", "put the right key back from where you keep it")
    if not all(vault.has_key_of(sealed) for sealed in await _sealed(settings)):
        return wrong("key", "it is not the one that sealed this database", "put the right key back, or bind anew")
    return well("key", "in the environment" if settings.key.get_secret_value() else f"{settings.key_file}, yours alone")


def _no_key(settings: Settings) -> Finding:
    file = sqlite_file(settings.database)
    if file is not None and file.exists():
        return wrong(
            "key",
            f"{settings.key_file} is missing, but there is a database sealed with it",
            "put the key back from where you keep it; a new one opens nothing that is bound",
        )
    return well("key", f"{settings.key_file} does not exist yet; the first start makes it")


async def _sealed(settings: Settings) -> list[str]:
    """A few sealed values of the database, where there are any."""
    file = sqlite_file(settings.database)
    if file is None or not file.exists() or not _file_version(file):
        return []
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return [sealed for sql in _SEALED for (sealed,) in connection.execute(sql)]


async def backups(settings: Settings) -> Finding:
    """The newest copy is not much older than the schedule says."""
    file = sqlite_file(settings.database)
    if file is None:
        return unused("backups", "PostgreSQL makes its own: miandan backup names the command")
    if not settings.backup_hours:
        return unused("backups", "switched off (MIANDAN_BACKUP_HOURS is 0)")
    kept = copies(settings.backup_folder)
    if not kept and _was_due(file):
        return wrong("backups", f"one was due and none is in {settings.backup_folder}", _NO_BACKUP)
    if not kept:
        return well("backups", f"none yet; the first is due within {settings.backup_hours} hours of running")
    age = SystemClock().now() - int(kept[-1].stat().st_mtime * SECOND)
    if age > 2 * settings.backup_hours * HOUR:
        return wrong("backups", f"the newest is {age // HOUR} hours old", _NO_BACKUP)
    return well("backups", f"{len(kept)} in {settings.backup_folder}")


def _was_due(file: Path) -> bool:
    """Whether the program has tried to make a copy by itself."""
    if not file.exists() or _file_version(file) < _SLOTS_SINCE:
        return False
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return bool(connection.execute("SELECT 1 FROM slots WHERE tick = 'backup' AND owner <> ''").fetchall())


HERE: Mapping[str, Callable[[Settings], Awaitable[Finding]]] = {
    "database": database,
    "folder": folder,
    "key": key,
    "backups": backups,
}
