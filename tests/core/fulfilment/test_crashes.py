"""The program is stopped after every commit, around every outside call and every message of a batch, and started again.

Then the world's ledger, our database and the chat must agree: one number a parcel, no order lost, nothing printed twice
without a question. The control takes the intent commit out; the same check must then find double numbers.
"""

import multiprocessing
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.support.night import PRINTER, Outcome, Plot, nights

PROCESSES = 2
STRIDE = 24  # nights that a process is given at a time


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: these tests commit a hundred thousand times."""
    memory = Path("/dev/shm")  # noqa: S108 - only where to put a temporary folder
    made = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    yield made
    shutil.rmtree(made)


def every_stop(plot: Plot, folder: Path) -> list[Outcome]:
    """The outcomes of stopping at every moment of the batch, until a night passes undisturbed."""
    spawn = multiprocessing.get_context("spawn")
    outcomes: list[Outcome] = []
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        for start in range(1, 10_000, PROCESSES * STRIDE):
            shares = [range(start + n, start + PROCESSES * STRIDE, PROCESSES) for n in range(PROCESSES)]
            for share in pool.map(nights, [plot] * PROCESSES, [folder] * PROCESSES, shares):
                outcomes += share
            if any(outcome.moment == "" for outcome in outcomes):
                return [outcome for outcome in outcomes if outcome.moment]
    raise AssertionError("a batch without end")


def test_a_batch_into_the_chat_survives_a_stop_at_every_moment(folder: Path) -> None:
    outcomes = every_stop(Plot(orders=30), folder)
    assert len(outcomes) > 300
    assert {_books(outcome) for outcome in outcomes} == {(0, 0, 0, 0)}
    assert 0 < max(outcome.unsure for outcome in outcomes) <= 8  # at the most those that were being asked for


def test_a_batch_on_paper_survives_a_stop_at_every_moment(folder: Path) -> None:
    outcomes = every_stop(Plot(orders=5, printer=PRINTER), folder)
    assert len(outcomes) > 80
    assert {_books(outcome) for outcome in outcomes} == {(0, 0, 0, 0)}


def test_without_the_intent_commit_the_same_check_finds_double_numbers(folder: Path) -> None:
    outcomes = every_stop(Plot(orders=8, careless=True), folder)
    assert sum(outcome.double_numbers for outcome in outcomes) > 5


def _books(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.double_numbers, outcome.lost_orders, outcome.printed_twice, outcome.disagreements
