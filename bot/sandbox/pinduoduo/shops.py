"""The shops of the platform, who may log in to them, and their order books."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.sandbox.parcels import Parcels
from bot.sandbox.pinduoduo.order import SHIPPED, SIGNED, AfterSale, Order


class Orders:
    """A shop's orders, found by number or by the time they were confirmed."""

    def __init__(self) -> None:
        self._by_sn: dict[str, Order] = {}
        self._by_time: list[tuple[int, str]] = []
        self._by_number: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, order: Order) -> None:
        """Take an order in."""
        self._by_sn[order.order_sn] = order
        insort(self._by_time, (order.confirmed_at, order.order_sn))

    def find(self, order_sn: str) -> Order | None:
        """The order of that number, if it is this shop's."""
        return self._by_sn.get(order_sn)

    def confirmed(self, start: int, end: int) -> list[Order]:
        """Orders confirmed from `start` to `end` (both included), newest first."""
        low = bisect_left(self._by_time, (start, ""))
        high = bisect_right(self._by_time, (end, "~"))
        return [self._by_sn[order_sn] for _, order_sn in reversed(self._by_time[low:high])]

    def updated(self, start: int, end: int) -> list[Order]:
        """Orders changed from `start` to `end` (both included), latest change first."""
        changed = [order for order in self if start <= order.updated_at <= end]
        return sorted(changed, key=lambda order: (order.updated_at, order.order_sn), reverse=True)

    def carried_by(self, number: str) -> list[Order]:
        """Orders that were shipped with this waybill number."""
        return [self._by_sn[order_sn] for order_sn in sorted(self._by_number.get(number, ()))]

    def ship(self, order: Order, logistics_id: int, number: str, now: int) -> None:
        """The order is under way with this number; an earlier number of it no longer counts."""
        self._by_number[order.tracking_number].discard(order.order_sn)
        self._by_number[number].add(order.order_sn)
        order.order_status, order.shipped_at = SHIPPED, now
        order.logistics_id, order.tracking_number = logistics_id, number
        order.touch(now)

    def __iter__(self) -> Iterator[Order]:
        return iter(self._by_sn.values())

    def __len__(self) -> int:
        return len(self._by_sn)


def settle(orders: Iterable[Order], parcels: Parcels) -> None:
    """Orders whose parcel arrived become signed, at the moment of the courier's scan."""
    for order in orders:
        if order.order_status == SHIPPED and (parcel := parcels.find(order.tracking_number)):
            _receive(order, parcel.delivered_at())


def _receive(order: Order, delivered_at: int) -> None:
    if delivered_at:
        order.order_status, order.received_at = SIGNED, delivered_at
        order.touch(delivered_at)


@dataclass(frozen=True, slots=True)
class Account:
    """A login of a shop. Only the main account may authorise an app (official article)."""

    name: str
    is_main: bool = True


@dataclass(slots=True)
class Shop:
    """A shop; `mall_id` is what the platform calls its number. A closed shop can log in, but not be asked."""

    mall_id: int
    name: str
    account: Account
    closed: bool = False
    orders: Orders = field(default_factory=Orders)
    after_sales: list[AfterSale] = field(default_factory=list)


def founded() -> dict[int, Shop]:
    """The shops every world begins with, by mall id: a usual one, one gone offline, one behind a sub-account."""
    shops = (
        Shop(123456789, "小满家居旗舰店", Account("pdd12345678901")),
        Shop(223456789, "旧时光杂货铺", Account("pdd22345678901"), closed=True),
        Shop(323456789, "青禾母婴专营店", Account("pdd32345678901:客服01", is_main=False)),
    )
    return {shop.mall_id: shop for shop in shops}
