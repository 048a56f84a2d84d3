"""Single orders, standings, groups, addresses."""

from typing import Any

import pytest
from pinduoduo_desk import SHOP, Desk, Fields, refusal

from core.errors import NotFound, ServiceRefused
from core.orders import AfterSales, OrderStatus, Region, Sender, Standing

_STATUS = "pdd.order.status.get"
_REFUND = "pdd.refund.status.check"


def _statuses(*rows: tuple[str, int, int]) -> dict[str, Any]:
    listed = [{"orderSn": number, "order_status": status, "refund_status": refund} for number, status, refund in rows]
    return {"order_status_get_response": {"order_status_list": listed}}


def _refunding(*numbers: str) -> dict[str, Any]:
    return {"refund_status_check_response": {"order_sns_exists_refund": [{"order_sn": one} for one in numbers]}}


async def test_one_order_is_read_fresh(desk: Desk) -> None:
    info = {"order_sn": "261120-300000000000001", "order_status": 2, "tracking_number": "75300000000001"}
    desk.gateway.will_answer("pdd.order.information.get", {"order_info_get_response": {"order_info": info}})
    order = await desk.shop.order(SHOP, "261120-300000000000001")
    assert (order.shop, order.number, order.status, order.tracking_number) == (
        SHOP,
        "261120-300000000000001",
        OrderStatus.SHIPPED,
        "75300000000001",
    )
    assert desk.gateway.asked("pdd.order.information.get") == [{"order_sn": "261120-300000000000001"}]


async def test_an_order_of_another_shop_is_not_found(desk: Desk) -> None:
    desk.gateway.will_answer("pdd.order.information.get", refusal(50001, "订单不属于当前店铺或订单不存在"))
    with pytest.raises(NotFound) as caught:
        await desk.shop.order(SHOP, "261120-300000000000001")
    assert caught.value.details == {"what": "order"}


async def test_another_refusal_to_read_an_order_keeps_its_words(desk: Desk) -> None:
    desk.gateway.will_answer("pdd.order.information.get", refusal(50001, "系统繁忙"))
    with pytest.raises(ServiceRefused) as caught:
        await desk.shop.order(SHOP, "261120-300000000000001")
    assert caught.value.details["said"] == "系统繁忙"


async def test_a_standing_combines_the_order_status_with_the_refund_check(desk: Desk) -> None:
    desk.gateway.will_answer(
        _STATUS, _statuses(("A", 1, 1), ("B", 1, 2), ("C", 1, 1), ("D", 2, 4), ("E", 0, 0), ("F", 3, 1))
    )
    desk.gateway.will_answer(_REFUND, _refunding("C", "D"))
    assert await desk.shop.standings(SHOP, ["A", "B", "C", "D", "E", "F", "G"]) == {
        "A": Standing(OrderStatus.WAITING, AfterSales.NONE),
        "B": Standing(OrderStatus.WAITING, AfterSales.OPEN),
        "C": Standing(OrderStatus.WAITING, AfterSales.OPEN),
        "D": Standing(OrderStatus.SHIPPED, AfterSales.REFUNDED),
        "E": Standing(OrderStatus.UNKNOWN, AfterSales.NONE),
        "F": Standing(OrderStatus.SIGNED, AfterSales.NONE),
        "G": Standing(OrderStatus.UNKNOWN, AfterSales.NONE),
    }
    assert desk.gateway.asked(_STATUS) == [{"order_sns": "A,B,C,D,E,F,G"}]
    assert desk.gateway.asked(_REFUND) == [{"order_sns": "A,B,C,D,E,F,G"}]


async def test_many_standings_are_asked_for_in_batches(desk: Desk) -> None:
    numbers = [f"N{index}" for index in range(120)]

    def waiting(fields: Fields) -> dict[str, Any]:
        return _statuses(*((number, 1, 1) for number in fields["order_sns"].split(",")))

    desk.gateway.will_answer(_STATUS, waiting, waiting)
    desk.gateway.will_answer(_REFUND, *[_refunding()] * 3)
    told = await desk.shop.standings(SHOP, numbers)
    assert list(told) == numbers
    assert set(told.values()) == {Standing(OrderStatus.WAITING, AfterSales.NONE)}
    assert [len(one["order_sns"].split(",")) for one in desk.gateway.asked(_STATUS)] == [100, 20]
    assert [len(one["order_sns"].split(",")) for one in desk.gateway.asked(_REFUND)] == [50, 50, 20]


async def test_no_orders_ask_nothing(desk: Desk) -> None:
    assert await desk.shop.standings(SHOP, []) == {}
    assert desk.gateway.requests == []


async def test_orders_that_may_share_a_parcel_come_back_in_groups(desk: Desk) -> None:
    desk.gateway.will_answer(
        "pdd.order.merge.ship.order.group",
        {"response": {"order_group_list": [{"order_sn_list": ["A", "B"]}, {"order_sn_list": ["C"]}]}},
    )
    assert await desk.shop.merge_groups(SHOP, ["A", "B", "C"]) == (("A", "B"), ("C",))
    assert desk.gateway.asked("pdd.order.merge.ship.order.group") == [
        {"order_list": '[{"order_sn":"A"},{"order_sn":"B"},{"order_sn":"C"}]'}
    ]


def _address(name: str, is_default: str) -> dict[str, Any]:
    return {
        "id": 7,
        "refund_address_id": "7",
        "refund_name": name,
        "refund_phone": "",
        "refund_tel": "0571-87000000",
        "province_name": "浙江省",
        "city_name": "杭州市",
        "district_name": "西湖区",
        "refund_address": "文三路1号",
        "is_default": is_default,
    }


@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("true", "false"), ("True", "")])
async def test_the_default_address_comes_first(desk: Desk, yes: str, no: str) -> None:
    listed = [_address("仓库甲", no), _address("仓库乙", yes)]
    desk.gateway.will_answer(
        "pdd.refund.address.list.get", {"refund_address_list_get_response": {"refund_address_list": listed}}
    )
    region = Region("浙江省", "杭州市", "西湖区")
    assert await desk.shop.return_addresses(SHOP) == (
        Sender("仓库乙", "0571-87000000", region, "文三路1号"),
        Sender("仓库甲", "0571-87000000", region, "文三路1号"),
    )
