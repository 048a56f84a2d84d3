"""中通绑定失败怎么办: the last try with the courier's answer, and a test of what is bound."""

import asyncio

import pytest

from bot.sandbox.world import World
from core.clock import MINUTE
from core.rights import Role
from core.storage import chain_check
from tests.handlers.alerts.people import colleague
from tests.handlers.binding import accounts, has_shop, tells, whose
from tests.support.merchant import Interrupted, Merchant
from tests.support.stage import Stage

WHY = "中通绑定失败怎么办"
ASKING = "先看自己的记录，再问一下中通快递…\n"
WELL = "✅ 中通快递现在是通的。\n"
WRONG = (
    "❌ 上次绑定（11-22 15:30，账号 …7890）没成：中通快递说账号或密码不对（电子面单账号或密码错误）。"
    "账号不是手机号，密码区分大小写；忘了就请网点重置。"
)
WORKS = "✅ 中通快递账号 …7890 已经绑好，刚才试过，能用，单号余额 812。"
DOWN = "中通快递现在连不上，这不是账号或单号的问题。"


async def fails(merchant: Merchant, account: str = "1234567890", password: str = "wrong") -> None:
    """Binding was tried in vain and given up."""
    await has_shop(merchant)
    await tells(merchant, "1", account, password, "8866")
    await merchant.says("取消")


async def test_a_wrong_password_and_after_the_right_one_all_is_well(merchant: Merchant) -> None:
    await fails(merchant)
    assert await merchant.says(WHY) == ASKING + WELL + WRONG
    assert merchant.labels == ["去绑定"]
    assert "绑定中通快递(1/4)。账号类型？" in await merchant.taps("去绑定")
    await merchant.says("取消")
    await tells(merchant, "1", "1234567890", "zto123", "8866", "1")
    assert await merchant.says(WHY) == ASKING + WORKS
    assert merchant.labels == ["打印订单"]


async def test_the_failure_is_in_the_owners_log_without_what_was_typed(merchant: Merchant, stage: Stage) -> None:
    await fails(merchant)
    audit = stage.app.desk.kept.audit
    entries = [entry for entry, _ in await audit.entries(await whose(merchant))]
    tried = [entry for entry in entries if entry.outcome == "failed"]
    assert [(each.action, each.subject, each.after) for each in tried] == [
        ("bind_courier/failed", "ZTO …7890", "credentials_rejected 电子面单账号或密码错误")
    ]
    assert await chain_check.flaws(audit) == []


async def test_it_is_asked_in_the_middle_of_binding(merchant: Merchant) -> None:
    await has_shop(merchant)
    await tells(merchant, "1", "1234567890", "wrong", "8866")
    assert await merchant.says(WHY) == "「绑定快递」还没做完。先放下它吗？"
    assert await merchant.taps("放下，去找问题") == ASKING + WELL + WRONG


async def test_an_account_without_e_waybills(merchant: Merchant) -> None:
    await fails(merchant, "5555500000", "zto123")
    assert await merchant.says("绑定快递老是报错") == (
        ASKING + WELL + "❌ 上次绑定（11-22 15:30，账号 …0000）没成：账号是对的，但还没有开通电子面单"
        "（中通快递说：无权限，电子面单服务未开通）。请联系网点开通，一般当天能好，好了再绑。"
    )


async def test_a_try_while_the_courier_was_down(merchant: Merchant, world: World) -> None:
    await has_shop(merchant)
    world.zto.goes_down()
    await tells(merchant, "1", "1234567890", "zto123", "8866")
    world.zto.comes_back()
    await merchant.says("取消")
    assert "没成：那时中通快递连不上，不是账号的问题。再绑一次。" in await merchant.says(WHY)


async def test_never_tried(merchant: Merchant) -> None:
    await has_shop(merchant)
    assert await merchant.says(WHY) == (
        ASKING + "没有绑定过中通快递，也没有失败的记录。中通快递现在是通的，可以绑：账号和密码由网点开通时给。"
    )


async def test_a_password_that_was_changed_since(merchant: Merchant, world: World) -> None:
    await merchant.has_bound()
    world.zto.accounts["1234567890"].password = "new"
    assert await merchant.says(WHY) == (
        ASKING + "❌ 中通快递账号 …7890 绑过，但现在中通快递说账号或密码不对，多半是密码改了。"
        "重新绑定就好，已取的单号都在。"
    )
    assert merchant.labels == ["去绑定"]


async def test_a_right_that_was_taken_away_since(merchant: Merchant, world: World) -> None:
    await merchant.has_bound()
    world.zto.accounts["1234567890"].allowed = False
    heard = await merchant.says(WHY)
    assert "账号 …7890 绑过，但现在没有权限（中通快递说：无权限，电子面单服务未开通）" in heard
    assert "去绑定" not in merchant.labels


async def test_our_own_app_is_to_blame(merchant: Merchant, world: World) -> None:
    await has_shop(merchant)
    world.zto.forgets_our_address()
    heard = await merchant.says(WHY)
    assert heard == (
        ASKING + "❌ 中通不接受接口应用：IP不在白名单内。不是账号密码的问题，"
        "请管理员在开放平台核对应用的密钥和 IP 白名单，好了再试。"
    )
    assert "去绑定" not in merchant.labels


async def test_our_own_app_was_to_blame_for_the_last_try(merchant: Merchant, world: World) -> None:
    await has_shop(merchant)
    world.zto.forgets_our_address()
    await tells(merchant, "1", "1234567890", "zto123", "8866", "取消")
    heard = await merchant.says(WHY)
    assert "没成：那时中通快递不接受接口应用（中通快递说：IP不在白名单内），不是账号的问题" in heard


async def test_our_own_app_is_to_blame_though_an_account_is_bound(merchant: Merchant, world: World) -> None:
    await merchant.has_bound()
    world.zto.forgets_our_address()
    heard = await merchant.says(WHY)
    assert heard.startswith(ASKING + "❌ 中通不接受接口应用")
    assert "去绑定" not in merchant.labels


async def test_a_courier_that_cannot_be_bound_here(merchant: Merchant) -> None:
    await has_shop(merchant)
    assert await merchant.says("圆通绑定失败怎么办") == (
        "圆通还没有接，绑不了，不是账号的问题。现在能绑：中通快递。圆通的包裹可以补录单号，照样跟踪。"
    )


async def test_a_courier_that_is_down_is_asked_again(merchant: Merchant, world: World) -> None:
    await fails(merchant)
    world.zto.goes_down()
    assert await merchant.says(WHY) == f"{ASKING}{DOWN}\n{WRONG}"
    assert merchant.labels == ["再问一次", "取消"]
    world.zto.comes_back()
    assert await merchant.taps("再问一次") == ASKING + WELL + WRONG


async def test_waiting_for_the_courier_is_cancelled_expires_and_goes_back(merchant: Merchant, world: World) -> None:
    await fails(merchant)
    world.zto.goes_down()
    await merchant.says(WHY)
    assert await merchant.says("取消") == "已取消「找问题」。"
    await merchant.says(WHY)
    assert await merchant.says("返回") == f"前面没有可以改的了。\n{DOWN}\n{WRONG}"
    world.clock.move(15 * MINUTE)
    assert await merchant.says("好了吗") == "「找问题」等了 15 分钟没有回复，已经结束。"


async def test_a_restart_before_every_message_changes_nothing(stage: Stage, world: World) -> None:
    merchant = Interrupted(stage)
    await fails(merchant)
    world.zto.goes_down()
    await merchant.says(WHY)
    world.zto.comes_back()
    assert await merchant.taps("再问一次") == ASKING + WELL + WRONG


async def test_two_taps_at_once_are_one(merchant: Merchant, world: World) -> None:
    await fails(merchant)
    world.zto.goes_down()
    await merchant.says(WHY)
    world.zto.comes_back()
    again, before = merchant.button("再问一次"), len(merchant.messages)
    await asyncio.gather(merchant.presses(again), merchant.presses(again))
    told = [message.text for message in merchant.messages[before:]]
    assert told.count((WELL + WRONG).strip()) == 1


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SERVICE, Role.VIEWER])
async def test_who_may_not_bind_is_told_why_and_sent_to_the_owner(merchant: Merchant, stage: Stage, role: Role) -> None:
    await fails(merchant)
    other = await colleague(stage, merchant, role)
    assert await other.says(WHY) == f"{ASKING}{WELL}{WRONG}\n绑定要店主来做，请把这条转给店主。"
    assert other.labels == []


async def test_asking_binds_nothing_and_takes_no_number(merchant: Merchant, stage: Stage) -> None:
    await fails(merchant)
    await merchant.says(WHY)
    assert await accounts(merchant) == []
    assert stage.world.ledger()["numbers"] == []
