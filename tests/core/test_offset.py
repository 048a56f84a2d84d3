"""An offset stays on the dots of a label printer and within what it can mend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.offset import STRAIGHT, Offset

_MM = st.floats(-20, 20)


@given(_MM, _MM)
def test_it_is_always_a_whole_number_of_dots_close_to_what_was_asked(right: float, down: float) -> None:
    offset = STRAIGHT.moved(right, down)
    for got, asked in ((offset.right, right), (offset.down, down)):
        assert (got / 0.125).is_integer()
        assert abs(got - asked) <= 0.0625


def test_moves_add_up_and_back_again_is_straight() -> None:
    assert STRAIGHT.moved(1.5, -2).moved(0.5, 1) == Offset(2.0, -1.0)
    assert STRAIGHT.moved(1.5, -2).moved(-1.5, 2) == STRAIGHT
    assert str(STRAIGHT.moved(-0.01, 0.01)) == str(STRAIGHT)


@pytest.mark.parametrize(("right", "down", "possible"), [(5, -5, True), (5.125, 0, False), (0, -6, False)])
def test_what_it_can_mend_is_five_millimetres(right: float, down: float, *, possible: bool) -> None:
    assert Offset(right, down).is_possible is possible
