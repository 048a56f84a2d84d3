"""Uploading numbers, reporting labels, and traces."""

import pytest
from sandbox_callers import Json, PinduoduoCaller

from bot.sandbox.world import World

HOUR = 3_600_000
NUMBER = "73100196611386"
ZTO, YTO, CLOSED = 115, 85, 116


async def send(pdd: PinduoduoCaller, order_sn: str, number: str = NUMBER, company: int = ZTO, **more: object) -> Json:
    params = {"order_sn": order_sn, "logistics_id": company, "tracking_number": number} | more
    return await pdd("pdd.logistics.online.send", **params)


async def refusal(pdd: PinduoduoCaller, order_sn: str, **changes: object) -> str:
    error = (await send(pdd, order_sn, **changes))["error_response"]
    assert error["error_code"] == 50001
    return error["sub_msg"]


async def test_couriers_are_listed_without_a_token_and_some_are_closed(pdd: PinduoduoCaller) -> None:
    answer = await pdd("pdd.logistics.companies.get")
    rows = {row["code"]: row for row in answer["logistics_companies_get_response"]["logistics_companies"]}
    assert rows["ZTO"] == {"id": 115, "code": "ZTO", "logistics_company": "中通快递", "available": 1}
    assert rows["QF"]["available"] == 0


async def test_a_shipped_order_carries_its_number_and_hides_its_receiver(bound: PinduoduoCaller, world: World) -> None:
    order_sn = world.new_order().order_sn
    sent = await send(bound, order_sn)
    assert sent["logistics_online_send_response"]["is_success"] is True
    order = (await bound("pdd.order.information.get", order_sn=order_sn))["order_info_get_response"]["order_info"]
    assert (order["order_status"], order["tracking_number"], order["logistics_id"]) == (2, NUMBER, 115)
    assert order["shipping_time"] == "2026-11-22 15:30:00"
    assert order["receiver_name"] == ""
    assert world.ledger()["uploads"] == [{"order_sn": order_sn, "number": NUMBER, "at": world.clock.now()}]


async def test_an_order_ships_once(bound: PinduoduoCaller, world: World) -> None:
    order_sn = world.new_order().order_sn
    await send(bound, order_sn)
    assert await refusal(bound, order_sn) == "订单已发货，请勿重复发货"
    assert len(world.ledger()["uploads"]) == 1


async def test_a_shipped_order_takes_another_number_as_a_modification_only(
    bound: PinduoduoCaller, world: World
) -> None:
    order_sn = world.new_order().order_sn
    assert await refusal(bound, order_sn, redelivery_type=2) == "订单未发货，不能修改物流信息"
    await send(bound, order_sn)
    await send(bound, order_sn, "73100196611387", redelivery_type=2)
    assert [row["number"] for row in world.ledger()["uploads"]] == [NUMBER, "73100196611387"]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("refunds", "订单正在退款或已退款，不能发货"),
        ("puts_under_review", "订单审核中，不能发货"),
        ("holds", "订单已暂停发货"),
    ],
)
async def test_an_order_that_must_not_ship_is_refused(
    bound: PinduoduoCaller, world: World, event: str, words: str
) -> None:
    order_sn = world.new_order().order_sn
    getattr(world.pinduoduo, event)(order_sn)
    assert await refusal(bound, order_sn) == words
    assert world.ledger()["uploads"] == []


@pytest.mark.parametrize("company", [CLOSED, 99_999])
async def test_an_unknown_or_closed_courier_is_refused(bound: PinduoduoCaller, world: World, company: int) -> None:
    assert await refusal(bound, world.new_order().order_sn, company=company) == "物流公司不存在或已停用"


@pytest.mark.parametrize(("number", "company"), [("7310019661138", ZTO), (NUMBER, YTO), ("中通123456789", ZTO)])
async def test_a_number_that_cannot_be_the_couriers_is_refused(
    bound: PinduoduoCaller, world: World, number: str, company: int
) -> None:
    said = await refusal(bound, world.new_order().order_sn, number=number, company=company)
    assert said == "运单号格式不正确，请检查快递公司与运单号是否匹配"


async def test_one_number_serves_orders_to_one_door_only(bound: PinduoduoCaller, world: World) -> None:
    first = world.new_order()
    second = world.another_order(first.order_sn)
    await send(bound, first.order_sn)
    assert "logistics_online_send_response" in await send(bound, second.order_sn)
    assert await refusal(bound, world.new_order().order_sn) == "运单号已被其他订单使用"


async def test_an_order_shipped_elsewhere_is_shipped_and_is_no_upload_of_ours(
    bound: PinduoduoCaller, world: World
) -> None:
    order_sn = world.new_order().order_sn
    world.pinduoduo.ships_elsewhere(order_sn, "73555555555555")
    assert await refusal(bound, order_sn) == "订单已发货，请勿重复发货"
    entry = next(row for row in world.ledger()["orders"] if row["order_sn"] == order_sn)
    assert (entry["status"], entry["number"]) == (2, "73555555555555")
    assert world.ledger()["uploads"] == []


async def test_the_printed_report_has_no_wrapper_and_is_kept(bound: PinduoduoCaller, world: World) -> None:
    order_sn = world.new_order().order_sn
    params = {"order_sn": order_sn, "order_state": 1, "waybill_no": NUMBER, "logistics_id": ZTO}
    answer = await bound("pdd.erp.order.sync", **params)
    assert (answer["success"], answer["error_code"]) == (True, 0)
    assert world.ledger()["reports"] == [{"order_sn": order_sn, "number": NUMBER, "at": world.clock.now()}]
    assert (await bound.error("pdd.erp.order.sync", **{**params, "order_state": 2}))[0] == 21001


async def test_the_shop_has_a_default_return_address(bound: PinduoduoCaller) -> None:
    answer = await bound("pdd.refund.address.list.get")
    (address,) = answer["refund_address_list_get_response"]["refund_address_list"]
    assert (address["refund_address_id"], address["is_default"]) == ("12345678901", "Y")


async def trace(pdd: PinduoduoCaller, code: str = "ZTO") -> list[str]:
    answer = await pdd("pdd.logistics.ordertrace.get", company_code=code, mail_no=NUMBER)
    return [row["action"] for row in answer["logistics_ordertrace_get_resposne"]["trace_list"]]


async def test_a_trace_begins_with_the_first_scan_and_follows_the_clock(bound: PinduoduoCaller, world: World) -> None:
    await send(bound, world.new_order().order_sn)
    answer = await bound("pdd.logistics.ordertrace.get", company_code="ZTO", mail_no=NUMBER)
    assert answer["error_response"]["sub_code"] == "ISV_TRACK_ERROR"
    world.clock.move(4 * HOUR)
    assert await trace(bound) == ["GOT"]
    world.parcel(NUMBER).scanned()
    assert await trace(bound) == ["GOT", "DEPARTURE"]
    world.parcel(NUMBER).signed()
    assert await trace(bound) == ["GOT", "DEPARTURE", "ARRIVAL", "SEND", "SIGN"]


async def test_another_couriers_code_finds_no_trace(bound: PinduoduoCaller, world: World) -> None:
    await send(bound, world.new_order().order_sn)
    world.clock.move(4 * HOUR)
    error = await bound.error("pdd.logistics.ordertrace.get", company_code="YTO", mail_no=NUMBER)
    assert error == (50001, "暂无轨迹信息")


async def test_a_signed_parcel_signs_its_order_at_the_moment_of_the_scan(bound: PinduoduoCaller, world: World) -> None:
    order_sn = world.new_order().order_sn
    await send(bound, order_sn)
    world.clock.move(HOUR)
    world.parcel(NUMBER).signed()
    world.clock.move(HOUR)
    order = (await bound("pdd.order.information.get", order_sn=order_sn))["order_info_get_response"]["order_info"]
    assert (order["order_status"], order["receive_time"]) == (3, "2026-11-22 16:30:00")
    assert order["updated_at"] == "2026-11-22 16:30:00"
