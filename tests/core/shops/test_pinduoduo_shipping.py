"""Uploading numbers: every ending is told apart by looking at the order."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from pinduoduo_desk import GRANT, LOST, NOW, SHOP, Desk, refusal

from core.errors import AlreadyShipped, NotPermitted, NoTrace, OutcomeUnknown, ServiceRefused, ServiceUnavailable
from core.parcels import Node, ParcelState

_COMPANIES = "pdd.logistics.companies.get"
_SEND = "pdd.logistics.online.send"
_ORDER = "pdd.order.information.get"
_PRINTED = "pdd.erp.order.sync"
_TRACE = "pdd.logistics.ordertrace.get"

_DONE = {"logistics_online_send_response": {"is_success": True, "request_id": "17"}}
_LISTED = {
    "logistics_companies_get_response": {
        "logistics_companies": [
            {"id": 115, "code": "ZTO", "logistics_company": "中通快递", "available": 1},
            {"id": 116, "code": "QF", "logistics_company": "全峰快递", "available": 0},
        ]
    }
}
_REFUSED = refusal(50001, "订单状态不可发货", "60001")


def _held(status: int, number: str = "") -> dict[str, Any]:
    info = {"order_sn": "A", "order_status": status, "tracking_number": number}
    return {"order_info_get_response": {"order_info": info}}


@pytest.fixture
def counter(desk: Desk) -> Desk:
    desk.gateway.will_answer(_COMPANIES, _LISTED)
    return desk


async def test_a_number_is_uploaded_with_the_platforms_own_id_of_the_courier(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, _DONE)
    await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert counter.gateway.asked(_SEND) == [
        {"order_sn": "A", "logistics_id": "115", "tracking_number": "75300000000001"}
    ]
    assert counter.gateway.asked(_ORDER) == []


async def test_the_list_of_couriers_is_fetched_once_a_day(counter: Desk) -> None:
    counter.gateway.will_answer(_COMPANIES, _LISTED)
    counter.gateway.will_answer(_SEND, *[_DONE] * 3)
    counter.keeper.grants[SHOP] = replace(GRANT, expires_at=NOW * 2)
    for moment in (NOW, NOW + 86_399_999, NOW + 86_400_000):
        counter.clock.moment = moment
        await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert len(counter.gateway.asked(_COMPANIES)) == 2


@pytest.mark.parametrize("courier", ["QF", "NOBODY"])
async def test_a_courier_that_is_not_open_for_shipping_is_refused_before_anything_is_sent(
    counter: Desk, courier: str
) -> None:
    with pytest.raises(ServiceRefused) as caught:
        await counter.shop.ship(SHOP, "A", courier, "75300000000001")
    assert caught.value.details["courier"] == courier
    assert counter.gateway.asked(_SEND) == []


async def test_a_refusal_because_our_own_number_is_there_already_is_success(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, _REFUSED)
    counter.gateway.will_answer(_ORDER, _held(2, "75300000000001"))
    await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert len(counter.gateway.asked(_SEND)) == 1


async def test_a_refusal_because_another_number_is_there_names_that_number(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, _REFUSED)
    counter.gateway.will_answer(_ORDER, _held(2, "75300000000999"))
    with pytest.raises(AlreadyShipped) as caught:
        await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert caught.value.details["number"] == "75300000000999"


async def test_a_refusal_because_the_order_left_without_any_number_is_told_as_already_shipped(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, _REFUSED)
    counter.gateway.will_answer(_ORDER, _held(3))
    with pytest.raises(AlreadyShipped) as caught:
        await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert caught.value.details["number"] == ""


async def test_a_refusal_of_an_order_that_still_waits_keeps_the_platforms_words(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, _REFUSED)
    counter.gateway.will_answer(_ORDER, _held(1))
    with pytest.raises(ServiceRefused) as caught:
        await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert type(caught.value) is ServiceRefused
    assert caught.value.details["said"] == "订单状态不可发货"


async def test_a_refusal_of_an_order_that_cannot_be_found_stays_the_refusal(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, _REFUSED)
    counter.gateway.will_answer(_ORDER, refusal(50001, "订单不属于当前店铺或订单不存在"))
    with pytest.raises(ServiceRefused) as caught:
        await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert caught.value.details["raw"] == "50001:60001"


async def test_a_missing_right_to_ship_is_told_without_looking_at_the_order(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, refusal(20031))
    with pytest.raises(NotPermitted):
        await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert counter.gateway.asked(_ORDER) == []


async def test_a_lost_answer_is_success_when_the_order_carries_our_number(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, LOST)
    counter.gateway.will_answer(_ORDER, _held(2, "75300000000001"))
    await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert len(counter.gateway.asked(_SEND)) == 1


async def test_a_lost_answer_is_sent_again_when_the_order_shows_that_nothing_happened(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, LOST, refusal(52001), _DONE)
    counter.gateway.will_answer(_ORDER, _held(1), _held(1))
    await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert len(counter.gateway.asked(_SEND)) == 3


async def test_answers_that_are_always_lost_end_as_unknown(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, *[LOST] * 3)
    counter.gateway.will_answer(_ORDER, *[_held(1)] * 3)
    with pytest.raises(OutcomeUnknown):
        await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert len(counter.gateway.asked(_SEND)) == 3


async def test_a_lost_answer_to_an_order_that_left_with_another_number_names_that_number(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, LOST)
    counter.gateway.will_answer(_ORDER, _held(3, "75300000000999"))
    with pytest.raises(AlreadyShipped) as caught:
        await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert caught.value.details["number"] == "75300000000999"


@pytest.mark.parametrize("blind", [[LOST] * 4, [refusal(50001, "系统繁忙")]])
async def test_a_lost_answer_stays_unknown_when_the_order_cannot_be_looked_at(counter: Desk, blind: list[Any]) -> None:
    counter.gateway.will_answer(_SEND, LOST)
    counter.gateway.will_answer(_ORDER, *blind)
    with pytest.raises(OutcomeUnknown):
        await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert len(counter.gateway.asked(_SEND)) == 1


async def test_an_upload_that_never_left_is_unavailable(counter: Desk) -> None:
    counter.gateway.will_answer(_SEND, *[httpx.ConnectError("no route")] * 4)
    with pytest.raises(ServiceUnavailable):
        await counter.shop.ship(SHOP, "A", "ZTO", "75300000000001")
    assert counter.gateway.asked(_ORDER) == []


async def test_a_printed_label_is_reported_and_a_lost_answer_reported_again(counter: Desk) -> None:
    counter.gateway.will_answer(_PRINTED, LOST, {"success": True, "result": True, "error_code": 0, "error_msg": ""})
    await counter.shop.report_printed(SHOP, "A", "ZTO", "75300000000001")
    assert (
        counter.gateway.asked(_PRINTED)
        == [{"order_sn": "A", "order_state": "1", "waybill_no": "75300000000001", "logistics_id": "115"}] * 2
    )


async def test_a_printed_label_that_the_platform_will_not_note_is_refused(counter: Desk) -> None:
    counter.gateway.will_answer(
        _PRINTED, {"success": False, "result": False, "error_code": 3001, "error_msg": "订单已退款"}
    )
    with pytest.raises(ServiceRefused) as caught:
        await counter.shop.report_printed(SHOP, "A", "ZTO", "75300000000001")
    assert caught.value.details["said"] == "订单已退款"


def _scan(action: str, told: str, time: str) -> dict[str, str]:
    return {
        "action": action,
        "desc": told,
        "node_description": "",
        "status_desc": "",
        "status_time": time,
        "time": time,
    }


def _scans(*scans: dict[str, str]) -> dict[str, Any]:
    return {"logistics_ordertrace_get_resposne": {"trace_list": list(scans), "request_id": "17"}}


async def test_a_journey_is_told_oldest_first_and_each_scan_once(desk: Desk) -> None:
    departure = _scan("DEPARTURE", "离开【杭州转运中心】", "2026-11-20 23:10:00")
    desk.gateway.will_answer(
        _TRACE, _scans(departure, _scan("GOT", "【杭州市】已揽收", "2026-11-20 18:00:00"), departure)
    )
    assert await desk.shop.trace(SHOP, "ZTO", "75300000000001") == (
        Node(1_795_168_800_000, ParcelState.PICKED_UP, "【杭州市】已揽收", raw="GOT"),
        Node(1_795_187_400_000, ParcelState.IN_TRANSIT, "离开【杭州转运中心】", raw="DEPARTURE"),
    )
    assert desk.gateway.asked(_TRACE) == [{"company_code": "ZTO", "mail_no": "75300000000001"}]


@pytest.mark.parametrize(
    ("action", "told", "state"),
    [
        ("GOT", "", ParcelState.PICKED_UP),
        ("ARRIVAL", "", ParcelState.IN_TRANSIT),
        ("DEPARTURE", "", ParcelState.IN_TRANSIT),
        ("SEND", "", ParcelState.OUT_FOR_DELIVERY),
        ("SIGN", "", ParcelState.DELIVERED),
        ("SIGN_ON_BEHALF", "", ParcelState.DELIVERED_PROXY),
        ("IN_CABINET", "", ParcelState.AT_PICKUP_POINT),
        ("OUT_CABINET", "", ParcelState.DELIVERED),
        ("STAY_IN_WAREHOUSE", "", ParcelState.HELD),
        ("FAIL", "", ParcelState.PROBLEM),
        ("REJECTION", "", ParcelState.REFUSED),
        ("RETURN", "", ParcelState.RETURNING),
        ("OTHER", "快件信息已录入", ParcelState.OTHER),
        ("OTHER", "客户拒收", ParcelState.REFUSED),
        ("OTHER", "客户拒收，快件退回中", ParcelState.RETURNING),
        ("INTERCEPT", "已拦截", ParcelState.INTERCEPTED),
        ("", "外包装破损", ParcelState.PROBLEM),
        ("", "无法联系收件人", ParcelState.PROBLEM),
        ("", "快件滞留", ParcelState.HELD),
        ("SIGN", "滞留后签收", ParcelState.DELIVERED),
    ],
)
async def test_each_action_says_where_the_parcel_is(desk: Desk, action: str, told: str, state: ParcelState) -> None:
    desk.gateway.will_answer(_TRACE, _scans(_scan(action, told, "2026-11-20 18:00:00")))
    (node,) = await desk.shop.trace(SHOP, "ZTO", "75300000000001")
    assert node.state is state


@pytest.mark.parametrize("answer", [refusal(50001, "轨迹不存在", "ISV_TRACK_ERROR"), _scans()])
async def test_a_parcel_that_was_never_scanned_has_no_trace(desk: Desk, answer: dict[str, Any]) -> None:
    desk.gateway.will_answer(_TRACE, answer)
    with pytest.raises(NoTrace):
        await desk.shop.trace(SHOP, "ZTO", "75300000000001")


async def test_a_trace_that_is_refused_for_another_reason_is_a_refusal(desk: Desk) -> None:
    desk.gateway.will_answer(_TRACE, refusal(50001, "参数错误", "10002"))
    with pytest.raises(ServiceRefused) as caught:
        await desk.shop.trace(SHOP, "ZTO", "75300000000001")
    assert type(caught.value) is ServiceRefused
