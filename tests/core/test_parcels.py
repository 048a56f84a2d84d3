"""A parcel's journey, folded from its scans."""

import itertools

import pytest

from core.parcels import Node, ParcelState, current_state, journey

PICKED_UP = Node(1, ParcelState.PICKED_UP, "已揽收")
IN_TRANSIT = Node(2, ParcelState.IN_TRANSIT, "离开【杭州】")
DELIVERED = Node(3, ParcelState.DELIVERED, "已签收")
REMARK = Node(4, ParcelState.OTHER, "客服备注")


@pytest.mark.parametrize("told", list(itertools.permutations([PICKED_UP, IN_TRANSIT, DELIVERED, REMARK])))
def test_scans_are_told_in_order_of_their_time_however_they_came(told: tuple[Node, ...]) -> None:
    assert journey(told) == [PICKED_UP, IN_TRANSIT, DELIVERED, REMARK]
    assert current_state(told) is ParcelState.DELIVERED


def test_a_scan_told_twice_is_told_once() -> None:
    assert journey([IN_TRANSIT, PICKED_UP, IN_TRANSIT]) == [PICKED_UP, IN_TRANSIT]


def test_scans_of_one_moment_keep_one_order() -> None:
    first, second = Node(5, ParcelState.IN_TRANSIT, "a"), Node(5, ParcelState.OUT_FOR_DELIVERY, "b")
    assert journey([first, second]) == journey([second, first]) == [first, second]


@pytest.mark.parametrize("told", [[], [REMARK]])
def test_a_parcel_of_which_nothing_is_known_has_no_record(told: list[Node]) -> None:
    assert current_state(told) is ParcelState.NO_RECORD
