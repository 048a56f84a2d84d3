"""What happens to an order, told from two versions of it."""

from dataclasses import replace

import pytest

from core.orders import AfterSales, Order, OrderEventKind, OrderStatus, Receiver, Region, changes

K = OrderEventKind
RECEIVER = Receiver(Region("广东省", "深圳市", "龙岗区"), address_mask="坂田街道***")
ORDER = Order("s1", "261122-1", OrderStatus.WAITING, RECEIVER, (), confirmed_at=1, updated_at=10)
MOVED = replace(RECEIVER, address_mask="布吉街道***")


@pytest.mark.parametrize(
    ("was", "now", "kinds"),
    [
        (AfterSales.NONE, AfterSales.OPEN, [K.REFUND_OPENED]),
        (AfterSales.DISPUTED, AfterSales.OPEN, [K.REFUND_OPENED]),
        (AfterSales.OPEN, AfterSales.NONE, [K.REFUND_CLOSED]),
        (AfterSales.OPEN, AfterSales.REFUNDED, [K.REFUNDED]),
        (AfterSales.NONE, AfterSales.REFUNDED, [K.REFUNDED]),
        (AfterSales.OPEN, AfterSales.OPEN, []),
        (AfterSales.NONE, AfterSales.NONE, []),
    ],
)
def test_a_refund_is_opened_closed_or_paid(was: AfterSales, now: AfterSales, kinds: list[OrderEventKind]) -> None:
    told = changes(replace(ORDER, after_sales=was), replace(ORDER, after_sales=now, updated_at=11))
    assert [kind for kind, _, _ in told] == kinds


@pytest.mark.parametrize(
    ("changed", "kind", "facts"),
    [
        ({"receiver": MOVED}, K.ADDRESS_CHANGED, {"receiver": MOVED.fingerprint}),
        ({"is_under_review": True}, K.REVIEW_CHANGED, {"is_under_review": True}),
        ({"remark": "易碎"}, K.NOTE_CHANGED, {}),
        ({"buyer_memo": "送上楼"}, K.NOTE_CHANGED, {}),
    ],
)
def test_every_change_is_told_with_its_facts_and_the_same_key_each_time(
    changed: dict[str, object], kind: OrderEventKind, facts: dict[str, object]
) -> None:
    after = replace(ORDER, updated_at=11, **changed)  # type: ignore[arg-type]  # fields by name
    ((told, key, found),) = changes(ORDER, after)
    assert (told, found) == (kind, facts)
    assert changes(ORDER, after) == [(told, key, found)]
    assert "易碎" not in f"{key}{found}"


def test_what_nobody_cares_about_is_no_event() -> None:
    assert changes(ORDER, replace(ORDER, updated_at=11, urged_at=5, paid=100)) == []


def test_an_older_version_tells_nothing() -> None:
    assert changes(ORDER, replace(ORDER, updated_at=9, remark="旧")) == []
