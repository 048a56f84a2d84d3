"""ZTO: the digest, accounts, numbers and scans."""

import json
import re

import pytest
from sandbox_callers import ZtoCaller

from bot.sandbox.world import World
from bot.sandbox.zto.gateway import Algorithm, App, digest

HOUR = 3_600_000
VECTOR = b'{"billCode":"73100196611386","mobilePhone":"1234"}'
BALANCE = {
    "partner": "1234567890",
    "verify": "zto123",
    "datetime": "2026-11-22 15:30:00",
    "content": {"typeId": "1"},
}


def test_the_digest_equals_the_computed_vectors() -> None:
    plain, timed = App("k", "testsecret"), App("k", "testsecret", timestamped=True)
    assert digest(plain, VECTOR) == "MZxmqSkThcvpVnrRAVnX6g=="
    assert digest(timed, VECTOR, "1700000000000") == "V9hyu/1/Rx87uCXRzloMWA=="
    assert digest(App("k", "testsecret", hexadecimal=True), VECTOR) == "319c66a9291385cbe9567ad10159d7ea"
    sha = App("k", "testsecret", Algorithm.SHA256)
    assert digest(sha, VECTOR) == "RvGZ4EsmTH0NNUyEmO0JORDh5zUeVD9TnCoITZSvsPs="
    assert digest(plain, '{"orderNo":"T1","name":"张三"}'.encode()) == "BiuoEMeWMtfmBXw/A+y1VA=="


async def test_a_number_has_14_digits_and_comes_with_everything_a_label_needs(zto: ZtoCaller, world: World) -> None:
    answer = await zto.creates("S1-1")
    result = answer["result"]
    assert (answer["status"], answer["statusCode"]) == (True, "SYS000")
    assert re.fullmatch(r"73\d{12}", result["billCode"])
    assert re.fullmatch(r"\d+- [A-Z]\d\d \d\d", result["bigMarkInfo"]["mark"])
    assert result["bigMarkInfo"]["bagAddr"] == "杭州中心"
    assert re.fullmatch(r"\d{6}", result["verifyCode"])
    assert (result["siteCode"], result["siteName"], result["partnerOrderCode"]) == ("8866", "杭州西湖", "S1-1")
    numbers = world.ledger()["numbers"]
    assert numbers == [{"courier": "ZTO", "key": "S1-1", "number": result["billCode"], "at": world.clock.now()}]


async def test_the_same_order_code_twice_gives_two_numbers(zto: ZtoCaller, world: World) -> None:
    first, second = [await zto.creates("S1-1") for _ in range(2)]
    assert first["result"]["billCode"] != second["result"]["billCode"]
    assert [row["key"] for row in world.ledger()["numbers"]] == ["S1-1", "S1-1"]
    assert world.zto.accounts["1234567890"].available == 810


@pytest.mark.parametrize(
    "headers",
    [
        {"x-appKey": "sandbox-zto-key", "x-dataDigest": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"x-appKey": "unknown", "x-dataDigest": "MZxmqSkThcvpVnrRAVnX6g=="},
        {},
    ],
    ids=["wrong digest", "unknown app", "no headers"],
)
async def test_a_wrong_signature_is_s211(zto: ZtoCaller, headers: dict[str, str]) -> None:
    answer = await zto.post("zto.open.createOrder", VECTOR, headers)
    assert (answer["status"], answer["statusCode"]) == (False, "S211")


async def test_the_old_header_name_and_the_exact_bytes_count(zto: ZtoCaller, world: World) -> None:
    world.zto.apps["old"] = App("old", "testsecret")
    signed = {"x-companyid": "old", "x-dataDigest": "MZxmqSkThcvpVnrRAVnX6g=="}
    assert (await zto.post("zto.merchant.waybill.track.query", VECTOR, signed))["statusCode"] == "E404"
    respaced = json.dumps(json.loads(VECTOR)).encode()
    assert (await zto.post("zto.merchant.waybill.track.query", respaced, signed))["statusCode"] == "S211"


async def test_an_app_with_timestamps_wants_a_fresh_one(zto: ZtoCaller, world: World) -> None:
    world.zto.apps["timed"] = App("timed", "testsecret", timestamped=True)
    world.clock.move(1_700_000_000_000 - world.clock.now())
    headers = {"x-appKey": "timed", "x-dataDigest": "V9hyu/1/Rx87uCXRzloMWA==", "x-timestamp": "1700000000000"}
    assert (await zto.post("zto.merchant.waybill.track.query", VECTOR, headers))["statusCode"] == "E404"
    world.clock.move(600_001)
    assert (await zto.post("zto.merchant.waybill.track.query", VECTOR, headers))["statusCode"] == "S214"


async def test_an_unknown_interface_is_s207(zto: ZtoCaller) -> None:
    assert (await zto("zto.open.intercept", a=1))["statusCode"] == "S207"


async def test_an_address_off_the_white_list_is_s212(zto: ZtoCaller, world: World) -> None:
    world.zto.forgets_our_address()
    assert (await zto.creates())["statusCode"] == "S212"


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        (("partnerOrderCode",), "partnerOrderCode"),
        (("partnerType",), "partnerType"),
        (("accountInfo", "type"), "accountInfo.type"),
        (("senderInfo", "senderDistrict"), "senderInfo.senderDistrict"),
        (("receiveInfo", "receiverName"), "receiveInfo.receiverName"),
        (("receiveInfo", "receiverMobile"), "receiverMobile"),
        (("receiveInfo", "receiverAddress"), "receiveInfo.receiverAddress"),
    ],
)
async def test_a_missing_field_is_named_and_costs_nothing(
    zto: ZtoCaller, world: World, missing: tuple[str, ...], named: str
) -> None:
    order = zto.order()
    *path, last = missing
    inner = order[path[0]] if path else order
    del inner[last]
    answer = await zto("zto.open.createOrder", **order)
    assert answer["statusCode"] == "S208"
    assert answer["message"] == f"参数不能为空：{named}"
    assert world.ledger()["numbers"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("receiverName", "张**"), ("receiverMobile", "138****2222"), ("receiverAddress", "体*西*9号")],
)
async def test_masked_receivers_are_refused(zto: ZtoCaller, world: World, field: str, value: str) -> None:
    order = zto.order()
    order["receiveInfo"][field] = value
    assert (await zto("zto.open.createOrder", **order))["statusCode"] == "S208"
    assert world.ledger()["numbers"] == []


async def test_a_privacy_number_with_its_extension_is_a_phone(zto: ZtoCaller) -> None:
    order = zto.order()
    order["receiveInfo"]["receiverMobile"] = "13800002222-0042"
    number = (await zto("zto.open.createOrder", **order))["result"]["billCode"]
    for tail in ("2222", "0042", "1111"):
        assert (await zto("zto.merchant.waybill.track.query", billCode=number, mobilePhone=tail))["status"] is True


async def test_an_address_in_a_stopped_area_is_out_of_range_and_costs_nothing(zto: ZtoCaller, world: World) -> None:
    order = zto.order()
    order["receiveInfo"]["receiverAddress"] = "停发区1号"
    answer = await zto("zto.open.createOrder", **order)
    assert (answer["statusCode"], answer["message"]) == ("E23122", "该地址属于停发区域，超出服务范围")
    assert world.zto.accounts["1234567890"].available == 812


@pytest.mark.parametrize(
    ("account", "password", "code"),
    [("1234567890", "wrong", "E404"), ("0000000000", "zto123", "E404"), ("5555500000", "zto123", "S210")],
)
async def test_a_wrong_password_and_a_missing_right_are_told_apart(
    zto: ZtoCaller, account: str, password: str, code: str
) -> None:
    credentials = {"accountId": account, "accountPassword": password, "type": "1"}
    assert (await zto.creates(accountInfo=credentials))["statusCode"] == code
    assert (await zto("zto.open.queryAvailableBalanceNew", **BALANCE | {"partner": account, "verify": password}))[
        "statusCode"
    ] == code
    bound = await zto("zto.open.bindingEaccount", eaccount=account, eaccountPwd=password, siteCode="8866")
    assert bound["statusCode"] == code


async def test_an_account_is_bound_at_its_own_branch(zto: ZtoCaller) -> None:
    credentials = {"eaccount": "1234567890", "eaccountPwd": "zto123"}
    assert (await zto("zto.open.bindingEaccount", **credentials, siteCode="8866"))["status"] is True
    assert (await zto("zto.open.bindingEaccount", **credentials, siteCode="1"))["statusCode"] == "E404"
    assert (await zto("zto.open.bindingEaccount", **credentials))["statusCode"] == "S208"


async def test_the_balance_goes_down_by_one_for_each_number(zto: ZtoCaller) -> None:
    assert (await zto("zto.open.queryAvailableBalanceNew", **BALANCE))["result"]["available"] == 812
    await zto.creates()
    after = (await zto("zto.open.queryAvailableBalanceNew", **BALANCE))["result"]
    assert (after["available"], after["recharge"]) == (811, 812)


async def test_the_balance_query_wants_a_wall_clock_time(zto: ZtoCaller) -> None:
    late = BALANCE | {"datetime": "2026-11-22T15:30:00"}
    assert (await zto("zto.open.queryAvailableBalanceNew", **late))["statusCode"] == "S208"


async def test_an_account_with_three_numbers_gives_three_and_then_says_why_not(zto: ZtoCaller, world: World) -> None:
    poor = {"accountId": "6666600000", "accountPassword": "zto123", "type": "1"}
    answers = [await zto.creates(f"S{n}-1", accountInfo=poor) for n in range(4)]
    assert [answer["status"] for answer in answers] == [True, True, True, False]
    assert answers[3]["message"] == "电子面单余额不足，请联系网点充值"
    world.zto.tops_up(1, "6666600000")
    assert (await zto.creates("S3-1", accountInfo=poor))["status"] is True


async def test_an_order_is_found_by_its_number_and_not_by_the_callers_code(zto: ZtoCaller) -> None:
    number = (await zto.creates("S1-1"))["result"]["billCode"]
    (found,) = (await zto("zto.open.getOrderInfo", type="1", billCode=number))["result"]
    assert (found["billCode"], found["partnerOrderCode"]) == (number, "S1-1")
    assert (await zto("zto.open.getOrderInfo", type="1", partnerOrderCode="S1-1"))["statusCode"] == "S208"
    assert (await zto("zto.open.getOrderInfo", type="1", billCode="73000000000000"))["status"] is False


async def test_a_number_cannot_be_cancelled(zto: ZtoCaller, world: World) -> None:
    number = (await zto.creates())["result"]["billCode"]
    answer = await zto("zto.open.cancelPreOrder", cancelType="2", billCode=number)
    assert (answer["status"], answer["message"]) == (False, "全网件订单不支持取消")
    assert world.ledger()["voids"] == []


async def test_scans_need_a_number_of_ours_and_a_partys_last_four_digits(zto: ZtoCaller) -> None:
    number = (await zto.creates())["result"]["billCode"]
    track = "zto.merchant.waybill.track.query"
    assert (await zto(track, billCode="73000000000000", mobilePhone="2222"))["statusCode"] == "E404"
    assert (await zto(track, billCode=number))["statusCode"] == "E413"
    assert (await zto(track, billCode=number, mobilePhone="9999"))["statusCode"] == "E409"
    assert (await zto(track, billCode=number, mobilePhone="2222"))["result"] == []


async def test_scans_carry_the_couriers_own_codes_and_epoch_milliseconds(zto: ZtoCaller, world: World) -> None:
    number, start = (await zto.creates())["result"]["billCode"], world.clock.now()
    world.clock.move(48 * HOUR)
    answer = await zto("zto.merchant.waybill.track.query", billCode=number, mobilePhone="1111")
    scans = answer["result"]
    assert [scan["scanType"] for scan in scans] == ["收件", "发件", "到件", "派件", "签收"]
    assert scans[0]["scanDate"] == start + 4 * HOUR
    assert scans[4]["signMan"] == "本人"


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("goes_to_locker", "ARRIVAL"),
        ("taken", "SIGNED"),
        ("fails", "问题件"),
        ("held", "问题件"),
        ("refused", "问题件"),
        ("returns", "退件"),
    ],
)
async def test_what_happens_to_a_parcel_shows_in_its_native_code(
    zto: ZtoCaller, world: World, verb: str, kind: str
) -> None:
    number = (await zto.creates())["result"]["billCode"]
    getattr(world.parcel(number), verb)()
    answer = await zto("zto.merchant.waybill.track.query", billCode=number, mobilePhone="2222")
    assert [scan["scanType"] for scan in answer["result"]] == [kind]
