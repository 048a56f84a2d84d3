"""Recipients of manual orders are forgotten some time after their parcels arrived, and not before."""

from bot.sandbox.world import World
from tests.handlers.manual.people import LI, ZHANG, tables
from tests.support.merchant import Merchant
from tests.support.passing import HOUR, passes
from tests.support.stage import Stage

DAY = 24  # hours


async def erased(merchant: Merchant) -> list[bool]:
    """Which of the manual orders have forgotten their recipient, in the order of their numbers."""
    rows = await merchant.stage.app.database.all("SELECT body_sealed, mark FROM manual_orders ORDER BY number")
    return [(body, mark) == ("", "") for body, mark in rows]


async def test_a_recipient_is_forgotten_thirty_days_after_her_parcel_arrived(
    bound: Merchant, stage: Stage, world: World
) -> None:
    await bound.says(f"{ZHANG}\n{LI}")
    await bound.taps("打印 2 张")
    first, second = (entry["number"] for entry in world.ledger()["numbers"])
    world.parcel(first).signed()
    world.parcel(second).stalls()
    await passes(stage, 29 * DAY, step=12 * HOUR)
    assert await erased(bound) == [False, False]
    await passes(stage, 3 * DAY, step=12 * HOUR)
    assert await erased(bound) == [True, False]
    assert "张三" not in await tables(bound)
    assert "✅ 打印 11-22" in await bound.says(f"查 {first}"), "what was done stays known"
    assert "已经给这个收件人打过" not in await bound.says(ZHANG)


async def test_what_waits_to_be_gone_on_with_is_kept_for_it_but_not_for_ever(
    bound: Merchant, stage: Stage, world: World
) -> None:
    world.zto.runs_out()
    await bound.says(ZHANG)
    await bound.says("好的")
    await passes(stage, 60 * DAY, step=5 * DAY * HOUR)
    assert await erased(bound) == [False]
    await passes(stage, 125 * DAY, step=5 * DAY * HOUR)
    assert await erased(bound) == [True]


async def test_how_long_is_the_operators_to_say(bound: Merchant, stage: Stage, world: World) -> None:
    await bound.says(ZHANG)
    await bound.taps("打印 1 张")
    world.parcel(world.ledger()["numbers"][0]["number"]).signed()
    await stage.dark()
    await stage.light(recipient_days=2)
    await passes(stage, 5 * DAY, step=12 * HOUR)
    assert await erased(bound) == [True]
