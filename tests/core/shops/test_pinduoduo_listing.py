"""Reading many orders: windows, pages from the last to the first, and how far the reading reaches."""

from typing import Any

import pytest
from pinduoduo_desk import NOW, SHOP, Desk, Fields, refusal

from core.clock import DAY, HOUR, MINUTE, Period
from core.errors import RateLimited

_CONFIRMED = "pdd.order.list.get"
_CHANGED = "pdd.order.number.list.increment.get"


def _order(number: str, updated_at: int = 1_699_999_000) -> dict[str, Any]:
    return {"order_sn": number, "order_status": 1, "confirm_time": "1699990000", "updated_at": str(updated_at)}


def _list(*orders: dict[str, Any], total: int) -> dict[str, Any]:
    return {"order_list_get_response": {"total_count": total, "order_list": list(orders), "request_id": "17"}}


def _increment(*orders: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"has_next": False} if total is None else {"total_count": total}
    return {"order_sn_increment_get_response": told | {"order_sn_list": list(orders)}}


async def test_confirmed_orders_are_asked_for_by_confirm_time_waiting_and_with_any_after_sales(desk: Desk) -> None:
    desk.gateway.will_answer(_CONFIRMED, _list(_order("B"), _order("A"), total=2))
    orders = await desk.shop.orders_confirmed(SHOP, Period(NOW - HOUR, NOW))
    assert [order.number for order in orders] == ["A", "B"]
    assert desk.gateway.asked(_CONFIRMED) == [
        {
            "start_confirm_at": "1699996400",
            "end_confirm_at": "1700000000",
            "order_status": "1",
            "refund_status": "5",
            "page": "1",
            "page_size": "100",
            "use_has_next": "false",
        }
    ]


async def test_a_long_period_is_asked_for_a_day_at_a_time(desk: Desk) -> None:
    desk.gateway.will_answer(_CONFIRMED, *[_list(total=0)] * 3)
    await desk.shop.orders_confirmed(SHOP, Period(NOW - 2 * DAY - HOUR, NOW))
    windows = [(one["start_confirm_at"], one["end_confirm_at"]) for one in desk.gateway.asked(_CONFIRMED)]
    assert windows == [
        ("1699823600", "1699910000"),
        ("1699910000", "1699996400"),
        ("1699996400", "1700000000"),
    ]


async def test_a_period_with_odd_milliseconds_is_widened_to_whole_seconds(desk: Desk) -> None:
    desk.gateway.will_answer(_CONFIRMED, _list(total=0))
    await desk.shop.orders_confirmed(SHOP, Period(NOW - 1_999, NOW - 1))
    asked = desk.gateway.asked(_CONFIRMED)[0]
    assert (asked["start_confirm_at"], asked["end_confirm_at"]) == ("1699999998", "1700000000")


async def test_several_pages_are_read_from_the_last_to_the_first(desk: Desk) -> None:
    desk.gateway.will_answer(
        _CONFIRMED, _list(_order("C"), total=201), _list(_order("A"), total=0), _list(_order("B"), total=0)
    )
    desk.gateway.will_answer(_CONFIRMED, _list(_order("C"), total=0))
    orders = await desk.shop.orders_confirmed(SHOP, Period(NOW - HOUR, NOW))
    assert [order.number for order in orders] == ["A", "B", "C"]
    pages = [(one["page"], one["use_has_next"]) for one in desk.gateway.asked(_CONFIRMED)]
    assert pages == [("1", "false"), ("3", "true"), ("2", "true"), ("1", "true")]


async def test_an_order_that_leaves_while_pages_are_read_loses_no_other_order(desk: Desk) -> None:
    waiting = [f"{number:03}" for number in range(250)]

    def page(fields: Fields) -> dict[str, Any]:
        start = (int(fields["page"]) - 1) * 100
        answer = _list(*(_order(number) for number in waiting[start : start + 100]), total=len(waiting))
        waiting.pop(0)  # shipped meanwhile: everything behind it moves up
        return answer

    desk.gateway.will_answer(_CONFIRMED, *[page] * 4)
    orders = await desk.shop.orders_confirmed(SHOP, Period(NOW - HOUR, NOW))
    assert {order.number for order in orders} >= {f"{number:03}" for number in range(4, 250)}


async def test_changed_orders_are_asked_for_in_half_hours_oldest_first(desk: Desk) -> None:
    desk.gateway.will_answer(_CHANGED, _increment(_order("A"), total=1), _increment(_order("B"), total=1))
    page = await desk.shop.orders_changed(SHOP, Period(NOW - 43 * MINUTE, NOW))
    assert [order.number for order in page.orders] == ["A", "B"]
    first, second = desk.gateway.asked(_CHANGED)
    assert first == {
        "start_updated_at": "1699997420",
        "end_updated_at": "1699999220",
        "is_lucky_flag": "0",
        "order_status": "5",
        "refund_status": "5",
        "page": "1",
        "page_size": "100",
        "use_has_next": "false",
    }
    assert (second["start_updated_at"], second["end_updated_at"]) == ("1699999220", "1700000000")


async def test_changes_of_the_last_three_minutes_are_read_but_read_again_the_next_time(desk: Desk) -> None:
    desk.gateway.will_answer(_CHANGED, *[_increment(total=0)] * 2)
    recent = await desk.shop.orders_changed(SHOP, Period(NOW - 10 * MINUTE, NOW))
    older = await desk.shop.orders_changed(SHOP, Period(NOW - 10 * MINUTE, NOW - 5 * MINUTE))
    assert (recent.until, older.until) == (NOW - 3 * MINUTE, NOW - 5 * MINUTE)


async def test_a_period_within_the_last_three_minutes_is_read_but_counts_as_unread(desk: Desk) -> None:
    desk.gateway.will_answer(_CHANGED, _increment(_order("A"), total=1))
    page = await desk.shop.orders_changed(SHOP, Period(NOW - MINUTE, NOW))
    assert ([order.number for order in page.orders], page.until) == (["A"], NOW - MINUTE)


async def test_an_order_that_changed_twice_is_told_once_in_its_newest_form(desk: Desk) -> None:
    newer = _order("A", 1_699_999_500) | {"remark": "newer"}
    desk.gateway.will_answer(_CHANGED, _increment(newer, total=101), _increment(newer), _increment(_order("A")))
    page = await desk.shop.orders_changed(SHOP, Period(NOW - 20 * MINUTE, NOW))
    assert [(order.number, order.remark) for order in page.orders] == [("A", "newer")]


async def test_a_window_that_fails_fails_the_whole_reading(desk: Desk) -> None:
    desk.gateway.will_answer(_CHANGED, _increment(_order("A"), total=1), *[refusal(52101)] * 4)
    with pytest.raises(RateLimited):
        await desk.shop.orders_changed(SHOP, Period(NOW - 43 * MINUTE, NOW))
