"""Pinduoduo's order object in our words, field by field."""

from dataclasses import replace
from typing import Any

import pytest

from core.orders import AfterSales, Item, Order, OrderStatus, Receiver, Region
from core.shops.pinduoduo.aftersales import after_sales
from core.shops.pinduoduo.orders import order_from
from core.shops.pinduoduo.reading import moment

_RAW: dict[str, Any] = {
    "order_sn": "261120-300000000000001",
    "order_status": 1,
    "refund_status": 1,
    "after_sales_status": 0,
    "confirm_status": 1,
    "group_status": 1,
    "risk_control_status": 0,
    "trade_type": 0,
    "is_pre_sale": 0,
    "is_lucky_flag": 1,
    "is_stock_out": 0,
    "stock_out_handle_status": -1,
    "created_time": "2026-11-20 10:00:01",
    "pay_time": "2026-11-20 10:00:09",
    "confirm_time": "2026-11-20 10:02:00",
    "last_ship_time": "2026-11-22 10:02:00",
    "shipping_time": "",
    "receive_time": "",
    "updated_at": "2026-11-20 10:02:03",
    "receiver_name": "~AgAAAAExampleName~c2VhcmNo~1~~",
    "receiver_name_mask": "张**",
    "receiver_phone": "$c2VhcmNo$AgAAAAExamplePhone$1$$",
    "receiver_phone_mask": "138****5678",
    "receiver_address": "~AgAAAAExampleAddr~c2VhcmNo~1~~",
    "receiver_address_mask": "文*路*号",
    "address": "~AgAAAAExampleFull~c2VhcmNo~1~~",
    "address_mask": "浙江省杭州市西湖区文*路*号",
    "country": "中国",
    "country_id": 1,
    "province": "浙江省",
    "province_id": 31,
    "city": "杭州市",
    "city_id": 383,
    "town": "西湖区",
    "town_id": 3229,
    "open_address_id": "oa_9f3c",
    "open_address_id_2": "oa2_11aa",
    "item_list": [
        {
            "goods_id": "600001",
            "sku_id": "700001",
            "goods_name": "测试商品",
            "goods_spec": "红色,XL",
            "goods_count": 2,
            "goods_price": 19.9,
            "goods_img": "https://example/1.jpg",
            "outer_id": "SKU-1",
            "outer_goods_id": "G-1",
        }
    ],
    "goods_amount": 39.8,
    "discount_amount": 5.0,
    "pay_amount": 34.8,
    "pay_type": "WEIXIN",
    "remark": "加急",
    "remark_tag": 0,
    "buyer_memo": "请发中通",
    "express_memos": [{"scene": 1, "tag": "极兔速递"}, {"scene": 2, "tag": "申通快递"}],
    "logistics_id": 0,
    "tracking_number": "",
    "free_sf": 0,
    "delivery_one_day": 0,
    "order_tag_list": [{"name": "return_freight_payer", "value": 1}, {"name": "ship_hold", "value": 0}],
}
_ORDER = Order(
    shop="123456789",
    number="261120-300000000000001",
    status=OrderStatus.WAITING,
    receiver=Receiver(
        region=Region("浙江省", "杭州市", "西湖区"),
        name="~AgAAAAExampleName~c2VhcmNo~1~~",
        phone="$c2VhcmNo$AgAAAAExamplePhone$1$$",
        address="~AgAAAAExampleAddr~c2VhcmNo~1~~",
        name_mask="张**",
        phone_mask="138****5678",
        address_mask="文*路*号",
    ),
    items=(Item("测试商品", "红色,XL", 2, 1990, "SKU-1"),),
    confirmed_at=1_795_140_120_000,
    updated_at=1_795_140_123_000,
    ship_by=1_795_312_920_000,
    merge_id="oa_9f3c",
    unwanted_couriers=("极兔速递",),
    buyer_memo="请发中通",
    remark="加急",
    paid=3480,
)
_GIFT = {"goods_name": "赠品杯", "goods_spec": "", "goods_count": 1, "goods_price": 0, "outer_id": ""}


def _tag(name: str) -> dict[str, Any]:
    return {"order_tag_list": [{"name": name, "value": 1}]}


def test_an_ordinary_order_is_read_in_full() -> None:
    assert order_from("123456789", _RAW) == _ORDER


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ({"order_status": 2, "tracking_number": "75300000000001"}, {"tracking_number": "75300000000001"}),
        ({"order_status": 3}, {"status": OrderStatus.SIGNED}),
        ({"order_status": 0}, {"status": OrderStatus.UNKNOWN}),
        ({"order_status": 9}, {"status": OrderStatus.UNKNOWN}),
        ({"refund_status": 2}, {"after_sales": AfterSales.OPEN}),
        ({"after_sales_status": 10}, {"after_sales": AfterSales.REFUNDED}),
        ({"confirm_status": 0}, {"is_confirmed": False}),
        ({"confirm_status": 2}, {"is_confirmed": False}),
        ({"group_status": 0}, {"is_grouped": False}),
        ({"group_status": 2}, {"is_grouped": False}),
        ({"risk_control_status": 1}, {"is_under_review": True}),
        (_tag("ship_hold"), {"is_on_hold": True}),
        ({"trade_type": 1, "step_order_info": {"step_trade_status": 0}}, {"is_deposit_open": True}),
        ({"trade_type": 1, "step_order_info": {"step_trade_status": 1}}, {"is_deposit_open": True}),
        ({"trade_type": 1, "step_order_info": {"step_trade_status": 2}}, {}),
        ({"trade_type": 1, "step_order_info": None}, {"is_deposit_open": True}),
        ({"stock_out_handle_status": 0}, {"is_out_of_stock": True}),
        ({"stock_out_handle_status": 1}, {}),
        ({"self_contained": 1}, {"needs_no_courier": True}),
        ({"shipping_type": 2}, {"needs_no_courier": True}),
        ({"shipping_type": 1}, {}),
        (_tag("self_contained"), {"needs_no_courier": True}),
        (_tag("same_city_distribution"), {"needs_no_courier": True}),
        (_tag("local_depot"), {"needs_no_courier": True}),
        (_tag("bought_from_vegetable"), {"needs_no_courier": True}),
        ({"free_sf": 1}, {"needs_sf": True}),
        (_tag("free_sf"), {"needs_sf": True}),
        (_tag("has_sf_express_service"), {"needs_sf": True}),
        (_tag("has_ship_additional"), {"needs_sf": True}),
        (_tag("ship_additional_order"), {"needs_sf": True}),
        (_tag("conso_order"), {"is_consolidated": True}),
        (_tag("direct_mail_activity"), {"is_consolidated": True}),
        ({"consolidate_info": {"consolidate_type": 0}}, {"is_consolidated": True}),
        ({"consolidate_info": {}}, {}),
        (
            {"is_pre_sale": 1, "pre_sale_time": "2026-12-20 00:00:00"},
            {"presale_until": 1_797_696_000_000},
        ),
        ({"is_pre_sale": 0, "pre_sale_time": "2026-12-20 00:00:00"}, {}),
        ({"gift_order_status": 0}, {"gift_pending": True}),
        ({"gift_order_status": 1, "gift_list": [_GIFT]}, {}),
        ({"gift_order_status": 2, "gift_list": [_GIFT]}, {"items": (*_ORDER.items, Item("赠品杯", "", 1))}),
        ({"gift_order_status": None}, {}),
        ({"urge_shipping_time": "2026-11-20 12:00:00"}, {"urged_at": 1_795_147_200_000}),
        (_tag("quality_check_order"), {"inspection_open": True}),
        ({"identification_status": 0}, {"inspection_open": True}),
        ({"identification_status": 2}, {"inspection_open": True}),
        ({"identification_status": 3}, {}),
        (_tag("trade_in_national_subsidy") | {"identification_status": 3}, {}),
        ({"open_address_id": ""}, {"merge_id": "oa2_11aa"}),
        ({"last_ship_time": ""}, {"ship_by": None}),
        ({"confirm_time": ""}, {"confirmed_at": 1_795_140_009_000}),
        ({"confirm_time": None, "pay_time": None}, {"confirmed_at": 1_795_140_001_000}),
        ({"express_memos": None, "order_tag_list": None}, {"unwanted_couriers": ()}),
        ({"pay_amount": "34.80"}, {}),
        ({"pay_amount": None}, {"paid": 0}),
        ({"remark": None}, {"remark": ""}),
    ],
)
def test_each_flag_of_the_platform_sets_its_own_field(told: dict[str, Any], meant: dict[str, Any]) -> None:
    expected = {"status": OrderStatus.SHIPPED} | meant if told.get("order_status") == 2 else meant
    assert order_from("123456789", _RAW | told) == replace(_ORDER, **expected)


def test_an_order_whose_receiver_the_platform_hides_is_not_readable() -> None:
    hidden = order_from("123456789", _RAW | {"receiver_name": "", "receiver_phone": "", "receiver_address": ""})
    assert not hidden.receiver.is_readable
    assert hidden.receiver.name_mask == "张**"


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-11-20 10:00:01", 1_795_140_001_000),
        ("2026-11-20T10:00:01", 1_795_140_001_000),
        ("1551612204", 1_551_612_204_000),
        (1551612204, 1_551_612_204_000),
        ("1625637425016", 1_625_637_425_016),
        ("", None),
        (None, None),
        ("0", None),
        ("soon", None),
    ],
)
def test_times_are_read_in_every_shape_that_the_platform_uses(told: object, at: int | None) -> None:
    assert moment({"t": told}, "t") == at


@pytest.mark.parametrize(
    ("refund_status", "after_sales_status", "meant"),
    [
        (1, 0, AfterSales.NONE),
        (2, 0, AfterSales.OPEN),
        (3, 0, AfterSales.OPEN),
        (4, 0, AfterSales.REFUNDED),
        (4, 2, AfterSales.REFUNDED),
        (1, 2, AfterSales.OPEN),
        (1, 3, AfterSales.OPEN),
        (1, 4, AfterSales.OPEN),
        (1, 5, AfterSales.OPEN),
        (1, 6, AfterSales.DISPUTED),
        (2, 6, AfterSales.OPEN),
        (1, 7, AfterSales.OPEN),
        (1, 8, AfterSales.OPEN),
        (1, 9, AfterSales.NONE),
        (1, 10, AfterSales.REFUNDED),
        (1, 11, AfterSales.NONE),
        (1, 12, AfterSales.NONE),
        (1, 13, AfterSales.NONE),
        (1, 14, AfterSales.NONE),
        (1, 25, AfterSales.NONE),
        (1, 31, AfterSales.OPEN),
        (1, 32, AfterSales.NONE),
        (1, 33, AfterSales.OPEN),
        (0, 0, AfterSales.NONE),
    ],
)
def test_after_sales_are_told_from_both_numbers(refund_status: int, after_sales_status: int, meant: AfterSales) -> None:
    assert after_sales(refund_status, after_sales_status) is meant
