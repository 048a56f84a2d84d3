"""拦截退回 and 改址: where state and courier allow it, said plainly, agreed to, followed on the card."""

import asyncio

import pytest

from bot.sandbox.world import World
from core.errands import ErrandState
from core.parcels import ParcelState
from core.rights import Role
from tests.handlers.alerts.cards import (
    MOVED,
    alerts_of,
    card,
    cards,
    intercepts,
    labels,
    numbers,
    parcel_of,
    short,
    stalls,
)
from tests.handlers.alerts.people import colleague
from tests.support.merchant import Interrupted, Merchant
from tests.support.passing import MINUTE, passes
from tests.support.stage import Stage

ELSEWHERE = "李四 13900000000 广东省 广州市 天河区 体育东路 8 号"


async def states(stage: Stage, number: str) -> list[ErrandState]:
    parcel = await parcel_of(stage, number)
    return [errand.state for errand in await stage.app.desk.kept.errands.of_parcel(parcel.id)]


async def test_back_to_the_sender_from_the_card_to_the_end(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await stalls(stage, world, number)
    world.parcel(number).scanned()
    await passes(stage, 3)
    world.parcel(number).held()
    await passes(stage, 3)
    heard = await printed.taps("拦截退回")
    assert f"拦截 中通 {short(number)}，退回发件地址？" in heard
    assert "可能收退回运费" in heard
    assert intercepts(world) == []
    await printed.taps("拦截退回")
    (asked,) = intercepts(world)
    assert (asked["number"], asked["to"]) == (number, "2")
    told = card(printed, number)
    assert "🟠 已向中通申请拦截退回" in told.text
    assert "撤销拦截" in labels(told)
    assert "拦截退回" not in labels(told)


async def test_it_works_and_the_way_home_is_no_new_alert(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    await printed.says(f"拦截 {number}")
    assert printed.labels == ["退回发件人", "改送别处", "取消"]
    await printed.taps("退回发件人")
    await printed.taps("拦截退回")
    assert "🟠 已向中通申请拦截退回" in card(printed, number).text
    await passes(stage, 22)
    assert await states(stage, number) == [ErrandState.DONE]
    assert "✅ 拦截成功，包裹在退回。" in card(printed, number).text
    assert (await parcel_of(stage, number)).state is ParcelState.RETURNING
    assert len(cards(printed, number)) == 1
    await passes(stage, 70)
    assert (await parcel_of(stage, number)).state is ParcelState.RETURNED
    assert len(cards(printed, number)) == 1, "she asked for it, so nothing of it is news"


async def test_one_that_slips_through_is_told_as_an_alert_of_its_own(
    stage: Stage, printed: Merchant, world: World
) -> None:
    number = numbers(world)[0]
    world.zto.misses_intercepts()
    await passes(stage, 8)
    await printed.says(f"拦截 {number}")
    await printed.taps("退回发件人")
    await printed.taps("拦截退回")
    first = card(printed, number)
    await passes(stage, 21)
    assert await states(stage, number) == [ErrandState.FAILED]
    told = card(printed, number)
    assert told is not first
    assert first.text == MOVED
    assert told.text.startswith("🔴 拦截没有成功 · 中通")
    assert "拦截退回" in labels(told), "it may be tried again"
    assert len(cards(printed, number)) == 1


async def test_to_another_address_wrong_then_right(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    assert "改送给谁" in await printed.says(f"改地址 {number}")
    assert "没看懂" in await printed.says("广州")
    assert "不止一个城市" in await printed.says("李四 13900000000 朝阳区 体育东路 8 号")
    heard = await printed.says(ELSEWHERE)
    assert f"中通 {short(number)} 改送 李* 139******00 广东省 广州市 天河区 体育东路8号***？" in heard
    assert "13900000000" not in heard
    await printed.taps("改送")
    (asked,) = intercepts(world)
    assert (asked["number"], asked["to"]) == (number, "3")
    await passes(stage, 60)
    assert (await parcel_of(stage, number)).state is ParcelState.DELIVERED
    assert await states(stage, number) == [ErrandState.DONE]
    assert await alerts_of(stage, number) == [], "another city is where it was sent"


async def test_back_changes_the_answer_and_cancel_drops_it(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    await printed.says(f"拦截 {number}")
    await printed.taps("改送别处")
    assert "怎么处理" in await printed.says("返回")
    await printed.taps("退回发件人")
    assert "没看懂" in await printed.says("退回发件人"), "no wish to leave this one for"
    assert printed.labels == ["拦截退回", "不拦了"]
    assert "没有拦截" in await printed.taps("不拦了")
    await printed.says(f"拦截 {number}")
    assert "已取消「拦截或改址」" in await printed.says("取消")
    await printed.says(f"拦截 {number}")
    world.clock.move(20 * MINUTE)
    assert "已经结束" in await printed.says("退回发件人")
    assert intercepts(world) == []


@pytest.mark.parametrize(
    ("hours", "why"),
    [
        (1, "还没有揽收，中通拦不了"),
        (41, "已经在派送或待取，中通不再接受拦截。可以打 95311"),
        (47, "已经走完，拦不住了"),
    ],
)
async def test_where_it_is_too_early_or_too_late_it_says_what_else_can_be_done(
    stage: Stage, printed: Merchant, world: World, hours: int, why: str
) -> None:
    await passes(stage, hours)
    assert why in await printed.says(f"拦截 {numbers(world)[0]}")
    assert intercepts(world) == []


async def test_what_the_courier_refuses_is_told_in_its_words(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    await printed.says(f"拦截 {number}")
    await printed.taps("退回发件人")
    world.parcel(number).goes_to_locker()  # nobody has asked since
    heard = await printed.taps("拦截退回")
    assert "中通没有接受：快件已进入第三方站点。包裹会继续走。可以打 95311" in heard
    assert await states(stage, number) == [ErrandState.REFUSED]


async def test_a_courier_that_is_down_is_asked_again_only_when_she_says_so(
    stage: Stage, printed: Merchant, world: World
) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    await printed.says(f"拦截 {number}")
    await printed.taps("退回发件人")
    world.zto.goes_down()
    assert "中通现在连不上，没有提交拦截" in await printed.taps("拦截退回")
    world.zto.comes_back()
    await passes(stage, 0.2, step=MINUTE)
    assert intercepts(world) == []
    await printed.taps("再试一次")
    assert len(intercepts(world)) == 1


async def test_a_lost_answer_is_asked_for_again_by_itself_and_counts_once(
    stage: Stage, printed: Merchant, world: World
) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    await printed.says(f"拦截 {number}")
    await printed.taps("退回发件人")
    world.zto.loses_answers(1, on="thirdcenter.createIntercept")
    await printed.taps("拦截退回")
    assert "还没有回话，会自动核对" in card(printed, number).text
    await passes(stage, 0.1, step=MINUTE)
    assert "🟠 已向中通申请拦截退回" in card(printed, number).text
    assert len(intercepts(world)) == 1


async def test_it_can_be_taken_back_while_nothing_is_decided(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await stalls(stage, world, number)
    await printed.taps("拦截退回")
    await printed.taps("拦截退回")
    assert "撤销 中通" in await printed.taps("撤销拦截")
    await printed.says("确认")
    assert "拦截已撤销，包裹继续派送。" in card(printed, number).text
    assert await states(stage, number) == [ErrandState.CANCELLED]
    await printed.taps("拦截退回")
    await printed.taps("拦截退回")
    assert await states(stage, number) == [ErrandState.CANCELLED, ErrandState.OPEN]


async def test_asked_already_it_says_so(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    await printed.says(f"拦截 {number}")
    await printed.taps("退回发件人")
    await printed.taps("拦截退回")
    assert "正在进行" in await printed.says(f"拦截 {number}")
    assert printed.labels == ["撤销拦截", "联系买家的话"]
    assert "没有进行中的拦截" not in await printed.taps("撤销拦截")


async def test_two_taps_and_two_people_make_one_interception(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    other = await colleague(stage, printed, Role.MANAGER)
    await passes(stage, 8)
    for person in (printed, other):
        await person.says(f"拦截 {number}")
        await person.taps("退回发件人")
    mine, theirs = printed.button("拦截退回"), other.button("拦截退回")
    await asyncio.gather(printed.presses(mine), printed.presses(mine), other.presses(theirs))
    assert len(intercepts(world)) == 1
    assert "刚刚有人提过拦截" in f"{printed.heard}{other.heard}{[m.text for m in printed.messages[-2:]]}"


@pytest.mark.parametrize("role", [Role.SERVICE, Role.PACKER, Role.VIEWER])
async def test_who_may_not_is_told_so_and_has_no_button(
    stage: Stage, printed: Merchant, world: World, role: Role
) -> None:
    number = numbers(world)[0]
    other = await colleague(stage, printed, role)
    await stalls(stage, world, number)
    assert "不能做这件事" in await other.says(f"拦截 {number}")
    assert not any("拦截退回" in labels(message) for message in other.messages)
    assert intercepts(world) == []


async def test_a_restart_at_every_message_changes_nothing(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    restless = Interrupted(stage, printed.peer)
    await restless.says(f"改址 {number}")
    await restless.says(ELSEWHERE)
    await restless.taps("改送")
    assert len(intercepts(world)) == 1
    assert await states(stage, number) == [ErrandState.OPEN]


async def test_a_merged_order_of_two_parcels_is_asked_which(stage: Stage, printed: Merchant, world: World) -> None:
    kept = stage.app.desk.kept
    first, second = [await parcel_of(stage, number) for number in numbers(world)[:2]]
    await kept.database.apply(*kept.parcels.carries(second, first.orders[0]))
    await passes(stage, 8)
    assert "是哪个包裹" in await printed.says(f"拦截 {first.orders[0]}")
    await printed.says("2")
    assert f"中通 {short(numbers(world)[1])} 怎么处理" in printed.heard


async def test_a_hotline_that_is_not_sure_is_said_to_be_so(printed: Merchant, world: World) -> None:
    order = next(row["order_sn"] for row in world.ledger()["orders"] if row["may_ship"] and not row["beware"])
    await printed.says(f"补录单号 {order} JT2099306666983")
    await printed.taps("极兔")
    heard = await printed.says("拦截 JT2099306666983")
    assert "打 956025（请以面单上的电话为准） 报单号 JT2099306666983" in heard
