"""Who is told what and when: one by one, together, by outlet, not at night, never twice."""

from collections import Counter

import pytest

from bot.sandbox.world import World
from core.alerts import AlertState, Rule
from core.rights import Role
from tests.handlers.alerts.cards import LIGHTS, MOVED, alerts_of, card, cards, labels, numbers, short, stalls
from tests.handlers.alerts.people import ONLY_PARCELS, colleague, wishes
from tests.support.merchant import Merchant
from tests.support.passing import HOUR, MINUTE, catches_up, passes
from tests.support.stage import Stage


async def prints(merchant: Merchant, count: int) -> list[str]:
    """So many parcels on their way."""
    await merchant.has_bound()
    await wishes(merchant, **ONLY_PARCELS)
    await merchant.says(f"打印今天最早的 {count} 单")
    await merchant.says("确认")
    merchant.marks()
    return numbers(merchant.stage.world)


class TestOneParcel:
    async def test_is_told_at_each_step_on_a_new_card_and_the_old_one_refers_to_it(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        await stalls(stage, world, number)
        await passes(stage, 24)
        first, second = [message for message in printed.news if message.text == MOVED or short(number) in message.text]
        assert first.text == MOVED
        assert first.buttons == ()
        assert second.text.startswith("🔴 57 小时没有新物流")
        assert await said(stage, number) == [(Rule.STALLED, 2, AlertState.TOLD)]

    async def test_is_told_two_minutes_after_it_was_found_in_which_others_may_join(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        await passes(stage, 20)
        world.parcel(number).held()
        await passes(stage, 5)
        assert "🔴 留仓 · 中通" in card(printed, number).text
        raised = (await alerts_of(stage, number))[0].raised_at
        assert raised % (30 * MINUTE) == 0, "found when it was polled"

    async def test_that_recovers_before_anybody_was_told_is_told_to_nobody(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        await passes(stage, 8)
        world.parcel(number).stalls()
        await passes(stage, 24)  # half past three in the afternoon of the day after: stalled since half past ten
        await passes(stage, 2)
        world.parcel(number).scanned()
        await passes(stage, 10)
        told = [message.text for message in printed.messages if short(number) in message.text]
        assert told == []
        assert [alert.state for alert in await alerts_of(stage, number)] == [AlertState.CLOSED]


class TestAtNight:
    async def test_nobody_is_woken_and_in_the_morning_it_is_told_once(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        await passes(stage, 8)
        world.parcel(number).stalls()
        await passes(stage, 32)  # half past seven in the morning
        assert cards(printed, number) == []
        await passes(stage, 1)
        assert len(cards(printed, number)) == 1

    async def test_who_wants_no_quiet_hours_hears_it_at_once(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        night_owl = await colleague(stage, printed, Role.MANAGER)
        await wishes(night_owl, quiet=None)
        await passes(stage, 8)
        world.parcel(number).stalls()
        await passes(stage, 25)
        assert card(night_owl, number).text.startswith("🟡 24 小时没有新物流")
        assert cards(printed, number) == []
        await passes(stage, 9)
        assert len(cards(night_owl, number)) == len(cards(printed, number)) == 1


class TestMany:
    async def test_with_one_trouble_are_told_together_and_counted_down(
        self, stage: Stage, merchant: Merchant, world: World
    ) -> None:
        given = await prints(merchant, 8)
        for number in given:
            world.parcel(number).stalls()
        await passes(stage, 20)
        (told,) = [message for message in merchant.news if "没揽收" in message.text or "记录" in message.text]
        assert told.text.startswith("🟡 8 个包裹发货后还没揽收\n• ")
        assert labels(told) == ["逐个看", "全部催件", "明天再说", "忽略"]
        for number in given[:3]:
            world.parcel(number).scanned()
        await passes(stage, 3)
        assert "🟡 5 个包裹发货后还没揽收" in told.text
        assert "另有 3 个已恢复" in told.text
        for number in given[3:]:
            world.parcel(number).scanned()
        await passes(stage, 3)
        assert told.text == "🟢 8 个包裹都已恢复。"
        assert told.buttons == ()

    async def test_name_the_first_eight_and_count_the_rest(
        self, stage: Stage, merchant: Merchant, world: World
    ) -> None:
        for number in await prints(merchant, 11):
            world.parcel(number).stalls()
        await passes(stage, 20)
        text = merchant.messages[-1].text
        assert text.count("\n• ") == 8
        assert f"…还有 {len(numbers(world)) - 8} 个" in text

    async def test_few_are_told_one_by_one(self, stage: Stage, printed: Merchant, world: World) -> None:
        for number in numbers(world):
            world.parcel(number).stalls()
        await passes(stage, 20)
        assert [len(cards(printed, number)) for number in numbers(world)] == [1, 1, 1]

    async def test_that_join_within_half_an_hour_join_the_card(
        self, stage: Stage, merchant: Merchant, world: World
    ) -> None:
        first = await prints(merchant, 5)
        world.clock.move(20 * MINUTE)
        await merchant.says("打印今天最早的 5 单")
        await merchant.says("确认")
        for number in numbers(world):
            world.parcel(number).stalls()
        await passes(stage, 18.5, step=10 * MINUTE)
        assert len(numbers(world)) > len(first) + 3
        (told,) = [message for message in merchant.messages if "还没揽收" in message.text]
        assert f"{len(numbers(world))} 个包裹发货后还没揽收" in told.text

    async def test_a_step_further_they_get_a_new_card_and_the_old_one_refers_to_it(
        self, stage: Stage, merchant: Merchant, world: World
    ) -> None:
        for number in await prints(merchant, 8):
            world.parcel(number).stalls()
        await passes(stage, 26)
        told = [message.text for message in merchant.messages if "揽收" in message.text or message.text == MOVED]
        assert told[-1].startswith("🔴 8 个包裹发货后还没揽收")
        assert [text for text in told if "🟡" in text] == []

    async def test_stuck_in_one_outlet_are_told_as_that(self, stage: Stage, merchant: Merchant, world: World) -> None:
        given = await prints(merchant, 8)
        await passes(stage, 8)
        for number in given:
            world.parcel(number).stalls()
        await passes(stage, 34)
        (told,) = [message for message in merchant.messages if "集中停滞" in message.text]
        assert told.text.startswith("🟡 【杭州市网点】集中停滞：中通 6 个包裹没有新物流")
        assert len([each for each in merchant.messages if each.text.startswith(LIGHTS)]) == 1
        assert len(given) == 8, "two of them go to remote provinces, which take longer"

    async def test_one_that_gets_worse_alone_gets_a_card_of_its_own(
        self, stage: Stage, merchant: Merchant, world: World
    ) -> None:
        given = await prints(merchant, 8)
        for number in given:
            world.parcel(number).stalls()
        await passes(stage, 20)
        (group,) = [message for message in merchant.messages if "个包裹发货后还没揽收" in message.text]
        world.parcel(given[0]).refused()
        await passes(stage, 2)
        assert card(merchant, given[0]).text.startswith("🔴 拒收")
        assert "🟡 7 个包裹发货后还没揽收" in group.text


class TestAnswers:
    async def test_tomorrow_it_is_told_again_if_it_is_still_so(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        await stalls(stage, world, number)
        assert "到 11-25 09:00 还没好就再提醒你" in await printed.taps("明天再说")
        assert await said(stage, number) == [(Rule.STALLED, 1, AlertState.SNOOZED)]
        before = len(printed.messages)
        await passes(stage, 23)
        assert len(printed.messages) == before, "not even when it gets worse"
        await passes(stage, 1)
        assert card(printed, number).text.startswith("🔴 58 小时没有新物流")
        assert len(cards(printed, number)) == 1

    async def test_others_still_hear_when_it_gets_worse(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        other = await colleague(stage, printed, Role.MANAGER)
        await wishes(other, quiet=None)
        await stalls(stage, world, number)
        await printed.taps("明天再说")
        await passes(stage, 14)
        assert card(other, number).text.startswith("🔴 48 小时没有新物流")
        assert not any("48 小时" in message.text for message in printed.messages)

    async def test_recovered_before_that_nothing_is_told(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        await stalls(stage, world, number)
        await printed.taps("明天再说")
        world.parcel(number).scanned()
        await passes(stage, 30)
        assert card(printed, number).text.startswith(("🟢 已恢复", "🟢 已签收"))
        assert len(cards(printed, number)) == 1

    async def test_ignored_it_is_silent_until_there_is_news(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        other = await colleague(stage, printed, Role.MANAGER)
        await wishes(other, **ONLY_PARCELS)
        await stalls(stage, world, number)
        assert "有新物流会重新看" in await printed.taps("忽略")
        before = len(printed.messages), len(other.messages)
        await passes(stage, 60)
        assert (len(printed.messages), len(other.messages)) == before
        world.parcel(number).scanned()
        await passes(stage, 5)
        world.parcel(number).stalls()
        await passes(stage, 40)
        assert len(printed.messages) > before[0], "armed again by the scan"

    async def test_settled_by_hand_it_is_over(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        await stalls(stage, world, number)
        await printed.taps("催件")
        await printed.taps("处理好了")
        assert card(printed, number).text.startswith("🟢 已处理。")
        assert await said(stage, number) == [(Rule.STALLED, 1, AlertState.CLOSED)]
        before = len(printed.messages)
        await passes(stage, 40)
        assert not any("🔴" in message.text for message in printed.messages[before:])

    async def test_an_old_card_changes_nothing(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        await stalls(stage, world, number)
        old = printed.button("忽略")
        await passes(stage, 24)
        assert "请看最新的一条" in await printed.presses(old)
        assert await said(stage, number) == [(Rule.STALLED, 2, AlertState.TOLD)]

    async def test_answered_in_the_middle_of_another_conversation_that_goes_on(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        await stalls(stage, world, number)
        later = printed.button("明天再说")
        await printed.says("补打")
        await printed.presses(later)
        assert "单号没有变" in await printed.says(number)

    async def test_a_stranger_cannot_answer(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        await stalls(stage, world, number)
        stranger = Merchant(stage, "stranger")
        await stranger.joins()
        for label in ("明天再说", "忽略"):
            assert "请看最新的一条" in await stranger.presses(printed.button(label))
        assert await said(stage, number) == [(Rule.STALLED, 1, AlertState.TOLD)]


@pytest.mark.usefixtures("printed")
class TestWhenServicesAreDown:
    async def test_a_stall_is_not_told_from_ignorance(self, stage: Stage, world: World) -> None:
        number = numbers(world)[0]
        await passes(stage, 8)
        for service in (world.zto, world.pinduoduo, world.kuaidi100):
            service.goes_down()
        await passes(stage, 18)
        assert await alerts_of(stage, number) == []
        for service in (world.zto, world.pinduoduo, world.kuaidi100):
            service.comes_back()
        await passes(stage, 2)
        assert await alerts_of(stage, number) == [], "it had been moving all the time"

    async def test_but_not_for_ever_and_then_it_says_so(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        await passes(stage, 10)
        for service in (world.zto, world.pinduoduo, world.kuaidi100):
            service.goes_down()
        await passes(stage, 26)
        assert await alerts_of(stage, number) == []
        await passes(stage, 6)
        assert card(printed, number).text.startswith("🟡 33 小时没有新物流")
        assert "（暂时查不到最新物流，可能已有更新）" in card(printed, number).text


async def test_a_chat_that_cannot_be_reached_loses_nothing(stage: Stage, world: World) -> None:
    merchant = Merchant(stage)
    given = await prints(merchant, 1)
    world.parcel(given[0]).stalls()
    stage.room.closed.add(merchant.peer)
    await passes(stage, 20)
    assert not any("揽收" in message.text for message in merchant.messages)
    stage.room.closed.clear()
    await passes(stage, 1)
    assert any("还没揽收" in message.text for message in merchant.messages)


async def test_nothing_is_told_twice_however_often_the_program_stops(
    stage: Stage, printed: Merchant, world: World
) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    world.parcel(number).stalls()
    for _ in range(40):
        await passes(stage, 1.5, step=HOUR)
        await stage.restart()
        await catches_up(stage)
    told = Counter(message.text for message in printed.messages if message.text != MOVED)
    assert max(told.values()) == 1
    alerts = await alerts_of(stage, number)
    assert [(alert.rule, alert.step) for alert in alerts] == [(Rule.STALLED, 2)]


async def said(stage: Stage, number: str) -> list[tuple[Rule, int, AlertState]]:
    return [(alert.rule, alert.step, alert.state) for alert in await alerts_of(stage, number)]


class TestWhoCannotBeReached:
    """The first version of a card waits in the outbox while the card changes."""

    async def test_is_told_what_still_stands_when_she_can(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        other = await colleague(stage, printed, Role.SERVICE)
        stage.room.closed.add(printed.peer)
        await stalls(stage, world, number)
        await other.taps("催件")
        stage.room.closed.clear()
        await passes(stage, 0.5)
        assert [message.text for message in cards(printed, number)] == [card(other, number).text]
        assert "明天再说" in labels(card(printed, number))

    async def test_is_not_told_what_is_over_by_then(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        stage.room.closed.add(printed.peer)
        await stalls(stage, world, number)
        world.parcel(number).signed()
        await passes(stage, 4)
        stage.room.closed.clear()
        await passes(stage, 0.5)
        assert cards(printed, number) == []
