"""绑定店铺, through the chat and the platform's pages."""

import asyncio
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import SecretStr

from bot.sandbox.browser import ConsentRefused
from bot.sandbox.world import World
from core.clock import DAY, MINUTE
from core.rights import Role
from handlers.messages import Incoming
from tests.handlers.binding import LINK, WELCOME, calls, has_shop, shops, whose
from tests.support.merchant import Interrupted, Merchant
from tests.support.stage import Stage

TOKEN = "pinduoduo:pdd.pop.auth.token.create"
BOUND = (
    "✅ 已绑定「小满家居旗舰店」。授权到 2026-12-22，到期前会提醒。\n待发货 21 单，其中 1 单退款中。下一步：绑定快递。"
)
TOO_OLD = "授权码已经过期或用过，请重新打开链接授权一次。"
USED = "这个链接已经用过或过期。请发「绑定店铺」重新开始。"


@pytest.fixture
def world() -> World:
    """20 orders wait today, and one of yesterday."""
    return World(seed=7, orders=20)


async def test_a_shop_is_bound_by_its_main_account(merchant: Merchant) -> None:
    assert await merchant.says("绑定店铺") == f"{WELCOME}\n{LINK}"
    assert merchant.labels == ["打开授权页", "手机上打开", "取消"]
    assert await merchant.opens("打开授权页") == BOUND
    assert merchant.labels == ["绑定快递", "打印订单"]
    (shop,) = await shops(merchant)
    assert (shop.id, shop.name, shop.platform) == ("123456789", "小满家居旗舰店", "pinduoduo")
    assert calls(merchant, TOKEN) == 1


async def test_what_is_told_of_waiting_orders_is_what_the_shop_has(merchant: Merchant) -> None:
    summary = merchant.stage.world.summary()
    assert summary["waiting"] == 21
    assert summary["held"]["after_sale"] == 1  # type: ignore[index]
    await has_shop(merchant)
    assert "待发货 21 单，其中 1 单退款中" in merchant.heard


async def test_the_page_for_phones_leads_to_the_same(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    assert "view=h5" in merchant.button("手机上打开").url
    assert await merchant.opens("手机上打开") == BOUND


async def test_a_restart_before_every_message_changes_nothing(stage: Stage) -> None:
    merchant = Interrupted(stage)
    assert await merchant.says("绑定店铺") == f"{WELCOME}\n{LINK}"
    assert await merchant.opens("打开授权页") == BOUND
    assert len(await shops(merchant)) == 1


async def test_words_and_numbers_at_the_link_are_not_taken_for_the_page(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    for said in ("好的", "1", "2", "授权好了"):
        assert await merchant.says(said) == f"请先打开链接完成授权；不想继续就发「取消」。\n{LINK}"
    assert await merchant.opens("打开授权页") == BOUND


@pytest.mark.parametrize("give_up", ["3", "取消", "/cancel"])
async def test_giving_up_at_the_link_makes_it_useless(merchant: Merchant, give_up: str) -> None:
    await merchant.says("绑定店铺")
    back = await merchant.stage.world.browser.authorise(merchant.button("打开授权页").url)
    assert await merchant.says(give_up) == "已取消「绑定店铺」。"
    assert await merchant.returns(back) == USED
    assert await shops(merchant) == []
    assert calls(merchant, TOKEN) == 0


async def test_going_back_at_the_link_shows_it_again(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    assert await merchant.says("返回") == f"前面没有可以改的了。\n{LINK}"
    assert await merchant.opens("打开授权页") == BOUND


async def test_a_link_of_ten_minutes_ago_is_dead(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    merchant.stage.world.clock.move(10 * MINUTE)
    assert await merchant.opens("打开授权页") == ""
    assert calls(merchant, TOKEN) == 0


async def test_a_code_of_ten_minutes_ago_gets_a_new_link(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    back = await merchant.stage.world.browser.authorise(merchant.button("打开授权页").url)
    merchant.stage.world.clock.move(9 * MINUTE)
    await merchant.says("等一下")  # shows the link again, good for ten minutes from now
    merchant.stage.world.clock.move(2 * MINUTE)
    assert await merchant.returns(back) == f"{TOO_OLD}\n{LINK}"
    assert await merchant.opens("打开授权页") == BOUND
    assert calls(merchant, TOKEN) == 2


async def test_a_question_of_fifteen_minutes_ago_is_over(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    merchant.stage.world.clock.move(15 * MINUTE)
    assert await merchant.says("好了吗") == "「绑定店铺」等了 15 分钟没有回复，已经结束。"
    assert await merchant.taps("重新开始") == LINK


async def test_coming_back_twice_binds_once(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    back = await merchant.stage.world.browser.authorise(merchant.button("打开授权页").url)
    assert await merchant.returns(back) == BOUND
    assert await merchant.returns(back) == ""
    assert calls(merchant, TOKEN) == 1


async def test_coming_back_twice_at_once_binds_once(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    back = await merchant.stage.world.browser.authorise(merchant.button("打开授权页").url)
    returned = dict(parse_qsl(urlsplit(back).query))
    merchant.marks()
    took = await asyncio.gather(*(merchant.stage.app.turns.come_back(returned) for _ in range(2)))
    await merchant.stage.app.quiet()
    assert sorted(took) == [False, True]
    assert merchant.heard == BOUND


async def test_a_page_that_was_not_agreed_to_can_be_opened_once_more(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    state = dict(parse_qsl(urlsplit(merchant.button("打开授权页").url).query))["state"]
    assert await merchant.returns(f"https://x/?state={state}") == f"页面上没有同意授权，店铺没有绑定。\n{LINK}"
    again = dict(parse_qsl(urlsplit(merchant.button("打开授权页").url).query))["state"]
    assert again != state
    assert await merchant.opens("打开授权页") == BOUND


async def test_a_sub_account_is_refused_by_the_page_and_the_chat_waits(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    with pytest.raises(ConsentRefused, match="仅店铺主账号可以授权"):
        await merchant.opens("打开授权页", "pdd32345678901:客服01")
    assert await merchant.opens("打开授权页") == BOUND


async def test_a_shop_gone_offline_is_refused_with_its_reason(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    heard = await merchant.opens("打开授权页", "pdd22345678901")
    assert heard.startswith("这个店铺现在不能授权订单数据：")
    assert heard.endswith("。请先在商家后台处理，处理好后再发「绑定店铺」。")
    assert "：。" not in heard
    assert await shops(merchant) == []


async def test_binding_again_renews_the_grant_of_the_same_shop(merchant: Merchant) -> None:
    await has_shop(merchant)
    desk = merchant.stage.app.desk
    before = await desk.kept.shops.grant("123456789")
    merchant.stage.world.clock.move(DAY)
    await merchant.says("绑定店铺")
    assert (await merchant.opens("打开授权页")).startswith("✅ 「小满家居旗舰店」已重新授权，到 2026-12-23。")
    after = await desk.kept.shops.grant("123456789")
    assert after.access_token != before.access_token
    assert len(await shops(merchant)) == 1


async def test_a_shop_of_another_merchant_stays_theirs(merchant: Merchant, stage: Stage) -> None:
    owner = await has_shop(merchant)
    stranger = Merchant(stage, "路过")
    await stranger.says("绑定店铺")
    assert await stranger.opens("打开授权页") == (
        "「小满家居旗舰店」已经绑在另一个聊天里，授权已为那边更新。要一起用，请那边的店主邀请你。"
    )
    assert await shops(stranger) == []
    assert [shop.merchant for shop in await shops(merchant)] == [owner]
    assert await whose(stranger) != owner


async def test_the_platform_being_down_ends_it_and_loses_nothing(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    back = await merchant.stage.world.browser.authorise(merchant.button("打开授权页").url)
    merchant.stage.world.pinduoduo.goes_down()
    assert await merchant.returns(back) == "拼多多现在连不上，这一步没有做，已有的都保存着。过几分钟再试。"
    merchant.stage.world.pinduoduo.comes_back()
    await merchant.says("绑定店铺")
    assert await merchant.opens("打开授权页") == BOUND


@pytest.mark.parametrize(
    ("role", "name"), [(Role.MANAGER, "主管"), (Role.PACKER, "打单员"), (Role.SERVICE, "客服"), (Role.VIEWER, "只读")]
)
async def test_only_the_owner_binds(merchant: Merchant, role: Role, name: str) -> None:
    await merchant.joins(role)
    refused = f"你的身份是{name}，不能做这件事。需要的话请店主操作。"
    assert await merchant.says("绑定店铺") == refused
    assert await merchant.says("绑定中通") == refused
    assert await merchant.says("取消") == "现在没有进行中的事。要做什么直接说，例如「打印今天的订单」。"


async def test_the_page_may_be_left_for_another_command(merchant: Merchant) -> None:
    await merchant.says("绑定店铺")
    assert await merchant.says("打印今天的订单") == "「绑定店铺」还没做完。先放下它吗？"
    assert await merchant.opens("打开授权页") == f"{BOUND}\n还没有绑定快递账号。绑定以后就能直接打印。"


async def test_cancelling_while_orders_are_counted_says_that_the_shop_stays_bound(merchant: Merchant) -> None:
    counting, go_on = asyncio.Event(), asyncio.Event()

    async def hold(point: str) -> None:
        if point.endswith("order.list.get"):
            counting.set()
            await go_on.wait()

    await merchant.says("绑定店铺")
    back = await merchant.stage.world.browser.authorise(merchant.button("打开授权页").url)
    merchant.stage.world.before_answer = hold
    await merchant.stage.app.turns.come_back(dict(parse_qsl(urlsplit(back).query)))
    await counting.wait()
    merchant.marks()
    await merchant.stage.app.turns.receive(Incoming("room", merchant.peer, "stop", text="取消"))
    go_on.set()
    await merchant.stage.app.quiet()
    assert merchant.heard == "「绑定店铺」就停在这里，前面已经办成的都还在。"
    assert len(await shops(merchant)) == 1


async def test_in_english(merchant: Merchant) -> None:
    heard = await merchant.says("bind shop")
    assert heard.startswith("Hello, I am Miandan.")
    assert merchant.labels == ["Open the page", "Open on a phone", "Cancel"]
    assert await merchant.opens("Open the page") == (
        "✅ “小满家居旗舰店” is bound. Authorised until 2026-12-22; you will be reminded before.\n"
        "21 orders wait to ship, 1 of them refunding. Next: bind a courier."
    )


@pytest.mark.parametrize("missing", ["pinduoduo_client_id", "pinduoduo_client_secret"])
async def test_without_an_app_it_is_said_before_any_link(stage: Stage, missing: str) -> None:
    await stage.dark()
    await stage.light(**{missing: SecretStr("") if missing.endswith("secret") else ""})
    merchant = Merchant(stage)
    assert await merchant.says("绑定店铺") == (
        f"{WELCOME}\n这台面单还没有接入拼多多开放平台的应用，绑不了店铺，不是店铺的问题。"
        "要请安装它的人设置 MIANDAN_PINDUODUO_CLIENT_ID 和 MIANDAN_PINDUODUO_CLIENT_SECRET，重启后再发「绑定店铺」。"
    )
    assert not any(button.url for button in merchant.messages[-1].buttons)
    await stage.restart()
    await merchant.says("绑定店铺")
    assert await merchant.opens("打开授权页") == BOUND
