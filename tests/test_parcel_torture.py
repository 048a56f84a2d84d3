"""A short torture of parcels: three kills while they move and alerts come due.

`make torture ARGS="--of parcels"` is longer.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.torture import parcel_books
from tests.torture.ordeal import Plot
from tests.torture.parcel_books import STANDS, Books
from tests.torture.parcel_run import ParcelRun
from tests.torture.road import HOUR
from tests.torture.world import Heard


async def test_three_kills_break_no_promise(tmp_path: Path) -> None:
    plot = Plot(f"sqlite:{tmp_path / 'miandan.db'}", kills=3, orders=6, are_pushed=True)
    run = ParcelRun(plot, tmp_path, stride=40)
    outcome = await run.play()
    assert run.unanswered == ()
    assert outcome.kills == 3
    assert outcome.broken == 0, outcome
    assert outcome.parcels > 2
    assert outcome.scans > 2
    assert outcome.cards > 0


NOW = 1_000 * HOUR
STUCK = NOW - STANDS - HOUR
CARD = Heard(0, 5, "🔴 47 小时没有新物流 · 中通 7612…9036", ("催件", "忽略"), "")
BOOKS = Books(
    parcels=[("p", "76120000009036")],
    nodes=[("p", STUCK)],
    alerts=[("a", "p", "not_departed", STUCK + HOUR, None, None)],
    told=[("a", "c")],
    cards=[("c", "parcel", "parcel/p", None)],
    messages={"c": 5},
    urged=[("p", "open")],
    ledger={
        "pushes": [{"number": "76120000009036", "answered": True, "scans": [STUCK]}],
        "work_orders": [{"number": "76120000009036"}],
    },
    scans={"76120000009036": [{"scan": "picked", "at": STUCK}]},
    chat=[CARD],
    now=NOW,
)

HOMEWARD: dict[str, Any] = {
    "scans": {"76120000009036": [{"scan": "returning", "at": STUCK - 2 * HOUR}, {"scan": "failed", "at": STUCK}]},
    "nodes": [("p", STUCK - 2 * HOUR), ("p", STUCK)],
}


def verdict(books: Books) -> dict[str, int]:
    """Every promise that was broken, and how often."""
    orphans = parcel_books.orphaned(books)
    found = {
        "lost_news": parcel_books.lost_news(books),
        "doubled_news": parcel_books.doubled_news(books),
        "lost_alerts": len(parcel_books.lost_alerts(books)),
        "told_twice": len(orphans),
        "two_cards": parcel_books.two_cards(books, orphans),
        "left_open": parcel_books.left_open(books),
        "wrong_work_orders": parcel_books.wrong_work_orders(books),
    }
    return {name: count for name, count in found.items() if count}


class TestTheJudgeItself:
    """Every broken promise must be seen."""

    def test_says_nothing_of_books_that_agree(self) -> None:
        assert verdict(BOOKS) == {}

    def test_takes_a_way_home_that_a_person_has_dealt_with_for_dealt_with(self) -> None:
        dealt_with = [("a", "p", "returning", STUCK - HOUR, STUCK - 1, "hand")]
        assert verdict(replace(BOOKS, **HOMEWARD, alerts=dealt_with)) == {}

    @pytest.mark.parametrize(
        ("change", "broken"),
        [
            ({"nodes": []}, {"lost_news": 1}),
            ({"nodes": [], "ledger": {**BOOKS.ledger, "pushes": []}}, {"lost_news": 1}),
            ({"nodes": [("p", STUCK), ("p", STUCK)]}, {"doubled_news": 1}),
            ({"nodes": [("p", STUCK), ("p", NOW)]}, {"doubled_news": 1}),
            ({"alerts": []}, {"lost_alerts": 1}),
            ({"told": []}, {"lost_alerts": 1}),
            ({"messages": {}}, {"lost_alerts": 1, "told_twice": 1}),
            ({"chat": []}, {"lost_alerts": 1}),
            ({"alerts": [("a", "p", "not_departed", STUCK - HOUR, STUCK, "news")]}, {"lost_alerts": 1}),
            ({"alerts": [("a", "p", "not_departed", STUCK - HOUR, STUCK, "hand")]}, {"lost_alerts": 1}),
            ({**HOMEWARD, "alerts": [("a", "p", "returning", STUCK - HOUR, STUCK - 1, "news")]}, {"lost_alerts": 1}),
            ({"alerts": [("a", "p", "stalled", STUCK, None, None)]}, {"lost_alerts": 1}),
            ({"chat": [CARD, replace(CARD, place=1, message=6)]}, {"told_twice": 1}),
            (
                {"chat": [CARD, replace(CARD, place=1, message=6)], "messages": {"c": 5, "d": 6}},
                {"two_cards": 1},
            ),
            ({"cards": [*BOOKS.cards, ("d", "parcel", "parcel/p", None)]}, {"two_cards": 1}),
            ({"cards": [("c", "parcel", "parcel/p", NOW)]}, {"left_open": 1}),
            (
                {"scans": {"76120000009036": [{"scan": "signed", "at": STUCK}]}},
                {"left_open": 1},
            ),
            ({"ledger": {**BOOKS.ledger, "work_orders": []}}, {"wrong_work_orders": 1}),
            ({"urged": []}, {"wrong_work_orders": 1}),
        ],
    )
    def test_sees_what_does_not_agree(self, change: dict[str, Any], broken: dict[str, int]) -> None:
        assert verdict(replace(BOOKS, **change)) == broken
