"""ZTO's work orders and interceptions on the wire: literal requests, literal answers."""

from typing import Any

import pytest
from zto_gateway import ACCOUNT, Gateway, zto

from core.couriers.base import Interception, InterceptionState, Reply, Urging, WorkOrder, WorkOrderState
from core.errors import (
    MerchantError,
    NotOffered,
    NotPermitted,
    OutcomeUnknown,
    OutOfRange,
    ServiceRefused,
    ServiceUnavailable,
)
from core.orders import Recipient, Region, Sender

NUMBER = "73100196611386"
_SHOP = Sender("小满家居", "13900001111", Region("浙江省", "杭州市", "西湖区"), "文三路1号")
_URGING = Urging("urge-1", NUMBER, "运单 48 小时没有更新，请尽快处理", _SHOP)
_HOME = Interception("stop-1", NUMBER)
_ELSEWHERE = Interception(
    "stop-2", NUMBER, Recipient("李四", "13800002222", Region("广东省", "深圳市", "南山区"), "科苑路2号")
)
_YES = {"result": True, "message": "", "status": True, "statusCode": "SYS000"}


def _no(code: str, said: str = "") -> dict[str, Any]:
    return {"result": None, "message": said, "status": False, "statusCode": code}


async def test_a_work_order_is_filed_with_what_the_branch_needs() -> None:
    gateway = Gateway(_YES | {"result": {"bizNo": "GD20260101"}})
    assert await zto(gateway).urge(ACCOUNT, _URGING) == "GD20260101"
    assert gateway.names == ["/zto.open.merchant.incident.create"]
    assert gateway.bodies == [
        {
            "traceId": "urge-1",
            "customer": {"name": "小满家居", "type": "2"},
            "incident": {
                "billCode": NUMBER,
                "type": "event-urge",
                "desc": "运单 48 小时没有更新，请尽快处理",
                "mobile": "13900001111",
            },
        }
    ]


@pytest.mark.parametrize("result", [None, {}, {"bizNo": ""}, "GD1"])
async def test_a_work_order_without_a_number_may_have_been_filed(result: object) -> None:
    with pytest.raises(OutcomeUnknown):
        await zto(Gateway(_YES | {"result": result})).urge(ACCOUNT, _URGING)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("created", WorkOrderState.OPEN),
        ("processing", WorkOrderState.WORKING),
        ("finished", WorkOrderState.CLOSED),
        ("?", WorkOrderState.OPEN),
    ],
)
async def test_a_work_order_tells_how_far_it_is_and_what_was_answered(status: str, state: WorkOrderState) -> None:
    records = [
        {"handleTime": "2026-11-22 16:30:00", "reply": "已催派送"},
        {"handleTime": "1795332600000", "reply": "已受理"},
        {"handleTime": "刚才", "reply": "转网点"},
    ]
    gateway = Gateway(_YES | {"result": {"incidentStatus": status, "handleRecords": records}})
    assert await zto(gateway).work_order(ACCOUNT, NUMBER, "GD1") == WorkOrder(
        "GD1", state, (Reply(0, "转网点"), Reply(1795332600000, "已受理"), Reply(1795336200000, "已催派送"))
    )
    assert gateway.bodies == [{"bizNo": "GD1", "billCode": NUMBER}]


async def test_a_work_order_without_answers_has_none() -> None:
    gateway = Gateway(_YES | {"result": {"incidentStatus": "created"}})
    assert (await zto(gateway).work_order(ACCOUNT, NUMBER, "GD1")).replies == ()


async def test_a_parcel_is_sent_back_to_its_sender() -> None:
    gateway = Gateway(_YES)
    await zto(gateway).intercept(ACCOUNT, _HOME)
    assert gateway.names == ["/thirdcenter.createIntercept"]
    assert gateway.bodies == [
        {"billCode": NUMBER, "requestId": "stop-1", "thirdBizNo": "stop-1", "destinationType": "2"}
    ]


async def test_a_parcel_is_sent_to_another_address() -> None:
    gateway = Gateway(_YES)
    await zto(gateway).intercept(ACCOUNT, _ELSEWHERE)
    assert gateway.bodies == [
        {
            "billCode": NUMBER,
            "requestId": "stop-2",
            "thirdBizNo": "stop-2",
            "destinationType": "3",
            "receiveUsername": "李四",
            "receivePhone": "13800002222",
            "receiveProvince": "广东省",
            "receiveCity": "深圳市",
            "receiveDistrict": "南山区",
            "receiveAddress": "科苑路2号",
        }
    ]


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("E23101", ServiceRefused),
        ("E23120", ServiceRefused),
        ("E23121", ServiceRefused),
        ("E23122", OutOfRange),
        ("E23135", NotPermitted),
        ("E23144", NotPermitted),
    ],
)
async def test_why_a_parcel_cannot_be_stopped_keeps_zto_own_code_and_words(
    code: str, meaning: type[MerchantError]
) -> None:
    with pytest.raises(MerchantError) as caught:
        await zto(Gateway(_no(code, "不能拦截"))).intercept(ACCOUNT, _HOME)
    assert type(caught.value) is meaning
    assert caught.value.details == {"service": "ZTO", "raw": code, "said": "不能拦截"}


async def test_an_interception_is_taken_back_by_its_own_key() -> None:
    gateway = Gateway(_YES)
    await zto(gateway).cancel_interception(ACCOUNT, _HOME)
    assert gateway.names == ["/thirdcenter.cancelIntercept"]
    assert gateway.bodies == [{"billCode": NUMBER, "thirdBizNo": "stop-1"}]


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ("INTERCEPTING", InterceptionState.PENDING),
        ("PACKAGE_DELIVERYING", InterceptionState.PENDING),
        ("INTERCEPT_SUCCESS", InterceptionState.DONE),
        ("INTERCEPT_FAIL", InterceptionState.FAILED),
        ("INTERCEPT_DISCONTINUE", InterceptionState.FAILED),
        ("INTERCEPT_CANCEL", InterceptionState.CANCELLED),
        ({"billCode": NUMBER, "status": "INTERCEPT_SUCCESS"}, InterceptionState.DONE),
    ],
)
async def test_what_came_of_an_interception_is_read_however_it_is_wrapped(
    result: object, state: InterceptionState
) -> None:
    gateway = Gateway(_YES | {"result": result})
    assert await zto(gateway).interception(ACCOUNT, NUMBER) is state
    assert gateway.names == ["/thirdcenter.queryInterceptAndReturnStatus"]


@pytest.mark.parametrize("result", [None, "?", {}])
async def test_an_interception_of_which_nothing_is_said_is_no_state(result: object) -> None:
    with pytest.raises(ServiceUnavailable):
        await zto(Gateway(_YES | {"result": result})).interception(ACCOUNT, NUMBER)


async def test_scans_are_subscribed_by_the_name_that_zto_gave_the_call() -> None:
    gateway = Gateway(_YES)
    await zto(gateway).subscribe(ACCOUNT, NUMBER, "1234")
    assert gateway.names == ["/zto.merchant.waybill.track.subsrcibe"]
    assert gateway.bodies == [{"billCode": NUMBER, "mobilePhone": "1234"}]


async def test_a_merchants_own_app_pushes_elsewhere_so_nothing_is_subscribed() -> None:
    gateway = Gateway()
    own = {"kind": "app", "app_key": "own-key", "app_secret": "own-secret", "account": "KDGJ1", "password": "ZTO123"}
    with pytest.raises(NotOffered):
        await zto(gateway).subscribe(own, NUMBER, "1234")
    assert gateway.requests == []
