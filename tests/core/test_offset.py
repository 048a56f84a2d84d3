"""An offset stays on the dots of a label printer and within what it can mend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.offset import STRAIGHT, Offset, Placement, mended, off

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


def test_what_was_printed_moved_is_measured_from_where_it_belongs() -> None:
    """A printer that prints 2 mm too far left and 1 mm too low, through an offset that mends half of it."""
    printed, found = Offset(1, 0), Placement(-1.9, 1.1, 1.0)
    assert off(printed, found) == Offset(-1.0, 1.0)
    assert mended(printed, found) == Offset(2, -1)
    assert mended(mended(printed, found), found) == Offset(2, -1)  # the printer is as it was: nothing more to mend


def test_small_errors_of_measuring_mend_nothing() -> None:
    assert off(Offset(1, 1), Placement(-0.8, -1.2, 1.001)) == STRAIGHT
    assert mended(Offset(1, 1), Placement(-0.8, -1.2, 1.001)) == Offset(1, 1)


@pytest.mark.parametrize(("stretch", "stretched"), [(0.95, True), (1.03, True), (1.01, False), (0.99, False)])
def test_a_print_of_the_wrong_size_is_told_from_one_off_its_place(stretch: float, *, stretched: bool) -> None:
    assert Placement(0, 0, stretch).is_stretched is stretched
