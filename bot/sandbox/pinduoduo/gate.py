"""The sandbox's own opinion on which orders may ship, so that the program's can be judged."""

from bot.sandbox.clock import DAY
from bot.sandbox.pinduoduo.order import (
    ALL_PAID,
    DEPOSIT_TRADE,
    NO_REFUND,
    UNDER_REVIEW,
    WAITING,
    Order,
)

_STOCK_PENDING = 0
_SAME_CITY = 2
_NEVER_WITH = "中通"
_CLAIMED = frozenset({2, 3, 4, 5, 6, 8, 10})


def why_not(order: Order, now: int) -> list[str]:
    """Every reason against shipping the order now; none means that it may."""
    reasons = {
        "not_waiting": order.order_status != WAITING,
        "not_confirmed": order.confirm_status != 1 or order.group_status != 1,
        "under_review": order.risk_control_status == UNDER_REVIEW,
        "after_sale": order.refund_status != NO_REFUND or order.after_sales_status in _CLAIMED,
        "ship_hold": bool(order.tags.get("ship_hold")),
        "deposit_only": order.trade_type == DEPOSIT_TRADE and order.step_trade_status != ALL_PAID,
        "pre_sale": bool(order.is_pre_sale) and order.pre_sale_at > now + DAY,
        "stock_out": order.stock_out_handle_status == _STOCK_PENDING,
        "no_courier": bool(order.self_contained or order.tags.get("same_city_distribution"))
        or order.shipping_type == _SAME_CITY,
    }
    return [reason for reason, holds in reasons.items() if holds]


def beware(order: Order) -> list[str]:
    """What a careful merchant would want to know before shipping the order with ZTO."""
    warnings = {
        "refuses_zto": any(_NEVER_WITH in courier for courier in order.express_refused),
        "must_sf": bool(order.free_sf or order.tags.get("has_sf_express_service")),
        "consolidation": bool(order.tags.get("conso_order")),
        "gift_pending": bool(order.gifts) and order.gift_order_status == 0,
        "buyer_memo": bool(order.buyer_memo),
        "remark": bool(order.remark),
        "urged": bool(order.urged_at),
    }
    return [warning for warning, holds in warnings.items() if holds]
