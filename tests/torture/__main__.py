"""`python -m tests.torture`: the long version; its exit status is 1 when a promise was broken.

With `--postgres` three processes work side by side on the server that MIANDAN_TEST_POSTGRES names.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.support.databases import SERVER, postgres
from tests.torture.books import Outcome
from tests.torture.run import Plot, Run

_POSTGRES_PATIENCE = 300.0  # seconds: a dead process's work is taken over when its lease of a minute has run out

_LINES = (
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


def table(name: str, outcome: Outcome) -> str:
    """The figures, one a line."""
    lines = (f"{label:<36}{getattr(outcome, field):>7}" for field, label in _LINES)
    return "\n".join((f"{name:<36}", *lines, ""))


def main() -> int:
    """Run as the command line says; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="processes to kill (100)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end earlier, after so many seconds")
    parser.add_argument("--orders", type=int, default=40, help="orders that wait at first (40)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same world (7)")
    parser.add_argument("--postgres", action="store_true", help=f"three processes on {SERVER}")
    wanted = parser.parse_args()
    if wanted.postgres and not os.environ.get(SERVER):
        parser.error(f"{SERVER} does not name a PostgreSQL server")
    run, folder = _on_postgres if wanted.postgres else _on_sqlite, Path(tempfile.mkdtemp(prefix="miandan-torture-"))
    sys.stdout.write(f"logs and evidence are in {folder} until the run has ended well\n")
    status = asyncio.run(run(wanted, folder))
    if status == 0:
        shutil.rmtree(folder)
    return status


async def _on_sqlite(wanted: argparse.Namespace, folder: Path) -> int:
    plot = Plot(f"sqlite:{folder}/miandan.db", wanted.kills, wanted.seconds, orders=wanted.orders, seed=wanted.seed)
    return await _told("SQLite, one process", Run(plot, folder))


async def _on_postgres(wanted: argparse.Namespace, folder: Path) -> int:
    async with postgres() as database:
        plot = Plot(
            database,
            wanted.kills,
            wanted.seconds,
            processes=3,
            orders=wanted.orders,
            seed=wanted.seed,
            patience=_POSTGRES_PATIENCE,
        )
        return await _told("PostgreSQL, three processes", Run(plot, folder))


async def _told(name: str, run: Run) -> int:
    outcome = await run.play()
    sys.stdout.write(table(name, outcome))
    for waited in run.unanswered:
        sys.stdout.write(f"waited in vain, {waited}\n")
    return int(outcome.broken > 0)


if __name__ == "__main__":
    sys.exit(main())
