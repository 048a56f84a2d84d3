"""A short month: every fate and every boundary once, told as the scripts demand. `make month` is longer."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.clock import HOUR, MINUTE, SECOND
from core.labels import Press
from tests.month import thresholds
from tests.month.books import Verdict, verdict
from tests.month.boundaries import BOUNDARIES
from tests.month.digests import said
from tests.month.run import HOLIDAYS, Month, Outcome, Plot
from tests.month.scripts import GRID, Way


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    async def lived(folder: Path) -> Outcome:
        press = Press()
        try:
            return await Month(Plot(parcels=300, merchants=2, days=2, patience=2 * GRID), folder, press).lives()
        finally:
            await press.close()

    return asyncio.run(lived(tmp_path_factory.mktemp("month")))


@pytest.fixture(scope="module")
def judged(month: Outcome) -> Verdict:
    return verdict(month)


def test_what_must_be_told_is_told_at_its_moment_and_nothing_else(judged: Verdict) -> None:
    assert judged.missed == ()
    assert judged.false == ()
    assert (judged.precision, judged.recall) == (1, 1)
    assert judged.told_twice == judged.unheard == 0
    assert judged.demanded > 250


def test_in_the_end_everything_is_closed_and_every_card_says_so(judged: Verdict) -> None:
    assert judged.left_open == 0
    assert judged.wrongly_closed == ()
    assert judged.live_cards == judged.messages_astray == 0


def test_every_figure_of_every_digest_is_right(judged: Verdict) -> None:
    assert judged.wrong_digests == []
    assert judged.digests > 200


def test_every_fate_and_every_boundary_is_among_them(month: Outcome, judged: Verdict) -> None:
    assert len(judged.fates) == 30
    assert judged.fates["boundary"] == len(BOUNDARIES) == 100
    assert {rule for rule, _, _ in BOUNDARIES} == set(thresholds.STEPS)
    assert len(judged.alerts) == 15
    assert {kind for _, kind, *_ in month.cards} == {"parcel", "group", "outlet"}


def test_who_pushes_nothing_is_asked_to_twice_and_then_left_alone(month: Outcome, judged: Verdict) -> None:
    refused = [month.wishes[number] for number, script in month.scripts.items() if script.way is Way.ASKED]
    assert set(refused) == {2}
    assert judged.polls < 15


class TestTheJudgeItself:
    """Whatever goes wrong must be seen."""

    @pytest.mark.parametrize(
        ("spoil", "figure"),
        [
            (lambda told: told[1:], "missed"),
            (lambda told: [*told, [*told[0][:2], 9, *told[0][3:]]], "false"),
            (lambda told: [[*told[0][:-1], told[0][-1] + SECOND], *told[1:]], "missed"),
            (lambda told: [[*told[0][:-2], told[0][-2] - SECOND, told[0][-1]], *told[1:]], "false"),
            (lambda told: [[*told[0][:6], 3 - told[0][6], *told[0][7:]], *told[1:]], "missed"),
            (lambda told: [*told, told[0]], "told_twice"),
        ],
    )
    def test_sees_a_wrong_telling(self, month: Outcome, spoil: Callable[[list[Any]], list[Any]], figure: str) -> None:
        spoilt = verdict(replace(month, told=spoil([list(row) for row in month.told])))
        found = getattr(spoilt, figure)
        assert (found if isinstance(found, int) else len(found)) == 1

    def test_sees_what_stays_open_and_what_is_closed_too_late(self, month: Outcome) -> None:
        *before, _, _ = month.alerts[0]
        left = verdict(replace(month, alerts=[[*before, None, None], *month.alerts[1:]]))
        assert left.left_open == 1
        late = [*before, month.alerts[0][-2] + SECOND, month.alerts[0][-1]]
        assert len(verdict(replace(month, alerts=[late, *month.alerts[1:]])).wrongly_closed) == 2

    def test_sees_a_digest_whose_parts_do_not_add_up(self) -> None:
        day = "24 小时内发出 3 件，签收 1 件"
        assert said(f"近 30 天成交 9 单：运输中 5，已签收 4\n{day}") is not None
        assert said(f"近 30 天成交 9 单：运输中 5，已签收 3\n{day}") is None
        assert said(f"近 30 天成交 9 单：运输中 5，已签收 4\n要处理 2 件：停滞 1\n{day}") is None


def test_a_threshold_is_a_moment() -> None:
    """48 hours are 48 hours: not a second less, remote provinces and holidays in their own measure."""
    (start, end), *_ = HOLIDAYS
    assert thresholds.steps("stalled", "浙江省")[1][0] == 48 * HOUR
    assert thresholds.steps("stalled", "新疆维吾尔自治区")[1][0] == 96 * HOUR
    assert thresholds.moment(start - HOUR, 2 * HOUR, HOLIDAYS) == end + HOUR
    assert thresholds.moment(start + HOUR, 2 * HOUR, HOLIDAYS) == end + 2 * HOUR
    assert thresholds.moment(start + HOUR, 0, HOLIDAYS) == start + HOUR
    assert thresholds.free(start - MINUTE, has_quiet_hours=True) == start + 8 * HOUR
