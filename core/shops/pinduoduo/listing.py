"""Reading many orders: short windows, and each window's pages from the last to the first.

The platform lists newest first. An order that leaves the window while we read moves the others towards the first page;
read backwards, that shows some twice, where reading forwards would lose some (official order FAQ).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.clock import DAY, MINUTE, SECOND, Period
from core.orders import Order
from core.shops.base import OrderPage
from core.shops.pinduoduo.calls import ShopCalls
from core.shops.pinduoduo.orders import order_from
from core.shops.pinduoduo.reading import Json, number, rows

_PAGE = 100
_LONGEST_CONFIRMED = DAY
_LONGEST_CHANGED = 30 * MINUTE
_WRITE_LAG = 3 * MINUTE  # younger updates may not be listed yet (official order FAQ)

_ALL = 5
_WAITING = 1
_LUCKY_OR_NOT = 0


@dataclass(frozen=True, slots=True)
class _Window:
    api: str
    rows: str  # where the answer keeps its orders
    params: Mapping[str, object]


async def confirmed(calls: ShopCalls, shop: str, period: Period) -> tuple[Order, ...]:
    """Orders confirmed in the period that still wait to ship, whatever their after-sales."""
    start, end = _second_before(period.start), -_second_before(-period.end)
    windows = Period(start, end).slices(_LONGEST_CONFIRMED)
    return _newest_of_each([order for one in windows for order in await _orders(calls, shop, _confirmed_in(one))])


async def changed(calls: ShopCalls, shop: str, period: Period, now: int) -> OrderPage:
    """Orders updated in the period; those of the last three minutes before `now` only as far as they are listed yet."""
    start, end = _second_before(period.start), _second_before(period.end)
    windows = Period(start, end).slices(_LONGEST_CHANGED)
    found = [order for one in windows for order in await _orders(calls, shop, _changed_in(one))]
    return OrderPage(_newest_of_each(found), max(start, min(end, _second_before(now - _WRITE_LAG))))


def _confirmed_in(window: Period) -> _Window:
    params = {
        "start_confirm_at": window.start // SECOND,
        "end_confirm_at": window.end // SECOND,
        "order_status": _WAITING,
        "refund_status": _ALL,
    }
    return _Window("pdd.order.list.get", "order_list", params)


def _changed_in(window: Period) -> _Window:
    params = {
        "start_updated_at": window.start // SECOND,
        "end_updated_at": window.end // SECOND,
        "is_lucky_flag": _LUCKY_OR_NOT,
        "order_status": _ALL,
        "refund_status": _ALL,
    }
    return _Window("pdd.order.number.list.increment.get", "order_sn_list", params)


async def _orders(calls: ShopCalls, shop: str, window: _Window) -> list[Order]:
    counted = await _page(calls, shop, window, 1, use_has_next=False)
    pages = -(-number(counted, "total_count") // _PAGE)
    found = rows(counted, window.rows) if pages <= 1 else await _backwards(calls, shop, window, pages)
    return [order_from(shop, raw) for raw in found]


async def _backwards(calls: ShopCalls, shop: str, window: _Window, pages: int) -> list[Json]:
    found: list[Json] = []
    for page in range(pages, 0, -1):
        found += rows(await _page(calls, shop, window, page, use_has_next=True), window.rows)
    return found


async def _page(calls: ShopCalls, shop: str, window: _Window, page: int, *, use_has_next: bool) -> Json:
    return await calls.read(shop, window.api, **window.params, page=page, page_size=_PAGE, use_has_next=use_has_next)


def _newest_of_each(orders: Iterable[Order]) -> tuple[Order, ...]:
    newest: dict[str, Order] = {}
    for order in sorted(orders, key=lambda order: order.updated_at):
        newest[order.number] = order
    return tuple(sorted(newest.values(), key=lambda order: (order.confirmed_at, order.number)))


def _second_before(moment: int) -> int:
    """The last whole second up to the moment: the platform knows no milliseconds."""
    return moment // SECOND * SECOND
