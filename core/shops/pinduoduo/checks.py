"""Quick questions about orders that we know already."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from core.errors import NotFound, ServiceRefused
from core.orders import AfterSales, Order, OrderStatus, Standing
from core.shops.pinduoduo.aftersales import after_sales
from core.shops.pinduoduo.calls import ShopCalls
from core.shops.pinduoduo.orders import order_from, status_of
from core.shops.pinduoduo.reading import Json, moment, number, rows, section, text, texts

_STATUS_BATCH = 100  # both limits are undocumented; these sizes are assumed safe
_REFUND_BATCH = 50
_GROUP_BATCH = 100  # official
_NO_SUCH_ORDER = "订单不存在"
_NO_SUCH_CLAIM = "售后单不存在"

_Thing = TypeVar("_Thing")


def batches(things: Sequence[_Thing], size: int) -> Iterator[Sequence[_Thing]]:
    """The things in order, at most `size` at a time."""
    return (things[start : start + size] for start in range(0, len(things), size))


async def order(calls: ShopCalls, shop: str, order_number: str) -> Order:
    """One order in full. Raises `NotFound`, also for another shop's order."""
    try:
        answer = await calls.read(shop, "pdd.order.information.get", order_sn=order_number)
    except ServiceRefused as refusal:
        if _NO_SUCH_ORDER in str(refusal.details["said"]):
            raise NotFound(what="order") from refusal
        raise
    return order_from(shop, section(answer, "order_info"))


async def reply_by(calls: ShopCalls, shop: str, order_number: str, refund: str) -> int | None:
    """`expire_time`, which is there only while the after-sale waits for the seller (official field table)."""
    try:
        which = {"after_sales_id": refund} if refund else {}
        answer = await calls.read(shop, "pdd.refund.information.get", order_sn=order_number, **which)
    except ServiceRefused as refusal:
        if _NO_SUCH_CLAIM in str(refusal.details["said"]):
            return None
        raise
    return moment(answer, "expire_time")


async def standings(calls: ShopCalls, shop: str, numbers: Sequence[str]) -> Mapping[str, Standing]:
    """Every asked order's standing; an order that the platform does not know is `UNKNOWN`, so that it is held."""
    told, refunding = await asyncio.gather(_statuses(calls, shop, numbers), _refunding(calls, shop, numbers))
    return {one: _standing(told.get(one, {}), is_refunding=one in refunding) for one in numbers}


async def merge_groups(calls: ShopCalls, shop: str, numbers: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Which orders may share a parcel, as the platform groups them; no group spans two batches of a hundred."""
    groups: list[tuple[str, ...]] = []
    for batch in batches(numbers, _GROUP_BATCH):
        asked = [{"order_sn": one} for one in batch]
        answer = await calls.read(shop, "pdd.order.merge.ship.order.group", order_list=asked)
        groups += (texts(group, "order_sn_list") for group in rows(answer, "order_group_list"))
    return tuple(groups)


async def _statuses(calls: ShopCalls, shop: str, numbers: Sequence[str]) -> Mapping[str, Json]:
    told: dict[str, Json] = {}
    for batch in batches(numbers, _STATUS_BATCH):
        answer = await calls.read(shop, "pdd.order.status.get", order_sns=_joined(batch))
        told |= {text(row, "orderSn"): row for row in rows(answer, "order_status_list")}  # camelCase only here
    return told


async def _refunding(calls: ShopCalls, shop: str, numbers: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for batch in batches(numbers, _REFUND_BATCH):
        answer = await calls.read(shop, "pdd.refund.status.check", order_sns=_joined(batch))
        found |= {text(row, "order_sn") for row in rows(answer, "order_sns_exists_refund")}
    return frozenset(found)


def _standing(row: Json, *, is_refunding: bool) -> Standing:
    status = status_of(number(row, "order_status")) if row else OrderStatus.UNKNOWN
    told = after_sales(number(row, "refund_status"), 0)
    return Standing(status, AfterSales.OPEN if is_refunding and told is AfterSales.NONE else told)


def _joined(numbers: Iterable[str]) -> str:
    return ",".join(numbers)
