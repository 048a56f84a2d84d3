"""What keeps the program from starting, in words for whoever runs it: what is wrong, and what to do.

No value of a setting is shown: it may be a secret.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from bot.channels.base import ChannelRefused
from core.storage.backup import NotABackup
from core.storage.migrate import NewerDatabase
from core.storage.sqlite import FileInUse
from core.vault import BadKey

_SQLITE: Mapping[str, str] = {
    "SQLITE_FULL": "The disk is full. Make room; nothing that was kept is lost.",
    "SQLITE_CANTOPEN": "The database file cannot be opened. Check that its folder exists and belongs to this user.",
    "SQLITE_READONLY": "The database file or its folder is read-only. Give this user the right to write there.",
    "SQLITE_NOTADB": "The database file is no SQLite database. Check MIANDAN_DATABASE, or restore a backup.",
    "SQLITE_CORRUPT": "The database file is damaged. Stop the program and restore a backup: miandan restore FILE.",
    "SQLITE_BUSY": "Another program holds the database file. Close it.",
    "SQLITE_IOERR": "The disk failed while the database was read or written. Check the disk.",
}
_WORDS: Mapping[type[Exception], Callable[[Any], str]] = {
    FileInUse: lambda error: (
        f"Another process writes {error}. Stop that one first, or use PostgreSQL for several processes."
    ),
    NewerDatabase: lambda error: (
        f"The database was written by a newer version of this program (schema {error})."
        " Install that version, or restore a backup."
    ),
    NotABackup: lambda error: f"{error} is no whole backup that this version can read. Choose another one.",
    BadKey: lambda _: "The sealing key is not 32 bytes in base64. Check MIANDAN_KEY and the key file.",
    ChannelRefused: str,
    UnicodeDecodeError: lambda _: "A file that should be text is not UTF-8. Check .env and the key file.",
}


def in_words(error: BaseException) -> str:
    """The sentence, "" for what is a fault of ours."""
    if isinstance(error, ValidationError):
        return "\n".join(f"{name}: {said}" for name, said in wrong_settings(error))
    told = (words(error) for words in (_of_ours, _of_sqlite, _of_postgres, _of_system))
    return next((sentence for sentence in told if sentence), "")


def wrong_settings(error: ValidationError) -> list[tuple[str, str]]:
    """Each wrong setting with what it should be."""
    return [
        (f"MIANDAN_{str(each['loc'][0]).upper()}" if each["loc"] else "Settings", _bare(each["msg"]))
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _bare(message: str) -> str:
    return message.removeprefix("Value error, ")


def _of_ours(error: BaseException) -> str:
    return next((words(error) for kind, words in _WORDS.items() if isinstance(error, kind)), "")


def _of_sqlite(error: BaseException) -> str:
    code = getattr(error, "sqlite_errorname", "") or ""
    return next((words for name, words in _SQLITE.items() if code.startswith(name)), "")


def _of_postgres(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name == "asyncpg":
        return "PostgreSQL needs one more package: pip install 'miandan[postgres]'."
    if not type(error).__module__.startswith("asyncpg"):
        return ""
    return f"PostgreSQL refuses us ({type(error).__name__}). Check user, password and name in MIANDAN_DATABASE."


def _of_system(error: BaseException) -> str:
    if not isinstance(error, OSError):
        return ""
    where = f" {error.filename}" if error.filename else ""
    why = error.strerror or type(error).__name__
    return f"The machine says no:{where}: {why}. Check the path, the rights of this user, and that the service is up."
