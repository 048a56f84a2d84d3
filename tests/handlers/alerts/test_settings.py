"""提醒时间 and 开关提醒: what counts as late, and who hears what when, by chat."""

import pytest

from bot.sandbox.world import World
from core.alerts import Limit, Rule
from core.clock import HOUR
from core.rights import Role
from core.storage.address import Address
from core.subscribers import Wishes
from tests.handlers.alerts.cards import alerts_of, card, cards, numbers
from tests.handlers.alerts.people import colleague
from tests.support.merchant import Interrupted, Merchant
from tests.support.passing import MINUTE, passes
from tests.support.stage import Stage


async def merchant_of(merchant: Merchant) -> str:
    member = await merchant.stage.app.desk.kept.merchants.member("room", merchant.peer)
    assert member is not None
    return member.merchant


async def limits(merchant: Merchant) -> list[Limit]:
    return await merchant.stage.app.desk.kept.alert_limits.of(await merchant_of(merchant))


async def wishes_of(merchant: Merchant) -> Wishes:
    people = merchant.stage.app.desk.kept.subscribers
    found = await people.get(Address("room", merchant.peer), await merchant_of(merchant))
    assert found is not None
    return found.wishes


class TestThresholds:
    async def test_are_shown_with_what_they_come_to(self, printed: Merchant) -> None:
        heard = await printed.says("提醒时间")
        assert "• 未揽收：18 小时提醒，24 小时变红，48 小时严重" in heard
        assert "• 临近发货时限：提前 12 小时提醒，提前 4 小时变红，提前 1 小时变红，马上严重" in heard
        assert "• 疑似丢件：5 天变红，7 天严重" in heard
        assert "• 单号余额：少于 50 个或不够一天用提醒" in heard
        assert await printed.taps("不改了") == ""
        assert await limits(printed) == []

    async def test_one_sentence_changes_one_and_the_others_keep_their_proportion(self, printed: Merchant) -> None:
        heard = await printed.says("停滞 36 小时才提醒")
        assert "✅ 停滞：36 小时提醒，72 小时变红，108 小时严重。" in heard
        assert await limits(printed) == [Limit(Rule.STALLED, 36 * HOUR)]
        heard = await printed.taps("改回默认")
        assert "停滞已改回默认：24 小时提醒，48 小时变红，72 小时严重" in heard
        assert await limits(printed) == []

    async def test_for_a_courier_and_a_province(self, printed: Merchant) -> None:
        heard = await printed.says("中通 新疆 停滞 3 天提醒")
        assert "✅ 停滞（中通，新疆）：72 小时提醒，6 天变红，9 天严重。" in heard
        assert await limits(printed) == [Limit(Rule.STALLED, 72 * HOUR, "ZTO", "新疆")]
        assert "• 停滞（中通，新疆）：72 小时起" in await printed.says("提醒时间")

    async def test_step_by_step_wrong_then_right(self, printed: Merchant) -> None:
        await printed.says("提醒时间")
        assert "未揽收多久开始提醒" in await printed.taps("未揽收")
        assert "没看懂" in await printed.says("早一点")
        assert "没看懂" in await printed.says("900 天")
        assert "✅ 未揽收：6 小时提醒，8 小时变红，16 小时严重。" in await printed.says("6 小时")

    async def test_the_deadline_is_told_earlier(self, printed: Merchant) -> None:
        heard = await printed.says("发货时限 24 小时提醒")
        assert "✅ 临近发货时限：提前 24 小时提醒，提前 8 小时变红，提前 2 小时变红，马上严重。" in heard

    async def test_the_balance_in_numbers(self, printed: Merchant) -> None:
        assert "✅ 单号余额：少于 200 个提醒，用完变严重。" in await printed.says("单号余额少于 200 个提醒我")
        assert await limits(printed) == [Limit(Rule.LOW_BALANCE, 200)]

    async def test_take_effect_on_what_is_under_way(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        await passes(stage, 8)
        world.parcel(number).stalls()
        await passes(stage, 13)
        assert await alerts_of(stage, number) == []
        await printed.says("停滞 12 小时提醒")
        await passes(stage, 0.2)
        assert card(printed, number).text.startswith("🟡 14 小时没有新物流")

    async def test_raised_they_call_nothing_back_and_say_nothing_twice(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        await passes(stage, 8)
        world.parcel(number).stalls()
        await passes(stage, 34)
        before = card(printed, number).text
        await printed.says("停滞 40 小时提醒")
        await passes(stage, 20)
        assert [alert.step for alert in await alerts_of(stage, number)] == [1]
        assert card(printed, number).text == before
        assert len(cards(printed, number)) == 1

    @pytest.mark.parametrize("role", [Role.PACKER, Role.SERVICE, Role.VIEWER])
    async def test_are_not_everybodys_to_change(self, stage: Stage, printed: Merchant, role: Role) -> None:
        other = await colleague(stage, printed, role)
        assert "不能做这件事" in await other.says("停滞 36 小时才提醒")
        assert await limits(printed) == []

    async def test_back_cancel_and_expiry(self, printed: Merchant, world: World) -> None:
        await printed.says("提醒时间")
        await printed.taps("停滞")
        assert "点一项来改" in await printed.says("返回")
        assert "已取消「改提醒条件」" in await printed.says("取消")
        await printed.says("提醒时间")
        world.clock.move(16 * MINUTE)
        assert "已经结束" in await printed.says("停滞")
        assert await limits(printed) == []

    async def test_survive_a_restart_at_every_message(self, stage: Stage, printed: Merchant) -> None:
        restless = Interrupted(stage, printed.peer)
        await restless.says("提醒时间")
        await restless.taps("停滞")
        assert "✅ 停滞：48 小时提醒" in await restless.says("2 天")


class TestSubscriptions:
    async def test_are_shown_and_changed_by_choice(self, printed: Merchant) -> None:
        heard = await printed.says("开关提醒")
        assert "提醒开着。\n黄色和红色都听。\n22:00 到 08:00 不打扰" in heard
        heard = await printed.taps("只听红色的")
        assert "✅ 提醒开着。\n只听红色的。" in heard
        await printed.says("开关提醒")
        assert "没看懂时间" in [await printed.taps("安静时段"), await printed.says("晚上")][1]
        assert "23:30 到 07:00 不打扰" in await printed.says("晚上11:30 到 早上7点")
        assert (await wishes_of(printed)).quiet == (23 * 60 + 30, 7 * 60)

    async def test_digests_have_their_times(self, printed: Merchant) -> None:
        await printed.says("早报几点发")
        await printed.taps("早报晚报")
        await printed.taps("早报")
        assert "早报 07:45，晚报 不发" in await printed.says("7:45")
        await printed.says("开关提醒")
        await printed.taps("早报晚报")
        await printed.taps("早报")
        assert "早报 不发" in await printed.says("没有")

    async def test_off_and_on_by_words(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        assert "提醒关着" in await printed.says("关闭提醒")
        await passes(stage, 8)
        world.parcel(number).stalls()
        await passes(stage, 34)
        assert cards(printed, number) == []
        assert "提醒开着" in await printed.says("打开提醒")
        await passes(stage, 24)
        assert card(printed, number).text.startswith("🔴"), "what is new from then on"

    async def test_one_kind_by_words(self, printed: Merchant) -> None:
        assert "不听：" in await printed.says("关掉停滞提醒")
        assert Rule.STALLED in (await wishes_of(printed)).off
        await printed.says("恢复停滞提醒")
        assert Rule.STALLED not in (await wishes_of(printed)).off

    async def test_mute_for_some_hours(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        await passes(stage, 19)
        world.parcel(number).held()
        assert "静音到 11-23 13:30" in await printed.says("静音 3 小时")
        await passes(stage, 2.5)
        assert cards(printed, number) == []
        await passes(stage, 1)
        assert card(printed, number).text.startswith("🔴 留仓")

    async def test_each_person_has_her_own(self, stage: Stage, printed: Merchant) -> None:
        other = await colleague(stage, printed, Role.VIEWER)
        await other.says("关闭提醒")
        assert (await wishes_of(printed)).is_on
        assert not (await wishes_of(other)).is_on

    async def test_back_and_cancel(self, printed: Merchant) -> None:
        before = await wishes_of(printed)
        await printed.says("开关提醒")
        await printed.taps("安静时段")
        assert "要改什么" in await printed.says("返回")
        assert "已取消「开关提醒」" in await printed.says("取消")
        assert await wishes_of(printed) == before
