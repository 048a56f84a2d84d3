"""Reading orders: by the time they were confirmed, by the time they changed, one by one, and who may share a parcel."""

from collections import defaultdict
from collections.abc import Iterable

from bot.sandbox.clock import DAY, MINUTE
from bot.sandbox.pinduoduo.desk import Desk, own
from bot.sandbox.pinduoduo.order import Order
from bot.sandbox.pinduoduo.params import Json, Params, refused
from bot.sandbox.pinduoduo.shops import Shop, settle
from bot.sandbox.pinduoduo.wire import order_json

LIST_WINDOW = 24 * 60 * MINUTE
CHANGES_WINDOW = 30 * MINUTE
HISTORY = 90 * DAY
MOST_STATUSES = 100
_ALL = 5
_ORDER_STATUSES = (1, 2, 3, _ALL)
_REFUND_STATUSES = (1, 2, 3, 4, _ALL)
_TRADE_TYPES = (0, 1)
_LUCKY = (0, 1, 2)
_DRAWN = 2  # no order of this world is a prize draw


def confirmed(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.order.list.get`: newest first, at most 24 hours at once, three months back."""
    window = params.window("start_confirm_at", "end_confirm_at", LIST_WINDOW, "时间跨度不能超过24小时")
    settle(shop.orders, desk.scene.parcels)
    return _listed(desk, params, shop.orders.confirmed(*window), "order_list")


def changed(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.order.number.list.increment.get`: full orders, latest change first, at most 30 minutes at once."""
    start, end = params.window("start_updated_at", "end_updated_at", CHANGES_WINDOW, "时间跨度不能超过30分钟")
    lucky = params.whole("is_lucky_flag", *_LUCKY)
    settle(shop.orders, desk.scene.parcels)
    orders = shop.orders.updated(start, min(end, desk.clock.now() - desk.write_lag))
    return _listed(desk, params, [] if lucky == _DRAWN else orders, "order_sn_list")


def _listed(desk: Desk, params: Params, orders: Iterable[Order], name: str) -> Json:
    """One page. Asked for `has_next` the platform leaves `total_count` out, and the other way round."""
    params.text("page")
    page = params.page()
    rows = _filtered(desk, params, orders)
    more = {"has_next": not page.is_last(len(rows))} if params.flag("use_has_next") else {"total_count": len(rows)}
    return {**more, name: [order_json(order, desk.cipher) for order in page.of(rows)]}


def _filtered(desk: Desk, params: Params, orders: Iterable[Order]) -> list[Order]:
    statuses = _wanted(params.whole("order_status", *_ORDER_STATUSES), _ORDER_STATUSES)
    refunds = _wanted(params.whole("refund_status", *_REFUND_STATUSES), _REFUND_STATUSES)
    trades = (params.whole("trade_type", *_TRADE_TYPES),) if params.maybe("trade_type") else _TRADE_TYPES
    oldest = desk.clock.now() - HISTORY
    return [
        order
        for order in orders
        if order.order_status in statuses
        and order.refund_status in refunds
        and order.trade_type in trades
        and order.confirmed_at >= oldest
    ]


def _wanted(asked: int, known: tuple[int, ...]) -> tuple[int, ...]:
    return known if asked == _ALL else (asked,)


def one(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.order.information.get`."""
    order = own(shop, params.text("order_sn"))
    if desk.clock.now() < order.confirmed_at + desk.read_lag:
        raise refused("订单不存在")
    settle((order,), desk.scene.parcels)
    return {"order_info": order_json(order, desk.cipher, detailed=True)}


def statuses(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.order.status.get`: the key really is `orderSn`; an order that is not the shop's answers zeros."""
    found = {order_sn: shop.orders.find(order_sn) for order_sn in params.joined("order_sns", MOST_STATUSES)}
    settle(filter(None, found.values()), desk.scene.parcels)
    return {"order_status_list": [_status(order_sn, order) for order_sn, order in found.items()]}


def _status(order_sn: str, order: Order | None) -> Json:
    return {
        "orderSn": order_sn,
        "order_status": order.order_status if order else 0,
        "refund_status": order.refund_status if order else 0,
    }


def mergeable(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.order.merge.ship.order.group`: waiting orders to the same door, and not through different warehouses."""
    groups: defaultdict[tuple[str, int | None], list[str]] = defaultdict(list)
    for row in params.rows("order_list", 100, "order_sn"):
        order = own(shop, row["order_sn"])
        if order.in_clear:
            groups[desk.cipher.address_id(order.receiver), order.consolidate_type].append(order.order_sn)
    return {"order_group_list": [{"order_sn_list": order_sns} for order_sns in groups.values()]}
