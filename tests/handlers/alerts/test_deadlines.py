"""The deadline guard: it speaks first, with a button that prints exactly those orders."""

from typing import Any

import pytest

from bot.sandbox.world import World
from core.alerts import AlertState, Rule
from core.rights import Role
from tests.handlers.alerts.cards import MOVED, labels
from tests.handlers.alerts.people import colleague, wishes
from tests.support.merchant import Merchant
from tests.support.passing import HOUR, passes
from tests.support.stage import Message, Stage


@pytest.fixture
def world() -> World:
    """A shop in which nobody has ordered anything yet; it is half past three in the afternoon."""
    return World(seed=7, orders=0)


@pytest.fixture
async def bound(merchant: Merchant) -> Merchant:
    await merchant.has_bound()
    await wishes(merchant, quiet=None, morning=None, evening=None)
    return merchant


def deadlines(merchant: Merchant) -> list[Message]:
    return [message for message in merchant.messages if "承诺发货时间" in message.text]


def ordered(world: World, count: int, **what: Any) -> list[str]:
    return [world.new_order(**what).order_sn for _ in range(count)]


async def seen(stage: Stage, order: str) -> list[tuple[int, AlertState]]:
    found = await stage.app.desk.kept.alerts.of_subjects([f"order/123456789/{order}"])
    return [(alert.step, alert.state) for alerts in found.values() for alert in alerts]


async def test_it_speaks_twelve_four_and_one_hour_before_and_when_it_is_too_late(
    stage: Stage, bound: Merchant, world: World
) -> None:
    ordered(world, 3)  # to be shipped within 48 hours
    await passes(stage, 35.5)
    assert deadlines(bound) == []
    told = []
    for _ in range(30):
        await passes(stage, 0.5)
        told += [deadlines(bound)[-1].text] if deadlines(bound) and deadlines(bound)[-1].text not in told else []
    assert told == [
        "⏰ 3 单将在 12 小时内超过承诺发货时间（最早 11-24 15:30）。\n可打 3 单。",
        "⏰ 3 单将在 4 小时内超过承诺发货时间（最早 11-24 15:30）。\n可打 3 单。",
        "⏰ 3 单将在 1 小时内超过承诺发货时间（最早 11-24 15:30）。\n可打 3 单。",
        "🔴 3 单已超过承诺发货时间（最早 11-24 15:30）。\n可打 3 单。",
    ]
    assert len(deadlines(bound)) == 1, "one live card"
    assert [message.text for message in bound.messages].count(MOVED) == 3


async def test_the_button_prints_exactly_those(stage: Stage, bound: Merchant, world: World) -> None:
    soon = ordered(world, 4)
    await passes(stage, 20)
    ordered(world, 5)
    await passes(stage, 16.2)
    card = deadlines(bound)[-1]
    assert card.text.startswith("⏰ 4 单将在 12 小时内")
    assert labels(card) == ["打印 4 单", "看名单", "1 小时后再提醒"]
    button = bound.button("打印 4 单")
    heard = await bound.presses(button)
    assert "要到期的成交待发货 4 单" in heard
    await bound.says("确认")
    assert sorted(entry["order_sn"] for entry in world.ledger()["uploads"]) == sorted(soon)
    await passes(stage, 0.2)
    assert card.text == "🟢 这 4 单都已发货或取消。"
    assert card.buttons == ()
    assert "没有要打的了" in await bound.presses(button)


async def test_orders_that_come_to_it_soon_are_told_together(stage: Stage, bound: Merchant, world: World) -> None:
    for _ in range(6):
        ordered(world, 1)
        world.clock.move(20 * 60_000)
    await passes(stage, 34.5)
    (card,) = deadlines(bound)
    assert card.text.startswith("⏰ 6 单将在 14 小时内超过承诺发货时间（最早 11-24 15:30）")
    await passes(stage, 2)
    assert deadlines(bound) == [card], "told once, though the others have come to it by now"


async def test_held_orders_are_counted_with_their_reason(stage: Stage, bound: Merchant, world: World) -> None:
    orders = ordered(world, 5)
    world.pinduoduo.refunds(orders[0])
    world.pinduoduo.holds(orders[1])
    world.pinduoduo.refunds(orders[2])
    await passes(stage, 36.2)
    (card,) = deadlines(bound)
    assert "可打 2 单，暂缓 3 单（退款中 2，平台暂停发货 1）。" in card.text
    assert "打印 2 单" in labels(card)


async def test_what_is_not_to_be_shipped_by_us_is_no_deadline(stage: Stage, bound: Merchant, world: World) -> None:
    ordered(world, 1, trade_type=1, step_trade_status=1)
    ordered(world, 1, self_contained=1)
    ordered(world, 1, group_status=0)
    await passes(stage, 49)
    assert deadlines(bound) == []


async def test_a_presale_counts_from_its_promise(stage: Stage, bound: Merchant, world: World) -> None:
    ordered(world, 1, is_pre_sale=1, pre_sale_at=world.clock.now() + 120 * HOUR, ship_within=168 * HOUR)
    await passes(stage, 155)
    assert deadlines(bound) == []
    await passes(stage, 1.2)
    assert len(deadlines(bound)) == 1


async def test_in_an_hour_it_is_told_again(stage: Stage, bound: Merchant, world: World) -> None:
    ordered(world, 2)
    await passes(stage, 36.2)
    assert "再提醒你" in await bound.taps("1 小时后再提醒")
    await passes(stage, 0.8)
    assert len(bound.messages) == len([m for m in bound.messages if m.text != MOVED])
    await passes(stage, 0.5)
    assert bound.messages[-1].text.startswith("⏰ 2 单将在 11 小时内")
    assert len(deadlines(bound)) == 1


async def test_shipped_elsewhere_it_is_over(stage: Stage, bound: Merchant, world: World) -> None:
    (order,) = ordered(world, 1)
    await passes(stage, 36.2)
    world.pinduoduo.ships_elsewhere(order, "73999999999999")
    await passes(stage, 0.5)
    assert await seen(stage, order) == [(1, AlertState.CLOSED)]
    assert "都已发货或取消" in bound.messages[-1].text


async def test_the_packer_hears_it_and_may_print_the_viewer_hears_nothing(
    stage: Stage, bound: Merchant, world: World
) -> None:
    packer = await colleague(stage, bound, Role.PACKER, "小王")
    viewer = await colleague(stage, bound, Role.VIEWER, "小钱")
    service = await colleague(stage, bound, Role.SERVICE, "小孙")
    ordered(world, 2)
    await passes(stage, 41)
    assert labels(deadlines(packer)[-1])[0] == "打印 2 单"
    assert deadlines(viewer) == []
    assert labels(deadlines(service)[-1])[0] == "看名单", "who may not print is not offered to"


async def test_while_the_shop_is_down_it_goes_by_what_it_knows(stage: Stage, bound: Merchant, world: World) -> None:
    ordered(world, 2)
    await passes(stage, 1)
    world.pinduoduo.goes_down()
    await passes(stage, 36)
    assert deadlines(bound)[-1].text.startswith("⏰ 2 单将在 12 小时内")


async def test_a_restart_tells_nothing_twice(stage: Stage, bound: Merchant, world: World) -> None:
    ordered(world, 2)
    for _ in range(20):
        await passes(stage, 2.4)
        await stage.restart()
    told = [message.text for message in bound.messages if "⏰" in message.text or "🔴" in message.text]
    assert len(told) == len(set(told))
    rules = {alert.rule for alert in await stage.app.desk.kept.alerts.open_by_rule(Rule.SHIP_DEADLINE)}
    assert rules == {Rule.SHIP_DEADLINE}
