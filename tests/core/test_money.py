"""Fen and yuan."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.money import fen, yuan


@pytest.mark.parametrize(
    ("told", "amount"),
    [(19.9, 1990), ("19.90", 1990), (0.29, 29), (1.15, 115), (4.35, 435), ("0", 0), (100, 10_000), ("-3.5", -350)],
)
def test_yuan_as_platforms_send_them_become_exact_fen(told: float | str, amount: int) -> None:
    assert fen(told) == amount


@pytest.mark.parametrize(
    ("amount", "text"), [(1990, "19.90"), (5, "0.05"), (0, "0.00"), (123_456_789, "1234567.89"), (-5, "-0.05")]
)
def test_fen_are_shown_as_yuan_with_two_places(amount: int, text: str) -> None:
    assert yuan(amount) == text


@given(some.integers(-(10**12), 10**12))
def test_an_amount_survives_being_written_as_text_and_as_a_float(amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert fen(float(yuan(amount))) == amount
