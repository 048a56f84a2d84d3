"""Declaring couriers' own labels, and opening receivers."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pinduoduo_desk import APP, SHOP, Desk, Fields, refusal

from core.errors import NotPermitted, ServiceRefused
from core.orders import Order, OrderStatus, Receiver, Recipient, Region

_DECLARE = "pdd.open.waybill.type.report"
_DECRYPT = "pdd.open.decrypt.batch"
_REGION = Region("浙江省", "杭州市", "西湖区")


def _order(number: str) -> Order:
    receiver = Receiver(_REGION, f"~n{number}~", f"$p{number}$", f"~a{number}~")
    return Order(SHOP, number, OrderStatus.WAITING, receiver, (), confirmed_at=0, updated_at=0)


def _entry(number: str, closed: str, plain: str, **more: object) -> dict[str, Any]:
    return {
        "data_tag": number,
        "encrypted_data": closed,
        "decrypted_data": plain,
        "error_code": 0,
        "error_msg": "",
        "virtual_number_type": 0,
    } | more


def _decrypted(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"open_decrypt_batch_response": {"data_decrypt_list": list(entries)}}


async def test_orders_are_declared_as_couriers_own_labels_a_hundred_at_a_time(desk: Desk) -> None:
    done = {"open_waybill_type_report_response": {"result_list": [{"order_sn": "N0", "success": True}]}}
    desk.gateway.will_answer(_DECLARE, done, done)
    await desk.shop.declare_courier_labels(SHOP, [f"N{index}" for index in range(101)])
    first, second = desk.gateway.asked(_DECLARE)
    assert len(json.loads(first["order_sn_list"])) == 100
    assert second == {"order_sn_list": '["N100"]', "waybill_type": "2"}


async def test_orders_that_may_not_be_declared_are_named(desk: Desk) -> None:
    listed = [{"order_sn": "A", "success": True}, {"order_sn": "B", "success": False}]
    desk.gateway.will_answer(_DECLARE, {"open_waybill_type_report_response": {"result_list": listed}})
    with pytest.raises(ServiceRefused) as caught:
        await desk.shop.declare_courier_labels(SHOP, ["A", "B"])
    assert caught.value.details["numbers"] == ["B"]


async def test_receivers_are_matched_by_order_and_ciphertext_not_by_position(desk: Desk) -> None:
    desk.gateway.will_answer(
        _DECRYPT,
        _decrypted(
            _entry("B", "~aB~", "龙井路2号"),
            _entry("A", "$pA$", "13800000001"),
            _entry("B", "~nB~", "李四"),
            _entry("A", "~aA~", "文三路1号"),
            _entry("B", "$pB$", "13800000002", virtual_number_type=1, virtual_identify_number="1234"),
            _entry("A", "~nA~", "张三"),
        ),
    )
    assert await desk.shop.reveal(SHOP, [_order("A"), _order("B")]) == {
        "A": Recipient("张三", "13800000001", _REGION, "文三路1号"),
        "B": Recipient("李四", "13800000002-1234", _REGION, "龙井路2号"),
    }
    assert json.loads(desk.gateway.asked(_DECRYPT)[0]["data_list"]) == [
        {"data_tag": "A", "encrypted_data": "~nA~"},
        {"data_tag": "A", "encrypted_data": "$pA$"},
        {"data_tag": "A", "encrypted_data": "~aA~"},
        {"data_tag": "B", "encrypted_data": "~nB~"},
        {"data_tag": "B", "encrypted_data": "$pB$"},
        {"data_tag": "B", "encrypted_data": "~aB~"},
    ]


async def test_an_order_of_which_one_field_stays_closed_is_left_out(desk: Desk) -> None:
    desk.gateway.will_answer(
        _DECRYPT,
        _decrypted(
            _entry("A", "~nA~", "张三"),
            _entry("A", "$pA$", "138****0001", error_code=1001, error_msg="no"),
            _entry("A", "~aA~", "文三路1号"),
        ),
    )
    assert await desk.shop.reveal(SHOP, [_order("A")]) == {}


async def test_an_order_whose_receiver_is_hidden_is_not_asked_about(desk: Desk) -> None:
    hidden = replace(_order("A"), receiver=Receiver(_REGION))
    assert await desk.shop.reveal(SHOP, [hidden]) == {}
    assert desk.gateway.requests == []


async def test_a_call_opens_thirty_three_orders_and_calls_keep_their_distance() -> None:
    desk = Desk(app=replace(APP, decrypt_interval=10.0))
    orders = [_order(f"{index}") for index in range(40)]

    def opened(fields: Fields) -> dict[str, Any]:
        asked = json.loads(fields["data_list"])
        return _decrypted(*(_entry(one["data_tag"], one["encrypted_data"], "明文") for one in asked))

    desk.gateway.will_answer(_DECRYPT, opened, opened)
    assert len(await desk.shop.reveal(SHOP, orders)) == 40
    assert [len(json.loads(one["data_list"])) for one in desk.gateway.asked(_DECRYPT)] == [99, 21]
    (waited,) = desk.pauses
    assert 9 < waited <= 10


async def test_an_app_without_the_right_to_decrypt_says_so_and_is_told_so() -> None:
    desk = Desk(app=replace(APP, may_decrypt=False))
    desk.gateway.will_answer(_DECRYPT, refusal(20031))
    assert not desk.shop.reveals_receivers
    with pytest.raises(NotPermitted):
        await desk.shop.reveal(SHOP, [_order("A")])
