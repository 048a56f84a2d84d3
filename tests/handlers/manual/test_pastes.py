"""手工单: a recipient pasted in any form is shown, corrected, agreed to and printed like any other parcel."""

import asyncio

import pypdfium2
import pytest

from bot.sandbox.world import World
from core.rights import Role
from tests.handlers.manual.people import HOW, LI, ZHANG, keys, states, tables
from tests.support.merchant import Merchant
from tests.support.sheets import people
from tests.support.stage import Stage

SHOWN = f"""\
请核对：
姓名　张三
电话　13800138000
地址　浙江省 杭州市 余杭区 文一西路969号
中通快递 812 个单号够用 · 模板 100×150
{HOW}"""


async def test_a_paste_is_shown_in_full_once_and_one_tap_prints_it(bound: Merchant, world: World) -> None:
    assert await bound.says(ZHANG) == SHOWN
    assert bound.labels == ["打印 1 张", "取消"]
    assert not world.ledger()["numbers"]
    heard = await bound.taps("打印 1 张")
    (issued,) = world.ledger()["numbers"]
    assert f"M261122-0001　单号 {issued['number']}" in heard
    assert "✅ 打完了：1 张面单，用时 " in heard
    assert "回传" not in heard
    assert await states(bound) == ["done"]
    assert world.ledger()["uploads"] == []


async def test_the_label_holds_masks_goods_and_our_own_order_number(bound: Merchant) -> None:
    await bound.says(f"{ZHANG} 货品：茶叶 备注：易碎")
    await bound.says("货品 龙井茶叶 2盒")
    await bound.taps("打印 1 张")
    (pdf,) = bound.pages
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage().get_text_range()
    for shown in (
        "张*",
        "138******00",
        "浙江省杭州市余杭区文一西路969号***",
        "龙井茶叶",
        "×2",
        "备注：易碎",
        "M261122-0001",
    ):
        assert shown in text
    for hidden in ("张三", "13800138000"):
        assert hidden not in text


@pytest.mark.parametrize(
    "paste",
    [
        "收件人：张三\n电话：138 0013 8000\n地址：浙江省杭州市余杭区文一西路969号",
        "浙江杭州余杭文一西路969号，张三，13800138000",
        "張三 13800138000 浙江省杭州市余杭區文一西路969號",
        "帮我给这个地址补发一件：张三 １３８００１３８０００ 浙江省杭州市余杭区文一西路969号",
        "张三，+86 138-0013-8000，浙江省 杭州市 余杭区 文一西路969号",
    ],
)
async def test_any_form_of_a_recipient_is_understood(bound: Merchant, paste: str) -> None:
    heard = await bound.says(paste)
    assert heard.startswith("请核对：\n姓名　张三\n电话　13800138000\n地址　浙江省 杭州市 余杭区 文一西路969")


async def test_a_zone_that_is_no_division_may_stand_ahead_of_the_county(bound: Merchant) -> None:
    heard = await bound.says("张三 13800138000 河北省雄安新区容城县奥威路1号")
    assert "地址　河北省 保定市 容城县 奥威路1号" in heard


async def test_without_a_recipient_it_is_asked_for(bound: Merchant, world: World) -> None:
    assert "把收件人发给我" in await bound.says("手工录单")
    assert "没看到电话和地址" in await bound.says("随便")
    assert (await bound.says(ZHANG)).startswith("请核对：")
    await bound.says("好的")
    assert keys(world) == {"M261122-0001-1": 1}


class TestCorrections:
    async def test_change_what_is_shown_until_it_is_right(self, bound: Merchant, world: World) -> None:
        await bound.says(ZHANG)
        assert "电话　13911112222" in await bound.says("电话改成 13911112222")
        assert "姓名　王五" in await bound.says("名字改成 王五")
        assert "地址　浙江省 杭州市 余杭区 文二西路1号" in await bound.says("地址改成 文二西路1号")
        heard = await bound.says("货品 茶叶 2，备注 易碎")
        assert "货品　茶叶 ×2\n备注　易碎" in heard
        await bound.taps("打印 1 张")
        assert keys(world) == {"M261122-0001-1": 1}

    async def test_that_cannot_be_understood_say_so_and_leave_all_as_it_was(self, bound: Merchant) -> None:
        await bound.says(ZHANG)
        for said, why in (
            ("电话改成 123", "这不像电话"),
            ("名字改成 13911112222", "这不像名字"),
            ("地址改成 1", "这个地址看不全"),
            ("数量改成 很多", "数量请发一个数字"),
            ("不太对吧", "没看懂要改什么"),
        ):
            assert await bound.says(said) == f"{why}{_rest(bound, why)}"
        assert bound.news[-1].text == SHOWN

    async def test_may_be_a_phone_or_an_address_alone(self, bound: Merchant) -> None:
        await bound.says(ZHANG)
        assert "电话　13911112222" in await bound.says("13911112222")
        assert "地址　江苏省 南京市 鼓楼区 中山路1号" in await bound.says("江苏省南京市鼓楼区中山路1号")

    async def test_are_taken_back_one_by_one(self, bound: Merchant) -> None:
        await bound.says(ZHANG)
        await bound.says("电话改成 13911112222")
        await bound.says("名字改成 王五")
        assert "姓名　张三\n电话　13911112222" in await bound.says("返回")
        assert await bound.says("返回") == SHOWN

    async def test_of_a_district_that_several_cities_have_ask_which(self, bound: Merchant) -> None:
        await bound.says(ZHANG)
        assert await bound.says("地址改成 鼓楼区中山路1号") == "张三的地址是哪里的鼓楼区？"
        assert bound.labels == ["江苏省南京市", "江苏省徐州市", "福建省福州市", "河南省开封市"]
        assert "江苏省 南京市 鼓楼区" in await bound.taps("江苏省南京市")


class TestWhatIsMissing:
    async def test_is_asked_for_alone(self, bound: Merchant) -> None:
        assert await bound.says("帮我寄个快递到浙江省杭州市余杭区文一西路969号") == "收件人叫什么名字？"
        assert await bound.says("张三") == "张三的电话是多少？"
        assert (await bound.says("一三八")).startswith("这不像电话。")
        assert await bound.says("13800138000") == SHOWN

    async def test_of_several_is_asked_for_with_its_number(self, bound: Merchant) -> None:
        heard = await bound.says(f"{ZHANG}\n李四 13900139000 江苏省南京市鼓楼区")
        assert heard == "第 2 个（李四）的地址只到区县，街道门牌是？"
        assert "2. 李四 13900139000 江苏省 南京市 鼓楼区 中山路1号" in await bound.says("中山路1号")

    async def test_a_city_can_be_tapped_or_typed(self, bound: Merchant) -> None:
        paste = "王五 13700137000 鼓楼区中山路1号"
        assert await bound.says(paste) == "王五的地址是哪里的鼓楼区？"
        assert "没看懂" in await bound.says("四川成都")
        assert "福建省 福州市 鼓楼区" in await bound.says("福州")


class TestSeveral:
    async def test_are_listed_corrected_by_number_and_printed_together(self, bound: Merchant, world: World) -> None:
        heard = await bound.says(f"帮我打这几个：\n1. {ZHANG}\n2. {LI}")
        assert heard.startswith("识别到 2 个收件人，请核对：\n1. 张三 13800138000 ")
        assert "是改第几个" in await bound.says("电话改成 13911112222")
        assert "没有第 9 个" in await bound.says("9 电话改成 13911112222")
        assert "2. 李四 13911112222" in await bound.says("2 电话改成 13911112222")
        heard = await bound.taps("打印 2 张")
        assert "✅ 打完了：2 张面单" in heard
        assert keys(world) == {"M261122-0001-1": 1, "M261122-0002-1": 1}

    async def test_more_than_one_page_of_them_are_all_shown(self, bound: Merchant) -> None:
        heard = await bound.says("\n".join(" ".join(person) for person in people(23)))
        assert "20. " in heard
        assert "…还有 3 个" in heard
        heard = await bound.taps("再看下一页")
        assert [line.partition(".")[0] for line in heard.splitlines()[1:4]] == ["21", "22", "23"]
        assert "23. 王五 " in await bound.says("23 名字叫王五")
        assert "✅ 打完了：23 张面单" in await bound.taps("打印 23 张")

    async def test_can_be_left_out(self, bound: Merchant, world: World) -> None:
        await bound.says(f"{ZHANG}\n{LI}")
        assert "去掉就没有了" in await bound.says("去掉 1、2")
        assert "李四" in await bound.says("去掉 1")
        await bound.taps("打印 1 张")
        assert len(world.ledger()["numbers"]) == 1


class TestAgain:
    async def test_the_same_recipient_is_printed_again_only_after_a_question(
        self, bound: Merchant, world: World
    ) -> None:
        await bound.says(ZHANG)
        await bound.taps("打印 1 张")
        heard = await bound.says(ZHANG)
        assert "⚠️ 11-22 15:30 已经给这个收件人打过一张（73" in heard
        assert bound.labels == ["再打一遍，共 1 张", "取消"]
        assert "没看懂" in await bound.says("好的")
        assert keys(world) == {"M261122-0001-1": 1}
        await bound.taps("再打一遍，共 1 张")
        assert keys(world) == {"M261122-0001-1": 1, "M261122-0002-1": 1}

    async def test_after_a_week_nobody_is_warned(self, bound: Merchant, world: World) -> None:
        await bound.says(ZHANG)
        await bound.taps("打印 1 张")
        world.clock.move(8 * 86_400_000)
        assert "⚠️" not in await bound.says(ZHANG)

    async def test_of_several_only_the_new_ones_are_offered_first(self, bound: Merchant, world: World) -> None:
        await bound.says(ZHANG)
        await bound.taps("打印 1 张")
        heard = await bound.says(f"{ZHANG}\n{LI}")
        assert "其中 1 个最近 7 天打过，最近一次 11-22 15:30" in heard
        assert bound.labels == ["只打没打过的 1 张", "再打一遍，共 2 张", "取消"]
        await bound.says("好的")
        assert keys(world) == {"M261122-0001-1": 1, "M261122-0002-1": 1}


async def test_what_is_on_the_way_answers_to_its_number_like_any_other_parcel(bound: Merchant, world: World) -> None:
    await bound.says(ZHANG)
    await bound.taps("打印 1 张")
    (issued,) = world.ledger()["numbers"]
    heard = await bound.says("M261122-0001 到哪了")
    assert heard.startswith("订单 M261122-0001 · 浙江杭州 · 中通快递 73")
    assert "✅ 录入 11-22 15:30　✅ 打印 11-22 15:30" in heard
    assert "回传" not in heard
    assert "补打 1 张" in await bound.says(f"补打 {issued['number']}")
    assert "补打 1 张" in await bound.says("补打 m261122-0001")
    assert len(bound.pages) == 3


async def test_a_number_that_no_shop_shows_can_be_voided_and_asked_for_again(bound: Merchant, world: World) -> None:
    await bound.says(ZHANG)
    await bound.taps("打印 1 张")
    assert "作废 73" in await bound.says("作废 M261122-0001")
    assert "已作废" in await bound.taps("作废")
    assert "可打 1 单 → 1 个包裹" in await bound.says("打印 M261122-0001")
    await bound.says("好的")
    assert keys(world) == {"M261122-0001-1": 1, "M261122-0001-1-a2": 1}
    assert await states(bound) == ["voided", "done"]


async def test_a_new_number_is_taken_on_her_word(bound: Merchant, world: World) -> None:
    await bound.says(ZHANG)
    await bound.taps("打印 1 张")
    await bound.says("重新取号 M261122-0001")
    await bound.taps("作废并重新取号")
    assert keys(world) == {"M261122-0001-1": 1, "M261122-0001-1-a2": 1}


async def test_todays_orders_leave_manual_orders_alone(bound: Merchant, world: World) -> None:
    await bound.says(ZHANG)
    await bound.taps("打印 1 张")
    await bound.says("作废 M261122-0001")
    await bound.taps("作废")
    heard = await bound.says("打印今天的订单")
    assert "成交待发货 2 单" in heard


class TestTheRest:
    async def test_two_taps_at_once_print_once(self, bound: Merchant, world: World) -> None:
        await bound.says(ZHANG)
        button = bound.button("打印 1 张")
        await asyncio.gather(bound.presses(button), bound.presses(button))
        await bound.presses(button)
        assert keys(world) == {"M261122-0001-1": 1}
        assert len(bound.pages) == 1

    async def test_cancel_drops_it(self, bound: Merchant, world: World) -> None:
        await bound.says(ZHANG)
        button = bound.button("打印 1 张")
        assert await bound.taps("取消") == "已取消「手工录单」。"
        assert "过期" in await bound.presses(button)
        assert not world.ledger()["numbers"]

    async def test_too_late_it_is_over_and_nothing_of_it_stays_in_a_button(self, bound: Merchant, world: World) -> None:
        await bound.says(ZHANG)
        world.clock.move(15 * 60_000)
        heard = await bound.says("好的")
        assert "等了 15 分钟" in heard
        assert bound.button("重新开始").data == "c:create_waybill"
        assert "把收件人发给我" in await bound.taps("重新开始")
        assert not world.ledger()["numbers"]

    async def test_another_command_asks_before_the_paste_is_lost(self, bound: Merchant, world: World) -> None:
        await bound.says(ZHANG)
        assert "「手工录单」还没做完" in await bound.says("打印今天的订单")
        assert await bound.taps("继续手工录单") == SHOWN
        await bound.taps("打印 1 张")
        assert keys(world) == {"M261122-0001-1": 1}

    async def test_a_restart_before_every_message_changes_nothing(
        self, stage: Stage, bound: Merchant, world: World
    ) -> None:
        for said in ("张三 13800138000", ZHANG, "电话改成 13911112222", "货品 茶叶 2"):
            await stage.restart()
            await bound.says(said)
        await stage.restart()
        heard = await bound.says("好的")
        assert "✅ 打完了：1 张面单" in heard
        assert keys(world) == {"M261122-0001-1": 1}

    async def test_a_viewer_may_not(self, stage: Stage, world: World) -> None:
        viewer = Merchant(stage, "viewer")
        await viewer.joins(Role.VIEWER)
        assert "你的身份是只读" in await viewer.says(ZHANG)
        assert not world.ledger()["calls"]

    async def test_a_packer_may(self, stage: Stage, bound: Merchant) -> None:
        member = await stage.app.desk.kept.merchants.member("room", bound.peer)
        packer = Merchant(stage, "小李")
        await packer.joins(Role.PACKER, merchant=member.merchant)
        await packer.says(ZHANG)
        assert "✅ 打完了" in await packer.says("好的")

    async def test_two_merchants_count_for_themselves(self, stage: Stage, bound: Merchant) -> None:
        await bound.says(ZHANG)
        await bound.says("好的")
        other = Merchant(stage, "别人")
        await other.joins()
        assert "还没有绑定快递账号" in await other.says(ZHANG)
        assert other.labels == ["绑定快递"]

    async def test_in_english(self, stage: Stage) -> None:
        anna = Merchant(stage, "anna")
        await anna.has_bound()
        await anna.says("English")
        heard = await anna.says(ZHANG)
        assert heard.startswith("Please check:\nName　张三\nPhone　13800138000")
        assert "Phone　13911112222" in await anna.says("phone: 13911112222")
        heard = await anna.taps("Print 1")
        assert "✅ Done: 1 labels" in heard

    async def test_nothing_of_a_person_rests_unsealed_or_stays_in_the_conversation(self, bound: Merchant) -> None:
        await bound.says(ZHANG)
        await bound.says("电话改成 13911112222")
        for secret in ("张三", "13800138000", "13911112222", "文一西路"):
            assert secret not in await tables(bound)
        await bound.taps("打印 1 张")
        for secret in ("张三", "13800138000", "13911112222", "文一西路"):
            assert secret not in await tables(bound)


def _rest(merchant: Merchant, why: str) -> str:
    return merchant.heard.removeprefix(why)
