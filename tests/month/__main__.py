"""`python -m tests.month`: a month of many parcels; its exit status is 1 when anything was told wrongly or not told."""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog

from core.labels import Press
from tests.month.books import Verdict, verdict
from tests.month.run import Month, Outcome, Plot

_FIRST_FEW = 10  # faults that are shown


def table(judged: Verdict, instants: int, seconds: float, at_work: float) -> Iterator[str]:
    """The figures, one a line."""
    yield from _counted("parcels by fate", judged.fates)
    yield from _counted("alerts told, by rule", judged.alerts)
    for name, figure in (
        ("tellings demanded by the scripts", f"{judged.demanded:,}"),
        ("precision", f"{judged.precision:.4f}"),
        ("recall", f"{judged.recall:.4f}"),
        ("missed, or at another tier or moment", f"{len(judged.missed):,}"),
        ("told, and should not have been", f"{len(judged.false):,}"),
        ("told twice", f"{judged.told_twice:,}"),
        ("told though the courier knew better", f"{judged.unheard:,}"),
        ("left open", f"{judged.left_open:,}"),
        ("closed at another moment or for no reason", f"{len(judged.wrongly_closed):,}"),
        ("cards that still say something is wrong", f"{judged.live_cards:,}"),
        ("messages more or fewer than cards", f"{judged.messages_astray:,}"),
        ("digests", f"{judged.digests:,}"),
        ("digests with a wrong figure", f"{len(judged.wrong_digests):,}"),
        ("questions a parcel", f"{judged.polls:.1f}"),
        ("moments at which the clock stood", f"{instants:,}"),
        ("seconds", f"{seconds:,.0f}"),
        ("seconds on the processor", f"{at_work:,.0f}"),
    ):
        yield _line(name, figure)


def _counted(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield _line(title, f"{sum(counts.values()):,}")
    for name, count in sorted(counts.items(), key=lambda each: -each[1]):
        yield _line(f"  {name}", f"{count:,}")


def _line(name: str, figure: str) -> str:
    return f"{name:<44}{figure:>10}\n"


async def _lived(plot: Plot) -> Outcome:
    press = Press()
    try:
        with tempfile.TemporaryDirectory(prefix="miandan-month-") as folder:
            return await Month(plot, Path(folder), press).lives()
    finally:
        await press.close()


def main() -> int:
    """Run as the command line says; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.month", description=__doc__)
    parser.add_argument("--parcels", type=int, default=20_000, help="how many (20000)")
    parser.add_argument("--merchants", type=int, default=8, help="whose they are (8)")
    parser.add_argument("--days", type=int, default=30, help="in which they are shipped (30)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same month (7)")
    wanted = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    began, at_work = time.monotonic(), time.process_time()
    outcome = asyncio.run(_lived(Plot(wanted.parcels, wanted.merchants, wanted.days, wanted.seed)))
    judged = verdict(outcome)
    spent = time.monotonic() - began, time.process_time() - at_work
    sys.stdout.writelines(table(judged, outcome.instants, *spent))
    for fault in (*judged.missed, *judged.false, *judged.wrongly_closed)[:_FIRST_FEW]:
        sys.stdout.write(f"{outcome.scripts[fault.number].fate}: {fault}\n")
    for told, due in judged.wrong_digests[:_FIRST_FEW]:
        sys.stdout.write(f"digest: {told} instead of {due}\n")
    return int(judged.faults > 0)


if __name__ == "__main__":
    sys.exit(main())
