"""Kuaidi100 on the wire: literal requests, literal answers, and what each failure means."""

import json
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from core.errors import BalanceShort, MerchantError, NotPermitted, RateLimited, ServiceRefused, ServiceUnavailable
from core.http import Http
from core.parcels import Node, ParcelState
from core.pushes import BadPush
from core.trackers import Kuaidi100, Kuaidi100App
from core.trackers.base import Wanted
from core.trackers.kuaidi100.codes import COMPANIES
from core.trackers.kuaidi100.tracker import query_sign

APP = Kuaidi100App("CUST", "testsecret", "https://bot.example/push/kuaidi100", price=7)
YTO = Wanted("YTO", "YT8962646785389")
ZTO = Wanted("ZTO", "73100196611386", "1234")
EVENING = 1_763_548_200_000  # 2025-11-19 18:30:00 in Shanghai
ROW = {
    "time": "2025-11-19 18:30:00",
    "ftime": "2025-11-19 18:30:00",
    "context": "【杭州西湖网点】已揽收",
    "status": "揽收",
    "statusCode": "103",
    "areaCode": "CN330106",
    "areaName": "浙江,杭州,西湖区",
    "location": "",
}


class Clock:
    def now(self) -> int:
        return EVENING


class Line:
    """Plays back answers in order and remembers the requests."""

    def __init__(self, *answers: Any) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.requests[0].content.decode(), keep_blank_values=True))

    @property
    def param(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.form["param"])
        return told


def tracker(line: Line, app: Kuaidi100App = APP) -> Kuaidi100:
    return Kuaidi100(Http(httpx.AsyncClient(transport=httpx.MockTransport(line))), app, Clock())


def _found(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"message": "ok", "nu": YTO.number, "ischeck": "0", "com": "yuantong", "status": "200", "data": list(rows)}


def _no(code: str, said: str = "") -> dict[str, Any]:
    return {"result": False, "returnCode": code, "message": said}


@pytest.mark.parametrize(
    ("param", "key", "customer", "sign"),
    [
        (
            '{"com":"yuantong","num":"YT8962646785389"}',
            "testkey",
            "TESTCUSTOMER",
            "D6C607A63B0C9C94349D11B943F25548",
        ),
        ('{"orderNo":"T1","name":"张三"}', "testsecret", "CUST", "804600C40E6EBC7A15498B6BE0264526"),
    ],
)
def test_a_query_is_signed_by_the_published_rule(param: str, key: str, customer: str, sign: str) -> None:
    assert query_sign(param, key, customer) == sign


async def test_a_query_signs_the_very_text_it_sends() -> None:
    line = Line(_found(ROW))
    assert await tracker(line).query(ZTO) == (
        Node(EVENING, ParcelState.PICKED_UP, "【杭州西湖网点】已揽收", "杭州西湖网点", "103", "杭州"),
    )
    assert str(line.requests[0].url) == "https://poll.kuaidi100.com/poll/query.do"
    assert line.form == {
        "customer": "CUST",
        "sign": query_sign(line.form["param"], "testsecret", "CUST"),
        "param": '{"com":"zhongtong","num":"73100196611386","phone":"1234","resultv2":"4"}',
    }


async def test_without_a_phone_none_is_sent() -> None:
    line = Line(_found())
    assert await tracker(line).query(YTO) == ()
    assert line.param == {"com": "yuantong", "num": "YT8962646785389", "resultv2": "4"}


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("101", ParcelState.CREATED),
        ("102", ParcelState.CREATED),
        ("1", ParcelState.PICKED_UP),
        ("103", ParcelState.PICKED_UP),
        ("0", ParcelState.IN_TRANSIT),
        ("1002", ParcelState.IN_TRANSIT),
        ("1003", ParcelState.IN_TRANSIT),
        ("1001", ParcelState.ARRIVED_CITY),
        ("5", ParcelState.OUT_FOR_DELIVERY),
        ("501", ParcelState.AT_PICKUP_POINT),
        ("205", ParcelState.AT_PICKUP_POINT),
        ("3", ParcelState.DELIVERED),
        ("301", ParcelState.DELIVERED),
        ("302", ParcelState.DELIVERED),
        ("304", ParcelState.DELIVERED),
        ("303", ParcelState.DELIVERED_PROXY),
        ("208", ParcelState.HELD),
        ("204", ParcelState.ATTEMPT_FAILED),
        ("2", ParcelState.PROBLEM),
        ("206", ParcelState.PROBLEM),
        ("207", ParcelState.PROBLEM),
        ("209", ParcelState.PROBLEM),
        ("14", ParcelState.REFUSED),
        ("203", ParcelState.REFUSED),
        ("6", ParcelState.RETURNING),
        ("4", ParcelState.RETURNED),
        ("401", ParcelState.CANCELLED),
        ("210", ParcelState.CANCELLED),
        ("7", ParcelState.FORWARDED),
        ("8", ParcelState.CUSTOMS),
        ("13", ParcelState.CUSTOMS),
        ("", ParcelState.OTHER),
        ("9999", ParcelState.OTHER),
    ],
)
async def test_each_state_says_where_the_parcel_is(code: str, state: ParcelState) -> None:
    (node,) = await tracker(Line(_found(ROW | {"statusCode": code}))).query(YTO)
    assert node.state is state


async def test_rows_that_only_say_that_it_takes_long_are_no_news() -> None:
    slow = [ROW | {"statusCode": code, "context": code} for code in ("201", "202")]
    assert len(await tracker(Line(_found(*slow, ROW))).query(YTO)) == 1


@pytest.mark.parametrize(
    ("area", "city"),
    [
        ("浙江,杭州,西湖区", "杭州"),
        ("中国,广东省,深圳市", "深圳市"),
        ("江苏,苏州市,昆山市", "昆山市"),
        ("内蒙古,锡林郭勒盟", "锡林郭勒盟"),
        ("上海", ""),
        ("", ""),
    ],
)
async def test_the_city_is_read_from_the_area(area: str, city: str) -> None:
    (node,) = await tracker(Line(_found(ROW | {"areaName": area}))).query(YTO)
    assert node.city == city


@pytest.mark.parametrize(
    "row",
    [
        {"ftime": "", "time": ""},
        {"ftime": "昨天", "time": None},
        {"ftime": 12, "time": "99999999999999999999-01-01"},
    ],
)
async def test_a_row_without_a_time_is_left_out(row: dict[str, Any]) -> None:
    assert len(await tracker(Line(_found(ROW | row, ROW))).query(YTO)) == 1


async def test_rows_of_another_shape_are_left_out() -> None:
    assert await tracker(Line(_found() | {"data": ["x", None, 5, [], {}]})).query(YTO) == ()


async def test_nothing_yet_is_an_empty_journey() -> None:
    assert await tracker(Line(_no("500", "查询无结果，请隔段时间再查"))).query(YTO) == ()


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (_no("400", "参数"), ServiceRefused),
        (_no("408", "手机号"), ServiceRefused),
        (_no("502", "锁定"), RateLimited),
        (_no("503", "签名"), NotPermitted),
        (_no("600"), NotPermitted),
        (_no("601", "余额"), BalanceShort),
        (_no(""), ServiceRefused),
        (httpx.Response(200, text="<html>"), ServiceUnavailable),
        (httpx.Response(200, text="[1]"), ServiceUnavailable),
        (httpx.Response(502), ServiceUnavailable),
        (httpx.ReadTimeout("lost"), ServiceUnavailable),
        (httpx.ConnectError("down"), ServiceUnavailable),
    ],
)
async def test_every_failure_has_one_meaning(answer: object, meaning: type[MerchantError]) -> None:
    for ask in ("query", "subscribe"):
        with pytest.raises(MerchantError) as caught:
            await getattr(tracker(Line(answer)), ask)(YTO)
        assert type(caught.value) is meaning


@pytest.mark.parametrize("code", ["200", "501"])
async def test_a_subscription_is_asked_for_with_our_salt_and_may_be_asked_for_again(code: str) -> None:
    line = Line({"result": code == "200", "returnCode": code, "message": ""})
    await tracker(line).subscribe(ZTO)
    assert str(line.requests[0].url) == "https://poll.kuaidi100.com/poll"
    assert line.form["schema"] == "json"
    assert line.param == {
        "company": "zhongtong",
        "number": "73100196611386",
        "key": "testsecret",
        "parameters": {
            "callbackurl": "https://bot.example/push/kuaidi100",
            "salt": APP.salt,
            "resultv2": "4",
            "phone": "1234",
        },
    }


async def test_a_subscription_that_breaks_over_there_is_unavailable() -> None:
    with pytest.raises(ServiceUnavailable):
        await tracker(Line(_no("500"))).subscribe(YTO)


async def test_guesses_are_told_in_our_codes_without_those_that_we_have_none_for() -> None:
    line = Line([{"comCode": "yuantong"}, {"comCode": "annengwuliu"}, {"comCode": "zhongtong"}, 3])
    assert await tracker(line).detect("YT8962646785389") == ("YTO", "ZTO")
    assert str(line.requests[0].url) == "https://www.kuaidi100.com/autonumber/auto?num=YT8962646785389&key=testsecret"


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (_no("601"), BalanceShort),
        (httpx.Response(200, text="x"), ServiceUnavailable),
        (httpx.Response(500), ServiceUnavailable),
        (httpx.ReadTimeout("lost"), ServiceUnavailable),
    ],
)
async def test_no_guess_has_one_meaning_too(answer: object, meaning: type[MerchantError]) -> None:
    with pytest.raises(MerchantError) as caught:
        await tracker(Line(answer)).detect("1")
    assert type(caught.value) is meaning


def test_the_key_never_shows_and_the_salt_is_not_the_key() -> None:
    assert "testsecret" not in repr(APP)
    assert "testsecret" not in APP.salt
    assert APP.salt != Kuaidi100App("CUST", "another key").salt


def test_no_two_couriers_share_a_name() -> None:
    assert len(set(COMPANIES.values())) == len(COMPANIES)


# Pushes

PUSHES = tracker(Line()).pushes


def _signed(param: str) -> dict[str, str]:
    import hashlib  # noqa: PLC0415 - the rule once more, by itself

    return {"param": param, "sign": hashlib.md5(f"{param}{APP.salt}".encode()).hexdigest().upper()}  # noqa: S324


def _pushed(**changes: Any) -> dict[str, str]:
    told = {"status": "polling", "message": "", "lastResult": _found(ROW)} | changes
    return _signed(json.dumps(told, ensure_ascii=False))


def test_a_push_tells_the_whole_journey() -> None:
    push = PUSHES.read(_pushed())
    assert (push.number, push.gave_up) == (YTO.number, False)
    assert [node.state for node in push.nodes] == [ParcelState.PICKED_UP]


@pytest.mark.parametrize(("status", "gave_up"), [("polling", False), ("shutdown", False), ("abort", True)])
def test_a_push_says_when_no_more_will_come(status: str, *, gave_up: bool) -> None:
    assert PUSHES.read(_pushed(status=status)).gave_up is gave_up


def test_a_salt_is_used_as_the_published_vectors_say() -> None:
    class Published(Kuaidi100App):
        salt = "salt123"

    published = tracker(Line(), Published("CUST", "k")).pushes
    with pytest.raises(BadPush, match="lastResult"):
        published.read({"param": '{"status":"polling"}', "sign": "D3E37349DAA1504C5808621A3D636F88"})


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"param": _pushed()["param"]},
        _pushed() | {"sign": "0" * 32},
        _pushed() | {"sign": _pushed()["sign"].lower()},
        _pushed() | {"param": "{}"},
        _pushed() | {"sign": "签名"},
        _signed(""),
        _signed("["),
        _signed("[]"),
        _signed("{}"),
        _signed("[" * 100_000),
        _pushed(lastResult=[]),
        _pushed(lastResult={}),
        _pushed(lastResult={"nu": "9" * 41}),
        _pushed(lastResult={"nu": None, "data": [ROW]}),
    ],
)
def test_what_is_not_signed_or_says_nothing_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(BadPush):
        PUSHES.read(form)


def test_a_push_of_endless_rows_is_cut() -> None:
    assert len(PUSHES.read(_pushed(lastResult=_found(*[ROW | {"context": str(n)} for n in range(900)]))).nodes) == 500
