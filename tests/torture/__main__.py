"""`python -m tests.torture`: the long version; its exit status is 1 when a promise was broken.

With `--postgres` three processes work side by side on the server that MIANDAN_TEST_POSTGRES names.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.support.databases import SERVER, postgres
from tests.torture.books import Outcome
from tests.torture.ordeal import Plot
from tests.torture.parcel_books import ParcelOutcome
from tests.torture.parcel_run import ParcelRun
from tests.torture.run import Run

_POSTGRES_PATIENCE = 300.0  # seconds: a dead process's work is taken over when its lease of a minute has run out

_KILLS = {"labels": 500, "parcels": 200}
_LABELS = (
    ("kills", "kills"),
    ("orders", "orders uploaded"),
    ("parcels", "parcels"),
    ("messages", "messages and taps"),
    ("double_numbers", "double numbers"),
    ("lost_orders", "lost orders"),
    ("printed_twice", "labels printed twice, nobody asked"),
    ("missing_labels", "labels that never came"),
    ("lost_messages", "messages never answered"),
    ("disagreements", "disagreements of the books"),
    ("unwatched", "uploaded parcels that nobody watches"),
    ("repeated_messages", "repeated messages"),
    ("unsure", "parcels left unsure"),
)
_PARCELS = (
    ("kills", "kills"),
    ("parcels", "parcels watched"),
    ("scans", "scans by their couriers"),
    ("pushed", "of them pushed and acknowledged"),
    ("alerts", "alerts"),
    ("cards", "cards in the chat"),
    ("taps", "taps on cards"),
    ("work_orders", "work orders at the courier"),
    ("lost_news", "scans lost"),
    ("doubled_news", "scans kept twice"),
    ("lost_alerts", "alerts that nobody was told"),
    ("told_twice", "cards told twice"),
    ("two_cards", "parcels with two live cards"),
    ("left_open", "cards and alerts left open"),
    ("wrong_work_orders", "work orders too many or missing"),
    ("lost_messages", "taps and messages never answered"),
    ("unwatched", "uploaded parcels that nobody watches"),
    ("repeated_cards", "cards in doubt, said once more"),
)


def table(name: str, outcome: Outcome | ParcelOutcome) -> str:
    """The figures, one a line."""
    named = _LABELS if isinstance(outcome, Outcome) else _PARCELS
    lines = (f"{label:<36}{getattr(outcome, field):>7}" for field, label in named)
    return "\n".join((f"{name:<36}", *lines, ""))


def main() -> int:
    """Run as the command line says; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--of", choices=("labels", "parcels"), default="labels", help="what is tortured (labels)")
    parser.add_argument("--kills", type=int, help="processes to kill (500; of parcels 200)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end earlier, after so many seconds")
    parser.add_argument("--orders", type=int, default=40, help="orders that wait at first (40)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same world (7)")
    parser.add_argument("--postgres", action="store_true", help=f"three processes on {SERVER}")
    wanted = parser.parse_args()
    if wanted.postgres and not os.environ.get(SERVER):
        parser.error(f"{SERVER} does not name a PostgreSQL server")
    run, folder = _on_postgres if wanted.postgres else _on_sqlite, Path(tempfile.mkdtemp(prefix="miandan-torture-"))
    sys.stdout.write(f"logs and evidence are in {folder} until the run has ended well\n")
    plot = Plot(
        f"sqlite:{folder}/miandan.db",
        wanted.kills or _KILLS[wanted.of],
        wanted.seconds,
        orders=wanted.orders,
        seed=wanted.seed,
        are_pushed=wanted.of == "parcels",
    )
    status = asyncio.run(run(plot, folder))
    if status == 0:
        shutil.rmtree(folder)
    return status


async def _on_sqlite(plot: Plot, folder: Path) -> int:
    return await _told("SQLite, one process", plot, folder)


async def _on_postgres(plot: Plot, folder: Path) -> int:
    async with postgres() as database:
        shared = replace(plot, database=database, processes=3, patience=_POSTGRES_PATIENCE)
        return await _told("PostgreSQL, three processes", shared, folder)


async def _told(name: str, plot: Plot, folder: Path) -> int:
    run = ParcelRun(plot, folder) if plot.are_pushed else Run(plot, folder)
    outcome = await run.play()
    sys.stdout.write(table(name, outcome))
    for waited in run.unanswered:
        sys.stdout.write(f"waited in vain, {waited}\n")
    return int(outcome.broken > 0)


if __name__ == "__main__":
    sys.exit(main())
