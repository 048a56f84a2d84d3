"""Jobs in a process of their own: what they return, what they raise, and what becomes of those that take too much."""

import asyncio
import os
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import TypeAlias

import pytest

from core.apart import Apart
from core.errors import FileRefused, NotFound

Workers: TypeAlias = Callable[[], list[BaseProcess]]


def pid_of(*args: object) -> tuple[int, tuple[object, ...]]:
    return os.getpid(), args


def finds_nothing() -> None:
    raise NotFound(what="a sheet")


def fails() -> None:
    raise ZeroDivisionError


def never_ends() -> None:
    while True:
        time.sleep(1)


def eats() -> int:
    return len(bytes(3 * 1024**3))


def dies() -> None:
    os._exit(1)


async def test_every_job_has_a_process_of_its_own_and_none_is_left(workers: Workers) -> None:
    apart = Apart()
    (first, given), (second, _) = [await apart.do(pid_of, "a", 1) for _ in range(2)]
    assert given == ("a", 1)
    assert len({first, second, os.getpid()}) == 3
    assert workers() == []


async def test_errors_arrive_as_they_were_raised() -> None:
    with pytest.raises(NotFound) as error:
        await Apart().do(finds_nothing)
    assert error.value.details == {"what": "a sheet"}
    with pytest.raises(ZeroDivisionError):
        await Apart().do(fails)


@pytest.mark.parametrize("job", [never_ends, eats, dies])
async def test_a_job_that_takes_too_much_or_dies_is_ended_and_the_next_one_is_done(
    job: object, workers: Workers
) -> None:
    apart = Apart(patience=5.0 if job is not never_ends else 0.5)
    with pytest.raises(FileRefused) as error:
        await apart.do(job)  # type: ignore[arg-type]  # all are functions without arguments
    assert error.value.details == {"why": "too_much"}
    assert workers() == []


async def test_jobs_wait_for_each_other_without_losing_their_time() -> None:
    apart = Apart(patience=5.0)
    done = await asyncio.gather(*(apart.do(pid_of, n) for n in range(3)))
    assert [given for _, given in done] == [(0,), (1,), (2,)]
