"""One order and its after-sales as the platform keeps them. Field names are the platform's (official order page)."""

from dataclasses import dataclass, field

from bot.sandbox.clock import HOUR, SECOND
from bot.sandbox.people import Receiver

WAITING, SHIPPED, SIGNED = 1, 2, 3
NO_REFUND, REFUND_ASKED, REFUND_AGREED, REFUNDED = 1, 2, 3, 4
NORMAL, UNDER_REVIEW = 0, 1
NO_STOCK_PROBLEM = -1
DEPOSIT_TRADE, ALL_PAID = 1, 2


@dataclass(frozen=True, slots=True)
class Item:
    """A line of goods; `price` in 分."""

    goods_id: int
    sku_id: int
    name: str
    spec: str
    count: int
    price: int
    outer_id: str


@dataclass(slots=True)
class Order:
    """An order; moments are epoch milliseconds UTC, 0 means never."""

    order_sn: str
    receiver: Receiver
    items: tuple[Item, ...]
    confirmed_at: int
    updated_at: int
    order_status: int = WAITING
    refund_status: int = NO_REFUND
    after_sales_status: int = 0
    confirm_status: int = 1
    group_status: int = 1
    risk_control_status: int = NORMAL
    trade_type: int = 0
    step_trade_status: int = ALL_PAID
    is_pre_sale: int = 0
    pre_sale_at: int = 0
    is_stock_out: int = 0
    stock_out_handle_status: int = NO_STOCK_PROBLEM
    gift_order_status: int = 0
    self_contained: int = 0
    shipping_type: int = 0
    free_sf: int = 0
    delivery_one_day: int = 0
    ship_within: int = 48 * HOUR
    tags: dict[str, int] = field(default_factory=dict)
    express_refused: tuple[str, ...] = ()
    consolidate_type: int | None = None
    gifts: tuple[Item, ...] = ()
    remark: str = ""
    buyer_memo: str = ""
    urged_at: int = 0
    logistics_id: int = 0
    tracking_number: str = ""
    shipped_at: int = 0
    received_at: int = 0
    declared: bool = False

    def touch(self, now: int) -> None:
        """Something changed: the update time moves on, by at least the one second that the platform can show."""
        self.updated_at = max(now, self.updated_at + SECOND)

    @property
    def in_clear(self) -> bool:
        """Whether the platform still hands out the receiver's ciphertext."""
        return self.order_status == WAITING and self.risk_control_status == NORMAL

    @property
    def refunding(self) -> bool:
        """Whether an after-sale is open or was granted."""
        return self.refund_status != NO_REFUND


@dataclass(slots=True)
class AfterSale:
    """A buyer's claim. `kind`: 1 仅退款, 2 退货退款, 3 换货, 4 补寄, 5 维修; `amount` in 分."""

    id: int
    order_sn: str
    status: int
    kind: int
    reason: str
    amount: int
    created_at: int
    updated_at: int
