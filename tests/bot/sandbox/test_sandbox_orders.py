"""Reading orders: windows, pages, order of rows, masks and ciphertext."""

import json

import pytest
from sandbox_callers import Json, PinduoduoCaller

from bot.sandbox.world import World

NOW = 1_795_332_600  # 2026-11-22 15:30:00 in Shanghai, UNIX seconds
MIDNIGHT = NOW - 15 * 3600 - 1800
DAY = {"start_confirm_at": MIDNIGHT, "end_confirm_at": NOW, "order_status": 1, "refund_status": 5}
LAST_MINUTES = {"is_lucky_flag": 0, "order_status": 5, "refund_status": 5}


def changes(start: int, end: int) -> Json:
    return LAST_MINUTES | {"start_updated_at": start, "end_updated_at": end}


async def listed(pdd: PinduoduoCaller, **params: object) -> Json:
    return (await pdd("pdd.order.list.get", **params))["order_list_get_response"]


async def changed(pdd: PinduoduoCaller, **params: object) -> Json:
    return (await pdd("pdd.order.number.list.increment.get", **params))["order_sn_increment_get_response"]


async def detail(pdd: PinduoduoCaller, order_sn: str) -> Json:
    answer = await pdd("pdd.order.information.get", order_sn=order_sn)
    return answer["order_info_get_response"]["order_info"]


async def test_todays_waiting_orders_come_in_pages_newest_first(bound: PinduoduoCaller) -> None:
    first = await listed(bound, **DAY, page=1, page_size=100, use_has_next=True)
    second = await listed(bound, **DAY, page=2, page_size=100, use_has_next=True)
    assert (first["has_next"], second["has_next"]) == (True, False)
    rows = first["order_list"] + second["order_list"]
    assert len({row["order_sn"] for row in rows}) == len(rows) == 120
    times = [row["confirm_time"] for row in rows]
    assert times == sorted(times, reverse=True)


async def test_asked_for_has_next_the_total_is_left_out_and_the_other_way_round(bound: PinduoduoCaller) -> None:
    with_next = await listed(bound, **DAY, page=1, page_size=10, use_has_next=True)
    with_total = await listed(bound, **DAY, page=1, page_size=10)
    assert "total_count" not in with_next
    assert "has_next" not in with_total
    assert with_total["total_count"] == 120


async def test_a_window_of_24_hours_is_allowed_and_a_second_more_is_not(bound: PinduoduoCaller) -> None:
    day = {"order_status": 5, "refund_status": 5, "page": 1, "start_confirm_at": NOW - 86_400}
    assert "order_list" in await listed(bound, **day, end_confirm_at=NOW)
    too_wide = await bound.error("pdd.order.list.get", **day, end_confirm_at=NOW + 1)
    assert too_wide == (50001, "时间跨度不能超过24小时")


async def test_changes_may_be_asked_for_30_minutes_and_not_a_second_more(bound: PinduoduoCaller) -> None:
    assert "total_count" in await changed(bound, **changes(NOW - 1800, NOW), page=1)
    too_wide = await bound.error("pdd.order.number.list.increment.get", **changes(NOW - 1801, NOW), page=1)
    assert too_wide == (50001, "时间跨度不能超过30分钟")


@pytest.mark.parametrize(
    "wrong", [{"page_size": 101}, {"page_size": 0}, {"page": 0}, {"order_status": 4}, {"page": "x"}]
)
async def test_values_out_of_range_are_refused(bound: PinduoduoCaller, wrong: Json) -> None:
    assert (await bound.error("pdd.order.list.get", **({**DAY, "page": 1} | wrong)))[0] == 21001


@pytest.mark.parametrize("missing", ["start_confirm_at", "order_status", "refund_status", "page"])
async def test_a_required_parameter_must_be_there(bound: PinduoduoCaller, missing: str) -> None:
    params = {name: value for name, value in {**DAY, "page": 1}.items() if name != missing}
    assert (await bound.error("pdd.order.list.get", **params))[0] == 21002


async def test_refunding_orders_can_be_told_apart(bound: PinduoduoCaller) -> None:
    quiet = await listed(bound, **{**DAY, "refund_status": 1}, page=1)
    asked = await listed(bound, **{**DAY, "refund_status": 2}, page=1)
    assert (quiet["total_count"], asked["total_count"]) == (116, 2)


async def test_an_order_older_than_three_months_is_not_listed_any_more(bound: PinduoduoCaller, world: World) -> None:
    world.clock.move(91 * 86_400_000)
    await bound.binds()
    assert (await listed(bound, **DAY, page=1))["total_count"] == 0


async def test_changes_come_latest_first_so_that_a_change_pushes_rows_to_later_pages(
    bound: PinduoduoCaller, world: World
) -> None:
    sns = [world.new_order().order_sn for _ in range(4)]
    world.clock.move(60_000)
    before = await changed(bound, **changes(NOW, NOW + 60), page=1, page_size=2)
    assert before["total_count"] == 4
    world.pinduoduo.holds(sns[0])
    first, last = [
        await changed(bound, **changes(NOW, NOW + 120), page=page, page_size=2, use_has_next=True) for page in (1, 2)
    ]
    assert first["order_sn_list"][0]["order_sn"] == sns[0]
    assert (first["has_next"], last["has_next"]) == (True, False)
    assert {row["order_sn"] for row in first["order_sn_list"] + last["order_sn_list"]} == set(sns)


async def test_a_write_lag_keeps_the_newest_changes_out_of_sight(bound: PinduoduoCaller, world: World) -> None:
    world.pinduoduo.desk.write_lag = 180_000
    order_sn = world.new_order().order_sn
    world.clock.move(60_000)
    assert (await changed(bound, **changes(NOW, NOW + 60), page=1))["total_count"] == 0
    world.clock.move(180_000)
    rows = (await changed(bound, **changes(NOW, NOW + 60), page=1))["order_sn_list"]
    assert [row["order_sn"] for row in rows] == [order_sn]


async def test_every_event_moves_the_update_time_even_within_one_second(bound: PinduoduoCaller, world: World) -> None:
    order_sn = world.new_order().order_sn
    seen = {(await detail(bound, order_sn))["updated_at"]}
    events = (
        world.pinduoduo.holds,
        world.pinduoduo.releases,
        world.pinduoduo.puts_under_review,
        world.pinduoduo.passes_review,
        world.pinduoduo.changes_address,
        world.pinduoduo.urges,
        world.pinduoduo.refunds,
        world.pinduoduo.withdraws_refund,
    )
    for event in events:
        event(order_sn)
        seen.add((await detail(bound, order_sn))["updated_at"])
    assert len(seen) == 1 + len(events)


async def test_ciphertext_is_there_while_waiting_and_masks_are_there_always(
    bound: PinduoduoCaller, world: World
) -> None:
    order_sn = world.new_order(name="张三丰", phone="13812345678", detail="文三路1号").order_sn
    shown = await detail(bound, order_sn)
    assert shown["receiver_name"].startswith("~AgAAAA")
    assert shown["receiver_phone"].startswith("$")
    world.pinduoduo.puts_under_review(order_sn)
    hidden = await detail(bound, order_sn)
    for field in ("receiver_name", "receiver_phone", "receiver_address", "address", "open_address_id"):
        assert shown[field]
        assert hidden[field] == ""
    for row in (shown, hidden):
        assert (row["receiver_name_mask"], row["receiver_phone_mask"]) == ("张**", "138****5678")
        assert row["receiver_address_mask"] == "文*路*号"


async def test_nothing_on_the_wire_holds_a_receiver_in_plain_text(bound: PinduoduoCaller, world: World) -> None:
    world.new_order(name="欧阳娜娜", phone="13812345678", detail="文三路1号阳光花园")
    text = json.dumps(await listed(bound, **DAY, page=1), ensure_ascii=False)
    assert "欧**" in text
    for plain in ("阳娜娜", "13812345678", "阳光花园"):
        assert plain not in text


async def test_orders_to_one_door_share_an_address_id_and_moving_changes_it(
    bound: PinduoduoCaller, world: World
) -> None:
    first = world.new_order()
    second = world.another_order(first.order_sn)
    ids = [(await detail(bound, order.order_sn))["open_address_id"] for order in (first, second)]
    assert ids[0] == ids[1]
    world.pinduoduo.changes_address(second.order_sn)
    assert (await detail(bound, second.order_sn))["open_address_id"] != ids[0]


async def test_the_platform_groups_what_may_share_a_parcel(bound: PinduoduoCaller, world: World) -> None:
    first = world.new_order()
    second = world.another_order(first.order_sn)
    other = world.new_order()
    asked = [{"order_sn": order.order_sn} for order in (first, second, other)]
    answer = await bound("pdd.order.merge.ship.order.group", order_list=asked)
    (wrapper,) = answer.values()
    groups = [group["order_sn_list"] for group in wrapper["order_group_list"]]
    assert groups == [[first.order_sn, second.order_sn], [other.order_sn]]


async def test_numbers_of_goods_are_texts_in_lists_and_numbers_in_the_detail(
    bound: PinduoduoCaller, world: World
) -> None:
    order_sn = world.new_order().order_sn
    single = (await detail(bound, order_sn))["item_list"][0]
    rows = (await listed(bound, **DAY, page=1))["order_list"]
    row = next(row for row in rows if row["order_sn"] == order_sn)["item_list"][0]
    assert row["sku_id"] == str(single["sku_id"])
    assert isinstance(single["sku_id"], int)


async def test_somebody_elses_order_does_not_exist(bound: PinduoduoCaller) -> None:
    refusal = await bound.error("pdd.order.information.get", order_sn="261122-999999999999999")
    assert refusal == (50001, "订单不属于当前店铺或订单不存在")


async def test_statuses_use_the_key_in_camel_case_and_zeros_for_strangers(bound: PinduoduoCaller, world: World) -> None:
    order_sn = world.new_order().order_sn
    answer = await bound("pdd.order.status.get", order_sns=f"{order_sn},unknown")
    assert answer["order_status_get_response"]["order_status_list"] == [
        {"orderSn": order_sn, "order_status": 1, "refund_status": 1},
        {"orderSn": "unknown", "order_status": 0, "refund_status": 0},
    ]


async def test_no_more_than_100_statuses_at_once(bound: PinduoduoCaller) -> None:
    assert (await bound.error("pdd.order.status.get", order_sns=",".join("1" * 101)))[0] == 21001
