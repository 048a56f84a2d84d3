"""Ticks: work that the clock begins. APScheduler's triggers say when; what was done is in our tables.

To add one, write `Tick("name", every(MINUTE), act)` or `Tick("name", daily("08:00"), act)` into `duties.py`. Then
* a slot (one moment of the schedule) is acted on by one process, however many there are;
* slots missed while the program was off are one, acted on late; a new schedule has missed nothing;
* an `act` that fails is logged, and its turn comes again with the next slot;
* an `act` cut off by the end of the program is begun again at the next start, so it must bear being begun twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from core.clock import HOUR, SECOND, SHANGHAI, Clock, moment_of
from core.storage.database import Conflict
from core.storage.repositories import Repositories
from handlers.errors import unforeseen

LEASE = 60 * SECOND
_HEARTBEAT = 15.0  # seconds between two renewals of a slot's lease
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # every process counts its intervals from here
_GLANCE = HOUR  # how long the next moment is remembered at most: the machine's clock may be set meanwhile


class Trigger(Protocol):
    """When a schedule is due, as APScheduler tells it."""

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first moment that is not before `now`."""
        ...


@dataclass(frozen=True, slots=True)
class Tick:
    """A schedule: its name for ever, when it is due, and what is done then."""

    name: str
    due: Trigger
    act: Callable[[], Awaitable[object]]


def every(milliseconds: int) -> Trigger:
    """Again and again with this distance, counted from the epoch, so that every process means the same moments."""
    trigger: Trigger = IntervalTrigger(
        seconds=round(timedelta(milliseconds=milliseconds).total_seconds()), start_date=_EPOCH, timezone=UTC
    )
    return trigger


def daily(time: str) -> Trigger:
    """Every day at this Shanghai time, "08:00"."""
    hour, minute = time.split(":")
    trigger: Trigger = CronTrigger(hour=int(hour), minute=int(minute), timezone=SHANGHAI)
    return trigger


class Scheduler:
    """Acts on what is due."""

    def __init__(self, ticks: Sequence[Tick], kept: Repositories, clock: Clock, owner: str) -> None:
        """`owner` names this process in leases."""
        names = [tick.name for tick in ticks]
        if len(set(names)) < len(names):
            raise ValueError(f"two ticks of one name: {names}")
        self.ticks = {tick.name: tick for tick in ticks}
        self._kept = kept
        self._clock = clock
        self._owner = owner
        self._asleep_until: dict[str, int] = {}  # by tick; saves asking the database every second

    async def do_due(self) -> bool:
        """Act on every schedule that is due, each beside the others; whether there was any."""
        now = self._clock.now()
        looking = [tick for tick in self.ticks.values() if not self._is_asleep(tick, now)]
        acted = await asyncio.gather(*(self._look(tick, now) for tick in looking))
        return any(acted)

    def _is_asleep(self, tick: Tick, now: int) -> bool:
        until = self._asleep_until.get(tick.name, 0)
        return now < until <= now + _GLANCE

    async def _look(self, tick: Tick, now: int) -> bool:
        last = await self._kept.slots.last(tick.name)
        if last is None:
            await self._kept.database.apply(self._kept.slots.begin_with(tick.name, now))
            return False
        slot = last.at if last.done_at is None else _next(tick, last.begun_at)
        ready_at = max(slot, last.lease_until) if last.done_at is None else slot
        if ready_at > now:
            self._asleep_until[tick.name] = min(ready_at, now + _GLANCE)
            return False
        return await self._take(tick, slot, now)

    async def _take(self, tick: Tick, slot: int, now: int) -> bool:
        slots = self._kept.slots
        try:
            await self._kept.database.apply(slots.take(tick.name, slot, self._owner, now, now + LEASE))
        except Conflict:
            return False
        heart = asyncio.create_task(self._beat(tick.name, slot), name=f"lease of tick {tick.name}")
        try:
            await self._act(tick)
            await self._kept.database.apply(*slots.done(tick.name, slot, self._owner, self._clock.now()))
        except Conflict:
            pass  # it took so long that another process took over
        except asyncio.CancelledError:
            await self._kept.database.apply(slots.let_go(tick.name, slot, self._owner))
            raise
        finally:
            heart.cancel()
            await asyncio.gather(heart, return_exceptions=True)
        return True

    async def _act(self, tick: Tick) -> None:
        try:
            await tick.act()
        except Exception as error:  # noqa: BLE001 - one schedule that fails must not hold up the others
            unforeseen("tick failed", error, tick=tick.name)

    async def _beat(self, tick: str, slot: int) -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT)
            until = self._clock.now() + LEASE
            await self._kept.database.apply(self._kept.slots.hold(tick, slot, self._owner, until))


def _next(tick: Tick, after: int) -> int:
    """The first moment of the schedule later than `after`, in epoch milliseconds."""
    fires = tick.due.get_next_fire_time(None, datetime.fromtimestamp((after + 1) / SECOND, UTC))
    if fires is None:
        raise ValueError(f"{tick.name} is never due again")
    return moment_of(fires)
