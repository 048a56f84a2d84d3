"""异常件: the board by rule, age and courier, and the lists behind its figures."""

from bot.sandbox.world import World
from core.rights import Role
from tests.handlers.alerts.cards import labels, numbers, short, stalls
from tests.handlers.alerts.people import colleague
from tests.support.merchant import Merchant
from tests.support.passing import passes
from tests.support.stage import Stage


async def troubled(stage: Stage, world: World) -> list[str]:
    """One stands still, one was kept at a depot, one is well; a day and a half later."""
    still, kept, well = numbers(world)
    await stalls(stage, world, still)
    world.parcel(kept).held()
    await passes(stage, 6)
    return [still, kept, well]


async def test_all_is_well(printed: Merchant) -> None:
    assert "现在没有异常件" in await printed.says("异常件")


async def test_the_board_counts_by_rule_courier_and_age(stage: Stage, printed: Merchant, world: World) -> None:
    await troubled(stage, world)
    heard = await printed.says("异常件")
    assert heard.splitlines() == [
        "异常件 2 件（11-24 15:30）",
        "• 停滞 1（红 0），最久 41 小时",
        "• 疑难派送失败 1（红 1），最久 6 小时",
        "快递：中通 2",
        "时长：1 天内 1，1 到 2 天 1",
    ]
    assert labels(printed.messages[-1]) == ["停滞 1", "疑难派送失败 1", "刷新"]


async def test_it_refreshes_in_place(stage: Stage, printed: Merchant, world: World) -> None:
    still, _, _ = await troubled(stage, world)
    await printed.says("异常件")
    board, count = printed.messages[-1], len(printed.messages)
    world.parcel(still).scanned()
    await passes(stage, 6)
    await printed.taps("刷新")
    assert len(printed.messages) == count
    assert board.text.startswith("异常件 1 件（11-24 21:30）\n• 疑难派送失败 1")
    assert "异常件 1 件" in await printed.says("异常件"), "who writes gets a new one"


async def test_behind_a_figure_stand_the_parcels_and_behind_each_its_journey(
    stage: Stage, printed: Merchant, world: World
) -> None:
    still, _, _ = await troubled(stage, world)
    await printed.says("异常件")
    heard = await printed.taps("停滞 1")
    assert f"第 1 到 1 件，共 1 件：\n🟡 中通 {short(still)} 黑龙江大兴安岭地区 停滞 41 小时" in heard
    assert "🚚 运输中" in await printed.taps(short(still))
    assert "催件" in printed.labels


async def test_by_words(stage: Stage, printed: Merchant, world: World) -> None:
    await troubled(stage, world)
    assert "共 1 件" in await printed.says("超过 24 小时的异常件")
    assert "没有这样的异常件" in await printed.says("超过 3 天的异常件")
    assert "共 2 件" in await printed.says("中通的异常件")


async def test_many_come_in_pages(stage: Stage, merchant: Merchant, world: World) -> None:
    await merchant.has_bound()
    await merchant.says("打印今天最早的 11 单")
    await merchant.says("确认")
    given = numbers(world)
    for number in given:
        world.parcel(number).stalls()
    await passes(stage, 20)
    await merchant.says("异常件")
    heard = await merchant.taps(f"未揽收 {len(given)}")
    assert f"第 1 到 8 件，共 {len(given)} 件" in heard
    heard = await merchant.taps("下一页")
    assert f"第 9 到 {len(given)} 件" in heard
    assert "下一页" not in merchant.labels


async def test_a_groups_card_leads_to_its_own(stage: Stage, merchant: Merchant, world: World) -> None:
    await merchant.has_bound()
    await merchant.says("打印今天最早的 6 单")
    await merchant.says("确认")
    for number in numbers(world)[:5]:
        world.parcel(number).stalls()
    await passes(stage, 18)
    world.parcel(numbers(world)[5]).held()
    await passes(stage, 2)
    assert "共 5 件" in await merchant.taps("逐个看")


async def test_whoever_may_look_may_look_and_others_see_nothing_of_it(
    stage: Stage, printed: Merchant, world: World
) -> None:
    await troubled(stage, world)
    viewer = await colleague(stage, printed, Role.VIEWER)
    assert "异常件 2 件" in await viewer.says("异常件")
    await viewer.taps("停滞 1")
    await viewer.taps(short(numbers(world)[0]))
    assert viewer.labels == ["刷新"]
    stranger = Merchant(stage, "stranger")
    await stranger.joins()
    assert "现在没有异常件" in await stranger.says("异常件")


async def test_in_the_middle_of_another_conversation_it_answers_and_that_goes_on(
    stage: Stage, printed: Merchant, world: World
) -> None:
    await troubled(stage, world)
    await printed.says("补打")
    assert "异常件 2 件" in await printed.says("异常件")
    assert "单号没有变" in await printed.says(numbers(world)[0])
