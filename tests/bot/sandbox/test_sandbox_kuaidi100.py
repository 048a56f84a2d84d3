"""Kuaidi100: signatures, queries and their lock, subscriptions and pushes, guesses."""

import hashlib
import json
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from sandbox_callers import ZtoCaller

from bot.sandbox.kuaidi100.service import CUSTOMER, KEY
from bot.sandbox.kuaidi100.wire import push_sign, query_sign
from bot.sandbox.parcels import Journey
from bot.sandbox.world import World

HOUR = 3_600_000
MINUTE = 60_000
BODY3 = '{"orderNo":"T1","name":"张三"}'
YTO = "YT8962646785389"


def test_signatures_equal_the_computed_vectors() -> None:
    asked = '{"com":"yuantong","num":"YT8962646785389"}'
    assert query_sign(asked, "testkey", "TESTCUSTOMER") == "D6C607A63B0C9C94349D11B943F25548"
    assert query_sign(BODY3, "testsecret", "CUST") == "804600C40E6EBC7A15498B6BE0264526"
    assert push_sign('{"status":"polling"}', "salt123") == "D3E37349DAA1504C5808621A3D636F88"
    assert push_sign(BODY3, "salt") == "8F7C9ACB5F6AABC6FF4BDDE9ED4966E7"


class Caller:
    """Signs by itself and posts forms."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def queries(self, number: str = YTO, com: str = "yuantong", **more: str) -> dict[str, Any]:
        param = json.dumps({"com": com, "num": number, "resultv2": "4"} | more, ensure_ascii=False)
        sign = hashlib.md5(f"{param}{KEY}{CUSTOMER}".encode()).hexdigest().upper()  # noqa: S324 - so does Kuaidi100
        return await self.posts("/poll/query.do", customer=CUSTOMER, sign=sign, param=param)

    async def subscribes(
        self, number: str = YTO, company: str = "yuantong", key: str = KEY, **parameters: str
    ) -> dict[str, Any]:
        told = {"callbackurl": "https://bot.example/push/kuaidi100", "salt": "pepper", "resultv2": "4"} | parameters
        param = json.dumps({"company": company, "number": number, "key": key, "parameters": told})
        return await self.posts("/poll", schema="json", param=param)

    async def posts(self, path: str, **form: str) -> dict[str, Any]:
        response = await self.client.post(f"https://poll.kuaidi100.com{path}", data=form)
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer


class Receiver:
    """Somebody that pushes reach, who answers as told."""

    def __init__(self, *answers: object) -> None:
        self.forms: list[dict[str, str]] = []
        self._answers = list(answers)
        self.client = httpx.AsyncClient(transport=httpx.MockTransport(self))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.forms.append({name: values[0] for name, values in parse_qs(request.content.decode()).items()})
        answer = self._answers.pop(0) if self._answers else {"result": True, "returnCode": "200", "message": "成功"}
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def params(self) -> list[dict[str, Any]]:
        return [json.loads(form["param"]) for form in self.forms]


@pytest.fixture
def caller(client: httpx.AsyncClient) -> Caller:
    return Caller(client)


@pytest.fixture(autouse=True)
def parcel(world: World) -> None:
    """YTO carries a parcel from Hangzhou to Guangzhou."""
    world._scene.parcels.begins(Journey(YTO, ("杭州市", "广州市"), world.clock.now()))
    world.pushes._dice.random = lambda: 1.0  # type: ignore[method-assign]  # nothing is posted twice by chance


async def test_a_parcel_is_told_newest_first_with_state_and_sub_state(caller: Caller, world: World) -> None:
    world.clock.move(41 * HOUR)
    answer = await caller.queries()
    assert (answer["message"], answer["status"], answer["nu"], answer["ischeck"]) == ("ok", "200", YTO, "0")
    assert [row["statusCode"] for row in answer["data"]] == ["5", "1001", "1002", "103"]
    assert answer["data"][3] == {
        "time": "2026-11-22 19:30:00",
        "ftime": "2026-11-22 19:30:00",
        "context": "【杭州市】已揽收",
        "status": "揽收",
        "statusCode": "103",
        "areaCode": "",
        "areaName": "中国,杭州市",
        "location": "",
    }
    assert world.ledger()["queries"] == [
        {"service": "kuaidi100", "number": YTO, "at": world.clock.now(), "refused": False}
    ]


async def test_without_resultv2_there_is_only_time_and_text(caller: Caller, world: World) -> None:
    world.clock.move(5 * HOUR)
    (row,) = (await caller.queries(resultv2="0"))["data"]
    assert sorted(row) == ["context", "ftime", "time"]


async def test_a_parcel_on_its_way_home_is_told_as_returning(caller: Caller, world: World) -> None:
    world.clock.move(30 * HOUR)
    world.parcel(YTO).returns()
    world.clock.move(60 * HOUR)
    answer = await caller.queries()
    assert answer["state"] == "4"
    assert [row["statusCode"] for row in answer["data"]][:4] == ["4", "6", "6", "6"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"com": "nobody"}, "400"),
        ({"number": "12345"}, "400"),
        ({"number": "YT0000000000000"}, "500"),
        ({"com": "shentong"}, "500"),
        ({"com": "zhongtong", "number": "73100196611386"}, "408"),
        ({"resultv2": "9"}, "400"),
    ],
)
async def test_what_cannot_be_found_is_refused_with_its_code(
    caller: Caller, world: World, asked: dict[str, str], code: str
) -> None:
    world.clock.move(5 * HOUR)
    answer = await caller.queries(**asked)
    assert (answer["result"], answer["returnCode"]) == (False, code)


async def test_before_the_first_scan_there_is_no_result(caller: Caller) -> None:
    assert (await caller.queries())["returnCode"] == "500"


async def test_a_wrong_signature_is_503(caller: Caller) -> None:
    answer = await caller.posts("/poll/query.do", customer=CUSTOMER, sign="A" * 32, param="{}")
    assert answer["returnCode"] == "503"


async def test_a_zto_number_wants_a_partys_last_four_digits(caller: Caller, zto: ZtoCaller, world: World) -> None:
    number = (await zto.creates())["result"]["billCode"]
    world.clock.move(5 * HOUR)
    assert (await caller.queries(number, "zhongtong", phone="9999"))["returnCode"] == "408"
    world.clock.move(HOUR)
    assert (await caller.queries(number, "zhongtong", phone="13800002222"))["message"] == "ok"


async def test_an_impatient_caller_locks_the_number_until_midnight(caller: Caller, world: World) -> None:
    world.clock.move(5 * HOUR)
    assert (await caller.queries())["message"] == "ok"
    world.clock.move(30 * MINUTE - 1)
    assert (await caller.queries())["returnCode"] == "502"
    world.clock.move(HOUR)
    assert (await caller.queries())["returnCode"] == "502", "locked"
    assert list(world.kuaidi100.locked) == [YTO]
    world.clock.move(3 * HOUR)
    assert (await caller.queries())["message"] == "ok"


async def test_more_than_48_queries_a_day_lock_the_number(caller: Caller, world: World) -> None:
    world.clock.move(5 * HOUR)
    world.kuaidi100.patience = 0
    codes = [(await caller.queries()).get("returnCode", "ok") for _ in range(49)]
    assert codes == ["ok"] * 48 + ["502"]
    assert list(world.kuaidi100.locked) == [YTO]


async def test_queries_are_paid_for(caller: Caller, world: World) -> None:
    world.clock.move(5 * HOUR)
    world.kuaidi100.runs_out()
    assert (await caller.queries())["returnCode"] == "601"
    world.kuaidi100.tops_up(1)
    assert (await caller.queries())["message"] == "ok"
    assert world.kuaidi100.left == 0


async def test_a_subscription_is_made_once_and_pushes_every_move_until_the_end(caller: Caller, world: World) -> None:
    assert (await caller.subscribes())["returnCode"] == "200"
    assert (await caller.subscribes())["returnCode"] == "501"
    receiver = Receiver()
    for hours in (5, 0, 3, 37):
        world.clock.move(hours * HOUR)
        await world.pushes.deliver(receiver.client)
    assert [param["status"] for param in receiver.params] == ["polling", "polling", "shutdown"]
    assert [len(param["lastResult"]["data"]) for param in receiver.params] == [1, 2, 5]
    for form in receiver.forms:
        assert form["sign"] == hashlib.md5(f"{form['param']}pepper".encode()).hexdigest().upper()  # noqa: S324
    assert (await caller.subscribes())["returnCode"] == "200", "it has ended"


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(200, text="ok"), {"result": True}])
async def test_a_push_that_is_not_answered_properly_is_repeated_three_times(
    caller: Caller, world: World, answer: object
) -> None:
    await caller.subscribes()
    receiver = Receiver(*[answer] * 3)
    world.clock.move(5 * HOUR)
    for minutes in (0, 29, 1, 30, 30):
        world.clock.move(minutes * MINUTE)
        await world.pushes.deliver(receiver.client)
    assert len(receiver.forms) == 3
    assert [(row["attempt"], row["answered"]) for row in world.ledger()["pushes"]] == [(n, False) for n in (1, 2, 3)]


async def test_without_a_record_it_gives_up_after_three_days(caller: Caller, world: World) -> None:
    world.parcel(YTO).stalls()
    await caller.subscribes()
    receiver = Receiver()
    for hours in (71, 1, 1):
        world.clock.move(hours * HOUR)
        await world.pushes.deliver(receiver.client)
    (param,) = receiver.params
    assert (param["status"], param["message"]) == ("abort", "3天查询无记录")
    assert (await caller.subscribes())["returnCode"] == "200"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"key": "wrong"}, "601"),
        ({"company": "nobody"}, "701"),
        ({"company": "zhongtong"}, "408"),
        ({"callbackurl": "bot.example"}, "400"),
    ],
)
async def test_a_subscription_that_lacks_something_is_refused(caller: Caller, asked: dict[str, str], code: str) -> None:
    assert (await caller.subscribes(**asked))["returnCode"] == code


async def test_guesses_come_most_likely_first(client: httpx.AsyncClient) -> None:
    asked = "https://www.kuaidi100.com/autonumber/auto"
    guesses = (await client.get(asked, params={"num": YTO, "key": KEY})).json()
    assert [guess["comCode"] for guess in guesses] == ["yuantong"]
    assert (await client.get(asked, params={"num": "5685685685685685", "key": KEY})).json() == []
    assert (await client.get(asked, params={"num": YTO, "key": "x"})).json()["returnCode"] == "601"


async def test_zto_pushes_scan_by_scan_to_the_address_in_its_console(zto: ZtoCaller, world: World) -> None:
    number = (await zto.creates())["result"]["billCode"]
    subscribe = "zto.merchant.waybill.track.subsrcibe"
    assert (await zto(subscribe, billCode=number))["statusCode"] == "E413"
    assert (await zto(subscribe, billCode=number, mobilePhone="2222"))["status"] is True
    receiver = Receiver(*[{"message": "", "result": "success", "status": True, "statusCode": "0"}] * 9)
    world.clock.move(8 * HOUR)
    assert await world.pushes.deliver(receiver.client) == 0, "the console has no address yet"
    world.zto.pushes_to("https://bot.example/push/zto")
    await world.pushes.deliver(receiver.client)
    await world.pushes.deliver(receiver.client)
    assert [json.loads(form["data"])["action"] for form in receiver.forms] == ["GOT", "DEPARTURE"]
    form = receiver.forms[0]
    assert (form["company_id"], form["msg_type"]) == ("sandbox-zto-key", "Traces")
    assert json.loads(form["data"])["actionTime"] == "2026-11-22 19:30:00"
    assert [row["answered"] for row in world.ledger()["pushes"]] == [True, True]


async def test_one_push_in_ten_is_posted_twice(caller: Caller, world: World) -> None:
    await caller.subscribes()
    world.pushes._dice.random = lambda: 0.05  # type: ignore[method-assign]
    world.clock.move(5 * HOUR)
    receiver = Receiver()
    assert await world.pushes.deliver(receiver.client) == 2
    assert receiver.forms[0] == receiver.forms[1]
