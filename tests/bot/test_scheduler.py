"""Ticks: each slot once however many processes, missed ones once and late, on both engines."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.engine.scheduler import Scheduler, Tick, daily, every
from bot.sandbox.clock import DAY, HOUR, MINUTE, WorldClock
from core.clock import shanghai
from core.storage.database import Database
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.vault import Vault
from tests.support import databases

EVERY_TEN = every(10 * MINUTE)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with databases.opened(f"sqlite:{tmp_path / 'miandan.db'}") as database:
            await migrate(database)
            yield database
    else:
        async with databases.postgres() as place, databases.opened(place) as database:
            await migrate(database)
            yield database


class Bell:
    """An act that remembers the Shanghai times of its being done."""

    def __init__(self, clock: WorldClock) -> None:
        self.clock = clock
        self.rung: list[str] = []
        self.fails = False
        self.begun = asyncio.Event()
        self.gate: asyncio.Event | None = None

    async def ring(self) -> None:
        self.begun.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.fails:
            raise OSError("13800000000")
        self.rung.append(f"{shanghai(self.clock.now()):%d %H:%M}")


@pytest.fixture
def clock() -> WorldClock:
    return WorldClock()  # 22 November, 15:30 in Shanghai


@pytest.fixture
def bell(clock: WorldClock) -> Bell:
    return Bell(clock)


def process(database: Database, clock: WorldClock, name: str, *ticks: Tick) -> Scheduler:
    return Scheduler(ticks, Repositories(database, Vault({"k": bytes(32)}), clock), clock, name)


async def test_a_new_schedule_has_missed_nothing_and_then_comes_at_its_moments(
    database: Database, clock: WorldClock, bell: Bell
) -> None:
    scheduler = process(database, clock, "one", Tick("bell", EVERY_TEN, bell.ring))
    for _ in range(25):
        await scheduler.do_due()
        clock.move(MINUTE)
    assert bell.rung == ["22 15:40", "22 15:50"]


async def test_a_daily_schedule_is_told_by_shanghais_clock(database: Database, clock: WorldClock, bell: Bell) -> None:
    scheduler = process(database, clock, "one", Tick("bell", daily("08:30"), bell.ring))
    for _ in range(5 * 24):
        await scheduler.do_due()
        clock.move(30 * MINUTE)
    assert bell.rung == ["23 08:30", "24 08:30"]


async def test_one_slot_is_acted_on_once_by_three_processes_at_once(
    database: Database, clock: WorldClock, bell: Bell
) -> None:
    processes = [process(database, clock, name, Tick("bell", EVERY_TEN, bell.ring)) for name in ("a", "b", "c")]
    for _ in range(4):
        acted = await asyncio.gather(*(each.do_due() for each in processes * 2))
        assert sum(acted) <= 1
        clock.move(10 * MINUTE)
    assert bell.rung == ["22 15:40", "22 15:50", "22 16:00"]


async def test_what_was_missed_while_off_is_one_and_late(database: Database, clock: WorldClock, bell: Bell) -> None:
    await process(database, clock, "one", Tick("bell", EVERY_TEN, bell.ring)).do_due()
    clock.move(3 * DAY + 5 * MINUTE)
    later = process(database, clock, "two", Tick("bell", EVERY_TEN, bell.ring))
    assert [await later.do_due() for _ in range(3)] == [True, False, False]
    clock.move(5 * MINUTE)
    await later.do_due()
    assert bell.rung == ["25 15:35", "25 15:40"]


async def test_an_act_that_fails_is_logged_without_its_words_and_comes_again_with_the_next_slot(
    database: Database, clock: WorldClock, bell: Bell, capfd: pytest.CaptureFixture[str]
) -> None:
    other = Bell(clock)
    scheduler = process(
        database, clock, "one", Tick("bell", EVERY_TEN, bell.ring), Tick("other", EVERY_TEN, other.ring)
    )
    await scheduler.do_due()
    bell.fails = True
    clock.move(10 * MINUTE)
    await scheduler.do_due()
    bell.fails = False
    await scheduler.do_due()
    assert (bell.rung, other.rung) == ([], ["22 15:40"])
    clock.move(10 * MINUTE)
    await scheduler.do_due()
    assert bell.rung == ["22 15:50"]
    logged = "".join(capfd.readouterr())
    assert "tick failed" in logged
    assert "13800000000" not in logged


async def test_an_act_cut_off_by_the_end_of_the_program_is_begun_again(
    database: Database, clock: WorldClock, bell: Bell
) -> None:
    ticks = (Tick("bell", EVERY_TEN, bell.ring),)
    await process(database, clock, "one", *ticks).do_due()
    clock.move(10 * MINUTE)
    bell.gate = asyncio.Event()
    cut_off = asyncio.create_task(process(database, clock, "one", *ticks).do_due())
    await bell.begun.wait()
    assert await process(database, clock, "two", *ticks).do_due() is False
    cut_off.cancel()
    await asyncio.gather(cut_off, return_exceptions=True)
    bell.gate = None
    assert await process(database, clock, "two", *ticks).do_due() is True
    assert bell.rung == ["22 15:40"]


async def test_a_slot_whose_process_was_killed_is_taken_over_when_its_lease_has_run_out(
    database: Database, clock: WorldClock, bell: Bell
) -> None:
    kept = Repositories(database, Vault({"k": bytes(32)}), clock)
    scheduler = process(database, clock, "two", Tick("bell", EVERY_TEN, bell.ring))
    await scheduler.do_due()
    clock.move(10 * MINUTE)
    await database.apply(kept.slots.take("bell", clock.now(), "killed", clock.now(), clock.now() + MINUTE))
    assert await scheduler.do_due() is False
    clock.move(MINUTE)
    assert await scheduler.do_due() is True
    assert bell.rung == ["22 15:41"]


async def test_a_clock_that_is_set_back_does_not_put_a_schedule_to_sleep_for_ever(
    database: Database, clock: WorldClock, bell: Bell
) -> None:
    scheduler = process(database, clock, "one", Tick("bell", every(HOUR), bell.ring))
    await scheduler.do_due()
    await scheduler.do_due()
    clock.move(DAY)
    await scheduler.do_due()
    clock.move(-DAY)
    await scheduler.do_due()
    clock.move(DAY + HOUR)
    await scheduler.do_due()
    assert bell.rung == ["23 15:30", "23 16:30"]


def test_two_ticks_of_one_name_are_a_mistake(clock: WorldClock, bell: Bell, tmp_path: Path) -> None:
    tick = Tick("bell", EVERY_TEN, bell.ring)
    with pytest.raises(ValueError, match="two ticks of one name"):
        Scheduler((tick, tick), None, clock, "one")  # type: ignore[arg-type]
