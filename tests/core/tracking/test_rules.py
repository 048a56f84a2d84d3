"""The rules, each at its exact boundary: reached at the moment, and not a second earlier."""

from dataclasses import replace

import pytest

from core.alerts import Limit, Rule, Tier
from core.clock import DAY, HOUR, MINUTE, SECOND, Period
from core.orders import Region
from core.parcels import Node, Parcel, ParcelState, fold
from core.tracking.limits import Limits, limits_of, short_province
from core.tracking.rules import Case, Clock, clocks, next_look

S = ParcelState
T0 = 1_763_800_000_000
GUANGDONG = Region("广东省", "深圳市", "龙岗区")
XINJIANG = Region("新疆维吾尔自治区", "乌鲁木齐市", "天山区")
PICKED = (S.PICKED_UP, "杭州市")
SENT = (S.IN_TRANSIT, "杭州市")
ARRIVED = (S.ARRIVED_CITY, "深圳市")
OUT = (S.OUT_FOR_DELIVERY, "深圳市")


def parcel(*told: tuple[ParcelState, str], region: Region = GUANGDONG, courier: str = "ZTO") -> Parcel:
    """Shipped at T0, with one scan an hour since; the last one at T0 as far as clocks are concerned."""
    first = T0 - (len(told) - 1) * HOUR
    nodes = [Node(first + n * HOUR, state, f"第{n}条", city=city) for n, (state, city) in enumerate(told)]
    bare = Parcel("p1", "m1", "s1", ("o1",), courier, "731", region, T0, T0)
    return replace(bare, progress=fold(nodes, region), nodes=len(nodes))


def reached(
    which: Parcel, elapsed: int, *, case: Case | None = None, limits: Limits | None = None
) -> dict[Rule, tuple[int, Tier]]:
    """Step and tier of every rule that has something to say so long after T0."""
    counting = clocks(which, case or Case(), limits or Limits())
    now = T0 + elapsed
    return {
        clock.rule: (clock.reached(now), clock.tier(clock.reached(now)))
        for clock in counting
        if clock.reached(now) and not clock.has_lapsed(now)
    }


W, L, X = Tier.WARN, Tier.LATE, Tier.SERIOUS
BOUNDARIES = [
    (parcel(), Rule.NOT_COLLECTED, [(18 * HOUR, W), (24 * HOUR, L), (48 * HOUR, X)]),
    (parcel((S.CREATED, "")), Rule.NOT_COLLECTED, [(18 * HOUR, W), (24 * HOUR, L), (48 * HOUR, X)]),
    (parcel(), Rule.NO_RECORD, [(24 * HOUR, W), (48 * HOUR, L), (72 * HOUR, X)]),
    (parcel(PICKED), Rule.NOT_DEPARTED, [(18 * HOUR, W), (24 * HOUR, L), (48 * HOUR, X)]),
    (parcel(PICKED, SENT), Rule.STALLED, [(24 * HOUR, W), (48 * HOUR, L), (72 * HOUR, X)]),
    (parcel(PICKED, (S.CUSTOMS, "")), Rule.STALLED, [(24 * HOUR, W), (48 * HOUR, L), (72 * HOUR, X)]),
    (parcel(PICKED, SENT, ARRIVED), Rule.NOT_OUT, [(24 * HOUR, L), (48 * HOUR, X)]),
    (parcel(PICKED, SENT, ARRIVED, OUT), Rule.NOT_SIGNED, [(24 * HOUR, L), (48 * HOUR, X)]),
    (parcel(PICKED, SENT, (S.AT_PICKUP_POINT, "")), Rule.NOT_FETCHED, [(24 * HOUR, W), (48 * HOUR, L), (5 * DAY, X)]),
    (parcel(PICKED, SENT, (S.PROBLEM, "")), Rule.TROUBLE, [(0, L), (24 * HOUR, X)]),
    (parcel(PICKED, SENT, (S.HELD, "")), Rule.TROUBLE, [(0, L), (24 * HOUR, X)]),
    (parcel(PICKED, SENT, OUT, (S.ATTEMPT_FAILED, "")), Rule.TROUBLE, [(0, L), (24 * HOUR, X)]),
    (parcel(PICKED, SENT, OUT, (S.REFUSED, "")), Rule.RETURNING, [(0, L), (7 * DAY, X)]),
    (parcel(PICKED, SENT, OUT, (S.RETURNING, "")), Rule.RETURNING, [(0, L), (7 * DAY, X)]),
    (parcel(PICKED, SENT), Rule.LOST, [(5 * DAY, L), (7 * DAY, X)]),
    (parcel(PICKED, SENT, (S.PROBLEM, "")), Rule.LOST, [(5 * DAY, L), (7 * DAY, X)]),
]


@pytest.mark.parametrize(("which", "rule", "steps"), BOUNDARIES, ids=[f"{b[1]}-{b[0].state}" for b in BOUNDARIES])
def test_a_step_is_reached_at_its_moment_and_not_a_second_before(
    which: Parcel, rule: Rule, steps: list[tuple[int, Tier]]
) -> None:
    for number, (elapsed, tier) in enumerate(steps, 1):
        assert reached(which, elapsed)[rule] == (number, tier)
        assert reached(which, elapsed - SECOND).get(rule, (0, None))[0] == number - 1
        assert reached(which, elapsed - 1).get(rule, (0, None))[0] == number - 1


@pytest.mark.parametrize(("which", "rule", "steps"), BOUNDARIES, ids=[f"{b[1]}-{b[0].state}" for b in BOUNDARIES])
def test_the_next_look_is_at_the_next_step_of_any_rule(
    which: Parcel, rule: Rule, steps: list[tuple[int, Tier]]
) -> None:
    counting = clocks(which, Case(), Limits())
    moments = sorted({at for clock in counting for at, _ in clock.steps if at > T0})
    now = T0
    for moment in moments:
        assert next_look(counting, now) == moment
        now = moment
    assert next_look(counting, now) == min(clock.lapses_at for clock in counting if clock.lapses_at)


def test_a_parcel_that_has_arrived_counts_no_more() -> None:
    for last in (S.DELIVERED, S.RETURNED, S.CANCELLED):
        arrived = parcel(PICKED, SENT, ARRIVED, OUT, (S.OUT_FOR_DELIVERY, ""), (last, ""))
        assert clocks(arrived, Case(), Limits()) == []
        assert next_look([], T0) is None


def test_a_remark_is_news() -> None:
    moved = parcel(PICKED, SENT, (S.OTHER, ""))
    assert moved.progress.last_at == T0
    assert Rule.STALLED not in reached(moved, 23 * HOUR)
    assert Rule.STALLED in reached(moved, 24 * HOUR)


class TestPresale:
    def test_the_clock_starts_at_the_promised_time(self) -> None:
        promised = Case(promised_at=T0 + 5 * DAY)
        assert reached(parcel(), 5 * DAY, case=promised) == {}
        assert reached(parcel(), 5 * DAY + 18 * HOUR - 1, case=promised) == {}
        assert reached(parcel(), 5 * DAY + 18 * HOUR, case=promised) == {Rule.NOT_COLLECTED: (1, W)}

    def test_a_promise_that_lies_behind_changes_nothing(self) -> None:
        late = Case(promised_at=T0 - DAY)
        assert reached(parcel(), 18 * HOUR, case=late) == {Rule.NOT_COLLECTED: (1, W)}


class TestHolidays:
    REST = Period(T0 + 10 * HOUR, T0 + 82 * HOUR)

    def test_no_clock_runs_in_them(self) -> None:
        limits = Limits(holidays=(self.REST,))
        assert reached(parcel(PICKED, SENT), 24 * HOUR + 72 * HOUR - 1, limits=limits) == {}
        assert reached(parcel(PICKED, SENT), 24 * HOUR + 72 * HOUR, limits=limits) == {Rule.STALLED: (1, W)}

    def test_what_began_in_them_begins_at_their_end(self) -> None:
        limits = Limits(holidays=(Period(T0 - HOUR, T0 + 3 * HOUR),))
        assert limits.after(T0, HOUR) == T0 + 4 * HOUR

    def test_what_is_due_at_once_does_not_wait_for_their_end(self) -> None:
        limits = Limits(holidays=(Period(T0 - HOUR, T0 + 3 * DAY),))
        refused = parcel(PICKED, SENT, OUT, (S.REFUSED, ""))
        assert reached(refused, 0, limits=limits) == {Rule.RETURNING: (1, L)}

    def test_one_behind_or_far_ahead_changes_nothing(self) -> None:
        limits = Limits(holidays=(Period(T0 - DAY, T0), Period(T0 + DAY, T0 + 2 * DAY)))
        assert limits.after(T0, DAY) == T0 + DAY
        assert limits.after(T0, DAY + 1) == T0 + 2 * DAY + 1

    def test_the_second_may_begin_because_of_the_first(self) -> None:
        limits = Limits(holidays=(Period(T0, T0 + DAY), Period(T0 + DAY + HOUR, T0 + 2 * DAY)))
        assert limits.after(T0, 2 * HOUR) == T0 + 2 * DAY + HOUR


class TestProvinces:
    def test_remote_ones_take_longer(self) -> None:
        far = parcel(PICKED, SENT, region=XINJIANG)
        assert reached(far, 48 * HOUR - 1) == {}
        assert reached(far, 48 * HOUR) == {Rule.STALLED: (1, W)}
        assert reached(far, 96 * HOUR)[Rule.STALLED] == (2, L)

    def test_only_the_way_there_does(self) -> None:
        assert reached(parcel(region=XINJIANG), 18 * HOUR) == {Rule.NOT_COLLECTED: (1, W)}

    @pytest.mark.parametrize(
        ("name", "short"),
        [
            ("新疆维吾尔自治区", "新疆"),
            ("内蒙古自治区", "内蒙古"),
            ("浙江省", "浙江"),
            ("北京市", "北京"),
            ("海南", "海南"),
        ],
    )
    def test_are_known_by_their_short_names(self, name: str, short: str) -> None:
        assert short_province(name) == short


class TestAMerchantsOwn:
    def test_first_step_moves_the_others_in_proportion(self) -> None:
        limits = limits_of([Limit(Rule.STALLED, 36 * HOUR)])
        which = parcel(PICKED, SENT)
        assert reached(which, 36 * HOUR - 1, limits=limits) == {}
        assert reached(which, 36 * HOUR, limits=limits) == {Rule.STALLED: (1, W)}
        assert reached(which, 72 * HOUR, limits=limits) == {Rule.STALLED: (2, L)}
        assert reached(which, 108 * HOUR, limits=limits) == {Rule.STALLED: (3, X)}

    def test_the_narrower_one_holds(self) -> None:
        limits = limits_of(
            [
                Limit(Rule.STALLED, 30 * HOUR),
                Limit(Rule.STALLED, 31 * HOUR, courier="ZTO"),
                Limit(Rule.STALLED, 32 * HOUR, province="广东"),
                Limit(Rule.STALLED, 33 * HOUR, courier="YTO", province="广东"),
            ]
        )
        first = {
            (courier, where.province): limits.steps(Rule.STALLED, courier, where.province)[0].after // HOUR
            for courier in ("ZTO", "YTO", "STO")
            for where in (GUANGDONG, Region("浙江省", "杭州市", ""))
        }
        assert first == {
            ("ZTO", "广东省"): 32,
            ("YTO", "广东省"): 33,
            ("STO", "广东省"): 32,
            ("ZTO", "浙江省"): 31,
            ("YTO", "浙江省"): 30,
            ("STO", "浙江省"): 30,
        }

    def test_word_for_a_remote_province_is_taken_as_it_is(self) -> None:
        limits = limits_of([Limit(Rule.STALLED, 30 * HOUR), Limit(Rule.STALLED, 40 * HOUR, province="西藏")])
        assert limits.steps(Rule.STALLED, "ZTO", "西藏自治区")[0].after == 40 * HOUR
        assert limits.steps(Rule.STALLED, "ZTO", "新疆维吾尔自治区")[0].after == 60 * HOUR


class TestRefunds:
    def test_are_told_at_once_while_the_parcel_is_under_way(self) -> None:
        case = Case(refund_at=T0 + HOUR)
        assert reached(parcel(PICKED, SENT), HOUR - 1, case=case) == {}
        assert reached(parcel(PICKED, SENT), HOUR, case=case) == {Rule.REFUNDING: (1, L)}

    def test_are_serious_at_the_door(self) -> None:
        case = Case(refund_at=T0 - 2 * HOUR)
        assert reached(parcel(PICKED, SENT, OUT), 0, case=case) == {Rule.REFUNDING: (2, X)}

    @pytest.mark.parametrize("last", [S.DELIVERED, S.RETURNED])
    def test_are_no_alert_once_it_has_arrived(self, last: ParcelState) -> None:
        assert reached(parcel(PICKED, SENT, OUT, (last, "")), HOUR, case=Case(refund_at=T0 - DAY)) == {}

    def test_are_no_alert_once_it_comes_back(self) -> None:
        coming = parcel(PICKED, SENT, (S.RETURNING, ""))
        assert set(reached(coming, HOUR, case=Case(refund_at=T0 - DAY))) == {Rule.RETURNING}


class TestWhatComesBack:
    def test_counts_from_when_it_was_first_known(self) -> None:
        coming = parcel(PICKED, SENT, OUT, (S.REFUSED, ""), (S.RETURNING, ""))
        case = Case(homeward_at=T0 - DAY)
        assert reached(coming, 6 * DAY - 1, case=case)[Rule.RETURNING] == (1, L)
        assert reached(coming, 6 * DAY, case=case)[Rule.RETURNING] == (2, X)

    def test_is_no_surprise_when_we_asked_for_it(self) -> None:
        coming = parcel(PICKED, SENT, (S.RETURNING, ""))
        called = Case(is_called_back=True)
        assert reached(coming, 0, case=called) == {Rule.RETURNING: (1, Tier.INFO)}
        assert reached(coming, 7 * DAY, case=called) == {Rule.RETURNING: (2, X)}


class TestOddEnds:
    def signed(self, *told: tuple[ParcelState, str], hours: int = 40) -> Parcel:
        nodes = [Node(T0 - (hours - n) * HOUR, state, f"第{n}条", city=city) for n, (state, city) in enumerate(told)]
        nodes[-1] = replace(nodes[-1], at=T0)
        bare = parcel()
        return replace(bare, shipped_at=T0 - DAY, progress=fold(nodes, GUANGDONG))

    def test_a_plain_delivery_is_none(self) -> None:
        assert reached(self.signed(PICKED, SENT, OUT, (S.DELIVERED, "深圳市")), 0) == {}

    def test_another_city(self) -> None:
        told = reached(self.signed(PICKED, SENT, OUT, (S.DELIVERED, "乌鲁木齐市")), 0)
        assert told == {Rule.WRONG_CITY: (1, L)}

    def test_another_city_is_right_after_a_change_of_address(self) -> None:
        moved = self.signed(PICKED, SENT, OUT, (S.DELIVERED, "广州市"))
        assert reached(moved, 0, case=Case(is_redirected=True)) == {}

    def test_too_fast(self) -> None:
        fast = self.signed(PICKED, SENT, (S.DELIVERED, "深圳市"), hours=2)
        slow = replace(fast, progress=replace(fast.progress, picked_up_at=T0 - 2 * HOUR))
        faster = replace(fast, progress=replace(fast.progress, picked_up_at=T0 - 2 * HOUR + 1))
        assert reached(slow, 0) == {}
        assert reached(faster, 0) == {Rule.TOO_FAST: (1, L)}

    def test_still_moving(self) -> None:
        moving = self.signed(PICKED, SENT, (S.DELIVERED, "深圳市"), OUT)
        assert moving.state is S.DELIVERED
        assert reached(moving, 0) == {Rule.CONTRADICTION: (1, L)}

    def test_signed_without_a_pick_up(self) -> None:
        assert set(reached(self.signed(SENT, (S.DELIVERED, "深圳市")), 0)) == {Rule.CONTRADICTION}

    def test_are_let_go_after_a_week(self) -> None:
        odd = self.signed(PICKED, SENT, OUT, (S.DELIVERED, "乌鲁木齐市"))
        assert Rule.WRONG_CITY in reached(odd, 7 * DAY - 1)
        assert reached(odd, 7 * DAY) == {}

    def test_a_proxy_is_for_digests_and_a_complaint_is_serious(self) -> None:
        proxy = self.signed(PICKED, SENT, OUT, (S.DELIVERED_PROXY, "深圳市"))
        assert reached(proxy, 0) == {Rule.PROXY: (1, Tier.INFO)}
        assert reached(proxy, 2 * HOUR, case=Case(refund_at=T0 + HOUR)) == {Rule.PROXY: (2, X)}
        assert reached(proxy, 3 * DAY) == {}


class TestWhatWasAskedFor:
    def test_an_interception_that_failed_is_told(self) -> None:
        case = Case(missed_at=T0 + HOUR)
        assert set(reached(parcel(PICKED, SENT), HOUR, case=case)) == {Rule.MISSED}
        assert set(reached(parcel(PICKED, SENT), HOUR - 1, case=case)) == set()

    def test_a_changed_address_is_told_until_it_is_redirected(self) -> None:
        case = Case(address_at=T0)
        assert set(reached(parcel(PICKED, SENT), 0, case=case)) == {Rule.ADDRESS_CHANGED}
        assert reached(parcel(PICKED, SENT), 0, case=replace(case, is_redirected=True)) == {}


def test_a_clock_that_has_lapsed_is_never_looked_at_again() -> None:
    clock = Clock(Rule.PROXY, T0, ((T0, Tier.INFO),), T0 + DAY)
    assert clock.next_at(T0) == T0 + DAY
    assert clock.next_at(T0 + DAY) is None


def test_without_any_news_a_parcel_is_given_up_in_the_end() -> None:
    assert reached(parcel(PICKED, SENT), 60 * DAY - MINUTE) != {}
    assert reached(parcel(PICKED, SENT), 60 * DAY) == {}
