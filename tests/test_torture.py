"""A short torture: the program is killed eight times while two merchants talk to it. `make torture` is longer."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.judging import Verdict, judge
from tests.torture.books import said_again
from tests.torture.ordeal import Plot
from tests.torture.run import Run
from tests.torture.world import Heard


async def test_eight_kills_break_no_promise(tmp_path: Path) -> None:
    run = Run(Plot(f"sqlite:{tmp_path / 'miandan.db'}", kills=8, merchants=2, orders=8), tmp_path)
    outcome = await run.play()
    assert run.unanswered == ()
    assert outcome.kills == 8
    assert outcome.broken == 0, outcome
    assert outcome.parcels > 5
    assert outcome.orders > 5
    assert outcome.messages > 12


def number(key: str, number: str) -> dict[str, str]:
    return {"key": key, "number": number}


def upload(order: str, number: str) -> dict[str, str]:
    return {"order_sn": order, "number": number}


ORDERS = [
    {"order_sn": "A", "confirmed_at": 1, "may_ship": False, "beware": []},
    {"order_sn": "B", "confirmed_at": 1, "may_ship": True, "beware": ["must_sf"]},
]
BOOKS = {"numbers": [number("s-A-1", "71")], "uploads": [upload("A", "71")], "orders": ORDERS}
SHIPMENTS = [("s-A-1", '["A"]', "done", "71")]


class TestTheJudgeItself:
    """Every broken promise must be seen."""

    def test_says_nothing_of_books_that_agree(self) -> None:
        assert judge(SHIPMENTS, BOOKS) == Verdict(0, 0, 0, 0)

    @pytest.mark.parametrize(
        ("shipments", "books", "verdict"),
        [
            (SHIPMENTS, {"numbers": [number("s-A-1", "71"), number("s-A-1", "72")]}, Verdict(1, 0, 1, 0)),
            (
                [("s-A-1", '["A"]', "voided", None), ("s-A-1-a2", '["A"]', "done", "72")],
                {"numbers": [number("s-A-1", "71"), number("s-A-1-a2", "72")], "uploads": [upload("A", "72")]},
                Verdict(1, 0, 0, 0),
            ),
            ([*SHIPMENTS, ("s-A-2", '["A"]', "failed", None)], {}, Verdict(1, 0, 0, 0)),
            ([], {}, Verdict(0, 1, 1, 0)),
            ([("s-A-1", '["A"]', "numbered", "71")], {"uploads": []}, Verdict(0, 0, 0, 0)),
            (
                [("s-A-1", '["A"]', "new", None)],
                {"uploads": [], "numbers": [], "orders": [{**ORDERS[0], "may_ship": True}]},
                Verdict(0, 1, 0, 0),
            ),
            ([("s-A-1", '["A"]', "unsure", None)], {"uploads": []}, Verdict(0, 0, 0, 1)),
            (SHIPMENTS, {"uploads": []}, Verdict(0, 0, 1, 0)),
            (SHIPMENTS, {"uploads": [upload("A", "71"), upload("A", "71")]}, Verdict(0, 0, 1, 0)),
            (SHIPMENTS, {"uploads": [upload("A", "73")]}, Verdict(0, 0, 1, 0)),
        ],
    )
    def test_sees_what_does_not_agree(
        self, shipments: list[tuple[Any, ...]], books: dict[str, Any], verdict: Verdict
    ) -> None:
        assert judge(shipments, {**BOOKS, **books}) == verdict

    def test_counts_what_is_said_twice_in_a_row_and_every_end_of_a_batch(self) -> None:
        said = ("好", "好", "好", "行", "好", "开始取号，共 2 张。", "✅ 打完了：2 张", "✅ 打完了：2 张")
        heard = [Heard(place, place, text, (), "") for place, text in enumerate(said)]
        assert said_again(heard) == 2 + 3
