"""ZTO on the wire: literal requests, literal answers, and what each failure means."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from zto_gateway import ACCOUNT, APP, Gateway, zto

from core.couriers.base import AccountFacts, Waybill, WaybillRequest
from core.couriers.zto import ZtoApp
from core.couriers.zto.calls import digest
from core.errors import (
    AppRefused,
    BalanceShort,
    ClockWrong,
    CredentialsRejected,
    MerchantError,
    NotPermitted,
    OutcomeUnknown,
    OutOfRange,
    RateLimited,
    ServiceRefused,
    ServiceUnavailable,
)
from core.orders import Item, Recipient, Region, Sender

_OWN_APP = {"kind": "app", "app_key": "own-key", "app_secret": "own-secret", "account": "KDGJ1", "password": "ZTO123"}
_REQUEST = WaybillRequest(
    key="123456789/A/1",
    sender=Sender("小明旗舰店", "0571-87000000", Region("浙江省", "杭州市", "西湖区"), "文三路1号"),
    recipient=Recipient("张三", "13800000001-1234", Region("广东省", "深圳市", "南山区"), "科苑路2号"),
    items=(Item("测试商品", "红色,XL", 2, 1990), Item("赠品杯", "", 1)),
    remark="加急",
)
_CREATED = {
    "result": {
        "billCode": "73100196611386",
        "orderCode": "231115000001",
        "partnerOrderCode": "123456789/A/1",
        "siteCode": "57101",
        "siteName": "杭州西湖",
        "verifyCode": "8341",
        "bigMarkInfo": {"mark": "300- H12 09", "bagAddr": "深圳集散"},
        "signBillInfo": None,
    },
    "message": "",
    "status": True,
    "statusCode": "SYS000",
}
_BALANCE = {"result": {"recharge": 10000, "available": 812, "back": 0, "recovery": 4}, "status": True}
_LOST = httpx.ReadTimeout("the answer was lost")


def _no(code: str, said: str = "") -> dict[str, Any]:
    return {"result": None, "message": said, "status": False, "statusCode": code}


@pytest.mark.parametrize(
    ("body", "stamp", "expected"),
    [
        ('{"billCode":"73100196611386","mobilePhone":"1234"}', "", "MZxmqSkThcvpVnrRAVnX6g=="),
        ('{"billCode":"73100196611386","mobilePhone":"1234"}', "1700000000000", "V9hyu/1/Rx87uCXRzloMWA=="),
        ('{"orderNo":"T1","name":"张三"}', "", "BiuoEMeWMtfmBXw/A+y1VA=="),
    ],
    ids=["ZTO-1", "ZTO-2 with timestamp", "ZTO-3 Chinese"],
)
def test_digests_are_those_of_the_published_rule(body: str, stamp: str, expected: str) -> None:
    assert digest(body, "testsecret", stamp) == expected


async def test_a_call_is_signed_over_the_very_bytes_that_are_sent() -> None:
    gateway = Gateway({"result": [], "status": True})
    await zto(gateway).track(ACCOUNT, "73100196611386", "1234")
    sent = gateway.requests[0]
    assert (sent.method, str(sent.url)) == ("POST", "https://japi.zto.com/zto.merchant.waybill.track.query")
    assert sent.content == b'{"billCode":"73100196611386","mobilePhone":"1234"}'
    assert sent.headers["content-type"] == "application/json; charset=utf-8"
    assert sent.headers["x-appkey"] == "operator-key"
    assert sent.headers["x-datadigest"] == "MZxmqSkThcvpVnrRAVnX6g=="
    assert "x-timestamp" not in sent.headers


async def test_an_app_with_timestamp_checking_signs_and_sends_the_timestamp() -> None:
    gateway = Gateway({"result": [], "status": True})
    await zto(gateway, ZtoApp("operator-key", "testsecret", is_stamped=True)).track(ACCOUNT, "73100196611386", "1234")
    assert gateway.requests[0].headers["x-timestamp"] == "1700000000000"
    assert gateway.requests[0].headers["x-datadigest"] == "V9hyu/1/Rx87uCXRzloMWA=="


async def test_a_merchant_with_an_own_app_signs_with_it() -> None:
    gateway = Gateway(_BALANCE)
    await zto(gateway).balance(_OWN_APP)
    assert gateway.requests[0].headers["x-appkey"] == "own-key"
    assert gateway.requests[0].headers["x-datadigest"] == "e4cy5uJykP6hc9En4tGSsg=="


async def test_a_waybill_is_created_with_everything_that_its_label_shows() -> None:
    gateway = Gateway(_CREATED)
    assert await zto(gateway).create(ACCOUNT | {"site_code": "57101"}, _REQUEST) == Waybill(
        number="73100196611386", segment="300- H12 09", hub="深圳集散", pickup_code="8341", branch="杭州西湖"
    )
    assert gateway.names == ["/zto.open.createOrder"]
    assert gateway.bodies == [
        {
            "partnerType": "2",
            "orderType": "1",
            "partnerOrderCode": "123456789/A/1",
            "accountInfo": {"accountId": "KDGJ1", "accountPassword": "ZTO123", "type": 1},
            "senderInfo": {
                "senderName": "小明旗舰店",
                "senderPhone": "0571-87000000",
                "senderProvince": "浙江省",
                "senderCity": "杭州市",
                "senderDistrict": "西湖区",
                "senderAddress": "文三路1号",
            },
            "receiveInfo": {
                "receiverName": "张三",
                "receiverMobile": "13800000001-1234",
                "receiverProvince": "广东省",
                "receiverCity": "深圳市",
                "receiverDistrict": "南山区",
                "receiverAddress": "科苑路2号",
            },
            "orderItems": [{"name": "测试商品 红色,XL", "quantity": 2}, {"name": "赠品杯", "quantity": 1}],
            "siteCode": "57101",
            "remark": "加急",
        }
    ]


async def test_a_branch_code_that_was_skipped_is_not_sent() -> None:
    gateway = Gateway(_CREATED)
    await zto(gateway).create(ACCOUNT | {"site_code": ""}, _REQUEST)
    assert "siteCode" not in gateway.bodies[0]


@pytest.mark.parametrize("verdict", [True, "true"])
async def test_a_number_is_not_lost_because_the_verdict_is_a_word(verdict: object) -> None:
    waybill = await zto(Gateway(_CREATED | {"status": verdict})).create(ACCOUNT, _REQUEST)
    assert waybill.number == "73100196611386"


@pytest.mark.parametrize(
    "answer",
    [
        _LOST,
        502,
        b"<html>",
        b"",
        b"[]",
        b"{}",
        {"result": {"billCode": ""}, "status": True},
        {"result": None, "status": True},
        {"result": None, "status": None, "message": "?"},
        _no("S200", "timeout"),
        _no("S202", "exception"),
        _no("S203", "unavailable"),
    ],
)
async def test_a_create_without_a_clear_answer_is_unknown_and_never_repeated(
    answer: dict[str, Any] | bytes | int | Exception,
) -> None:
    gateway = Gateway(answer)
    with pytest.raises(OutcomeUnknown):
        await zto(gateway).create(ACCOUNT, _REQUEST)
    assert len(gateway.requests) == 1


async def test_a_create_that_never_left_is_unavailable() -> None:
    with pytest.raises(ServiceUnavailable):
        await zto(Gateway(httpx.ConnectError("no route"))).create(ACCOUNT, _REQUEST)


@pytest.mark.parametrize("answer", [_LOST, 502, b"<html>", _no("S200"), _no("S202"), _no("S203")])
async def test_a_question_without_a_clear_answer_is_unavailable(
    answer: dict[str, Any] | bytes | int | Exception,
) -> None:
    with pytest.raises(ServiceUnavailable):
        await zto(Gateway(answer)).balance(ACCOUNT)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (_no("S206", "QoS"), RateLimited),
        (_no("S221", "flow"), RateLimited),
        (_no("S210", "no permission"), NotPermitted),
        (_no("S212", "ip"), AppRefused),
        (_no("E418", "网点未授权"), NotPermitted),
        (_no("E404", "未绑定电子面单账号"), CredentialsRejected),
        (_no("E23122", "目的地停发"), OutOfRange),
        (_no("ORDER01", "收件地址超区"), OutOfRange),
        (_no("ORDER02", "该区域停发"), OutOfRange),
        (_no("ORDER03", "账号余额不足"), BalanceShort),
        (_no("ORDER03", "电子面单余量不足"), BalanceShort),
        (_no("ORDER03", "单号不足"), BalanceShort),
        (_no("ORDER04", "电子面单账号未开通"), NotPermitted),
        (_no("ORDER05", "密码错误"), CredentialsRejected),
        (_no("ORDER05", "电子面单账号不存在"), CredentialsRejected),
        (_no("S208", "empty"), ServiceRefused),
        (_no("S214", "illegal timestamp"), ClockWrong),
        (_no("ORDER06", "收件人姓名不能为空"), ServiceRefused),
        (_no("", ""), ServiceRefused),
    ],
)
async def test_every_refusal_has_one_meaning_and_keeps_code_and_words(
    answer: dict[str, Any], meaning: type[MerchantError]
) -> None:
    gateway = Gateway(answer)
    with pytest.raises(MerchantError) as caught:
        await zto(gateway).create(ACCOUNT, _REQUEST)
    assert type(caught.value) is meaning
    assert caught.value.details == {"service": "ZTO", "raw": answer["statusCode"], "said": answer["message"]}
    assert len(gateway.requests) == 1


@pytest.mark.parametrize(("credentials", "meaning"), [(ACCOUNT, AppRefused), (_OWN_APP, CredentialsRejected)])
async def test_a_wrong_signature_is_the_fault_of_whoever_owns_the_app(
    credentials: Mapping[str, str], meaning: type[MerchantError]
) -> None:
    with pytest.raises(MerchantError) as caught:
        await zto(Gateway(_no("S211", "sign"))).balance(credentials)
    assert type(caught.value) is meaning


async def test_the_balance_is_asked_with_account_password_and_shanghai_time() -> None:
    gateway = Gateway(_BALANCE)
    assert await zto(gateway).balance(ACCOUNT) == 812
    assert gateway.names == ["/zto.open.queryAvailableBalanceNew"]
    assert gateway.bodies == [
        {
            "partner": "KDGJ1",
            "verify": "ZTO123",
            "datetime": "2023-11-15 06:13:20",
            "content": {"typeId": "1"},
        }
    ]


async def test_a_number_is_asked_about_by_itself_because_our_key_finds_nothing() -> None:
    gateway = Gateway({"result": [{"billCode": "73100196611386"}], "status": True})
    assert await zto(gateway).knows(ACCOUNT, "73100196611386")
    assert gateway.names == ["/zto.open.getOrderInfo"]
    assert gateway.bodies == [{"type": "1", "billCode": "73100196611386"}]


async def test_a_number_that_zto_does_not_find_is_not_known() -> None:
    assert not await zto(Gateway(_no("E23102", "订单不存在"))).knows(ACCOUNT, "73100196611386")


async def test_a_right_that_is_missing_says_nothing_about_the_number() -> None:
    with pytest.raises(NotPermitted):
        await zto(Gateway(_no("S210", "未绑定"))).knows(ACCOUNT, "73100196611386")


@pytest.mark.parametrize(("told", "balance"), [("812", 812), (0, 0), (None, None)])
async def test_the_balance_is_read_as_number_or_digits_and_may_be_missing(told: object, balance: int | None) -> None:
    assert await zto(Gateway({"result": {"available": told}, "status": True})).balance(ACCOUNT) == balance


async def test_an_account_without_branch_code_is_verified_by_its_balance_alone() -> None:
    gateway = Gateway(_BALANCE)
    assert await zto(gateway).verify(ACCOUNT) == AccountFacts(balance=812)
    assert gateway.names == ["/zto.open.queryAvailableBalanceNew"]


async def test_an_account_with_branch_code_is_bound_first() -> None:
    gateway = Gateway({"result": True, "status": True}, _BALANCE)
    assert await zto(gateway).verify(ACCOUNT | {"site_code": "57101"}) == AccountFacts(balance=812)
    assert gateway.names == ["/zto.open.bindingEaccount", "/zto.open.queryAvailableBalanceNew"]
    assert gateway.bodies[0] == {"eaccount": "KDGJ1", "eaccountPwd": "ZTO123", "siteCode": "57101"}


async def test_an_account_that_cannot_be_bound_is_rejected_without_asking_further() -> None:
    gateway = Gateway(_no("E001", "电子面单账号或密码错误"))
    with pytest.raises(CredentialsRejected) as caught:
        await zto(gateway).verify(ACCOUNT | {"site_code": "57101"})
    assert caught.value.details["said"] == "电子面单账号或密码错误"
    assert len(gateway.requests) == 1


async def test_a_lost_number_cannot_be_asked_for() -> None:
    gateway = Gateway()
    with pytest.raises(ServiceRefused):
        await zto(gateway).recover(ACCOUNT, "123456789/A/1")
    assert gateway.requests == []


def test_the_apps_secret_never_shows_in_a_repr() -> None:
    assert "testsecret" not in repr(APP)
