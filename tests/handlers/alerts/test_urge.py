"""催件: from the card or by words, through ZTO's work orders or by telephone, followed to its end on the same card."""

import asyncio

import pytest

from bot.sandbox.world import World
from core.alerts import AlertState
from core.errands import ErrandState
from core.rights import Role
from handlers.messages import Button
from tests.handlers.alerts.cards import alerts_of, card, cards, labels, numbers, parcel_of, short, stalls, work_orders
from tests.handlers.alerts.people import colleague
from tests.support.merchant import Interrupted, Merchant
from tests.support.passing import HOUR, MINUTE, catches_up, passes
from tests.support.stage import Stage


async def states(stage: Stage, number: str) -> list[ErrandState]:
    parcel = await parcel_of(stage, number)
    return [errand.state for errand in await stage.app.desk.kept.errands.of_parcel(parcel.id)]


async def test_the_whole_of_it_on_one_card(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await stalls(stage, world, number)
    told = card(printed, number)
    assert told.text.startswith(
        f"🟡 33 小时没有新物流 · 中通 {short(number)}\n高*，黑龙江大兴安岭地区 · 厨房沥水置物架×1"
    )
    assert labels(told) == ["催件", "拦截退回", "联系买家的话", "明天再说", "忽略"]

    assert await printed.taps("催件") == "", "the card is the answer"
    (filed,) = work_orders(world)
    assert (filed["number"], filed["kind"]) == (number, "event-urge")
    assert card(printed, number) is told
    assert told.text.startswith(f"🟠 已向中通提交催件工单 {filed['id']}（11-24 09:30）")
    assert "催件" not in labels(told)
    assert [alert.state for alert in await alerts_of(stage, number)] == [AlertState.ACTED]

    world.zto.answers_work_order(filed["id"], "明天上午派送")
    await passes(stage, 1.1)
    assert "中通回复 11-24 09:30：明天上午派送" in told.text
    assert await states(stage, number) == [ErrandState.DONE]

    world.parcel(number).scanned()
    await passes(stage, 6)
    assert told.text.startswith("🟢 已恢复：11-24 10:36 【大兴安岭地区】已到达")
    assert told.buttons == ()
    assert len(cards(printed, number)) == 1
    assert [alert.state for alert in await alerts_of(stage, number)] == [AlertState.CLOSED]


async def test_by_words_it_gets_a_card_of_its_own(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    await printed.says(f"催一下 {number}")
    assert len(work_orders(world)) == 1
    assert "🟠 已向中通提交催件工单" in card(printed, number).text
    assert "你好，运单" not in card(printed, number).text


async def test_asked_which_one_then_wrong_then_right(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await passes(stage, 8)
    assert "要处理哪一单" in await printed.says("催件")
    assert "没看懂号码" in await printed.says("那个")
    assert "没有找到 73000000000000" in await printed.says("73000000000000")
    await printed.says("催件")
    await printed.says(number)
    assert [filed["number"] for filed in work_orders(world)] == [number]


async def test_cancelled_at_the_question_nothing_is_filed(stage: Stage, printed: Merchant, world: World) -> None:
    await printed.says("催件")
    assert "前面没有可以改的了" in await printed.says("返回")
    assert "已取消「催件」" in await printed.says("取消")
    await printed.says("催件")
    world.clock.move(20 * MINUTE)
    assert "已经结束" in await printed.says("那个")
    assert work_orders(world) == []


async def test_a_courier_that_is_down_files_nothing_and_says_so(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await stalls(stage, world, number)
    world.zto.goes_down()
    assert "中通现在连不上，催件没有提交" in await printed.taps("催件")
    assert printed.labels == ["再试一次", "改打电话", "取消"]
    assert "中通现在连不上" in await printed.taps("再试一次")
    world.zto.comes_back()
    await printed.taps("再试一次")
    assert len(work_orders(world)) == 1
    assert await states(stage, number) == [ErrandState.REFUSED, ErrandState.REFUSED, ErrandState.OPEN]


async def test_the_telephone_instead_with_words_to_read_out(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await stalls(stage, world, number)
    world.zto.goes_down()
    await printed.taps("催件")
    heard = await printed.taps("改打电话")
    assert "中通没有替你提交催件。可以打 95311，这段话可以直接念：" in heard
    assert f"「你好，运单 {number}，最后一条物流是 11-22 22:30 【杭州市】已发往下一站，之后 35 小时没有更新" in heard
    assert "上面说的没有提交催件" in await printed.says("先不打")
    assert [alert.state for alert in await alerts_of(stage, number)] == [AlertState.TOLD]
    await printed.taps("催件")
    await printed.taps("改打电话")
    assert "记下已经联系过" in await printed.taps("已联系")
    assert [alert.state for alert in await alerts_of(stage, number)] == [AlertState.ACTED]
    assert work_orders(world) == []


async def test_a_lost_answer_is_never_sent_again_by_itself(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await stalls(stage, world, number)
    world.zto.loses_answers(1, on="zto.open.merchant.incident.create")
    await printed.taps("催件")
    assert "催件时中通没有回话，可能已经提交（11-24 09:30）。为了不重复提交，没有再发。" in card(printed, number).text
    await passes(stage, 3)
    assert len(work_orders(world)) == 1
    assert "4 小时内不重复提交" in await printed.says(f"催 {number}")


async def test_it_is_not_filed_twice_within_hours(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await stalls(stage, world, number)
    await printed.taps("催件")
    await passes(stage, 3.9)
    heard = await printed.says(f"催 {number}")
    assert f"中通 {short(number)} 在 11-24 09:30 刚催过（工单 GD000000000001）" in heard
    await passes(stage, 0.2)
    await printed.says(f"催 {number}")
    assert len(work_orders(world)) == 2


async def test_two_taps_are_one_work_order(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await stalls(stage, world, number)
    button = printed.button("催件")
    await asyncio.gather(printed.presses(button), printed.presses(button))
    await printed.presses(button)
    assert len(work_orders(world)) == 1


async def test_two_people_at_once_make_one_work_order(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    other = await colleague(stage, printed, Role.SERVICE)
    await stalls(stage, world, number)
    await asyncio.gather(printed.taps("催件"), other.taps("催件"))
    assert len(work_orders(world)) == 1
    for person in (printed, other):
        assert "🟠 已向中通提交催件工单" in card(person, number).text


@pytest.mark.parametrize("role", [Role.PACKER, Role.VIEWER])
async def test_who_may_not_chase_is_told_so(stage: Stage, printed: Merchant, world: World, role: Role) -> None:
    number = numbers(world)[0]
    other = await colleague(stage, printed, role)
    await passes(stage, 8)
    assert "不能做这件事" in await other.says(f"催 {number}")
    assert work_orders(world) == []


async def test_somebody_elses_parcel_is_not_found(stage: Stage, printed: Merchant, world: World) -> None:
    stranger = Merchant(stage, "stranger")
    await stranger.joins()
    assert "没有找到" in await stranger.says(f"催 {numbers(world)[0]}")
    parcel = await parcel_of(stage, numbers(world)[0])
    assert "没有找到" in await stranger.presses(Button("催件", f"c:urge:parcel={parcel.id}"))
    assert work_orders(world) == []


async def test_a_parcel_that_has_arrived_is_not_chased(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await passes(stage, 50)
    assert "已经走完，不用催了" in await printed.says(f"催 {number}")
    assert work_orders(world) == []


async def test_a_restart_at_every_message_changes_nothing(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await stalls(stage, world, number)
    restless = Interrupted(stage, printed.peer)
    world.zto.goes_down()
    await restless.taps("催件")
    world.zto.comes_back()
    await restless.taps("再试一次")
    await stage.restart()
    await catches_up(stage)
    assert len(work_orders(world)) == 1
    world.clock.move(8 * HOUR)
    await catches_up(stage)
    assert "已联系派送网点核实" in card(printed, number).text


async def test_a_refusal_leads_to_the_telephone(stage: Stage, printed: Merchant, world: World) -> None:
    number = numbers(world)[0]
    await stalls(stage, world, number)
    world.zto.forgets_our_address()
    heard = await printed.taps("催件")
    assert "中通没有接受催件" in heard
    assert "没有提交" in heard
    assert "95311" in heard


class TestByTelephoneOnly:
    YTO, JT = "YT8962646785389", "JT2099306666983"

    @pytest.fixture
    async def entered(self, printed: Merchant, world: World) -> Merchant:
        """Two parcels of couriers that have no interface here are followed, too."""
        waiting = [row["order_sn"] for row in world.ledger()["orders"] if row["may_ship"] and not row["beware"]]
        for order, number, courier in zip(waiting, (self.YTO, self.JT), ("圆通", "极兔"), strict=False):
            await printed.says(f"补录单号 {order} {number}")
            assert "✅" in await printed.taps(courier)
        return printed

    async def test_a_hotline_that_sources_agree_on_is_told_as_it_is(self, entered: Merchant) -> None:
        heard = await entered.says(f"催 {self.YTO}")
        assert "圆通没有替你提交催件。可以打 95554，这段话可以直接念：" in heard

    async def test_of_one_that_they_do_not_agree_on_the_label_is_said_to_know_better(self, entered: Merchant) -> None:
        heard = await entered.says(f"催 {self.JT}")
        assert "极兔没有替你提交催件。可以打 956025（请以面单上的电话为准），这段话可以直接念：" in heard

    async def test_each_courier_has_its_own_hotline_and_words(self, entered: Merchant) -> None:
        heard = await entered.says(f"催 {self.JT} {self.YTO}")
        yto, jt = heard.index("圆通没有替你提交催件。可以打 95554"), heard.index("极兔没有替你提交催件。可以打 956025")
        assert yto < heard.index(f"运单 {self.YTO}") < jt < heard.index(f"运单 {self.JT}")


class TestAllOfAGroup:
    FILING = "zto.open.merchant.incident.create"

    async def test_at_once(self, told_of_eight: Merchant, world: World) -> None:
        assert "给 8 个包裹提交催件工单" in await told_of_eight.taps("全部催件")
        assert await told_of_eight.taps("提交 8 个") == "已提交 8 个催件工单。有回复会更新各自的卡片。"
        assert sorted(filed["number"] for filed in work_orders(world)) == sorted(numbers(world))
        assert "没有要催的" in await told_of_eight.taps("全部催件")

    async def test_lost_answers_are_not_said_to_be_filed(
        self, told_of_eight: Merchant, stage: Stage, world: World
    ) -> None:
        world.zto.answers_garbage(8, on=self.FILING)
        await told_of_eight.taps("全部催件")
        assert await told_of_eight.taps("提交 8 个") == (
            "8 个可能没提交成：中通没有回话。为了不重复提交，没有再发；4 小时后可以再催，急的话打 95311 核对。"
        )
        for number in numbers(world):
            assert await states(stage, number) == [ErrandState.UNSURE]
        assert "没有要催的" in await told_of_eight.taps("全部催件")
        assert len(work_orders(world)) == 8

    async def test_each_outcome_has_a_sentence_of_its_own(self, told_of_eight: Merchant, world: World) -> None:
        world.zto.answers_garbage(2, on=self.FILING)
        world.zto.throttles(3, on=self.FILING)
        await told_of_eight.taps("全部催件")
        heard = await told_of_eight.taps("提交 8 个")
        for line in ("已提交 3 个催件工单", "2 个可能没提交成", "3 个没有提交"):
            assert line in heard

    async def test_what_a_colleague_chased_meanwhile_is_not_chased_again(
        self, told_of_eight: Merchant, stage: Stage, world: World
    ) -> None:
        other = await colleague(stage, told_of_eight, Role.SERVICE)
        await told_of_eight.taps("全部催件")
        await other.says(f"催 {numbers(world)[0]}")
        heard = await told_of_eight.taps("提交 8 个")
        assert "已提交 7 个催件工单" in heard
        assert "1 个刚刚有人催过，不重复提交" in heard
        assert len(work_orders(world)) == 8

    async def test_while_the_courier_is_down_they_are_told_why_and_may_be_filed_again(
        self, told_of_eight: Merchant, stage: Stage, world: World
    ) -> None:
        world.zto.goes_down()
        await told_of_eight.taps("全部催件")
        heard = await told_of_eight.taps("提交 8 个")
        assert heard.startswith(
            "8 个没有提交。中通现在连不上，这一步没有做，已有的都保存着。过几分钟再试。\n"
            "中通没有替你提交催件。可以打 95311，这段话可以直接念：\n「你好，运单 "
        )
        assert "已提交" not in heard
        assert told_of_eight.labels == ["再试一次", "已联系", "先不打"]
        await stage.restart()
        assert (await told_of_eight.taps("再试一次")).startswith("8 个没有提交。中通现在连不上")
        world.zto.comes_back()
        assert await told_of_eight.taps("再试一次") == "已提交 8 个催件工单。有回复会更新各自的卡片。"
        assert len(work_orders(world)) == 8

    async def test_only_those_that_failed_are_filed_again(self, told_of_eight: Merchant, world: World) -> None:
        world.zto.throttles(3, on=self.FILING)
        await told_of_eight.taps("全部催件")
        heard = await told_of_eight.taps("提交 8 个")
        assert "已提交 5 个催件工单" in heard
        assert "3 个没有提交。中通说请求太频繁" in heard
        assert "已提交 3 个催件工单" in await told_of_eight.taps("再试一次")
        assert sorted(filed["number"] for filed in work_orders(world)) == sorted(numbers(world))

    async def test_those_that_failed_may_be_telephoned_about(
        self, told_of_eight: Merchant, stage: Stage, world: World
    ) -> None:
        world.zto.goes_down()
        await told_of_eight.taps("全部催件")
        await told_of_eight.taps("提交 8 个")
        assert "记下已经联系过" in await told_of_eight.taps("已联系")
        for number in numbers(world):
            assert [alert.state for alert in await alerts_of(stage, number)] == [AlertState.ACTED]

    async def test_those_that_failed_may_be_left(self, told_of_eight: Merchant, stage: Stage, world: World) -> None:
        world.zto.forgets_our_address()
        await told_of_eight.taps("全部催件")
        assert "8 个没有提交。中通不接受接口应用" in await told_of_eight.taps("提交 8 个")
        assert await told_of_eight.taps("先不打") == "好的，先不打。上面说的没有提交催件。"
        for number in numbers(world):
            assert [alert.state for alert in await alerts_of(stage, number)] == [AlertState.TOLD]
        assert work_orders(world) == []
