"""早报 and 晚报: counts that add up to the order list, each once, to who reads them."""

import re
from collections import Counter
from datetime import datetime

import pytest

from bot.sandbox.world import World
from core.alerts import AlertState, Rule
from core.clock import SHANGHAI, moment_of
from core.orders import OrderStatus
from core.parcels import Node, ParcelState
from core.rights import Role
from core.tracking.digests import digest_of, place_of
from core.tracking.herald import Place
from core.tracking.ingest import take_in
from tests.handlers.alerts.cards import alerts_of, labels, numbers, parcel_of
from tests.handlers.alerts.people import colleague, wishes
from tests.support.merchant import Merchant
from tests.support.passing import HOUR, passes
from tests.support.stage import Message, Stage


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=40)


@pytest.fixture
async def bound(merchant: Merchant) -> Merchant:
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    await merchant.says("确认")
    return merchant


def digests(merchant: Merchant) -> list[Message]:
    return [message for message in merchant.messages if message.text.startswith(("☀️", "🌙"))]


def counts(message: Message) -> tuple[int, list[int]]:
    """The whole, and its parts."""
    found = re.search(r"成交 (\d+) 单：(.+)", message.text)
    assert found
    return int(found[1]), [int(part) for part in re.findall(r"\d+", found[2])]


async def test_the_evening_and_the_morning_add_up_to_the_order_list(
    stage: Stage, bound: Merchant, world: World
) -> None:
    await passes(stage, 5.2)
    (evening,) = digests(bound)
    assert evening.text.startswith("🌙 11-22 晚报\n近 30 天成交 ")
    for _ in range(4):
        await passes(stage, 12)
        whole, parts = counts(digests(bound)[-1])
        assert sum(parts) == whole
        rows = await stage.app.desk.kept.database.all("SELECT count(*) FROM orders")
        assert whole == rows[0][0]
    assert len(digests(bound)) == 5


async def test_parts_are_what_the_world_says(stage: Stage, bound: Merchant, world: World) -> None:
    await passes(stage, 48)
    member = await stage.app.desk.kept.merchants.member("room", bound.peer)
    assert member is not None
    digest, _ = await digest_of(stage.app.desk.watch, member.merchant, is_morning=True)
    statuses = Counter(row["status"] for row in world.ledger()["orders"])
    assert statuses[3] >= len(numbers(world))
    assert (digest.places[Place.WAITING], digest.places[Place.SIGNED]) == (statuses[1], statuses[3])


async def test_trouble_deadlines_and_what_was_settled(stage: Stage, bound: Merchant, world: World) -> None:
    given = numbers(world)
    await passes(stage, 8)
    for number in given[:6]:
        world.parcel(number).stalls()
    await passes(stage, 42)  # half past five in the afternoon, two days later
    for number in given[:2]:
        world.parcel(number).scanned()
    await passes(stage, 15.2)
    morning = digests(bound)[-1]
    assert "要处理 4 件：停滞 4" in morning.text
    assert "解决 2 件，其中 2 件在变严重之前" in morning.text
    assert re.search(r"⏰ 今天 \d+ 单到承诺发货时间", morning.text)
    assert labels(morning) == ["看异常", "打印订单"]


async def test_with_nothing_to_do_it_says_so(stage: Stage, bound: Merchant, world: World) -> None:
    await passes(stage, 5.2)
    assert "没有要处理的异常件" in digests(bound)[0].text


async def test_each_is_sent_once_however_often_the_program_stops(stage: Stage, bound: Merchant, world: World) -> None:
    for _ in range(12):
        await passes(stage, 4)
        await stage.restart()
    assert [message.text.splitlines()[0] for message in digests(bound)] == [
        "🌙 11-22 晚报",
        "☀️ 11-23 早报",
        "🌙 11-23 晚报",
        "☀️ 11-24 早报",
    ]


async def test_one_that_was_missed_is_sent_late_and_alone(stage: Stage, bound: Merchant, world: World) -> None:
    await passes(stage, 1)
    await stage.dark()
    world.clock.move(round((24 + 20) * HOUR))  # half past twelve, two days later
    await stage.light()
    await passes(stage, 0.5, step=10 * 60_000)
    assert [message.text.splitlines()[0] for message in digests(bound)] == ["☀️ 11-24 早报"]


async def test_only_who_reads_them_gets_them(stage: Stage, bound: Merchant, world: World) -> None:
    people = {role: await colleague(stage, bound, role, role.value) for role in Role}
    await passes(stage, 5.2)
    assert {role for role, person in people.items() if digests(person)} == {Role.OWNER, Role.MANAGER}


async def test_her_own_times_and_none_at_all(stage: Stage, bound: Merchant, world: World) -> None:
    early = await colleague(stage, bound, Role.MANAGER, "小早")
    await wishes(early, morning=None, evening=16 * 60)
    await wishes(bound, morning=None, evening=None)
    await passes(stage, 26)
    assert digests(bound) == []
    assert [message.text.splitlines()[0] for message in digests(early)] == ["🌙 11-22 晚报", "🌙 11-23 晚报"]


async def test_who_is_silent_gets_it_when_the_silence_ends(stage: Stage, bound: Merchant, world: World) -> None:
    await wishes(bound, silent_until=moment_of(datetime(2026, 11, 22, 21, 15, tzinfo=SHANGHAI)), morning=None)
    await passes(stage, 5.2)
    assert digests(bound) == []
    await passes(stage, 0.8)
    assert len(digests(bound)) == 1


async def test_who_joins_after_its_time_waits_for_the_next(stage: Stage, bound: Merchant, world: World) -> None:
    await passes(stage, 6)
    newcomer = await colleague(stage, bound, Role.MANAGER, "小新")
    await passes(stage, 1)
    assert digests(newcomer) == []
    await passes(stage, 11)
    assert len(digests(newcomer)) == 1


async def test_a_signature_by_proxy_is_told_in_a_digest_only(stage: Stage, bound: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await passes(stage, 2)
    desk, parcel = stage.app.desk, await parcel_of(stage, number)
    now = world.clock.now()
    told = [
        Node(now - 3 * HOUR, ParcelState.PICKED_UP, "已揽收"),
        Node(now, ParcelState.DELIVERED_PROXY, "驿站代签"),
    ]
    await take_in(desk.kept, desk.clock, parcel, told, "test")
    await passes(stage, 1)
    assert [(alert.rule, alert.state) for alert in await alerts_of(stage, number)] == [(Rule.PROXY, AlertState.OPEN)]
    assert not any("代签" in message.text for message in bound.messages)
    await passes(stage, 2.5)
    assert "要处理 1 件：代签收 1" in digests(bound)[-1].text
    assert [alert.state for alert in await alerts_of(stage, number)] == [AlertState.TOLD]


@pytest.mark.parametrize("status", list(OrderStatus))
@pytest.mark.parametrize("state", [None, *ParcelState])
def test_every_order_is_somewhere(status: OrderStatus, state: ParcelState | None) -> None:
    place = place_of(status, state)
    assert (place is Place.WAITING) == (status is OrderStatus.WAITING)
    if state is None:
        assert place in {Place.WAITING, Place.ELSEWHERE, Place.SIGNED, Place.CLOSED}


async def test_in_english(stage: Stage, bound: Merchant, world: World) -> None:
    await bound.says("English")
    await passes(stage, 5.2)
    (evening,) = [message for message in bound.messages if message.text.startswith("🌙")]
    assert evening.text.startswith("🌙 11-22, the evening\n")
    assert "Nothing to see to." in evening.text
