"""手工单, looked at: what is wrong is said in a merchant's own words, until it is right."""

import asyncio

import pypdfium2
import pytest

from bot.demo import settings
from bot.sandbox.world import World
from core.couriers.base import Words
from core.couriers.zto import Zto
from core.http import Http, client
from handlers.binding import courier as bind_courier
from tests.handlers.manual.people import LI, ZHANG, keys
from tests.support.merchant import ZTO_ACCOUNT, Merchant

NAME, PHONE, ADDRESS = "姓名　张三", "电话　13800138000", "地址　浙江省 杭州市 余杭区 文一西路969号"


class Yto(Zto):
    """A second courier that can be bound; it answers as the first one does."""

    code = "YTO"
    name = Words("圆通速递", "YTO Express")
    aliases = ("圆通", "yto")


def add_yto(merchant: Merchant) -> None:
    """Let there be two couriers."""
    stage = merchant.stage
    http = Http(client(mounts=stage.world.mounts()))
    assert isinstance(stage.app.desk.couriers, dict)
    stage.app.desk.couriers["YTO"] = Yto(http, settings(stage.folder).courier_apps().zto, stage.world.clock)


async def bind_yto(merchant: Merchant) -> None:
    desk = merchant.stage.app.desk
    member = await desk.kept.merchants.member("room", merchant.peer)
    sender = (await bind_courier.addresses(desk, member.merchant))[0]
    await bind_courier.keep(desk, member.merchant, "YTO", {"kind": Yto.kinds[0].key, **ZTO_ACCOUNT}, sender)


def the_same_but(shown: str, **lines: str) -> bool:
    """Whether the check shows the paste with these lines, and every other one as it was."""
    wanted = {"name": NAME, "phone": PHONE, "address": ADDRESS} | lines
    return all(line in shown.splitlines() for line in wanted.values())


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("名字叫王五", {"name": "姓名　王五"}),
        ("改名字为王五", {"name": "姓名　王五"}),
        ("应该是王五", {"name": "姓名　王五"}),
        ("不是张三，是王五", {"name": "姓名　王五"}),
        ("收件人换成李四", {"name": "姓名　李四"}),
        ("姓名写错了，叫王五", {"name": "姓名　王五"}),
        ("电话错了 13900001111", {"phone": "电话　13900001111"}),
        ("换成13900001111", {"phone": "电话　13900001111"}),
        ("手机号写错了，应该是13900001111", {"phone": "电话　13900001111"}),
        ("地址错了，应该是文二路1号", {"address": "地址　浙江省 杭州市 余杭区 文二路1号"}),
        ("应该是文二路1号", {"address": "地址　浙江省 杭州市 余杭区 文二路1号"}),
        ("改成西湖区", {"address": "地址　浙江省 杭州市 西湖区 文一西路969号"}),
        ("地址改成西湖区", {"address": "地址　浙江省 杭州市 西湖区 文一西路969号"}),
        ("改成浙江省宁波市", {"address": "地址　浙江省 宁波市 文一西路969号"}),
        ("改成西湖区文三路2号", {"address": "地址　浙江省 杭州市 西湖区 文三路2号"}),
        ("加备注易碎", {"remark": "备注　易碎"}),
        ("备注易碎", {"remark": "备注　易碎"}),
        ("货是茶叶", {"goods": "货品　茶叶 ×1"}),
        ("寄2件", {"goods": "货品　物品 ×2"}),
        ("两件", {"goods": "货品　物品 ×2"}),
        ("改名字为王五，加备注易碎，电话13900001111",
         {"name": "姓名　王五", "phone": "电话　13900001111", "remark": "备注　易碎"}),
        ("name is Wang Wu", {"name": "姓名　Wang Wu"}),
        ("change the name to Wang Wu", {"name": "姓名　Wang Wu"}),
        ("phone should be 13900001111", {"phone": "电话　13900001111"}),
        ("the phone is wrong, it should be 13900001111", {"phone": "电话　13900001111"}),
        ("add a note fragile", {"remark": "备注　fragile"}),
        ("李四 13900139000 江苏省南京市鼓楼区中山路1号 备注易碎",
         {"name": "姓名　李四", "phone": "电话　13900139000", "address": "地址　江苏省 南京市 鼓楼区 中山路1号",
          "remark": "备注　易碎"}),
    ],
)  # fmt: skip
async def test_a_correction_changes_what_it_names_and_nothing_else(
    bound: Merchant, said: str, lines: dict[str, str]
) -> None:
    await bound.says(ZHANG)
    assert the_same_but(await bound.says(said), **lines)
    assert bound.labels == ["打印 1 张", "取消"]


@pytest.mark.parametrize("said", ["名字写错了", "地址不对", "谢谢", "放门口", "应该是茶叶吧"])
async def test_what_tells_no_new_value_asks_for_one_and_changes_nothing(bound: Merchant, said: str) -> None:
    shown = await bound.says(ZHANG)
    assert "没看懂要改什么" in await bound.says(said)
    assert bound.news[-1].text == shown
    assert "姓名　王五" in await bound.says("名字改成王五")


async def test_a_district_of_several_cities_keeps_the_street_while_the_city_is_asked(bound: Merchant) -> None:
    await bound.says(ZHANG)
    assert await bound.says("改成鼓楼区") == "张三的地址是哪里的鼓楼区？"
    assert "地址　江苏省 南京市 鼓楼区 文一西路969号" in await bound.taps("江苏省南京市")
    await bound.says("返回")
    assert ADDRESS in await bound.says("返回")


async def test_one_of_several_is_named_by_its_number(bound: Merchant) -> None:
    await bound.says(f"{ZHANG}\n{LI}")
    assert "是改第几个" in await bound.says("应该是王五")
    assert "2. 王五 13900139000" in await bound.says("2 应该是王五")
    assert "1. 赵六 13800138000" in await bound.says("把第1个的名字改成赵六")
    assert "2. 王五 13900139000 江苏省 南京市 鼓楼区 中山路1号（2公斤，易碎）" in await bound.says(
        "2 备注易碎，2 重量2公斤"
    )


async def test_all_that_was_corrected_is_what_is_printed(bound: Merchant, world: World) -> None:
    await bound.says(ZHANG)
    for said in ("名字叫王五", "改成西湖区", "寄2件", "加备注易碎"):
        await bound.says(said)
    await bound.taps("打印 1 张")
    with pypdfium2.PdfDocument(bound.pages[0]) as document:
        text = document[0].get_textpage().get_text_range()
    for shown in ("王*", "浙江省杭州市西湖区文一西路969号", "物品", "×2", "备注：易碎"):
        assert shown in text
    assert keys(world) == {"M261122-0001-1": 1}


class TestAnotherCourier:
    @pytest.mark.parametrize(
        "said", ["换圆通", "用圆通发", "改用圆通吧", "不要中通，换圆通", "快递换成圆通", "中通换成圆通", "use YTO"]
    )
    async def test_that_cannot_be_bound_is_said_so(self, bound: Merchant, said: str) -> None:
        shown = await bound.says(ZHANG)
        heard = await bound.says(said)
        assert heard.startswith("还没有绑定圆通，这家的接口也还没接好，这次还是按中通快递来。")
        assert heard.endswith(shown)
        assert "姓名　王五" in await bound.says("名字叫王五")
        assert "✅ 打完了：1 张面单" in await bound.taps("打印 1 张")

    async def test_that_is_not_bound_can_be(self, bound: Merchant) -> None:
        add_yto(bound)
        shown = await bound.says(ZHANG)
        heard = await bound.says("换圆通")
        assert heard.startswith("还没有绑定圆通速递，这次还是按中通快递来。要用圆通速递，先绑定，再把收件人发一次。")
        assert "「手工录单」还没做完" in await bound.taps("绑定快递")
        assert await bound.taps("继续手工录单") == shown
        assert "「手工录单」还没做完" in await bound.taps("绑定快递")
        assert "绑定圆通速递" in await bound.says("好的")

    async def test_that_is_bound_takes_the_parcel(self, bound: Merchant) -> None:
        add_yto(bound)
        await bind_yto(bound)
        await bound.says(ZHANG)
        assert bound.labels == ["打印 1 张", "换快递", "取消"]
        assert "圆通速递 812 个单号够用" in await bound.says("换圆通")
        assert "中通快递 812 个单号够用" in await bound.says("不要圆通")
        assert "姓名　王五\n" in await bound.says("名字叫王五")
        assert "圆通速递 812 个单号够用" in await bound.says("用圆通发吧")
        assert "✅ 打完了：1 张面单" in await bound.taps("打印 1 张")
        assert "圆通速递" in await bound.says("M261122-0001 到哪了")

    async def test_the_only_one_is_kept_when_it_is_refused_and_there_is_no_other(self, bound: Merchant) -> None:
        await bound.says(ZHANG)
        assert (await bound.says("不要中通")).startswith("只绑定了中通快递，这次还是按它来。")

    async def test_the_one_at_hand_changes_nothing(self, bound: Merchant) -> None:
        shown = await bound.says(ZHANG)
        assert await bound.says("用中通") == shown

    async def test_cancel_drops_it(self, bound: Merchant, world: World) -> None:
        await bound.says(ZHANG)
        await bound.says("换圆通")
        assert await bound.taps("取消") == "已取消「手工录单」。"
        assert not world.ledger()["numbers"]


async def test_who_goes_on_correcting_stays(bound: Merchant) -> None:
    """The question whether to leave for another command swallows no correction."""
    await bound.says(ZHANG)
    assert "「手工录单」还没做完" in await bound.says("打印今天的订单")
    assert "姓名　王五" in await bound.says("名字叫王五")
    assert "电话　13900001111" in await bound.says("电话错了 13900001111")


async def test_two_corrections_at_once_both_count(bound: Merchant) -> None:
    await bound.says(ZHANG)
    await asyncio.gather(bound.says("名字叫王五"), bound.says("加备注易碎"))
    shown = await bound.says("寄2件")
    assert the_same_but(shown, name="姓名　王五", goods="货品　物品 ×2", remark="备注　易碎")


class TestWeight:
    SAID = "重量　{} 公斤（印在备注里；运费按快递称重算）"

    @pytest.mark.parametrize(("said", "kilograms"), [("2公斤", "2"), ("2kg", "2"), ("三斤", "1.5"), ("重500克", "0.5")])
    async def test_said_with_a_paste_is_shown_and_printed(self, bound: Merchant, said: str, kilograms: str) -> None:
        assert the_same_but(await bound.says(f"{ZHANG} {said} 备注：易碎"), weight=self.SAID.format(kilograms))
        await bound.taps("打印 1 张")
        with pypdfium2.PdfDocument(bound.pages[0]) as document:
            assert f"备注：{kilograms}公斤，易碎" in document[0].get_textpage().get_text_range()

    @pytest.mark.parametrize("paste", ["帮我寄个2公斤的快递", "张三 13800138000 2公斤"])
    async def test_said_ahead_of_the_rest_is_kept(self, bound: Merchant, paste: str) -> None:
        await bound.says("手工录单" if "13800138000" in paste else paste)
        await bound.says(paste if "13800138000" in paste else "张三 13800138000")
        shown = await bound.says("浙江省杭州市余杭区文一西路969号")
        assert the_same_but(shown, weight=self.SAID.format(2))

    @pytest.mark.parametrize("said", ["重量2公斤", "2公斤", "重量改成 2", "四斤", "make it 2 kg", "weight: 2kg"])
    async def test_can_be_corrected(self, bound: Merchant, said: str) -> None:
        await bound.says(f"{ZHANG} 5公斤")
        assert the_same_but(await bound.says(said), weight=self.SAID.format(2))
        assert the_same_but(await bound.says("返回"), weight=self.SAID.format(5))

    async def test_that_cannot_be_says_so(self, bound: Merchant) -> None:
        await bound.says(ZHANG)
        assert "重量请发数字和单位" in await bound.says("重量改成 9000公斤")
        assert the_same_but(await bound.says("重量改成 9公斤"), weight=self.SAID.format(9))

    async def test_of_several_goes_with_the_one_it_was_said_of(self, bound: Merchant) -> None:
        heard = await bound.says(f"{ZHANG} 2公斤\n{LI} 货品：茶叶")
        assert "1. 张三 13800138000 浙江省 杭州市 余杭区 文一西路969号（2公斤）" in heard.splitlines()
        assert "2. 李四 13900139000 江苏省 南京市 鼓楼区 中山路1号 · 茶叶 ×1" in heard.splitlines()
