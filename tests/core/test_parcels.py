"""A parcel's journey, folded from its scans."""

import itertools
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.orders import Region
from core.parcels import ENDED, Node, Oddity, ParcelState, Progress, current_state, fold, is_in, journey

S = ParcelState
HOUR = 3_600_000
PICKED_UP = Node(1, S.PICKED_UP, "已揽收")
IN_TRANSIT = Node(2, S.IN_TRANSIT, "离开【杭州】")
DELIVERED = Node(3, S.DELIVERED, "已签收")
REMARK = Node(4, S.OTHER, "客服备注")
SHENZHEN = Region("广东省", "深圳市", "龙岗区")


def told(*states: ParcelState, city: str = "") -> list[Node]:
    """One scan an hour."""
    return [Node(hour * HOUR, state, f"第{hour}条", city=city) for hour, state in enumerate(states, 1)]


def passed(nodes: Sequence[Node]) -> list[ParcelState]:
    """The states one after the other, as each node arrives."""
    return [fold(nodes[: count + 1]).state for count in range(len(nodes))]


@pytest.mark.parametrize("told", list(itertools.permutations([PICKED_UP, IN_TRANSIT, DELIVERED, REMARK])))
def test_scans_are_told_in_order_of_their_time_however_they_came(told: tuple[Node, ...]) -> None:
    assert journey(told) == [PICKED_UP, IN_TRANSIT, DELIVERED, REMARK]
    assert current_state(told) is S.DELIVERED
    assert fold(told).last == REMARK


def test_a_scan_told_twice_is_told_once() -> None:
    assert journey([IN_TRANSIT, PICKED_UP, IN_TRANSIT]) == [PICKED_UP, IN_TRANSIT]


def test_two_sources_that_tell_one_scan_in_their_own_codes_tell_it_once() -> None:
    pushed = Node(1_700_000_000_000, S.PICKED_UP, "【杭州西湖】已揽收", raw="GOT")
    asked = Node(1_700_000_000_421, S.PICKED_UP, "【杭州西湖】已揽收", "杭州西湖", "收件")
    assert len(journey([pushed, asked])) == 1
    assert pushed.identity != Node(1_700_000_001_000, S.PICKED_UP, "【杭州西湖】已揽收").identity


def test_scans_of_one_moment_keep_one_order() -> None:
    first, second = Node(5, S.IN_TRANSIT, "a"), Node(5, S.OUT_FOR_DELIVERY, "b")
    assert journey([first, second]) == journey([second, first]) == [first, second]


@pytest.mark.parametrize("told", [[], [REMARK]])
def test_a_parcel_of_which_nothing_is_known_has_no_record(told: list[Node]) -> None:
    assert current_state(told) is S.NO_RECORD


def test_a_whole_journey_leaves_the_first_time_of_each_stage() -> None:
    nodes = told(S.PICKED_UP, S.IN_TRANSIT, S.ARRIVED_CITY, S.OUT_FOR_DELIVERY, S.ATTEMPT_FAILED, S.OUT_FOR_DELIVERY)
    nodes += [Node(7 * HOUR, S.DELIVERED, "本人签收")]
    assert fold(nodes) == Progress(
        state=S.DELIVERED,
        since=7 * HOUR,
        first_at=HOUR,
        picked_up_at=HOUR,
        departed_at=2 * HOUR,
        arrived_at=3 * HOUR,
        out_at=4 * HOUR,
        delivered_at=7 * HOUR,
        ended_at=7 * HOUR,
        last=nodes[-1],
    )


def test_a_state_lasts_since_its_first_scan_and_news_is_newer() -> None:
    progress = fold(told(S.PICKED_UP, S.IN_TRANSIT, S.IN_TRANSIT, S.OTHER))
    assert (progress.since, progress.last_at) == (2 * HOUR, 4 * HOUR)


@pytest.mark.parametrize("later", sorted(frozenset(S) - {S.OTHER, S.NO_RECORD, S.CREATED, S.REFUSED, S.INTERCEPTED,
    S.RETURNING, S.RETURNED} - ENDED))  # fmt: skip
def test_what_moves_after_a_signature_is_odd_and_no_step_back(later: ParcelState) -> None:
    progress = fold(told(S.PICKED_UP, S.OUT_FOR_DELIVERY, S.DELIVERED, later))
    assert progress.state is S.DELIVERED
    assert progress.oddities == {Oddity.NEWS_AFTER_END}
    assert (progress.ended_at, progress.last_at) == (3 * HOUR, 4 * HOUR)


@pytest.mark.parametrize("end", sorted({S.RETURNED, S.CANCELLED}))
def test_other_ends_stay_as_well(end: ParcelState) -> None:
    progress = fold(told(S.PICKED_UP, end, S.OUT_FOR_DELIVERY))
    assert (progress.state, progress.oddities) == (end, {Oddity.NEWS_AFTER_END})


def test_a_scan_that_reaches_us_late_changes_neither_the_end_nor_raises_an_oddity() -> None:
    nodes = told(S.PICKED_UP, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED)
    late, *rest = nodes[2:3] + nodes[:2] + nodes[3:]
    assert fold(rest).out_at is None
    assert fold([*rest, late]) == fold(nodes)
    assert fold(nodes).oddities == frozenset()


def test_a_way_home_may_follow_a_delivery_and_ends_at_the_sender() -> None:
    nodes = told(S.PICKED_UP, S.DELIVERED_PROXY, S.RETURNING, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED)
    assert passed(nodes) == [S.PICKED_UP, S.DELIVERED_PROXY, S.RETURNING, S.RETURNING, S.RETURNING, S.RETURNED]
    progress = fold(nodes)
    assert progress.oddities == {Oddity.BACK_AFTER_DELIVERY}
    assert (progress.delivered_at, progress.ended_at) == (2 * HOUR, 6 * HOUR)


def test_a_parcel_on_its_way_home_has_not_ended() -> None:
    progress = fold(told(S.PICKED_UP, S.DELIVERED, S.RETURNING))
    assert (progress.has_ended, progress.ended_at) == (False, None)


def test_a_refusal_lasts_while_the_parcel_passes_hubs_and_ends_when_the_receiver_takes_it_after_all() -> None:
    nodes = told(S.PICKED_UP, S.REFUSED, S.ARRIVED_CITY, S.OUT_FOR_DELIVERY, S.DELIVERED)
    assert passed(nodes)[2:] == [S.REFUSED, S.OUT_FOR_DELIVERY, S.DELIVERED]


def test_an_interception_lasts_until_the_way_home_or_a_delivery_in_spite_of_it() -> None:
    assert passed(told(S.PICKED_UP, S.INTERCEPTED, S.IN_TRANSIT, S.RETURNING))[2:] == [S.INTERCEPTED, S.RETURNING]
    assert passed(told(S.PICKED_UP, S.INTERCEPTED, S.DELIVERED))[2] is S.DELIVERED


def test_a_second_pickup_scan_at_a_hub_is_no_step_back() -> None:
    assert passed(told(S.PICKED_UP, S.CREATED, S.IN_TRANSIT, S.PICKED_UP)) == [
        S.PICKED_UP, S.PICKED_UP, S.IN_TRANSIT, S.IN_TRANSIT,
    ]  # fmt: skip


@pytest.mark.parametrize("trouble", [S.HELD, S.PROBLEM, S.ATTEMPT_FAILED])
def test_trouble_passes_with_the_next_scan(trouble: ParcelState) -> None:
    assert passed(told(S.PICKED_UP, trouble, S.OUT_FOR_DELIVERY))[1:] == [trouble, S.OUT_FOR_DELIVERY]


def test_the_receivers_own_signature_refines_anothers() -> None:
    progress = fold(told(S.PICKED_UP, S.DELIVERED_PROXY, S.AT_PICKUP_POINT, S.DELIVERED, S.DELIVERED_PROXY))
    assert (progress.state, progress.delivered_at, progress.oddities) == (S.DELIVERED, 2 * HOUR, frozenset())


def test_an_arrival_in_the_receivers_city_is_told_from_one_on_the_way() -> None:
    on_the_way, there = (
        Node(HOUR, S.IN_TRANSIT, "到达", city="武汉市"),
        Node(2 * HOUR, S.IN_TRANSIT, "到达", city="深圳"),
    )
    assert passed([on_the_way]) == [S.IN_TRANSIT]
    progress = fold([on_the_way, there], SHENZHEN)
    assert (progress.state, progress.arrived_at) == (S.ARRIVED_CITY, 2 * HOUR)
    assert fold([there]).state is S.IN_TRANSIT, "nobody told where it goes"


def test_a_signature_in_another_city_is_odd() -> None:
    picked = Node(HOUR, S.PICKED_UP, "揽收", city="杭州市")
    assert fold([picked, Node(2 * HOUR, S.DELIVERED, "", city="深圳市")], SHENZHEN).oddities == frozenset()
    assert fold([picked, Node(2 * HOUR, S.DELIVERED, "", city="武汉")], SHENZHEN).oddities == {Oddity.WRONG_CITY}


def test_a_delivery_without_a_pickup_is_odd() -> None:
    assert fold(told(S.CREATED, S.OUT_FOR_DELIVERY, S.DELIVERED)).oddities == {Oddity.NEVER_PICKED_UP}


@pytest.mark.parametrize(
    ("region", "city", "there"),
    [
        (SHENZHEN, "深圳", True),
        (SHENZHEN, "广州市", False),
        (Region("江苏省", "苏州市", "昆山市"), "昆山", True),
        (Region("上海市", "市辖区", "浦东新区"), "上海市", True),
    ],
)
def test_cities_are_spelled_in_several_ways(region: Region, city: str, *, there: bool) -> None:
    assert is_in(region, city) is there


def test_a_number_scanned_days_before_it_was_shipped_is_odd() -> None:
    nodes = [Node(100 * HOUR, S.PICKED_UP, "揽收")]
    assert fold(nodes, shipped_at=148 * HOUR).oddities == frozenset()
    assert fold(nodes, shipped_at=148 * HOUR + 1).oddities == {Oddity.OLDER_THAN_PARCEL}


CITIES = {"甲": "", "乙": "深圳市", "丙": "武汉市"}
NODES = st.lists(
    st.builds(
        lambda hour, state, text: Node(hour * HOUR, state, text, city=CITIES[text]),
        st.integers(1, 40),
        st.sampled_from(list(S)),
        st.sampled_from(sorted(CITIES)),
    ),
    max_size=12,
)


@given(NODES, st.randoms())
def test_neither_order_nor_repetition_changes_what_the_nodes_come_to(nodes: list[Node], chance: Random) -> None:
    shuffled = [*nodes, *nodes[::2]]
    chance.shuffle(shuffled)
    assert fold(shuffled, SHENZHEN) == fold(nodes, SHENZHEN)


@given(NODES)
def test_an_end_is_left_only_for_the_way_home(nodes: list[Node]) -> None:
    states = [fold(journey(nodes)[: count + 1]).state for count in range(len(journey(nodes)))]
    for before, after in itertools.pairwise(states):
        if before in ENDED and after is not before:
            assert before in {S.DELIVERED, S.DELIVERED_PROXY}
            assert after in {S.REFUSED, S.INTERCEPTED, S.RETURNING, S.RETURNED, S.DELIVERED}
