"""Whether the buyer wants out, from two numbers (official field tables)."""

from core.orders import AfterSales

_REFUND_RUNNING = frozenset({2, 3})
_REFUND_DONE = 4

_REFUNDED = 10
_DISPUTED = 6  # refused by the merchant, waiting for the buyer
# 2, 3 asked; 4, 5 agreed; 7 agreed, goods come back; 8 with the platform; 31 will be refused at the door; 33 recall.
# Exchanges (14-18), repairs (21-27) and a re-send (32) are no wish to get out; 9 and 11-13 are closed.
_OPEN = frozenset({2, 3, 4, 5, 7, 8, 31, 33})


def after_sales(refund_status: int, after_sales_status: int) -> AfterSales:
    """`refund_status` of any order answer, and `after_sales_status`, 0 where an answer does not carry it."""
    if refund_status == _REFUND_DONE or after_sales_status == _REFUNDED:
        return AfterSales.REFUNDED
    if refund_status in _REFUND_RUNNING or after_sales_status in _OPEN:
        return AfterSales.OPEN
    return AfterSales.DISPUTED if after_sales_status == _DISPUTED else AfterSales.NONE
