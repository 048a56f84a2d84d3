"""What both drivers promise."""

import asyncio

import pytest

from core.storage.database import Closed, Conflict, Database, Statement, connect, guarded, run
from tests.support import databases

TABLE = run("CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT, weight DOUBLE PRECISION)")


@pytest.fixture
async def counters(bare: Database) -> Database:
    """A database with counters "a" and "b" at nought."""
    await bare.apply(TABLE, _new("a"), _new("b"))
    return bare


def _new(name: str, value: int | None = 0) -> Statement:
    return run("INSERT INTO counters (name, value) VALUES (?, ?)", name, value)


def _count(name: str) -> Statement:
    return guarded("UPDATE counters SET value = value + 1 WHERE name = ?", name)


async def _values(database: Database) -> dict[str, int]:
    rows = await database.all("SELECT name, value FROM counters")
    return {str(name): int(value) for name, value in rows}


async def test_every_statement_of_a_call_happens_in_order_and_returns_its_rows(counters: Database) -> None:
    told = await counters.apply(
        run("UPDATE counters SET value = value + 1 WHERE name = ? RETURNING value", "a"),
        run("UPDATE counters SET value = 7 WHERE name = ?", "b"),
        run("UPDATE counters SET value = value + 1 WHERE name = ? RETURNING name, value", "a"),
    )
    assert [[tuple(row) for row in rows] for rows in told] == [[(1,)], [], [("a", 2)]]
    assert await _values(counters) == {"a": 2, "b": 7}


async def test_values_come_back_as_they_were_given(counters: Database) -> None:
    given = ("面单 'x' \"y\" ? 🧧", 2**62, 0.1)
    await counters.apply(run("INSERT INTO counters VALUES (?, ?, ?)", *given), _new("nothing", None))
    rows = await counters.all("SELECT * FROM counters WHERE name = ? AND value >= ?", given[0], 2**61)
    assert [tuple(row) for row in rows] == [given]
    assert await counters.all("SELECT name FROM counters WHERE value IS NULL") == [("nothing",)]


async def test_a_guarded_statement_that_changes_nothing_undoes_its_call(counters: Database) -> None:
    with pytest.raises(Conflict):
        await counters.apply(_count("a"), _new("c"), _count("nobody"))
    assert await _values(counters) == {"a": 0, "b": 0}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM counters WHERE name = ?",
        "UPDATE counters SET value = 1 WHERE name = ? RETURNING value",
        "INSERT INTO counters SELECT name, value, weight FROM counters WHERE name = ?",
    ],
)
async def test_every_kind_of_guarded_statement_conflicts_when_it_changes_nothing(counters: Database, sql: str) -> None:
    with pytest.raises(Conflict):
        await counters.apply(_count("b"), guarded(sql, "nobody"))
    assert await counters.apply(run(sql, "nobody")) == [[]]
    assert await _values(counters) == {"a": 0, "b": 0}


async def test_a_guarded_statement_may_change_many_rows(counters: Database) -> None:
    await counters.apply(*(_new(f"n{n}") for n in range(8)))
    await counters.apply(guarded("UPDATE counters SET value = ?", 3))
    assert set((await _values(counters)).values()) == {3}
    assert len(await _values(counters)) == 10


async def test_a_guarded_insert_conflicts_with_the_row_that_is_there(counters: Database) -> None:
    insert = guarded("INSERT INTO counters (name, value) VALUES (?, 5) ON CONFLICT DO NOTHING RETURNING name", "a")
    with pytest.raises(Conflict):
        await counters.apply(insert)
    assert await _values(counters) == {"a": 0, "b": 0}


async def test_one_of_many_callers_at_once_fails_alone(counters: Database) -> None:
    calls = [(_new(f"n{n}", n), _count("nobody" if n % 7 == 0 else "a")) for n in range(200)]
    outcomes = await asyncio.gather(*(counters.apply(*call) for call in calls), return_exceptions=True)
    assert [n for n, outcome in enumerate(outcomes) if isinstance(outcome, Conflict)] == list(range(0, 200, 7))
    assert await _values(counters) == {"a": 171, "b": 0} | {f"n{n}": n for n in range(200) if n % 7}


@pytest.mark.parametrize(
    "broken",
    [_new("a"), run("INSERT INTO nowhere VALUES (1)"), run("INSERT INTO counters VALUES (?)", 2**70)],
    ids=["a key taken", "no such table", "a number too large"],
)
async def test_a_caller_whose_statement_breaks_fails_alone(counters: Database, broken: Statement) -> None:
    calls = [(_count("a"),), (_count("b"), broken), (_count("a"),)]
    outcomes = await asyncio.gather(*(counters.apply(*call) for call in calls), return_exceptions=True)
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [False, True, False]
    assert await _values(counters) == {"a": 2, "b": 0}


async def test_a_read_sees_every_call_that_has_returned(counters: Database) -> None:
    for expected in range(1, 21):
        await counters.apply(_count("a"))
        assert await counters.all("SELECT value FROM counters WHERE name = ?", "a") == [(expected,)]


async def test_closing_finishes_the_calls_that_wait(place: str) -> None:
    database = await connect(place)
    await database.apply(TABLE, _new("a"))
    calls = [asyncio.create_task(database.apply(_count("a"))) for _ in range(50)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*calls)
    async with databases.opened(place) as again:
        assert await _values(again) == {"a": 50}


async def test_a_closed_database_refuses_instead_of_keeping_its_caller_waiting(place: str) -> None:
    database = await connect(place)
    await database.apply(TABLE)
    await database.close()
    with pytest.raises(Closed):
        await database.apply(_new("a"))


@pytest.mark.parametrize("moment", [0, 1, 2, 3])
async def test_a_caller_that_gives_up_leaves_all_or_nothing_and_harms_nobody(counters: Database, moment: int) -> None:
    calls = [asyncio.create_task(counters.apply(_count("a"))) for _ in range(20)]
    hasty = asyncio.create_task(counters.apply(_new("c"), _new("d")))
    for _ in range(moment):
        await asyncio.sleep(0)
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    await asyncio.gather(*calls)
    await counters.apply(_count("b"))
    values = await _values(counters)
    assert (values["a"], values["b"]) == (20, 1)
    assert values.keys() - {"a", "b"} in (set(), {"c", "d"})


async def test_the_victim_of_a_deadlock_is_run_again(counters: Database) -> None:
    await asyncio.gather(*(counters.apply(_count("a")) for _ in range(8)))  # now there are connections enough
    long = [run("SELECT 1")] * 30  # both hold their first row before either asks for its second
    await asyncio.gather(
        counters.apply(_count("a"), *long, _count("b")), counters.apply(_count("b"), *long, _count("a"))
    )
    assert await _values(counters) == {"a": 10, "b": 2}


async def test_more_callers_than_one_commit_takes_are_all_served(counters: Database) -> None:
    await asyncio.gather(*(counters.apply(_count("a")) for _ in range(1_200)))
    assert await _values(counters) == {"a": 1_200, "b": 0}
