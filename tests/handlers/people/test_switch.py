"""切换店铺: one person in several merchants."""

import asyncio

import pytest

from core.clock import MINUTE
from core.rights import Role
from handlers.messages import Button, Incoming
from tests.handlers.people.crowd import Crowd
from tests.support.stage import Stage

HERE, THERE = "小满家居旗舰店 · 打单员", "还没绑定店铺的商家 · 只读"
WHICH = f"现在是「{THERE}」。切换到哪家？"
SWITCHED = f"✅ 现在是「{HERE}」。"


@pytest.fixture
async def crowd(stage: Stage) -> Crowd:
    """小王 packs for a bound shop, and since lately only looks on elsewhere."""
    crowd = Crowd(stage)
    crowd.merchant = await crowd.owner.has_bound()
    await crowd.settles("小王", Role.PACKER)
    await crowd.settles("小王", Role.VIEWER, merchant="M-other")
    return crowd


async def test_the_merchant_joined_last_is_spoken_for_until_another_is_chosen(crowd: Crowd) -> None:
    assert await crowd.packer.says("打印今天的订单") == "你的身份是只读，不能做这件事。需要的话请店主操作。"
    assert await crowd.packer.says("切换店铺") == WHICH
    assert crowd.packer.labels == [HERE, "不换"]
    assert await crowd.packer.taps(HERE) == SWITCHED
    assert "可打 3 单" in await crowd.packer.says("打印今天的订单")


async def test_a_name_is_understood_and_something_else_is_asked_again(crowd: Crowd) -> None:
    await crowd.packer.says("切换店铺")
    assert await crowd.packer.says("哪家") == f"没看懂，请点下面的按钮，或回复序号。\n{WHICH}"
    assert await crowd.packer.says("小满家居旗舰店") == SWITCHED


async def test_staying_changes_nothing(crowd: Crowd) -> None:
    await crowd.packer.says("切换店铺")
    assert await crowd.packer.taps("不换") == f"还是「{THERE}」。"
    assert (await crowd.packer.says("打印今天的订单")).startswith("你的身份是只读")


async def test_who_belongs_to_one_is_told_how_to_join_another(crowd: Crowd) -> None:
    told = "你只在一家：「小满家居旗舰店 · 店主」。要加入别家，请那边的店主邀请你，再发「加入 邀请码」。"
    assert await crowd.owner.says("切换店铺") == told


async def test_cancel_and_expiry_change_nothing(crowd: Crowd) -> None:
    await crowd.packer.says("切换店铺")
    assert await crowd.packer.says("取消") == "已取消「切换店铺」。"
    await crowd.packer.says("切换店铺")
    crowd.stage.world.clock.move(15 * MINUTE)
    assert await crowd.packer.taps(HERE) == "「切换店铺」等了 15 分钟没有回复，已经结束。"
    assert (await crowd.packer.says("打印今天的订单")).startswith("你的身份是只读")


async def test_a_restart_before_every_message_changes_nothing(crowd: Crowd) -> None:
    packer = crowd.forgotten("小王")
    assert await packer.says("切换店铺") == WHICH
    assert await packer.taps(HERE) == SWITCHED
    assert "可打 3 单" in await packer.says("打印今天的订单")


async def test_two_taps_at_once_are_one(crowd: Crowd, stage: Stage) -> None:
    await crowd.packer.says("切换店铺")
    data = crowd.packer.button(HERE).data
    taps = [Incoming("room", "小王", f"tap{n}", button=data) for n in range(2)]
    await asyncio.gather(*(stage.app.turns.receive(tap) for tap in taps))
    await stage.app.quiet()
    assert [each.text for each in crowd.packer.messages].count(SWITCHED) == 1


async def test_a_merchant_that_parted_with_her_meanwhile_is_not_chosen(crowd: Crowd) -> None:
    await crowd.packer.says("切换店铺")
    await crowd.removes("小王")
    await crowd.packer.says("取消")
    assert (await crowd.packer.says("切换店铺")).startswith(f"你只在一家：「{THERE}」。")


async def test_what_was_begun_for_one_merchant_is_not_gone_on_with_for_another(crowd: Crowd) -> None:
    await crowd.packer.says("切换店铺")
    await crowd.packer.taps(HERE)
    await crowd.packer.says("打印今天的订单")
    agree = crowd.packer.button("打印 3 张")
    kept = crowd.stage.app.desk.kept
    (there,) = [each.id for each in await kept.staff.of("M-other")]
    await kept.database.apply(kept.merchants.choose(there))  # as she would in another chat of hers
    heard = await crowd.packer.presses(agree)
    assert heard == "「打印订单」是为另一家店做的，已经结束。\n这个按钮已经过期。"
    assert crowd.stage.world.ledger()["numbers"] == []


async def test_another_merchants_batch_is_out_of_reach_of_an_old_button(crowd: Crowd) -> None:
    for said in ("打印今天的订单", "确认"):
        await crowd.owner.says(said)
    ((batch,),) = await crowd.stage.app.database.all("SELECT id FROM batches")
    await crowd.settles("外人", Role.OWNER, merchant="M-third")
    stranger = crowd.person("外人")
    for intent, answer in (("go_on", "这批已经在打，或者没有剩下的了。"), ("why", "这批没有没成的。")):
        assert await stranger.presses(Button("", f"c:{intent}:batch={batch}")) == answer
