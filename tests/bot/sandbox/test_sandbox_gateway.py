"""Pinduoduo's gateway: signatures, common parameters, tokens, envelopes."""

from collections.abc import Mapping

import httpx
import pytest
from sandbox_callers import PinduoduoCaller

from bot.sandbox.pinduoduo.gateway import sign
from bot.sandbox.world import World

T1 = {
    "access_token": "asd78172s8ds9a921j9qqwda12312w1w21211",
    "client_id": "1",
    "data_type": "XML",
    "order_status": "1",
    "page": "1",
    "page_size": "10",
    "timestamp": "1480411125",
    "type": "pdd.order.number.list.get",
}
COMMON = {
    "access_token": "tok_0123456789",
    "client_id": "c0ffee00c0ffee00c0ffee00c0ffee00",
    "data_type": "JSON",
    "timestamp": "1700000000",
    "version": "V1",
}
T2 = COMMON | {"type": "pdd.waybill.cancel", "waybill_code": "773000000000001", "wp_code": "STO"}
T3 = COMMON | {
    "type": "pdd.order.merge.ship.order.group",
    "order_list": '[{"order_sn":"231115-000000000000001"},{"order_sn":"231115-000000000000002"}]',
}
T4 = COMMON | {
    "type": "pdd.order.note.update",
    "order_sn": "231115-000000000000001",
    "note": "加急 发顺丰",
    "tag": "1",
}
T5 = COMMON | {
    "type": "pdd.order.list.get",
    "start_confirm_at": "1699913600",
    "end_confirm_at": "1700000000",
    "order_status": "1",
    "refund_status": "1",
    "page": "1",
    "page_size": "100",
    "use_has_next": "true",
}


@pytest.mark.parametrize(
    ("params", "secret", "expected"),
    [
        pytest.param(T1, "testSecret", "E4DE3ED21002510DED352819E7AE6775", id="T1"),
        pytest.param(T2, "s3cr3t", "CCF46B9FB5696A4A2A458588C7060899", id="T2"),
        pytest.param(T3, "s3cr3t", "660F68749A96BC110A521BF4D10C68BA", id="T3"),
        pytest.param(T4, "s3cr3t", "00DB9770160B6C6169156A9333459FD1", id="T4"),
        pytest.param(T5, "s3cr3t", "80754A2BC72FB7B7E04ACB3C4CF12043", id="T5"),
    ],
)
def test_the_gateway_signs_like_the_official_example_and_the_checked_vectors(
    params: Mapping[str, str], secret: str, expected: str
) -> None:
    assert sign(params, secret) == expected


async def test_the_time_needs_no_token_and_is_beijing_wall_clock(pdd: PinduoduoCaller) -> None:
    answer = await pdd("pdd.time.get")
    assert answer["time_get_response"]["time"] == "2026-11-22 15:30:00"
    assert answer["time_get_response"]["request_id"]


@pytest.mark.parametrize("missing", ["type", "client_id", "timestamp"])
async def test_a_missing_common_parameter_is_named(pdd: PinduoduoCaller, missing: str) -> None:
    params = pdd.params("pdd.time.get")
    del params[missing]
    error = (await pdd.post(pdd.signed(params)))["error_response"]
    assert (error["error_code"], error["error_msg"]) == (10001, f"公共参数错误:{missing}")
    assert error["request_id"]


async def test_a_missing_sign_is_named(pdd: PinduoduoCaller) -> None:
    error = (await pdd.post(pdd.params("pdd.time.get")))["error_response"]
    assert (error["error_code"], error["error_msg"]) == (10001, "公共参数错误:sign")


@pytest.mark.parametrize(("off", "code"), [(-601, 10001), (-600, None), (600, None), (601, 10001)])
async def test_the_clock_may_be_ten_minutes_off_and_not_a_second_more(
    pdd: PinduoduoCaller, world: World, off: int, code: int | None
) -> None:
    params = pdd.params("pdd.time.get") | {"timestamp": str(world.clock.now() // 1000 + off)}
    answer = await pdd.post(pdd.signed(params))
    assert answer.get("error_response", {}).get("error_code") == code


async def test_milliseconds_are_not_a_timestamp(pdd: PinduoduoCaller, world: World) -> None:
    params = pdd.params("pdd.time.get") | {"timestamp": str(world.clock.now())}
    assert (await pdd.post(pdd.signed(params)))["error_response"]["error_msg"] == "公共参数错误:timestamp"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"type": "pdd.no.such"}, 10017), ({"client_id": "0" * 32}, 10016), ({"data_type": "XML"}, 10001)],
)
async def test_an_unknown_type_app_or_format_is_refused(
    pdd: PinduoduoCaller, changes: dict[str, str], code: int
) -> None:
    answer = await pdd.post(pdd.signed(pdd.params("pdd.time.get") | changes))
    assert answer["error_response"]["error_code"] == code


async def test_a_wrong_secret_and_a_lower_case_sign_fail_the_check(pdd: PinduoduoCaller) -> None:
    params = pdd.params("pdd.time.get")
    wrong = pdd.signed(params, secret="guess")
    lower = params | {"sign": pdd.signed(params)["sign"].lower()}
    for sent in (wrong, lower):
        assert (await pdd.post(sent))["error_response"]["error_code"] == 20004


async def test_a_value_changed_after_signing_fails_the_check(pdd: PinduoduoCaller) -> None:
    signed = pdd.signed(pdd.params("pdd.order.status.get", order_sns="1"))
    assert (await pdd.post(signed | {"order_sns": "2"}))["error_response"]["error_code"] == 20004


async def test_nested_json_in_the_body_is_refused_where_a_json_string_is_due(pdd: PinduoduoCaller) -> None:
    response = await pdd.client.post(
        "https://gw-api.pinduoduo.com/api/router", json={"type": "pdd.time.get", "order_list": [{"order_sn": "1"}]}
    )
    assert response.json()["error_response"]["error_code"] == 10000


async def test_a_form_body_is_as_good_as_a_json_body(pdd: PinduoduoCaller) -> None:
    signed = pdd.signed(pdd.params("pdd.time.get"))
    response = await pdd.client.post("https://gw-api.pinduoduo.com/api/router", data=signed)
    assert response.json()["time_get_response"]["time"] == "2026-11-22 15:30:00"


async def test_bytes_that_are_neither_are_refused_with_status_200(pdd: PinduoduoCaller) -> None:
    headers = {"content-type": "application/json"}
    response = await pdd.client.post("https://gw-api.pinduoduo.com/api/router", content=b"{", headers=headers)
    assert (response.status_code, response.json()["error_response"]["error_code"]) == (200, 10000)


async def test_a_shop_interface_without_or_with_a_foreign_token_is_refused(pdd: PinduoduoCaller) -> None:
    assert await pdd.error("pdd.mall.info.get") == (20032, "")
    pdd.token = "somebody-elses"
    assert await pdd.error("pdd.mall.info.get") == (20032, "")


async def test_an_expired_token_says_so_and_a_renewed_one_works(bound: PinduoduoCaller, world: World) -> None:
    grant = await bound.binds()
    world.clock.move(24 * 3600 * 1000)
    assert await bound.error("pdd.mall.info.get") == (10019, "")
    renewed = await bound("pdd.pop.auth.token.refresh", refresh_token=grant["refresh_token"])
    bound.token = renewed["pop_auth_token_refresh_response"]["access_token"]
    assert "mall_info_get_response" in await bound("pdd.mall.info.get")


async def test_an_interface_outside_the_scope_is_not_granted(bound: PinduoduoCaller, world: World) -> None:
    world.pinduoduo.forbids("pdd.mall.info.get")
    assert await bound.error("pdd.mall.info.get") == (20031, "")


async def test_an_address_off_the_white_list_is_refused(bound: PinduoduoCaller, world: World) -> None:
    world.pinduoduo.forgets_our_address()
    assert await bound.error("pdd.mall.info.get") == (20005, "")


async def test_the_mall_is_told_by_its_number_and_name(bound: PinduoduoCaller) -> None:
    mall = (await bound("pdd.mall.info.get"))["mall_info_get_response"]
    assert (mall["mall_id"], mall["mall_name"]) == (123456789, "小满家居旗舰店")


async def test_calls_beyond_the_shops_limit_are_throttled_until_the_clock_moves_on(
    bound: PinduoduoCaller, world: World
) -> None:
    for _ in range(450):
        await bound("pdd.mall.info.get")
    assert await bound.error("pdd.mall.info.get") == (52101, "")
    world.clock.move(1000)
    assert "mall_info_get_response" in await bound("pdd.mall.info.get")


async def test_everything_but_the_router_path_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.post("https://gw-api.pinduoduo.com/elsewhere")).status_code == 404
