"""Numbers running out, authorisations ending, after-sales to be answered, labels of an old address."""

import re

import pytest

from bot.sandbox.world import World
from core.alerts import Rule
from core.ids import new_id
from core.orders import OrderEvent, OrderEventKind
from core.rights import Role
from tests.handlers.alerts.cards import labels
from tests.handlers.alerts.people import colleague, wishes
from tests.support.merchant import Merchant
from tests.support.passing import catches_up, passes
from tests.support.stage import Message, Stage


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=12)


@pytest.fixture
async def bound(merchant: Merchant) -> Merchant:
    await merchant.has_bound()
    await wishes(merchant, quiet=None, morning=None, evening=None, off=frozenset({Rule.SHIP_DEADLINE}))
    return merchant


def about(merchant: Merchant, word: str) -> list[Message]:
    return [message for message in merchant.messages if word in message.text]


class TestBalance:
    async def test_low_then_gone_then_refilled(self, stage: Stage, bound: Merchant, world: World) -> None:
        await passes(stage, 2)
        assert about(bound, "个单号") == []
        world.zto.runs_out()
        world.zto.tops_up(49)
        await passes(stage, 1)
        (card,) = about(bound, "个单号")
        assert card.text.startswith("🔴 中通 1234567890 只剩 49 个单号")
        world.zto.tops_up(-20)
        await passes(stage, 1)
        assert "只剩 29 个单号" in card.text, "it is kept up to date in place"
        world.zto.runs_out()
        await passes(stage, 1)
        assert "没有单号了" in about(bound, "没有单号了")[-1].text
        world.zto.tops_up(500)
        await passes(stage, 1)
        assert "单号已补上" in bound.messages[-1].text

    async def test_fifty_are_enough_for_a_small_shop(self, stage: Stage, bound: Merchant, world: World) -> None:
        world.zto.runs_out()
        world.zto.tops_up(50)
        await passes(stage, 2)
        assert about(bound, "个单号") == []

    async def test_a_days_use_is_too_few_for_a_big_one(self, stage: Stage, bound: Merchant, world: World) -> None:
        kept = stage.app.desk.kept
        assert await kept.shipments.numbered("nobody", 0) == 0
        await bound.says("打印今天的订单")
        await bound.says("确认")
        (account,) = await kept.accounts.of(await _member(stage, bound))
        assert await kept.shipments.numbered(account.id, world.clock.now()) >= 9
        assert await kept.shipments.numbered(account.id, world.clock.now() + 1) == 0

    async def test_a_courier_that_is_down_is_no_alarm(self, stage: Stage, bound: Merchant, world: World) -> None:
        world.zto.runs_out()
        world.zto.goes_down()
        await passes(stage, 3)
        assert about(bound, "单号") == []

    async def test_only_who_can_do_something_hears_of_it(self, stage: Stage, bound: Merchant, world: World) -> None:
        service = await colleague(stage, bound, Role.SERVICE)
        world.zto.runs_out()
        await passes(stage, 2)
        assert about(service, "单号") == []
        assert len(about(bound, "没有单号了")) == 1


class TestAskingAgain:
    @pytest.fixture
    async def low(self, stage: Stage, bound: Merchant, world: World) -> Merchant:
        """Nine numbers are left, and she has been told."""
        world.zto.runs_out()
        world.zto.tops_up(9)
        await passes(stage, 2)
        (card,) = about(bound, "个单号")
        assert labels(card) == ["再查余额", "明天再说", "忽略"]
        return bound

    async def test_the_balance_is_told_at_once_and_the_card_closes(
        self, stage: Stage, low: Merchant, world: World
    ) -> None:
        (card,) = about(low, "个单号")
        world.zto.tops_up(500)
        assert "中通 …7890 还有 509 个单号。" in await low.taps("再查余额")
        await catches_up(stage)
        assert card.text == "🟢 中通 1234567890 的单号已补上。"

    async def test_gone_says_what_to_do(self, low: Merchant, world: World) -> None:
        world.zto.runs_out()
        assert "中通 …7890 没有单号了。请联系网点充值，充好后再查一次。" in await low.taps("再查余额")

    async def test_a_courier_that_is_down_may_be_asked_again(self, low: Merchant, world: World) -> None:
        world.zto.goes_down()
        assert "中通 …7890 没有查到。中通现在连不上" in await low.taps("再查余额")
        world.zto.comes_back()
        assert "中通 …7890 还有 9 个单号。" in await low.taps("再查一次")

    async def test_by_words(self, bound: Merchant) -> None:
        assert await bound.says("中通还剩多少单号") == "中通 …7890 还有 812 个单号。"
        assert await bound.says("圆通还有单号没") == "还没有绑定这家快递的账号，查不了余额。"

    async def test_nobody_elses_account_is_asked(self, stage: Stage, low: Merchant) -> None:
        button = low.button("再查余额")
        stranger = Merchant(stage, "stranger")
        await stranger.joins()
        assert "查不了余额" in await stranger.presses(button)


class TestAuthorisation:
    async def test_seven_three_and_one_day_before_its_end(self, stage: Stage, bound: Merchant) -> None:
        told = []
        for _ in range(31):
            await passes(stage, 24, step=3_600_000)
            told += [each.text for each in about(bound, "的授权")[-1:] if each.text not in told]
        whole = [re.sub("23(?= 小时)", "24", text.split("（")[0]) for text in told]  # it is looked at once an hour
        assert whole == [
            "🟡 「小满家居旗舰店」的授权还有 7 天到期",
            "🔴 「小满家居旗舰店」的授权还有 71 小时到期",
            "🔴 「小满家居旗舰店」的授权还有 24 小时到期",
            "🔴 「小满家居旗舰店」的授权已到期",
        ]

    async def test_the_button_authorises_again_and_the_card_closes(self, stage: Stage, bound: Merchant) -> None:
        await passes(stage, 24 * 24, step=12 * 3_600_000)
        card = about(bound, "的授权")[-1]
        assert labels(card) == ["重新授权", "明天再说", "忽略"]
        await bound.taps("重新授权")
        await bound.opens("打开授权页")
        await passes(stage, 2)
        assert card.text == "🟢 「小满家居旗舰店」已重新授权。"

    async def test_only_the_owner_is_offered_the_button(self, stage: Stage, bound: Merchant) -> None:
        manager = await colleague(stage, bound, Role.MANAGER)
        await passes(stage, 24 * 24, step=12 * 3_600_000)
        assert "重新授权" not in labels(about(manager, "的授权")[-1])


class TestAfterSales:
    @pytest.fixture
    async def stage(self, stage: Stage) -> Stage:
        """The program hears the shop's messages."""
        await stage.dark()
        await stage.light(pinduoduo_messages=True)
        return stage

    async def test_twelve_hours_before_it_must_be_answered(self, stage: Stage, bound: Merchant, world: World) -> None:
        await passes(stage, 1)
        order = next(entry["order_sn"] for entry in world.ledger()["orders"] if entry["may_ship"])
        await _opened(stage, order)
        await passes(stage, 35.5)
        assert about(bound, "的售后") == []
        await passes(stage, 1)
        (card,) = about(bound, "的售后")
        assert card.text.startswith(f"🔴 订单 …{order[-4:]} 的售后还有 12 小时要处理完")
        assert labels(card) == ["看这一单", "明天再说", "忽略"]
        assert order[-4:] in await bound.taps("看这一单")
        world.pinduoduo.withdraws_refund(order)
        await passes(stage, 2)
        assert card.text == f"🟢 订单 …{order[-4:]} 的售后已处理。"

    async def test_one_that_is_answered_in_time_is_never_told(
        self, stage: Stage, bound: Merchant, world: World
    ) -> None:
        order = next(entry["order_sn"] for entry in world.ledger()["orders"] if entry["may_ship"])
        await _opened(stage, order)
        await passes(stage, 20)
        world.pinduoduo.withdraws_refund(order)
        await passes(stage, 40)
        assert about(bound, "的售后") == []

    async def test_another_claim_taken_back_leaves_the_first_ones_deadline(
        self, stage: Stage, bound: Merchant, world: World
    ) -> None:
        await permits(stage)
        order = next(entry["order_sn"] for entry in world.ledger()["orders"] if entry["may_ship"])
        world.pinduoduo.refunds(order)
        await passes(stage, 2)
        world.pinduoduo.refunds_again(order)
        await passes(stage, 1)
        world.pinduoduo.withdraws_refund(order)
        await passes(stage, 34)
        (card,) = about(bound, "的售后")
        assert card.text.startswith(f"🔴 订单 …{order[-4:]} 的售后还有 ")


async def permits(stage: Stage) -> None:
    """The shop is spoken of."""
    for listener in stage.app.listeners:
        await listener.permit_new()


async def _opened(stage: Stage, order: str) -> None:
    """A buyer wants the money back, and the shop says so."""
    stage.world.pinduoduo.refunds(order)
    kept, now = stage.app.desk.kept, stage.world.clock.now()
    merchant = (await kept.shops.get("123456789")).merchant  # type: ignore[union-attr]
    event = OrderEvent(new_id(), merchant, "123456789", order, OrderEventKind.REFUND_OPENED, "7000000009", now)
    await kept.database.apply(kept.order_events.add(event))
    await passes(stage, 0.1)


async def _member(stage: Stage, merchant: Merchant) -> str:
    member = await stage.app.desk.kept.merchants.member("room", merchant.peer)
    assert member is not None
    return member.merchant
