"""SQLite: the embedded default. WAL, synchronous=FULL, one group-committing writer, one writer process a file."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any, TypeAlias

import aiosqlite
import filelock

from core.storage.database import Closed, Conflict, Row, Statement

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")
_BATCH = 500  # callers that share one commit at the most
_Outcome: TypeAlias = list[list[Row]] | Exception
_Waiting: TypeAlias = tuple[tuple[Statement, ...], "asyncio.Future[list[list[Row]]]"]


class FileInUse(Exception):
    """Another process writes this SQLite file. Stop it first, or use PostgreSQL for several processes."""


class SqliteDatabase:
    """See `core.storage.database.Database`."""

    is_shared = False
    skip_locked = ""  # one writer process: nobody to skip
    migration_lock: tuple[Statement, ...] = ()

    def __init__(
        self, path: Path, lock: filelock.BaseFileLock, reader: aiosqlite.Connection, writer: aiosqlite.Connection
    ) -> None:
        self.path = path
        self._lock = lock
        self._reader = reader
        self._writer = writer
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue()
        self._is_closed = False
        self._task = asyncio.create_task(self._write(), name="sqlite-writer")

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
            return cls(file, lock, await _connection(file), await _connection(file))
        except BaseException:
            lock.release()
            raise

    async def all(self, sql: str, *values: Any) -> list[Row]:  # noqa: ANN401 - a column takes what it takes
        """All rows of a query."""
        return list(await self._reader.execute_fetchall(sql, values))

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        """Run the statements atomically, in the same commit as whoever else is waiting."""
        if self._is_closed:
            raise Closed
        done: asyncio.Future[list[list[Row]]] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((statements, done))
        return await done

    async def close(self) -> None:
        """Finish the queue, then close."""
        self._is_closed = True
        self._queue.put_nowait(None)
        await self._task
        await self._writer.close()
        await self._reader.close()
        self._lock.release()

    async def _write(self) -> None:
        while (first := await self._queue.get()) is not None:
            batch = [first]
            more = True
            while more and len(batch) < _BATCH and not self._queue.empty():
                waiting = self._queue.get_nowait()
                if waiting is None:
                    more = False
                else:
                    batch.append(waiting)
            await self._commit(batch)
            if not more:
                return

    async def _commit(self, batch: list[_Waiting]) -> None:
        outcomes: list[_Outcome]
        try:
            # aiosqlite has no public call that runs one function on its thread; one hop for a whole batch is the point.
            outcomes = await self._writer._execute(_commit, self._writer._conn, [work for work, _ in batch])  # type: ignore[no-untyped-call]  # noqa: SLF001
        except Exception as error:  # noqa: BLE001 - whatever the engine says goes to every caller of the batch
            outcomes = [error] * len(batch)
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            if done.done():
                continue
            if isinstance(outcome, Exception):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)


async def _connection(file: Path) -> aiosqlite.Connection:
    connecting = aiosqlite.connect(file, isolation_level=None)
    connecting._thread.daemon = True  # noqa: SLF001 - no public word for it; a program that failed must be able to end
    connection = await connecting
    try:
        for pragma in _PRAGMAS:
            await connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        await connection.close()
        raise
    return connection


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
