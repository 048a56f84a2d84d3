"""Queries that cost money or patience are counted before they are asked."""

import asyncio

import pytest
from stored_samples import NOW

from core.storage.database import Conflict, Database, Statement
from core.storage.track_queries import TrackQueries

MINUTE = 60_000
HALF_AN_HOUR = 30 * MINUTE
DAY = 1_440 * MINUTE


async def _may(database: Database, *statements: Statement) -> bool:
    try:
        await database.apply(*statements)
    except Conflict:
        return False
    return True


def _ask(queries: TrackQueries, at: int, number: str = "731", most: int = 24, service: str = "k") -> Statement:
    return queries.ask(service, number, at, patience=HALF_AN_HOUR, most=most)


@pytest.mark.parametrize(("later", "may"), [(0, False), (HALF_AN_HOUR - 1, False), (HALF_AN_HOUR, True)])
async def test_a_number_is_asked_about_again_after_half_an_hour(database: Database, later: int, *, may: bool) -> None:
    queries = TrackQueries(database)
    assert await _may(database, _ask(queries, NOW))
    assert await _may(database, _ask(queries, NOW + later)) is may
    assert await _may(database, _ask(queries, NOW + later, "732"))
    assert await _may(database, _ask(queries, NOW + later, service="other"))


async def test_a_number_is_asked_about_so_often_in_any_24_hours(database: Database) -> None:
    queries = TrackQueries(database)
    asked = [await _may(database, _ask(queries, NOW + n * HALF_AN_HOUR, most=5)) for n in range(7)]
    assert asked == [True] * 5 + [False] * 2
    assert not await _may(database, _ask(queries, NOW + DAY - 1, most=5))
    assert await _may(database, _ask(queries, NOW + DAY, most=5))


async def test_of_many_that_ask_at_once_one_may(database: Database, elsewhere: Database) -> None:
    asking = [_may(where, _ask(TrackQueries(where), NOW)) for where in (database, elsewhere) for _ in range(5)]
    assert sorted(await asyncio.gather(*asking)) == [False] * 9 + [True]


async def test_a_days_money_has_an_end_and_the_next_day_has_its_own(database: Database) -> None:
    queries = TrackQueries(database)
    assert [await _may(database, queries.spend(NOW, 10, 25)) for _ in range(3)] == [True, True, False]
    assert await queries.spent(NOW) == (2, 20)
    assert await _may(database, queries.spend(NOW + DAY, 10, 25))
    assert await queries.spent(NOW + 2 * DAY) == (0, 0)


@pytest.mark.parametrize(("price", "cap", "may"), [(10, 9, False), (0, 0, True), (10, 10, True)])
async def test_the_first_query_of_a_day_is_held_to_the_cap_too(
    database: Database, price: int, cap: int, *, may: bool
) -> None:
    assert await _may(database, TrackQueries(database).spend(NOW, price, cap)) is may


async def test_many_processes_spend_no_more_than_the_cap(database: Database, elsewhere: Database) -> None:
    spending = [
        _may(where, TrackQueries(where).spend(NOW, 10, 55)) for where in (database, elsewhere) for _ in range(8)
    ]
    assert sum(await asyncio.gather(*spending)) == 5
    assert await TrackQueries(database).spent(NOW) == (5, 50)


async def test_a_query_that_is_refused_costs_nothing(database: Database) -> None:
    queries = TrackQueries(database)
    await database.apply(_ask(queries, NOW), queries.spend(NOW, 10, 100))
    assert not await _may(database, _ask(queries, NOW + 1), queries.spend(NOW, 10, 100))
    assert await queries.spent(NOW) == (1, 10)


async def test_old_queries_are_forgotten(database: Database) -> None:
    queries = TrackQueries(database)
    await database.apply(_ask(queries, NOW), _ask(queries, NOW + 2 * DAY, "732"))
    await database.apply(queries.forget(NOW + DAY))
    assert await database.all("SELECT number FROM track_queries") == [("732",)]
