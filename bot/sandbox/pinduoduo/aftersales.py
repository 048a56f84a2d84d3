"""After-sales: what buyers claim, and the interfaces that show it."""

from bot.sandbox.clock import HOUR, MINUTE, wall
from bot.sandbox.pinduoduo.desk import Desk, own
from bot.sandbox.pinduoduo.order import NO_REFUND, REFUND_AGREED, REFUND_ASKED, REFUNDED, WAITING, AfterSale, Order
from bot.sandbox.pinduoduo.params import Json, Params, refused
from bot.sandbox.pinduoduo.shops import Shop

MOST_CHECKED = 50  # the real limit is unknown; callers are advised to stay within this
ONLY_REFUND, RETURN_AND_REFUND = 1, 2
ASKED, RETURN_ASKED, AGREED, DONE, WITHDRAWN = 2, 3, 4, 10, 11
_FEN = 100
_STATUSES = (*range(19), 21, 22, 24, 25, 27, 31, 32, 33)
_TYPES = range(1, 7)
_ALL_TYPES = 1
_FIRST_ID = 7_000_000_001
_ANSWER_WITHIN = 48 * HOUR
_REFUND_STATUS = {ASKED: REFUND_ASKED, RETURN_ASKED: REFUND_ASKED, AGREED: REFUND_AGREED, DONE: REFUNDED}


def claim(shop: Shop, order: Order, now: int, status: int = ASKED) -> AfterSale:
    """The buyer wants the money back; `status` is how far that has come. The same claim if there is one."""
    sale = latest(shop, order.order_sn) or _opened(shop, order, now)
    settle(order, sale, status, now)
    return sale


def claim_again(shop: Shop, order: Order, now: int) -> AfterSale:
    """Another claim beside the one there is."""
    sale = _opened(shop, order, now)
    settle(order, sale, ASKED, now)
    return sale


def settle(order: Order, sale: AfterSale, status: int, now: int) -> None:
    """A claim moves on, and the order with it."""
    sale.status, sale.updated_at = status, now
    order.after_sales_status = status
    order.refund_status = _REFUND_STATUS.get(status, NO_REFUND)
    order.touch(now)


def withdraw(shop: Shop, order: Order, sale: AfterSale, now: int) -> None:
    """A claim is taken back; the order stays a refunding one while another of its claims stands."""
    settle(order, sale, WITHDRAWN, now)
    standing = [each for each in shop.after_sales if each.order_sn == order.order_sn and each.status in _REFUND_STATUS]
    if standing:
        settle(order, standing[-1], standing[-1].status, now)


def latest(shop: Shop, order_sn: str) -> AfterSale | None:
    """The order's last claim, if there ever was one."""
    return next((sale for sale in reversed(shop.after_sales) if sale.order_sn == order_sn), None)


def _opened(shop: Shop, order: Order, now: int) -> AfterSale:
    kind = ONLY_REFUND if order.order_status == WAITING else RETURN_AND_REFUND
    amount = sum(item.price * item.count for item in order.items)
    number = _FIRST_ID + len(shop.after_sales)
    sale = AfterSale(number, order.order_sn, ASKED, kind, "不想要了", amount, now, now)
    shop.after_sales.append(sale)
    return sale


def checked(_: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.refund.status.check`: of the orders asked about, those with an after-sale that is open or granted."""
    orders = (shop.orders.find(order_sn) for order_sn in params.joined("order_sns", MOST_CHECKED))
    return {"order_sns_exists_refund": [{"order_sn": order.order_sn} for order in orders if order and order.refunding]}


def changed(_: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.refund.list.increment.get`: one status, at most 30 minutes; or all of one order."""
    start, end = params.window("start_updated_at", "end_updated_at", 30 * MINUTE, "时间跨度不能超过30分钟")
    status = params.whole("after_sales_status", *_STATUSES)
    kind = params.whole("after_sales_type", *_TYPES)
    order_sn, page = params.maybe("order_sn"), params.page()
    rows = [
        sale
        for sale in shop.after_sales
        if (sale.order_sn == order_sn if order_sn else _wanted(sale, status, kind) and start <= sale.updated_at <= end)
    ]
    return {"total_count": len(rows), "refund_list": [_listed(shop, sale) for sale in page.of(rows)]}


def _wanted(sale: AfterSale, status: int, kind: int) -> bool:
    return sale.status == status and kind in {_ALL_TYPES, sale.kind + 1}


def _listed(shop: Shop, sale: AfterSale) -> Json:
    """In the list a kind is one higher than in the single view, and money is a text of yuan."""
    order = own(shop, sale.order_sn)
    item = order.items[0]
    return {
        "id": sale.id,
        "order_sn": sale.order_sn,
        "after_sales_status": sale.status,
        "after_sales_type": sale.kind + 1,
        "after_sale_reason": sale.reason,
        "created_time": wall(sale.created_at),
        "updated_time": wall(sale.updated_at),
        "confirm_time": wall(order.confirmed_at),
        "refund_amount": f"{sale.amount / _FEN:.2f}",
        "order_amount": f"{sale.amount / _FEN:.2f}",
        "goods_id": item.goods_id,
        "sku_id": str(item.sku_id),
        "goods_name": item.name,
        "goods_number": str(item.count),
        "goods_price": f"{item.price / _FEN:.2f}",
        "tracking_number": "",
        "shipping_name": "",
        "dispute_refund_status": 0,
        "speed_refund_flag": 0,
        "speed_refund_status": "1",
        "refund_operator_role": 1,
        "user_shipping_status": "0",
    }


def one(_: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.refund.information.get`: no wrapper; money in 分; the deadline only while the seller has to answer."""
    order = own(shop, params.text("order_sn"))
    wanted = params.maybe("after_sales_id")
    sale = next((each for each in shop.after_sales if str(each.id) == wanted), None) if wanted else None
    sale = sale or (None if wanted else latest(shop, order.order_sn))
    if sale is None or sale.order_sn != order.order_sn:
        raise refused("售后单不存在")
    waiting = sale.status in {ASKED, RETURN_ASKED}
    return {
        "id": sale.id,
        "order_sn": sale.order_sn,
        "after_sales_status": sale.status,
        "after_sales_type": sale.kind,
        "after_sales_reason": sale.reason,
        "remark": "",
        "images": [],
        "refund_amount": sale.amount,
        "order_amount": sale.amount,
        "goods_number": order.items[0].count,
        "sku_id": str(order.items[0].sku_id),
        "shipping_status": int(order.order_status != WAITING),
        "expire_time": wall(sale.created_at + _ANSWER_WITHIN) if waiting else "",
        "updated_time": wall(sale.updated_at),
        "confirm_time": wall(order.confirmed_at),
        "express_no": "",
        "shipping_name": "",
    }
