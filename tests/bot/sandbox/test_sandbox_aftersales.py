"""After-sales: the quick check, the list of changes, the single view."""

import pytest
from sandbox_callers import Json, PinduoduoCaller

from bot.sandbox.world import World

NOW = 1_795_332_600  # 2026-11-22 15:30:00 in Shanghai, UNIX seconds
WINDOW = {"start_updated_at": NOW - 900, "end_updated_at": NOW + 900, "after_sales_type": 1}


async def refunds(pdd: PinduoduoCaller, **params: object) -> Json:
    return (await pdd("pdd.refund.list.increment.get", **(WINDOW | params)))["refund_increment_get_response"]


async def exists(pdd: PinduoduoCaller, *order_sns: str) -> list[Json]:
    answer = await pdd("pdd.refund.status.check", order_sns=",".join(order_sns))
    return answer["refund_status_check_response"]["order_sns_exists_refund"]


async def test_only_orders_with_a_live_claim_are_in_the_check(bound: PinduoduoCaller, world: World) -> None:
    quiet, claimed, paid_back, withdrawn = (world.new_order().order_sn for _ in range(4))
    world.pinduoduo.refunds(claimed)
    world.pinduoduo.refunds(paid_back, granted=True)
    world.pinduoduo.refunds(withdrawn)
    world.pinduoduo.withdraws_refund(withdrawn)
    found = await exists(bound, quiet, claimed, paid_back, withdrawn)
    assert found == [{"order_sn": claimed}, {"order_sn": paid_back}]


async def test_no_more_than_50_orders_are_checked_at_once(bound: PinduoduoCaller) -> None:
    assert await exists(bound, *("1" * 50)) == []
    assert (await bound.error("pdd.refund.status.check", order_sns=",".join("1" * 51)))[0] == 21001


@pytest.mark.parametrize(
    ("granted", "refund_status", "after_sales_status"), [(False, 2, 2), (True, 4, 10)], ids=["asked", "paid back"]
)
async def test_a_refund_shows_in_the_order(
    bound: PinduoduoCaller, world: World, *, granted: bool, refund_status: int, after_sales_status: int
) -> None:
    order_sn = world.new_order().order_sn
    world.pinduoduo.refunds(order_sn, granted=granted)
    order = (await bound("pdd.order.information.get", order_sn=order_sn))["order_info_get_response"]["order_info"]
    assert (order["refund_status"], order["after_sales_status"]) == (refund_status, after_sales_status)


async def test_the_list_of_changes_holds_exactly_the_status_asked_for(bound: PinduoduoCaller, world: World) -> None:
    order_sn = world.new_order().order_sn
    world.pinduoduo.refunds(order_sn)
    asked = (await refunds(bound, after_sales_status=2))["refund_list"]
    assert [row["order_sn"] for row in asked] == [order_sn]
    assert (asked[0]["after_sales_type"], asked[0]["after_sales_status"]) == (2, 2)
    assert (await refunds(bound, after_sales_status=0))["total_count"] == 0


async def test_with_an_order_number_the_other_filters_are_ignored_but_still_required(
    bound: PinduoduoCaller, world: World
) -> None:
    order_sn = world.new_order().order_sn
    world.pinduoduo.refunds(order_sn)
    assert (await refunds(bound, after_sales_status=10, order_sn=order_sn))["total_count"] == 1
    assert (await bound.error("pdd.refund.list.increment.get", **WINDOW, order_sn=order_sn))[0] == 21002


async def test_after_sales_may_be_asked_for_30_minutes_and_not_a_second_more(bound: PinduoduoCaller) -> None:
    wide = {**WINDOW, "after_sales_status": 2, "end_updated_at": NOW + 901}
    assert await bound.error("pdd.refund.list.increment.get", **wide) == (50001, "时间跨度不能超过30分钟")


async def test_more_than_100_calls_in_10_seconds_are_throttled(bound: PinduoduoCaller) -> None:
    for _ in range(100):
        await refunds(bound, after_sales_status=2)
    assert (await bound.error("pdd.refund.list.increment.get", **WINDOW, after_sales_status=2))[0] == 52101


async def test_the_single_view_has_no_wrapper_counts_in_fen_and_numbers_kinds_differently(
    bound: PinduoduoCaller, world: World
) -> None:
    order = world.new_order()
    world.pinduoduo.refunds(order.order_sn)
    sale = await bound("pdd.refund.information.get", order_sn=order.order_sn)
    assert sale["order_sn"] == order.order_sn
    assert sale["after_sales_type"] == 1
    assert sale["refund_amount"] == sum(item.price * item.count for item in order.items)
    assert sale["expire_time"] == "2026-11-24 15:30:00"
    assert sale["request_id"]


async def test_an_order_without_a_claim_has_no_single_view(bound: PinduoduoCaller, world: World) -> None:
    order_sn = world.new_order().order_sn
    assert await bound.error("pdd.refund.information.get", order_sn=order_sn) == (50001, "售后单不存在")
