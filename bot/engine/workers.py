"""Loops that do what the database says is due: woken by the commit that made it due, or by the clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from bot.operating.metrics import Metrics
from core.clock import MINUTE, Clock
from core.storage.database import Closed, Conflict, Database, Row, Statement
from handlers.errors import unforeseen

_LOOK_ANYWAY = 1.0  # seconds: another process may have made something due
_AFTER_FAILURE = 1.0  # seconds
_FRESH = 1 * MINUTE  # how long a failed commit is told: on a full disk small commits still succeed in between


Step: TypeAlias = Callable[[], Awaitable[bool]]
"""Does one piece of work, and tells whether there was one."""


class Worker:
    """Runs each of its steps again and again while it finds something to do, in loops side by side."""

    def __init__(self, name: str, steps: Sequence[Step], metrics: Metrics) -> None:
        """A loop for each step; the same step several times is several loops over the same work."""
        self.name = name
        self._steps = steps
        self._metrics = metrics
        self._bells = [asyncio.Event() for _ in steps]
        self._resting = [asyncio.Event() for _ in steps]
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False

    def start(self) -> None:
        """Begin."""
        loops = zip(self._steps, self._bells, self._resting, strict=True)
        self._tasks = [asyncio.create_task(self._loop(*each), name=f"{self.name} {n}") for n, each in enumerate(loops)]

    def wake(self) -> None:
        """There may be something to do."""
        for bell, resting in zip(self._bells, self._resting, strict=True):
            resting.clear()
            bell.set()

    async def rest(self) -> None:
        """Wait until every loop has found nothing to do."""
        for resting in self._resting:
            await resting.wait()

    @property
    def is_resting(self) -> bool:
        """Whether every loop has found nothing to do since it was last woken."""
        return all(resting.is_set() for resting in self._resting)

    @property
    def is_alive(self) -> bool:
        """Whether every loop runs."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    def close(self) -> None:
        """Begin nothing more."""
        self._closing = True
        self.wake()

    async def stop(self, grace: float) -> None:
        """Let what is in hand finish for so many seconds; the rest is gone on with by whoever comes next."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _loop(self, step: Step, bell: asyncio.Event, resting: asyncio.Event) -> None:
        while not self._closing:
            bell.clear()
            try:
                while await self._worked(step) and not self._closing:
                    pass
            except Exception as error:  # noqa: BLE001 - a worker outlives every failure; the row it failed on is retried
                unforeseen("worker failed", error, worker=self.name)
                await asyncio.sleep(_AFTER_FAILURE)
                continue
            if not bell.is_set():
                resting.set()
            look = asyncio.get_running_loop().call_later(_LOOK_ANYWAY, bell.set)
            await bell.wait()
            look.cancel()

    async def _worked(self, step: Step) -> bool:
        begun = time.perf_counter()
        try:
            worked = await step()
        except Exception:
            self._metrics.stepped(self.name, "failed", time.perf_counter() - begun)
            raise
        if worked:
            self._metrics.stepped(self.name, "done", time.perf_counter() - begun)
        return worked


class Bells:
    """A database that rings for the worker whose table a commit has touched, and remembers a failed commit."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._workers: Mapping[str, Worker] = {}
        self._clock = clock
        self._failed = ("", 0)  # what went wrong, and when
        self.next_commit = asyncio.Event()  # set by it, and then replaced by another one
        self.is_shared = database.is_shared
        self.skip_locked = database.skip_locked
        self.migration_lock = database.migration_lock

    def ring_for(self, workers: Mapping[str, Worker]) -> None:
        """What stirs → the worker that looks after it."""
        self._workers = workers

    @property
    def failure(self) -> str:
        """What kept a commit of the last minute from the disk, "" when all arrived."""
        kind, at = self._failed
        return kind if 0 <= self._clock.now() - at < _FRESH else ""

    async def all(self, sql: str, *values: Any) -> list[Row]:  # noqa: ANN401 - a column takes what it takes
        """See `Database.all`."""
        return await self._database.all(sql, *values)

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        """See `Database.apply`; rings afterwards."""
        try:
            rows = await self._database.apply(*statements)
        except (Conflict, Closed):
            raise
        except Exception as error:
            self._failed = (type(error).__name__, self._clock.now())
            raise
        committed, self.next_commit = self.next_commit, asyncio.Event()
        committed.set()
        for table in set().union(*map(_stirred, statements, rows)):
            if worker := self._workers.get(table):
                worker.wake()
        return rows

    async def close(self) -> None:
        """See `Database.close`."""
        await self._database.close()


_STIRS: Mapping[str, tuple[str, ...]] = {
    "inbox": ("INSERT INTO inbox",),
    "effects": ("INSERT INTO effects",),
    "outbox": ("INSERT INTO outbox", "UPDATE outbox SET owner = '', lease_until = 0"),
    "batches": ("UPDATE batches SET state",),
    "parcels": ("INSERT INTO parcels",),
    "order_syncs": ("INSERT INTO order_syncs",),
    "order_events": ("INSERT INTO order_events",),
    "checks": ("UPDATE parcels SET state", "UPDATE parcels SET check_at"),
    "cards": ("INSERT INTO alert_cards", "UPDATE alert_cards SET marks"),
}


def _stirred(statement: Statement, rows: Sequence[Row]) -> frozenset[str]:
    """Where this made something due; a statement that returns what it changed did so only if it changed something."""
    tables = _stirs(statement.sql)
    return tables if not tables or rows or "RETURNING" not in statement.sql else frozenset()


@lru_cache(maxsize=1_000)
def _stirs(sql: str) -> frozenset[str]:
    return frozenset(table for table, beginnings in _STIRS.items() if sql.startswith(beginnings))
