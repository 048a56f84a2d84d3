"""ZTO: work orders and interceptions, and what becomes of the parcel."""

from typing import Any

import pytest
from sandbox_callers import ZtoCaller

from bot.sandbox.parcels import Scan
from bot.sandbox.world import World

HOUR = 3_600_000
STOP = "thirdcenter.createIntercept"
STATUS = "thirdcenter.queryInterceptAndReturnStatus"


@pytest.fixture
async def number(zto: ZtoCaller) -> str:
    """A parcel that was given a number just now."""
    return str((await zto.creates())["result"]["billCode"])


def _urging(number: str, **incident: object) -> dict[str, Any]:
    told = {"billCode": number, "type": "event-urge", "desc": "没有更新", "mobile": "13900001111"}
    return {"traceId": "t1", "customer": {"name": "小满", "type": "2"}, "incident": told | incident}


async def _urge(zto: ZtoCaller, number: str, **incident: object) -> dict[str, Any]:
    return await zto("zto.open.merchant.incident.create", **_urging(number, **incident))


async def _stop(zto: ZtoCaller, number: str, **changes: object) -> dict[str, Any]:
    asked = {"billCode": number, "requestId": "r1", "thirdBizNo": "b1", "destinationType": "2"}
    return await zto(STOP, **asked | changes)


async def test_a_work_order_is_taken_seen_and_answered_as_time_goes_by(
    zto: ZtoCaller, world: World, number: str
) -> None:
    key = (await _urge(zto, number))["result"]["bizNo"]
    assert [row["id"] for row in world.ledger()["work_orders"]] == [key]
    seen = []
    for hours in (0, 1, 5):
        world.clock.move(hours * HOUR)
        seen.append((await zto("zto.open.merchant.incident.query", bizNo=key, billCode=number))["result"])
    assert [one["incidentStatus"] for one in seen] == ["created", "processing", "finished"]
    assert [len(one["handleRecords"]) for one in seen] == [0, 0, 1]


async def test_a_branch_may_answer_earlier_in_its_own_words(zto: ZtoCaller, world: World, number: str) -> None:
    key = (await _urge(zto, number))["result"]["bizNo"]
    world.zto.answers_work_order(key, "今日派送")
    result = (await zto("zto.open.merchant.incident.query", bizNo=key, billCode=number))["result"]
    assert result["handleRecords"] == [{"handleTime": "2026-11-22 15:30:00", "reply": "今日派送"}]


async def test_a_work_order_repeated_is_a_second_one(zto: ZtoCaller, world: World, number: str) -> None:
    assert len({(await _urge(zto, number))["result"]["bizNo"] for _ in range(2)}) == 2
    assert len(world.ledger()["work_orders"]) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "hurry"}, "S208"),
        ({"desc": ""}, "S208"),
        ({"mobile": ""}, "S208"),
        ({"billCode": "73000000000000"}, "E23102"),
    ],
)
async def test_a_work_order_that_says_too_little_is_refused(
    zto: ZtoCaller, world: World, number: str, changes: dict[str, str], code: str
) -> None:
    assert (await _urge(zto, number, **changes))["statusCode"] == code
    assert world.ledger()["work_orders"] == []


async def test_nobody_elses_work_order_is_shown(zto: ZtoCaller, number: str) -> None:
    key = (await _urge(zto, number))["result"]["bizNo"]
    for asked in ({"bizNo": "GD9", "billCode": number}, {"bizNo": key, "billCode": "73000000000000"}):
        assert (await zto("zto.open.merchant.incident.query", **asked))["status"] is False


async def test_a_parcel_under_way_turns_back_at_its_next_scan(zto: ZtoCaller, world: World, number: str) -> None:
    world.clock.move(5 * HOUR)
    assert (await _stop(zto, number))["status"] is True
    assert (await zto(STATUS, billCode=number))["result"] == "INTERCEPTING"
    world.clock.move(2 * HOUR)
    assert (await zto(STATUS, billCode=number))["result"] == "INTERCEPT_SUCCESS"
    world.clock.move(100 * HOUR)
    scans = [event.scan for event in world.parcel(number).events()]
    assert scans == [Scan.PICKED, Scan.RETURNING, Scan.DEPARTED, Scan.ARRIVED, Scan.RETURNED]


async def test_the_same_request_again_is_the_same_interception_and_another_is_refused(
    zto: ZtoCaller, world: World, number: str
) -> None:
    world.clock.move(5 * HOUR)
    assert [(await _stop(zto, number))["status"] for _ in range(2)] == [True, True]
    assert (await _stop(zto, number, requestId="r2"))["statusCode"] == "E23121"
    assert len(world.ledger()["intercepts"]) == 1


async def test_an_interception_taken_back_lets_the_parcel_go_on(zto: ZtoCaller, world: World, number: str) -> None:
    world.clock.move(5 * HOUR)
    await _stop(zto, number)
    cancel = {"billCode": number, "thirdBizNo": "b1"}
    assert (await zto("thirdcenter.cancelIntercept", **cancel | {"thirdBizNo": "b2"}))["statusCode"] == "E23130"
    assert (await zto("thirdcenter.cancelIntercept", **cancel))["status"] is True
    assert (await zto("thirdcenter.cancelIntercept", **cancel))["statusCode"] == "E23130"
    assert (await zto(STATUS, billCode=number))["result"] == "INTERCEPT_CANCEL"
    world.clock.move(100 * HOUR)
    assert world.parcel(number).delivered_at()


async def test_a_missed_interception_says_so_and_the_parcel_arrives(zto: ZtoCaller, world: World, number: str) -> None:
    world.clock.move(5 * HOUR)
    world.zto.misses_intercepts()
    assert (await _stop(zto, number))["status"] is True
    world.clock.move(100 * HOUR)
    assert (await zto(STATUS, billCode=number))["result"] == "INTERCEPT_FAIL"
    assert world.parcel(number).delivered_at()


async def test_a_parcel_can_be_led_to_another_city(zto: ZtoCaller, world: World, number: str) -> None:
    where = {
        "receiveUsername": "李四",
        "receivePhone": "13800002222",
        "receiveProvince": "广东省",
        "receiveCity": "深圳市",
        "receiveDistrict": "南山区",
        "receiveAddress": "科苑路2号",
    }
    world.clock.move(5 * HOUR)
    assert (await _stop(zto, number, destinationType="3", **where | {"receivePhone": "12"}))["statusCode"] == "E23148"
    assert (await _stop(zto, number, destinationType="3", **where | {"receiveCity": ""}))["statusCode"] == "S208"
    assert (await _stop(zto, number, destinationType="3", **where))["status"] is True
    world.clock.move(100 * HOUR)
    assert world.parcel(number).events()[-1].city == "深圳市"


@pytest.mark.parametrize(
    ("verb", "code"),
    [("", "E23119"), ("signed", "E23101"), ("goes_to_locker", "E23112"), ("returns", "E23123")],
)
async def test_where_it_is_too_early_or_too_late_it_is_refused_with_the_reason(
    zto: ZtoCaller, world: World, number: str, verb: str, code: str
) -> None:
    if verb:
        getattr(world.parcel(number), verb)()
    assert (await _stop(zto, number))["statusCode"] == code
    assert world.ledger()["intercepts"] == []


async def test_a_parcel_out_for_delivery_is_not_stopped(zto: ZtoCaller, world: World, number: str) -> None:
    world.clock.move(41 * HOUR)
    assert (await _stop(zto, number))["statusCode"] == "E23120"


async def test_an_unknown_way_or_parcel_is_refused(zto: ZtoCaller, number: str) -> None:
    assert (await _stop(zto, number, destinationType="9"))["statusCode"] == "E23108"
    assert (await _stop(zto, "73000000000000"))["statusCode"] == "E23102"
    assert (await zto(STATUS, billCode=number))["status"] is False
