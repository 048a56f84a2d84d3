"""What was measured on the calibration page, and how far something is to be moved, in many words."""

import pytest

from handlers.understanding import margins_in, moves_in


@pytest.mark.parametrize(
    ("said", "margins"),
    [
        ("左 7 上 4", {"left": 7, "up": 4}),
        ("左边框到纸边 7.5 毫米，上面是 4", {"left": 7.5, "up": 4}),
        ("右边是三，下边半", {"right": 3, "down": 0.5}),
        ("left 7 top 4", {"left": 7, "up": 4}),
        ("right: 6.5, bottom 5", {"right": 6.5, "down": 5}),
        ("不知道", {}),
    ],
)
def test_margins(said: str, margins: dict[str, float]) -> None:
    assert margins_in(said) == margins


@pytest.mark.parametrize(
    ("said", "moves"),
    [
        ("左移2", {"dx_mm": -2}),
        ("往右挪1.5下移半毫米", {"dx_mm": 1.5, "dy_mm": 0.5}),
        ("偏右了1毫米", {"dx_mm": -1}),
        ("move it left 2", {"dx_mm": -2}),
        ("左 7 上 4", {}),
        ("left 7 top 4", {}),
    ],
)
def test_moves(said: str, moves: dict[str, float]) -> None:
    assert moves_in(said) == moves
