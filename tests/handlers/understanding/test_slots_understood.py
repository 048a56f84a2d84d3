"""The slots of each intent."""

from datetime import datetime
from typing import Any

import pytest

from handlers.understanding import decide

NOW = datetime(2026, 11, 18, 15, 30)  # noqa: DTZ001 - a wall clock
ADDRESS = "浙江省宁波市鄞州区中兴路88号"


def slots(said: str, shops: tuple[str, ...] = ()) -> dict[str, Any]:
    """The slots, without what the period was said in."""
    told: dict[str, Any] = decide(said, NOW, shops=shops).record()["slots"]
    return {key: value for key, value in told.items() if key != "period"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("打江浙沪的，除了杭州", {"region": ["江苏", "浙江", "上海"], "region_exclude": ["杭州"]}),
        ("广东的打，新疆的不打", {"region": ["广东"], "region_exclude": ["新疆"]}),
        ("打印新疆、西藏以外的订单", {"region_exclude": ["新疆", "西藏"]}),
        ("print orders for Guangdong only", {"region": ["广东"]}),
        ("打中山路那个店的单", {}),
        ("打有备注的订单", {"has_remark": True}),
        ("打没备注的订单", {"has_remark": False}),
        ("打最新的十单", {"count": 10, "pick": "latest"}),
        ("打印小满家居旗舰店的订单", {"shop": "小满家居旗舰店"}),
        ("打印昨天付款的订单", {"period_field": "paid"}),
        ("不打中通的，其他都打", {}),
        ("print all orders except YTO", {}),
        ("不用圆通，用中通打今天的", {"courier": ["ZTO"]}),
        ("打印红色款的", {"product": "红色"}),
        ("把保温杯那个链接的先打了", {"product": "保温杯"}),
        ("打印张三的订单", {"recipient": "张三"}),
        ("昨天进来的单子都打了", {"period_field": "created"}),
        ("打没发的，不是退款的", {"status": ["unshipped"]}),
        ("用极兔打待发货的", {"courier": ["JT"], "status": ["unshipped"]}),
        ("补打上一批", {"ref": "last_batch"}),
        ("补打尾号 8899 的面单", {"phone_tail": "8899"}),
    ],
)
def test_orders(said: str, expected: dict[str, Any]) -> None:
    assert slots(said) == expected


def test_the_names_of_bound_shops_come_first() -> None:
    assert slots("打印糖糖女装的订单") == {"product": "糖糖女装"}
    assert slots("打印糖糖女装的订单", shops=("糖糖女装",)) == {"shop": "糖糖女装"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("78330092817465 退回", {"action": "return"}),
        ("78330092817465 改地址", {"action": "redirect"}),
        ("78330092817465 拦一下", {}),
        (
            f"78330092817465 收货地址改成 王芳 13700002222 {ADDRESS}",
            {"action": "redirect", "name": "王芳", "phone": "13700002222", "address": ADDRESS},
        ),
    ],
)
def test_intercept(said: str, expected: dict[str, Any]) -> None:
    assert slots(said) == {"tracking_numbers": ["78330092817465"], **expected}


def test_a_new_waybill_carries_what_was_said_along() -> None:
    said = f"王芳 13700002222-1234 {ADDRESS}，用圆通发，2公斤，物品：茶叶，备注：易碎"
    assert slots(said) == {
        "name": "王芳", "phone": "13700002222-1234", "address": ADDRESS, "courier": ["YTO"], "weight_kg": 2,
        "goods": "茶叶", "remark": "易碎",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("右移1.5 下移2", {"action": "offset", "dx_mm": 1.5, "dy_mm": 2}),
        ("往左挪半毫米", {"action": "offset", "dx_mm": -0.5}),
        ("上移1cm", {"action": "offset", "dy_mm": -10}),
        ("shift labels 1.5mm right", {"action": "offset", "dx_mm": 1.5}),
        ("右移1.5 下移-2", {"action": "offset", "dx_mm": 1.5, "dy_mm": -2}),
        ("上移负1毫米", {"action": "offset", "dy_mm": 1}),
        ("右移一点五毫米", {"action": "offset", "dx_mm": 1.5}),
        ("往下移十一毫米", {"action": "offset", "dy_mm": 11}),
        ("打印偏左了2毫米", {"action": "offset", "dx_mm": 2}),
        ("往右偏了2毫米，调一下", {"action": "offset", "dx_mm": -2}),
        ("prints 2mm too far left", {"action": "offset", "dx_mm": 2}),
        ("down -2", {"action": "offset", "dy_mm": -2}),
        ("往上挪一点", {"action": "offset"}),
        ("偏移归零", {"action": "offset"}),
        ("现在偏移多少", {"action": "offset"}),
        ("打出来偏上了", {"action": "calibrate"}),
        ("打印机列表", {"action": "list"}),
        ("默认用前台那台打印机", {"action": "set_default", "printer": "前台"}),
        ("把默认打印机设成仓库2", {"action": "set_default", "printer": "仓库2"}),
        ("打一张测试页", {"action": "test"}),
        ("打印机离线了", {"action": "diagnose"}),
        ("打印太淡了", {"action": "density"}),
        ("校准打印机", {"action": "calibrate"}),
        ("有哪些打印机", {"action": "list"}),
        ("设仓库1为默认打印机", {"action": "set_default", "printer": "仓库1"}),
    ],
)
def test_printers(said: str, expected: dict[str, Any]) -> None:
    assert slots(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("用76x130的模板", {"size": "76x130"}),
        ("use the 100×150 template", {"size": "100x150"}),
        ("面单上显示买家留言和规格", {"action": "add_field", "fields": ["buyer_message", "sku"]}),
        ("面单上不要打手机号", {"action": "remove_field", "fields": ["phone"]}),
        ("字体调大一点", {"action": "font_size"}),
        ("面单底部印一句「欢迎再次光临」", {"action": "add_text", "text": "欢迎再次光临"}),
        ("看看现在的面单模板", {"action": "show"}),
    ],
)
def test_templates(said: str, expected: dict[str, Any]) -> None:
    assert slots(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("揽收预警改成24小时", {"alert": "not_collected", "value": 24, "unit": "h"}),
        ("超过2天没更新提醒我", {"alert": "stalled", "value": 2, "unit": "d"}),
        ("余额低于200提醒我", {"alert": "balance", "value": 200, "unit": "count"}),
        ("warn me if labels drop below 200", {"alert": "balance", "value": 200, "unit": "count"}),
        ("揽收提醒阈值是多少", {"alert": "not_collected", "action": "show"}),
        ("打开异常提醒", {"action": "on", "alert": "anomaly"}),
        ("关闭余额提醒", {"action": "off", "alert": "balance"}),
        ("静音半小时", {"action": "mute", "duration_h": 0.5}),
        ("免打扰到明天早上8点", {"action": "mute", "until": "2026-11-19T08:00:00"}),
        ("明天早上8点前免打扰", {"action": "mute", "until": "2026-11-19T08:00:00"}),
        ("每天晚上9点推送日报", {"action": "on", "at": "21:00"}),
        ("mute everything until tomorrow 9am", {"action": "mute", "until": "2026-11-19T09:00:00"}),
        ("unmute", {"action": "on"}),
    ],
)
def test_alerts(said: str, expected: dict[str, Any]) -> None:
    assert slots(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("邀请 小陈 15500007777 当客服", {"action": "add", "name": "小陈", "phone": "15500007777", "role": "service"}),
        ("把老李移除", {"action": "remove", "name": "老李"}),
        ("取消小刘的打印权限", {"action": "revoke", "name": "小刘", "permission": "print"}),
        ("给阿强开通导出权限", {"action": "grant", "name": "阿强", "permission": "export"}),
        ("有哪些成员", {"action": "list"}),
        ("make Lucy a manager", {"action": "set_role", "name": "Lucy", "role": "manager"}),
        ("revoke Anna's access", {"action": "revoke", "name": "Anna"}),
    ],
)
def test_members(said: str, expected: dict[str, Any]) -> None:
    assert slots(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("导出上个月的发货记录成表格", {"what": "shipments", "format": "xlsx"}),
        ("export tracking numbers to csv", {"what": "tracking_numbers", "format": "csv"}),
        ("上周运费合计", {"metric": "cost"}),
        ("按快递统计签收率", {"metric": "signed_rate", "group_by": "courier"}),
        ("韵达和极兔谁更快", {"courier": ["YUNDA", "JT"], "metric": "timeliness"}),
        ("超过48小时没更新的包裹", {"anomaly": ["no_update"], "hours": 48}),
        ("没揽收的全催一遍", {"anomaly": ["not_collected"]}),
        ("怎么绑店铺", {"topic": "bind_shop"}),
        ("解绑「小满」店", {"target": "shop", "shop": "小满"}),
        ("绑定圆通 账号是 1234567", {"courier": ["YTO"], "account": "1234567"}),
    ],
)
def test_the_rest(said: str, expected: dict[str, Any]) -> None:
    assert slots(said) == expected


def test_a_phone_that_is_masked_is_none() -> None:
    told = decide(f"王芳 137****2222 {ADDRESS}", NOW)
    assert "phone" not in told.slots
    assert told.record()["ask"] == [{"ask": "missing", "options": ["phone"]}]


class TestBoundShops:
    SHOPS = ("小满家居旗舰店", "小满家居旗舰店二店", "打篮球运动专营店", "手机店", "Tea")

    @pytest.mark.parametrize(
        ("said", "shop"),
        [
            ("打印小满家居旗舰店今天的订单", "小满家居旗舰店"),
            ("打印小满家居旗舰店二店今天的订单", "小满家居旗舰店二店"),
            ("查下打篮球运动专营店昨天的单", "打篮球运动专营店"),
            ("print today's orders of tea", "Tea"),
        ],
    )
    def test_are_heard_by_their_names(self, said: str, shop: str) -> None:
        assert slots(said, self.SHOPS)["shop"] == shop

    @pytest.mark.parametrize("said", ["list the orders of my team", "手机尾号 5678", "打印今天的订单"])
    def test_are_not_heard_within_other_words(self, said: str) -> None:
        assert "shop" not in slots(said, self.SHOPS)


@pytest.mark.parametrize(
    ("said", "shop"),
    [
        ("查下阿朵零食铺昨天的单", "阿朵零食铺"),
        ("看一下暖暖家居店的订单", "暖暖家居店"),
        ("小铃铛文具 这店不做了 解除授权", "小铃铛文具"),
        ("有个店转让出去了 帮我断开", None),
        ("我又开了家新店 加上", None),
    ],
)
def test_a_shop_by_name_and_by_no_name(said: str, shop: str | None) -> None:
    assert slots(said).get("shop") == shop


@pytest.mark.parametrize(
    ("said", "count"),
    [("only print 20, zto, oldest first", 20), ("print 15 with zto", 15), ("print only 8", 8), ("print 76x130", None)],
)
def test_a_bare_english_count(said: str, count: int | None) -> None:
    assert slots(said).get("count") == count


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("打今天的 哦不对 打昨天的", 17),
        ("打今天的，不对，昨天的", 17),
        ("print today's orders, no wait, yesterday's", 17),
    ],
)
def test_what_is_said_last_counts(said: str, day: int) -> None:
    period = decide(said, NOW).slots["period"]
    assert (period.start.day, period.end.day) == (day, day + 1)


def test_a_complaint_is_no_correction() -> None:
    assert decide("面单打出来不对 歪了", NOW).intent == "printer_settings"
    assert decide("地址不对 改一下 78220019283746", NOW).intent == "intercept"


def test_a_number_is_not_lost_to_a_correction() -> None:
    assert slots("78220019283746 催一下 不对 拦截")["tracking_numbers"] == ["78220019283746"]
