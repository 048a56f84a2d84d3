"""One call: what is sent, how it is opened, and when it is tried again."""

import asyncio
from typing import Any

import httpx
import pytest
from pinduoduo_desk import APP, LOST, NOW, Clock, Desk, refusal

from core.errors import (
    AuthorisationEnded,
    ClockWrong,
    MerchantError,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    ServiceRefused,
    ServiceUnavailable,
)
from core.http import Http
from core.shops.pinduoduo.answers import opened
from core.shops.pinduoduo.gateway import Call, Gateway
from core.shops.pinduoduo.pace import Pace

_CALL = Call(
    "pdd.order.status.get", {"order_sns": "231115-000000000000001"}, access_token="tok_0123456789", shop="123456789"
)
_ANSWER = {"order_status_get_response": {"order_status_list": [], "request_id": "17"}}
_UNREACHABLE = httpx.ConnectError("no route")


def _gateway(desk: Desk) -> Gateway:
    http = Http(httpx.AsyncClient(transport=httpx.MockTransport(desk.gateway)))
    return Gateway(http, APP, desk.clock, desk.pause)


async def test_a_call_is_one_flat_signed_json_object_of_strings(desk: Desk) -> None:
    desk.gateway.will_answer("pdd.order.status.get", _ANSWER)
    await _gateway(desk).read(_CALL)
    sent = desk.gateway.requests[0]
    assert (sent.method, str(sent.url)) == ("POST", "https://gw-api.pinduoduo.com/api/router")
    assert sent.headers["content-type"] == "application/json; charset=utf-8"
    assert sent.content == (
        b'{"type":"pdd.order.status.get","client_id":"c0ffee00c0ffee00c0ffee00c0ffee00",'
        b'"access_token":"tok_0123456789","timestamp":"1700000000","data_type":"JSON","version":"V1",'
        b'"order_sns":"231115-000000000000001","sign":"890B452D3F3810AB6238F67D9DD84B5F"}'
    )


@pytest.mark.parametrize(
    ("body", "content"),
    [
        pytest.param(b'{"logistics_ordertrace_get_resposne":{"trace_list":[]}}', {"trace_list": []}, id="misspelt"),
        pytest.param(b'{"response":{"result":{"a":1}}}', {"result": {"a": 1}}, id="nameless"),
        pytest.param(b'{"order_info_get_response":{"order_info":{}}}', {"order_info": {}}, id="usual"),
        pytest.param(b'{"success":true,"result":true}', {"success": True, "result": True}, id="none at all"),
        pytest.param(b'{"a_response":{},"b_response":{}}', {"a_response": {}, "b_response": {}}, id="two"),
    ],
)
def test_every_kind_of_wrapper_is_taken_off(body: bytes, content: dict[str, Any]) -> None:
    assert opened(body, shop="1") == content


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (10000, ServiceRefused),
        (10016, NotPermitted),
        (10017, NotPermitted),
        (10019, AuthorisationEnded),
        (20004, NotPermitted),
        (20005, NotPermitted),
        (20031, NotPermitted),
        (20032, AuthorisationEnded),
        (50000, OutcomeUnknown),
        (50001, ServiceRefused),
        (50002, OutcomeUnknown),
        (52001, OutcomeUnknown),
        (52002, OutcomeUnknown),
        (52004, ServiceRefused),
        (52101, RateLimited),
        (52102, ServiceUnavailable),
        (52103, ServiceUnavailable),
        (70031, RateLimited),
        (70033, ServiceUnavailable),
        (70034, NotPermitted),
    ],
)
async def test_a_gateway_code_becomes_exactly_one_of_our_errors(
    desk: Desk, code: int, meaning: type[MerchantError]
) -> None:
    desk.gateway.will_answer("pdd.order.status.get", *[refusal(code, "话")] * 4)
    with pytest.raises(MerchantError) as caught:
        await _gateway(desk).write(_CALL)
    assert type(caught.value) is meaning
    assert caught.value.details == {
        "service": "pinduoduo",
        "shop": "123456789",
        "raw": str(code),
        "said": "话",
        "request": "15440104776643887",
    }


def test_a_business_refusal_keeps_the_sub_code_and_the_platforms_own_words() -> None:
    with pytest.raises(ServiceRefused) as caught:
        opened(
            b'{"error_response":{"error_msg":"\xe4\xb8\x9a\xe5\x8a\xa1\xe6\x9c\x8d\xe5\x8a\xa1\xe9\x94\x99\xe8\xaf\xaf",'
            b'"sub_msg":"\xe8\xae\xa2\xe5\x8d\x95\xe5\xb7\xb2\xe5\x8f\x91\xe8\xb4\xa7","sub_code":"60001",'
            b'"error_code":50001,"request_id":"17"}}',
            shop="123456789",
        )
    assert caught.value.details["raw"] == "50001:60001"
    assert caught.value.details["said"] == "订单已发货"


@pytest.mark.parametrize(
    "body",
    [
        b'{"response":{"success":false,"error_code":1024,"error_msg":"no"}}',
        b'{"success":false,"result":false,"errorCode":"1024","errorMsg":"no"}',
        b'{"logistics_online_send_response":{"is_success":false,"error_code":1024,"error_msg":"no"}}',
    ],
)
def test_a_refusal_inside_a_success_envelope_is_a_refusal(body: bytes) -> None:
    with pytest.raises(ServiceRefused) as caught:
        opened(body, shop="123456789")
    assert (caught.value.details["raw"], caught.value.details["said"]) == ("50001:1024", "no")


@pytest.mark.parametrize("garbage", [b"<html>502</html>", b"[]", b"", b"\xff"])
async def test_an_unreadable_answer_leaves_a_write_unknown_and_a_read_unavailable(desk: Desk, garbage: bytes) -> None:
    desk.gateway.will_answer("pdd.order.status.get", *[garbage] * 5)
    with pytest.raises(OutcomeUnknown):
        await _gateway(desk).write(_CALL)
    with pytest.raises(ServiceUnavailable):
        await _gateway(desk).read(_CALL)


@pytest.mark.parametrize(
    "failure",
    [
        LOST,
        _UNREACHABLE,
        refusal(52101),
        refusal(52102),
        refusal(52103),
        refusal(70031),
        refusal(50002),
        refusal(52001),
        refusal(52002),
    ],
)
async def test_a_read_is_tried_four_times_with_growing_pauses(desk: Desk, failure: dict[str, Any] | Exception) -> None:
    desk.gateway.will_answer("pdd.order.status.get", failure, failure, failure, _ANSWER)
    assert await _gateway(desk).read(_CALL) == {"order_status_list": [], "request_id": "17"}
    first, second, third = desk.pauses
    assert 0.5 <= first <= 1 <= second <= 2 <= third <= 4


async def test_a_read_gives_up_after_the_fourth_attempt(desk: Desk) -> None:
    desk.gateway.will_answer("pdd.order.status.get", *[LOST] * 4)
    with pytest.raises(ServiceUnavailable):
        await _gateway(desk).read(_CALL)
    assert len(desk.gateway.requests) == 4


@pytest.mark.parametrize("lost", [LOST, refusal(50000), refusal(50002), refusal(52001)])
async def test_a_write_whose_answer_was_lost_is_never_repeated(desk: Desk, lost: dict[str, Any] | Exception) -> None:
    desk.gateway.will_answer("pdd.order.status.get", lost)
    with pytest.raises(OutcomeUnknown):
        await _gateway(desk).write(_CALL)
    assert (len(desk.gateway.requests), desk.pauses) == (1, [])


@pytest.mark.parametrize("undone", [_UNREACHABLE, refusal(52101), refusal(70031), refusal(52102)])
async def test_a_write_that_surely_was_not_done_is_tried_again(desk: Desk, undone: dict[str, Any] | Exception) -> None:
    desk.gateway.will_answer("pdd.order.status.get", undone, _ANSWER)
    await _gateway(desk).write(_CALL)
    assert len(desk.gateway.requests) == 2


async def test_a_business_refusal_is_not_tried_again(desk: Desk) -> None:
    desk.gateway.will_answer("pdd.order.status.get", refusal(50001, "参数"))
    with pytest.raises(ServiceRefused):
        await _gateway(desk).read(_CALL)
    assert len(desk.gateway.requests) == 1


async def test_a_wrong_clock_is_set_by_the_platforms_once() -> None:
    desk = Desk(clock=Clock(NOW - 3_600_000))
    desk.gateway.will_answer(
        "pdd.order.status.get", refusal(10001, "公共参数错误:timestamp"), _ANSWER, refusal(10001, "公共参数错误:type")
    )
    desk.gateway.will_answer("pdd.time.get", {"time_get_response": {"time": "2023-11-15 06:13:20"}})
    gateway = _gateway(desk)
    await gateway.write(_CALL)
    assert b'"timestamp":"1700000000"' in desk.gateway.requests[-1].content
    assert gateway.now() == NOW
    with pytest.raises(ServiceRefused):
        await gateway.write(_CALL)
    assert len(desk.gateway.asked("pdd.time.get")) == 1


async def test_a_clock_that_stays_wrong_is_told_as_that(desk: Desk) -> None:
    wrong = refusal(10001, "公共参数错误:timestamp")
    desk.gateway.will_answer("pdd.order.status.get", wrong, wrong)
    desk.gateway.will_answer("pdd.time.get", {"time_get_response": {"time": "2023-11-15 06:13:20"}})
    with pytest.raises(ClockWrong):
        await _gateway(desk).write(_CALL)
    assert len(desk.gateway.asked("pdd.time.get")) == 1


async def test_a_shops_many_calls_wait_their_turn_and_another_shops_call_does_not(desk: Desk) -> None:
    desk.gateway.will_answer("pdd.order.status.get", *[_ANSWER] * 301)
    gateway = _gateway(desk)
    await asyncio.gather(*(gateway.read(_CALL) for _ in range(300)))
    waited = len(desk.pauses)
    await gateway.read(Call("pdd.order.status.get", {"order_sns": "A"}, shop="987654321"))
    assert len(desk.pauses) == waited > 0


async def test_a_burst_passes_at_once_and_the_rest_waits_its_turn() -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    pace = Pace(interval=0.5, burst=2, pause=pause, watch=lambda: 100.0)
    for _ in range(4):
        await pace.turn()
    assert waited == [0.5, 1.0]


async def test_time_that_passed_unused_counts_only_up_to_one_burst() -> None:
    waited: list[float] = []
    moments = iter([100.0, 1000.0, 1000.0, 1000.0])

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    pace = Pace(interval=0.5, burst=2, pause=pause, watch=lambda: next(moments))
    for _ in range(4):
        await pace.turn()
    assert waited == [0.5]


def test_secrets_never_show_in_a_repr() -> None:
    assert "s3cr3t" not in repr(APP)
    assert "tok_0123456789" not in repr(_CALL)
