"""Authorisation: getting a grant, and keeping it alive however many ask at once."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from pinduoduo_desk import EXPIRED, GRANT, LOST, NOW, REFRESHED, SHOP, Desk, Fields, Keeper, refusal

from core.errors import AuthorisationEnded, NotPermitted, ServiceUnavailable
from core.orders import OrderStatus
from core.shops.base import Grant, ShopProfile, ShopStanding

_CREATE = "pdd.pop.auth.token.create"
_REFRESH = "pdd.pop.auth.token.refresh"
_CHECK: dict[str, Any] = {"refund_status_check_response": {"order_sns_exists_refund": []}}
_WAITING: dict[str, Any] = {"order_status_get_response": {"order_status_list": [{"orderSn": "A", "order_status": 1}]}}
_TOKEN: dict[str, Any] = {
    "pop_auth_token_create_response": {
        "access_token": "tok_first",
        "refresh_token": "ref_first",
        "expires_at": 1_700_086_400,
        "expires_in": 86_400,
        "refresh_token_expires_at": 1_702_592_000,
        "refresh_token_expires_in": 2_592_000,
        "owner_id": "123456789",
        "owner_name": "pdd12345678901",
        "scope": ["pdd.order.list.get", "pdd.waybill.get"],
        "r1_expires_at": 1_700_086_400,
        "request_id": "1700000000000",
    }
}


def _tokens(desk: Desk, api: str) -> list[str]:
    fields = [json.loads(request.content) for request in desk.gateway.requests]
    return [one["access_token"] for one in fields if one["type"] == api]


def _only_for_the_new_token(fields: Fields) -> dict[str, Any]:
    return _WAITING if fields["access_token"] == "tok_new" else refusal(10019)


def test_the_main_account_agrees_on_a_page_of_its_own_for_computer_and_phone(desk: Desk) -> None:
    assert desk.shop.authorisation_url("st-1") == (
        "https://fuwu.pinduoduo.com/service-market/auth?response_type=code"
        "&client_id=c0ffee00c0ffee00c0ffee00c0ffee00&redirect_uri=https%3A%2F%2Fbot.example%2Fpdd&state=st-1&view=web"
    )
    assert desk.shop.authorisation_url("st-1", on_phone=True) == (
        "https://mai.pinduoduo.com/h5-login.html?response_type=code"
        "&client_id=c0ffee00c0ffee00c0ffee00c0ffee00&redirect_uri=https%3A%2F%2Fbot.example%2Fpdd&state=st-1&view=h5"
    )


async def test_a_code_becomes_a_grant(desk: Desk) -> None:
    desk.gateway.will_answer(_CREATE, _TOKEN)
    assert await desk.shop.exchange("code-1") == Grant(
        shop="123456789",
        owner="pdd12345678901",
        access_token="tok_first",
        refresh_token="ref_first",
        expires_at=1_700_086_400_000,
        refresh_expires_at=1_702_592_000_000,
        scope=("pdd.order.list.get", "pdd.waybill.get"),
    )
    assert desk.gateway.asked(_CREATE) == [{"code": "code-1"}]
    assert b"access_token" not in desk.gateway.requests[0].content


@pytest.mark.parametrize(
    ("told", "expires_at"),
    [
        ({"expires_at": 1_700_086_400, "expires_in": 3_600}, 1_700_003_600_000),
        ({"expires_at": 1_700_000_060, "expires_in": 3_600}, 1_700_000_060_000),
        ({"expires_at": 1_700_086_400, "expires_in": None}, 1_700_086_400_000),
        ({"expires_at": None, "expires_in": "60"}, 1_700_000_060_000),
        ({"expires_at": 1_700_086_400, "expires_in": 1_700_086_400}, 1_700_086_400_000),
        ({"expires_at": None, "expires_in": None}, 1_700_000_000_000),
    ],
)
async def test_a_grant_ends_at_the_earlier_of_the_two_times_that_are_told(
    desk: Desk, told: dict[str, object], expires_at: int
) -> None:
    token = _TOKEN["pop_auth_token_create_response"] | told
    desk.gateway.will_answer(_CREATE, {"pop_auth_token_create_response": token})
    assert (await desk.shop.exchange("code-1")).expires_at == expires_at


@pytest.mark.parametrize("code", [10000, 20032, 21001, 50001])
async def test_a_wrong_or_old_code_ends_the_authorisation(desk: Desk, code: int) -> None:
    desk.gateway.will_answer(_CREATE, refusal(code, "code 已失效"))
    with pytest.raises(AuthorisationEnded) as caught:
        await desk.shop.exchange("code-1")
    assert (caught.value.details["raw"], caught.value.details["said"]) == (str(code), "code 已失效")


async def test_an_answer_without_a_token_ends_the_authorisation(desk: Desk) -> None:
    desk.gateway.will_answer(_CREATE, {"pop_auth_token_create_response": {"request_id": "17"}})
    with pytest.raises(AuthorisationEnded):
        await desk.shop.exchange("code-1")


@pytest.mark.parametrize("code", [10016, 20004, 20005])
async def test_a_mistake_in_the_operators_app_is_not_blamed_on_the_code(desk: Desk, code: int) -> None:
    desk.gateway.will_answer(_CREATE, refusal(code))
    with pytest.raises(NotPermitted):
        await desk.shop.exchange("code-1")


async def test_twenty_calls_with_an_expired_token_renew_the_grant_once() -> None:
    desk = Desk(keeper=Keeper(EXPIRED))
    desk.gateway.will_answer(_REFRESH, REFRESHED)
    desk.gateway.will_answer("pdd.order.status.get", *[_WAITING] * 20)
    desk.gateway.will_answer("pdd.refund.status.check", *[_CHECK] * 20)
    told = await asyncio.gather(*(desk.shop.standings(SHOP, ["A"]) for _ in range(20)))
    assert [one["A"].status for one in told] == [OrderStatus.WAITING] * 20
    assert desk.gateway.asked(_REFRESH) == [{"refresh_token": "ref_0123456789"}]
    assert set(_tokens(desk, "pdd.order.status.get")) == {"tok_new"}


async def test_twenty_calls_whose_token_the_platform_calls_expired_renew_the_grant_once(desk: Desk) -> None:
    desk.gateway.will_answer(_REFRESH, REFRESHED)
    desk.gateway.will_answer("pdd.order.status.get", *[_only_for_the_new_token] * 40)
    desk.gateway.will_answer("pdd.refund.status.check", *[_CHECK] * 20)
    told = await asyncio.gather(*(desk.shop.standings(SHOP, ["A"]) for _ in range(20)))
    assert [one["A"].status for one in told] == [OrderStatus.WAITING] * 20
    assert len(desk.gateway.asked(_REFRESH)) == 1
    assert _tokens(desk, "pdd.order.status.get").count("tok_new") == 20


@pytest.mark.parametrize("code", [10019, 20032])
async def test_a_token_that_the_platform_rejects_is_renewed_and_the_call_made_again(desk: Desk, code: int) -> None:
    desk.gateway.will_answer(_REFRESH, REFRESHED)
    desk.gateway.will_answer("pdd.order.status.get", refusal(code), _WAITING)
    desk.gateway.will_answer("pdd.refund.status.check", _CHECK)
    await desk.shop.standings(SHOP, ["A"])
    assert desk.keeper.grants[SHOP] == Grant(
        shop=SHOP,
        owner="pdd12345678901",
        access_token="tok_new",
        refresh_token="ref_new",
        expires_at=1_700_086_400_000,
        refresh_expires_at=1_702_592_000_000,
        scope=("pdd.order.list.get",),
    )


@pytest.mark.parametrize("code", [10019, 20031, 20032, 50001])
async def test_a_grant_that_cannot_be_renewed_has_ended(code: int) -> None:
    desk = Desk(keeper=Keeper(EXPIRED))
    desk.gateway.will_answer(_REFRESH, refusal(code))
    with pytest.raises(AuthorisationEnded) as caught:
        await desk.shop.order(SHOP, "A")
    assert caught.value.details["shop"] == SHOP


async def test_a_token_rejected_again_after_renewal_ends_the_authorisation(desk: Desk) -> None:
    desk.gateway.will_answer(_REFRESH, REFRESHED)
    desk.gateway.will_answer("pdd.order.information.get", refusal(20032), refusal(20032))
    with pytest.raises(AuthorisationEnded):
        await desk.shop.order(SHOP, "A")
    assert len(desk.gateway.asked(_REFRESH)) == 1


async def test_a_renewal_that_only_the_network_prevents_keeps_the_grant() -> None:
    desk = Desk(keeper=Keeper(EXPIRED))
    desk.gateway.will_answer(_REFRESH, *[LOST] * 4)
    with pytest.raises(ServiceUnavailable):
        await desk.shop.order(SHOP, "A")
    assert desk.keeper.grants[SHOP] == EXPIRED


async def test_a_wrong_app_secret_does_not_end_the_merchants_authorisation() -> None:
    desk = Desk(keeper=Keeper(EXPIRED))
    desk.gateway.will_answer(_REFRESH, refusal(20004))
    with pytest.raises(NotPermitted):
        await desk.shop.order(SHOP, "A")


async def test_a_right_that_was_not_given_is_not_permitted_and_renews_nothing(desk: Desk) -> None:
    desk.gateway.will_answer("pdd.order.information.get", refusal(20031))
    with pytest.raises(NotPermitted):
        await desk.shop.order(SHOP, "A")
    assert desk.gateway.asked(_REFRESH) == []


async def test_a_shop_without_a_grant_must_be_authorised(desk: Desk) -> None:
    with pytest.raises(AuthorisationEnded):
        await desk.shop.order("987654321", "A")


async def test_the_profile_tells_the_shops_name_with_the_fresh_grants_token(desk: Desk) -> None:
    fresh = replace(GRANT, access_token="tok_fresh", expires_at=NOW + 1)
    desk.gateway.will_answer(
        "pdd.mall.info.get",
        {"mall_info_get_response": {"mall_id": 123456789, "mall_name": "小明旗舰店", "merchant_type": 3}},
    )
    assert await desk.shop.profile(fresh) == ShopProfile("123456789", "小明旗舰店", ShopStanding.OPEN)
    assert _tokens(desk, "pdd.mall.info.get") == ["tok_fresh"]


async def test_a_shop_whose_profile_is_refused_may_not_be_bound(desk: Desk) -> None:
    desk.gateway.will_answer("pdd.mall.info.get", refusal(50001, "店铺已关闭", "1001"))
    assert await desk.shop.profile(GRANT) == ShopProfile(
        "123456789", "pdd12345678901", ShopStanding.NOT_ALLOWED, "店铺已关闭"
    )


async def test_a_profile_that_the_app_may_not_read_is_not_the_shops_fault(desk: Desk) -> None:
    desk.gateway.will_answer("pdd.mall.info.get", refusal(20031))
    with pytest.raises(NotPermitted):
        await desk.shop.profile(GRANT)
