"""SQLite: the embedded default. WAL, synchronous=FULL, one group-committing writer, one writer process a file."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import filelock

from core.storage.database import Closed, Conflict, Row, Statement

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")
_BATCH = 500  # callers that share one commit at the most
_Outcome: TypeAlias = list[list[Row]] | Exception
_Waiting: TypeAlias = tuple[tuple[Statement, ...], "asyncio.Future[list[list[Row]]]"]
_Result = TypeVar("_Result")


class FileInUse(Exception):
    """Another process writes this SQLite file. Stop it first, or use PostgreSQL for several processes."""


class _Hand:
    """A connection, and the thread that works with it: nothing that waits for the disk runs in the loop."""

    def __init__(self, thread: ThreadPoolExecutor, connection: sqlite3.Connection) -> None:
        self._thread = thread
        self._connection = connection

    @classmethod
    async def open(cls, file: Path) -> "_Hand":
        """Open or create the file."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        try:
            return cls(thread, await asyncio.wrap_future(thread.submit(_connection, file)))
        except BaseException:
            thread.shutdown()
            raise

    def work(self, task: Callable[..., _Result], *values: Any) -> "Future[_Result]":  # noqa: ANN401
        """Begin a task, which is given the connection and these values."""
        return self._thread.submit(task, self._connection, *values)

    async def close(self) -> None:
        """Let go of the file, when what was begun has ended."""
        await asyncio.wrap_future(self.work(sqlite3.Connection.close))
        self._thread.shutdown(wait=False)


class SqliteDatabase:
    """See `core.storage.database.Database`."""

    is_shared = False
    skip_locked = ""  # one writer process: nobody to skip
    migration_lock: tuple[Statement, ...] = ()

    def __init__(self, path: Path, lock: filelock.BaseFileLock, writer: _Hand, reader: _Hand) -> None:
        self.path = path
        self._lock = lock
        self._writer = writer
        self._reader = reader
        self._waiting: list[_Waiting] = []
        self._is_closed = False
        self._rests = asyncio.Event()  # nobody waits, and nothing is being written
        self._rests.set()

    @classmethod
    async def open(cls, path: str, *, as_guest: bool = False) -> "SqliteDatabase":
        """Open or create the file. Raises `FileInUse` when another process writes it.

        A guest comes in beside that process, to look or for a few short writes; it must take nobody's lease.
        """
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(f"{file}.lock", timeout=0, is_singleton=False)
        try:
            if not as_guest:
                lock.acquire()
        except filelock.Timeout as error:
            raise FileInUse(str(file)) from error
        try:
            return cls(file, lock, await _Hand.open(file), await _Hand.open(file))
        except BaseException:
            lock.release()
            raise

    async def all(self, sql: str, *values: Any) -> list[Row]:  # noqa: ANN401 - a column takes what it takes
        """All rows of a query."""
        if self._is_closed:
            raise Closed
        return await asyncio.wrap_future(self._reader.work(_fetch, sql, values))

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        """Run the statements atomically, in the same commit as whoever else is waiting."""
        if self._is_closed:
            raise Closed
        loop = asyncio.get_running_loop()
        done: asyncio.Future[list[list[Row]]] = loop.create_future()
        self._waiting.append((statements, done))
        if self._rests.is_set():
            self._rests.clear()
            loop.call_soon(self._write, loop)  # so that all who ask in this round of the loop share the commit
        return await done

    async def close(self) -> None:
        """Finish what waits, then close."""
        self._is_closed = True
        await self._rests.wait()
        await self._writer.close()
        await self._reader.close()
        self._lock.release()

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin a commit for those who wait."""
        batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]

        def ended(commit: "Future[list[_Outcome]]") -> None:
            with contextlib.suppress(RuntimeError):  # the loop is gone, and nobody waits
                loop.call_soon_threadsafe(self._written, loop, batch, commit)

        self._writer.work(_commit, [work for work, _ in batch]).add_done_callback(ended)

    def _written(
        self, loop: asyncio.AbstractEventLoop, batch: list[_Waiting], commit: "Future[list[_Outcome]]"
    ) -> None:
        """Tell everybody what became of it; whatever the engine says goes to every caller of the batch."""
        failed = commit.exception()
        outcomes = [failed] * len(batch) if failed else commit.result()
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            if done.done():
                continue
            if isinstance(outcome, BaseException):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)
        if self._waiting:
            self._write(loop)
        else:
            self._rests.set()


def _connection(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _fetch(connection: sqlite3.Connection, sql: str, values: tuple[Any, ...]) -> list[Row]:
    return connection.execute(sql, values).fetchall()


def _commit(connection: sqlite3.Connection, batch: list[tuple[Statement, ...]]) -> list[_Outcome]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [_savepoint(connection, statements) for statements in batch]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return outcomes


def _savepoint(connection: sqlite3.Connection, statements: tuple[Statement, ...]) -> _Outcome:
    connection.execute("SAVEPOINT caller")
    try:
        rows = [_execute(connection, statement) for statement in statements]
    except Exception as error:
        if not connection.in_transaction:
            raise  # the transaction is lost for everybody, as on a full disk; anything else is this caller's alone
        connection.execute("ROLLBACK TO caller")
        connection.execute("RELEASE caller")
        return error
    connection.execute("RELEASE caller")
    return rows


def _execute(connection: sqlite3.Connection, statement: Statement) -> list[Row]:
    cursor = connection.execute(statement.sql, statement.values)
    rows: list[Row] = cursor.fetchall() if cursor.description else []
    if statement.must and not rows and cursor.rowcount < 1:
        raise Conflict(statement.sql)
    return rows
