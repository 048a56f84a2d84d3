"""The rules against the sets in tests/data, and the scoring against what it must not let pass."""

from datetime import datetime
from itertools import groupby
from typing import Any

import pytest

from tests.scoring import messages, numbers, recipients
from tests.scoring.__main__ import DATA, rows

MESSAGES, RECIPIENTS = rows(DATA / "messages.jsonl"), rows(DATA / "recipients.jsonl")
NOW = "2026-11-18T15:30:00"


def sets(all_rows: list[dict[str, Any]]) -> list[Any]:
    """Each set of a file as one parameter."""
    return [pytest.param(list(group), id=name) for name, group in groupby(all_rows, key=lambda row: row["id"][0])]


@pytest.mark.parametrize("group", sets(MESSAGES))
def test_messages(group: list[dict[str, Any]]) -> None:
    verdict = messages.score(group)
    assert verdict.right_or_asked >= 0.97
    assert verdict.intents >= 0.95
    assert verdict.wrong_acts == 0
    assert verdict.core_slots >= 0.97


@pytest.mark.parametrize("group", sets(RECIPIENTS))
def test_recipients(group: list[dict[str, Any]]) -> None:
    assert recipients.score(group).whole >= 0.95


def test_waybill_numbers() -> None:
    verdict = numbers.score(rows(DATA / "waybill_numbers.jsonl"))
    assert verdict.share("today") == verdict.share("no number") == 1
    assert verdict.wrong_and_sure == []


def test_each_set_is_large_enough_to_mean_something() -> None:
    assert {row["intent"] for row in MESSAGES} >= {"print_orders", "intercept", "none", "help"}
    assert (len(MESSAGES) > 700, len(RECIPIENTS) > 300) == (True, True)


class TestTheScoring:
    def test_counts_a_wrong_intent_a_question_and_a_wrong_act(self) -> None:
        told = [
            ("打印今天的订单", "track"),
            ("作废 78330092817465", "track"),
            ("那个弄一下嘛", "track"),
            ("余额", "balance"),
        ]
        verdict = messages.score({"text": text, "now": NOW, "intent": intent, "slots": {}} for text, intent in told)
        assert (verdict.right, verdict.asked, verdict.wrong_acts) == (1, 2, 1)

    def test_counts_a_slot_that_is_wrong_missing_or_too_many(self) -> None:
        row = {
            "text": "用中通打20单",
            "now": NOW,
            "intent": "print_orders",
            "slots": {"courier": ["YTO"], "shop": "甲"},
        }
        assert messages.score([row]).slots == {"courier": [0, 1], "shop": [0, 1], "count": [0, 1]}

    def test_takes_the_last_days_in_three_ways_and_no_other(self) -> None:
        now = datetime.fromisoformat(NOW)
        wanted = {"start": "2026-11-16T00:00:00", "end": "2026-11-19T00:00:00", "rolling_days": 3}
        starts = ["2026-11-16T00:00:00", "2026-11-15T15:30:00", "2026-11-15T00:00:00", "2026-11-17T00:00:00"]
        told = [messages.is_same_period(wanted, {"start": start, "end": None}, now) for start in starts]
        assert told == [True, True, True, False]

    def test_takes_an_open_end_as_now_or_the_end_of_a_day(self) -> None:
        now, wanted = datetime.fromisoformat(NOW), {"start": "2026-11-17T18:00:00", "end": None}
        ends = [None, NOW, "2026-11-19T00:00:00", "2026-11-18T00:00:00", "2026-11-20T00:00:00"]
        told = [messages.is_same_period(wanted, {"start": wanted["start"], "end": end}, now) for end in ends]
        assert told == [True, True, True, True, False]

    def test_counts_a_recipient_only_when_every_part_is_right(self) -> None:
        row = {
            "text": "李四 13800000001 成都锦江区春熙路8号",
            "name": "李四",
            "phone": "13800000001",
            "province": "四川省",
        }
        right = {**row, "city": "成都市", "district": "锦江区", "detail": "春熙路8号"}
        assert recipients.score([right, {**right, "detail": "春熙路9号"}]).right == 1
        assert recipients.score([{**right, "detail": "春熙路9号", "or": {"detail": ["春熙路8号"]}}]).right == 1
