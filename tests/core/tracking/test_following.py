"""Parcels followed by the whole program, from the upload of their numbers to the last look."""

import itertools
from collections import Counter

import pytest

from bot.sandbox.parcels import Journey
from bot.sandbox.world import World
from core.parcels import Oddity, Parcel, ParcelState
from core.storage.database import run
from core.tracking.sources import detect
from core.tracking.watching import entered
from tests.support.merchant import Merchant
from tests.support.passing import HOUR, MINUTE, catches_up, passes
from tests.support.stage import Stage

DAY = 24 * HOUR
S = ParcelState


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=12)


@pytest.fixture
async def printed(merchant: Merchant) -> Merchant:
    """Three parcels are on their way."""
    await merchant.has_bound()
    await merchant.says("打印今天最早的 3 单")
    await merchant.says("确认")
    return merchant


def numbers(world: World) -> list[str]:
    return [entry["number"] for entry in world.ledger()["numbers"]]


async def parcel(stage: Stage, number: str) -> Parcel:
    (found,) = await stage.app.desk.kept.parcels.watched(number)
    return found


def asked(world: World, number: str, service: str = "") -> list[int]:
    """When somebody was asked about a parcel."""
    rows = world.ledger()["queries"]
    return [row["at"] for row in rows if row["number"] == number and service in {"", row["service"]}]


async def test_a_parcel_left_alone_is_followed_to_its_end_looked_at_once_more_and_left(
    stage: Stage, printed: Merchant, world: World
) -> None:
    number, seen = numbers(world)[0], []
    for _ in range(50):
        await passes(stage, 1)
        state = (await parcel(stage, number)).state
        seen += [state] if state not in seen[-1:] else []
    assert seen == [S.NO_RECORD, S.PICKED_UP, S.IN_TRANSIT, S.ARRIVED_CITY, S.OUT_FOR_DELIVERY, S.DELIVERED]
    polls = len(asked(world, number))
    assert polls <= 20
    await passes(stage, 30)
    assert len(asked(world, number)) == polls + 1
    await passes(stage, 24 * 8, step=6 * HOUR)
    assert len(asked(world, number)) == polls + 1
    assert (await parcel(stage, number)).next_poll_at is None


async def test_parcels_shipped_together_are_not_asked_about_together(
    stage: Stage, printed: Merchant, world: World
) -> None:
    due = {(await parcel(stage, number)).next_poll_at for number in numbers(world)}
    assert len(due) == len(numbers(world))
    assert max(due) - min(due) < 15 * MINUTE


async def test_a_stalled_parcel_is_asked_about_ever_more_rarely_and_in_the_end_never(
    stage: Stage, printed: Merchant, world: World
) -> None:
    number = numbers(world)[0]
    await passes(stage, 5)
    world.parcel(number).is_lost()
    await passes(stage, 24 * 62, step=2 * HOUR)
    start = world.clock.now() - 62 * DAY
    a_day = Counter((at - start) // DAY for at in asked(world, number))
    assert 4 <= a_day[1] <= 8, "and before each alert"
    assert 8 <= sum(a_day[day] for day in range(4, 10)) <= 12
    assert 8 <= sum(a_day[day] for day in range(20, 30)) <= 10
    assert a_day[61] == 0
    assert (await parcel(stage, number)).next_poll_at is None


async def test_a_contradiction_after_the_end_is_found_and_changes_no_state(
    stage: Stage, printed: Merchant, world: World
) -> None:
    number = numbers(world)[0]
    await passes(stage, 30)
    world.parcel(number).contradicts()
    await passes(stage, 6)
    assert (await parcel(stage, number)).progress.oddities == frozenset(), "nobody has looked since"
    await passes(stage, 24)
    found = await parcel(stage, number)
    assert (found.state, found.progress.oddities) == (S.DELIVERED, {Oddity.NEWS_AFTER_END})
    assert found.next_poll_at is not None, "such a parcel is looked at for a week"
    await passes(stage, 24 * 8, step=6 * HOUR)
    assert (await parcel(stage, number)).next_poll_at is None


@pytest.mark.parametrize("how", ["twice", "backwards", "at midnight"])
async def test_however_scans_are_told_the_journey_ends_the_same(
    stage: Stage, printed: Merchant, world: World, how: str
) -> None:
    plain, odd, _ = numbers(world)
    world.parcel(odd).tells(how)
    await passes(stage, 70)
    told = [(await parcel(stage, number)).progress for number in (plain, odd)]
    assert told[0].state is told[1].state is S.DELIVERED
    assert (told[0].picked_up_at, told[0].ended_at) == (told[1].picked_up_at, told[1].ended_at)


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        ("refused", S.REFUSED),
        ("returns", S.RETURNING),
        ("goes_to_locker", S.AT_PICKUP_POINT),
        ("held", S.HELD),
        ("fails", S.ATTEMPT_FAILED),
        ("is_signed_elsewhere", S.DELIVERED),
    ],
)
async def test_what_befalls_a_parcel_at_night_is_known_in_the_morning(
    stage: Stage, printed: Merchant, world: World, verb: str, state: ParcelState
) -> None:
    number = numbers(world)[0]
    await passes(stage, 30)
    getattr(world.parcel(number), verb)()
    await passes(stage, 12)
    assert (await parcel(stage, number)).state is state


async def test_a_restart_in_the_middle_of_it_all_changes_nothing(stage: Stage, printed: Merchant, world: World) -> None:
    for _ in range(10):
        await passes(stage, 5)
        await stage.restart()
    assert {(await parcel(stage, number)).state for number in numbers(world)} == {S.DELIVERED}


async def test_a_parcel_that_cannot_be_read_holds_up_no_other(stage: Stage, printed: Merchant, world: World) -> None:
    broken, *well = numbers(world)
    key = (await parcel(stage, broken)).id
    await stage.app.database.apply(run("INSERT INTO nodes VALUES (?, 'x', 1, 'ZTO', 'no seal of ours', 1)", key))
    await passes(stage, 8)
    assert {(await parcel(stage, number)).state for number in well} == {S.IN_TRANSIT}


class TestNumbersEnteredByHand:
    NUMBER = "YT8962646785389"

    @pytest.fixture
    async def owner(self, stage: Stage, merchant: Merchant, world: World) -> str:
        """A merchant who entered a number of a courier that is not bound here, without saying whose it is."""
        owner = await merchant.has_bound()
        world._scene.parcels.begins(Journey(self.NUMBER, ("杭州市", "广州市"), world.clock.now()))
        kept = stage.app.desk.kept
        await kept.database.apply(*await entered(kept, world.clock, owner, self.NUMBER))
        await catches_up(stage)
        return owner

    @pytest.mark.usefixtures("owner")
    async def test_the_courier_is_found_out_and_the_parcel_followed(self, stage: Stage, world: World) -> None:
        found = await parcel(stage, self.NUMBER)
        assert (found.courier, found.is_pinned, found.state) == ("YTO", False, S.NO_RECORD)
        await passes(stage, 60)
        assert (await parcel(stage, self.NUMBER)).state is S.DELIVERED
        assert {row["service"] for row in world.ledger()["queries"]} == {"kuaidi100"}

    @pytest.mark.usefixtures("owner")
    async def test_a_person_who_says_whose_it_is_is_right(self, stage: Stage, world: World) -> None:
        kept = stage.app.desk.kept
        await kept.database.apply(kept.parcels.pin(await parcel(stage, self.NUMBER), "STO", world.clock.now()))
        await passes(stage, 30)
        found = await parcel(stage, self.NUMBER)
        assert (found.courier, found.is_pinned, found.state) == ("STO", True, S.NO_RECORD)

    @pytest.mark.usefixtures("owner")
    async def test_a_number_that_nobody_knows_is_not_asked_about_for_ever(self, stage: Stage, world: World) -> None:
        unknown = "5685685685685685"
        kept = stage.app.desk.kept
        await kept.database.apply(*await entered(kept, world.clock, "m9", unknown))
        await passes(stage, 24 * 61, step=3 * HOUR)
        assert (await parcel(stage, unknown)).next_poll_at is None
        assert asked(world, unknown) == []
        assert world.ledger()["calls"]["kuaidi100:autonumber"] < 120

    @pytest.mark.usefixtures("owner")
    async def test_whose_it_is_costs_money_too_and_a_service_that_is_down_is_left_alone(
        self, stage: Stage, world: World
    ) -> None:
        await stage.dark()
        await stage.light(kuaidi100_price=10, track_cap=0)
        before, lookout = world.ledger()["calls"]["kuaidi100:autonumber"], stage.app.desk.lookout
        assert await detect(lookout, "5685685685685685") == ""
        assert world.ledger()["calls"]["kuaidi100:autonumber"] == before, "the day's money is spent"
        await stage.restart()
        lookout = stage.app.desk.lookout
        world.kuaidi100.goes_down()
        for last in range(5):
            assert await detect(lookout, f"568568568568568{last}") == ""
        world.kuaidi100.comes_back()
        assert await detect(lookout, "YT8962646785390") == "", "it is left alone"
        world.clock.move(MINUTE)
        assert await detect(lookout, "YT8962646785390") == "YTO"


@pytest.mark.usefixtures("printed")
class TestPushes:
    @pytest.fixture
    async def stage(self, stage: Stage) -> Stage:
        """The program at a public address that ZTO knows."""
        stage.world.zto.pushes_to("https://bot.example/push/zto")
        await stage.dark()
        await stage.light(track_pushes=True, public_url="https://bot.example")
        return stage

    async def test_news_is_pushed_and_asking_is_rare(self, stage: Stage, world: World) -> None:
        number = numbers(world)[0]
        await passes(stage, 46)
        assert (await parcel(stage, number)).state is S.DELIVERED
        assert (await parcel(stage, number)).subscription == "ZTO"
        assert len(asked(world, number)) <= 10
        answered = [row["answered"] for row in world.ledger()["pushes"]]
        assert len(answered) >= 15
        assert all(answered)

    async def test_a_pushed_scan_is_known_at_once(self, stage: Stage, world: World) -> None:
        number = numbers(world)[0]
        await passes(stage, 4)
        before = len(asked(world, number))
        await passes(stage, 3)
        world.clock.move(MINUTE)
        await catches_up(stage)
        assert (await parcel(stage, number)).state is S.IN_TRANSIT
        assert len(asked(world, number)) == before

    async def test_a_push_and_a_poll_of_one_scan_make_one_node(self, stage: Stage, world: World) -> None:
        number = numbers(world)[0]
        await passes(stage, 46)
        kept = await stage.app.desk.kept.parcels.nodes((await parcel(stage, number)).id)
        assert len(kept) == 5
        assert len(asked(world, number)) >= 1, "somebody polled too"

    async def test_where_the_courier_takes_no_subscription_a_tracker_pushes(self, stage: Stage, world: World) -> None:
        world.zto.goes_down()
        await passes(stage, 4.5)
        assert {row["service"] for row in world.ledger()["subscriptions"]} == {"kuaidi100"}
        await passes(stage, 42)
        number = numbers(world)[0]
        assert (await parcel(stage, number)).state is S.DELIVERED
        assert any(row["service"] == "kuaidi100" for row in world.ledger()["pushes"])

    async def test_a_tracker_that_gives_up_is_asked_once_more(self, stage: Stage, world: World) -> None:
        world.zto.goes_down()
        number = numbers(world)[0]
        world.parcel(number).stalls()
        await passes(stage, 24 * 8, step=HOUR)
        mine = [row for row in world.ledger()["subscriptions"] if row["number"] == number]
        assert len(mine) == 2


@pytest.mark.usefixtures("printed")
class TestATracker:
    @pytest.fixture
    async def alone(self, world: World) -> World:
        """Neither courier nor shop answers: Kuaidi100 is all there is."""
        world.zto.goes_down()
        world.pinduoduo.goes_down()
        return world

    async def test_its_patience_and_the_quota_of_a_number_are_never_tried(
        self, stage: Stage, printed: Merchant, alone: World
    ) -> None:
        number = numbers(alone)[0]
        await passes(stage, 30)
        alone.parcel(number).fails()
        for _ in range(24):
            await printed.says(f"查 {number}")
            await passes(stage, 1, step=20 * MINUTE)
        at = asked(alone, number, "kuaidi100")
        assert alone.kuaidi100.locked == {}
        assert min(later - earlier for earlier, later in itertools.pairwise(at)) >= 30 * MINUTE
        assert max(sum(moment <= other < moment + DAY for other in at) for moment in at) <= 24

    async def test_the_days_money_ends_the_asking_until_tomorrow(self, stage: Stage, alone: World) -> None:
        await stage.dark()
        await stage.light(kuaidi100_price=10, track_cap=30)
        midnight = alone.clock.now() + 8.5 * HOUR
        await passes(stage, 8)
        assert len([row for row in alone.ledger()["queries"] if row["service"] == "kuaidi100"]) == 3
        await passes(stage, 8)
        after = [row["at"] for row in alone.ledger()["queries"] if row["service"] == "kuaidi100"][3:]
        assert after
        assert min(after) >= midnight

    async def test_a_service_that_is_down_is_left_alone_between_tries(self, stage: Stage, alone: World) -> None:
        alone.kuaidi100.goes_down()
        before = stage.app.desk.lookout.breakers
        await passes(stage, 12)
        assert not all(before.lets_through(service) for service in ("ZTO", "pinduoduo", "kuaidi100"))
        alone.zto.comes_back()
        await passes(stage, 6)
        assert (await parcel(stage, numbers(alone)[0])).state is S.IN_TRANSIT
