"""Filling a shop: mostly plain orders of today, and every kind that must not ship like the others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import cycle, islice
from random import Random
from typing import Any

from bot.sandbox.clock import DAY, HOUR, MINUTE, SECOND, WorldClock, midnight, wall
from bot.sandbox.parcels import Journey, Parcels
from bot.sandbox.people import Receiver, somebody
from bot.sandbox.pinduoduo import aftersales
from bot.sandbox.pinduoduo.companies import BY_CODE
from bot.sandbox.pinduoduo.goods import basket, gift
from bot.sandbox.pinduoduo.order import DEPOSIT_TRADE, UNDER_REVIEW, Order
from bot.sandbox.pinduoduo.shipping import ORIGIN
from bot.sandbox.pinduoduo.shops import Shop
from bot.sandbox.places import PLACES

_RECEIVER = {field.name for field in fields(Receiver)}
_SETTLING = 3 * SECOND
_MERGED = 0.05  # of today's orders go to a door that another one goes to
_LATE_YESTERDAY = 1 / 20  # more orders were left over from yesterday
_SHIPPED_YESTERDAY = 1 / 15
_MEMOS = ("请发顺丰", "麻烦尽快发货，谢谢", "包装结实一点", "周末不在家，工作日送", "")
_REMARKS = ("老客户，多放一张贺卡", "已电话确认地址", "")
_NOTED = 0.08
_URGED = 0.03
_CONSOLIDATION_CITY = "西安市"
_XINJIANG = 1


@dataclass(slots=True)
class Seeder:
    """Makes orders for one shop; the same dice make the same orders."""

    shop: Shop
    clock: WorldClock
    dice: Random
    made: int = 0

    def order(self, confirmed_at: int, **overrides: Any) -> Order:  # noqa: ANN401 - fields of many types
        """An order, taken into the shop: plain but for `overrides`, fields of the order or of its receiver."""
        self.made += 1
        personal = {name: overrides.pop(name) for name in _RECEIVER & overrides.keys()}
        receiver = replace(somebody(self.dice), **personal)
        plain = Order(self._order_sn(confirmed_at), receiver, basket(self.dice), confirmed_at, confirmed_at + _SETTLING)
        order = replace(plain, **overrides)
        self.shop.orders.add(order)
        return order

    def _order_sn(self, confirmed_at: int) -> str:
        serial = 300_000_000_000_000 + self.made * 1_000_003 + self.dice.randrange(1_000_000)
        return f"{wall(confirmed_at)[2:10].replace('-', '')}-{serial}"

    def fill(self, count: int, parcels: Parcels) -> None:
        """`count` orders confirmed today, and some leftovers and shipments of yesterday."""
        today = midnight(self.clock.now())
        orders = self._orders(count, today, self.clock.now() - MINUTE)
        self._annotate(orders)
        self._twist(orders)
        self._orders(int(count * _LATE_YESTERDAY), today - 20 * HOUR, today - HOUR)
        for order in self._orders(int(count * _SHIPPED_YESTERDAY), today - 20 * HOUR, today - 8 * HOUR):
            self._shipped_yesterday(order, today - 4 * HOUR, parcels)

    def _orders(self, count: int, start: int, end: int) -> list[Order]:
        """Drawn as shares of the span, so that the hour at which a world begins changes nothing but the times."""
        span = max(1, (end - start) // SECOND)
        return [self.order(start + int(self.dice.random() * span) * SECOND) for _ in range(count)]

    def _annotate(self, orders: list[Order]) -> None:
        for order in orders:
            if self.dice.random() < _NOTED:
                order.buyer_memo, order.remark = self.dice.choice(_MEMOS), self.dice.choice(_REMARKS)
            if self.dice.random() < _URGED:
                order.urged_at = order.confirmed_at + MINUTE

    def _twist(self, orders: list[Order]) -> None:
        """No order gets two twists, so that each can be counted."""
        left = iter(self.dice.sample(orders, k=len(orders)))
        for share, twist in _TWISTS:
            for n, order in enumerate(islice(left, round(len(orders) * share))):
                twist(self, order, n)
        self._merge(left, round(len(orders) * _MERGED))

    def _merge(self, left: Iterator[Order], wanted: int) -> None:
        """Pairs and triples to one door, at least as many orders as wanted."""
        for size in cycle((2, 3)):
            if wanted <= 0:
                break
            first, *others = islice(left, size)
            for other in others:
                other.receiver = first.receiver
            wanted -= size

    def _shipped_yesterday(self, order: Order, at: int, parcels: Parcels) -> None:
        """Sent before this program came, by a number it never saw."""
        number = f"75{self.dice.randrange(10**12):012d}"
        self.shop.orders.ship(order, BY_CODE["ZTO"].id, number, at)
        parcels.begins(Journey(number, (ORIGIN, order.receiver.place.city), at))


Twist = Callable[[Seeder, Order, int], None]


def _refunding(seeder: Seeder, order: Order, n: int) -> None:
    status = (aftersales.ASKED, aftersales.AGREED, aftersales.DONE)[n % 3]
    aftersales.claim(seeder.shop, order, order.confirmed_at + MINUTE, status)


def _reviewed(_: Seeder, order: Order, __: int) -> None:
    order.risk_control_status = UNDER_REVIEW


def _never_zto(_: Seeder, order: Order, __: int) -> None:
    order.express_refused = ("中通快递",)


def _held(_: Seeder, order: Order, __: int) -> None:
    order.tags["ship_hold"] = 1


def _sold_ahead(seeder: Seeder, order: Order, __: int) -> None:
    order.is_pre_sale, order.pre_sale_at = 1, midnight(seeder.clock.now()) + 5 * DAY
    order.ship_within = 7 * DAY


def _by_sf(_: Seeder, order: Order, __: int) -> None:
    order.free_sf = order.tags["free_sf"] = 1


def _consolidated(_: Seeder, order: Order, __: int) -> None:
    warehouse = next(place for place in PLACES if place.city == _CONSOLIDATION_CITY)
    code = order.order_sn[-7:]  # every buyer has a code of their own at the same warehouse
    order.receiver = Receiver(f"集运{code}", "13800000001", "", warehouse, f"{warehouse.street}集运仓库1号门")
    order.consolidate_type, order.tags["conso_order"] = _XINJIANG, 1


def _deposit(_: Seeder, order: Order, __: int) -> None:
    order.trade_type, order.step_trade_status = DEPOSIT_TRADE, 1


def _out_of_stock(_: Seeder, order: Order, __: int) -> None:
    order.is_stock_out, order.stock_out_handle_status = 1, 0


def _fetched(_: Seeder, order: Order, __: int) -> None:
    order.self_contained = order.tags["self_contained"] = 1


def _given(_: Seeder, order: Order, n: int) -> None:
    order.gifts, order.gift_order_status = (gift(),), n % 3


def _same_day(_: Seeder, order: Order, __: int) -> None:
    order.delivery_one_day = order.tags["delivery_one_day"] = 1
    order.ship_within = 24 * HOUR


# Share of today's orders, and what is special about them.
_TWISTS: tuple[tuple[float, Twist], ...] = (
    (0.035, _refunding),
    (0.02, _reviewed),
    (0.02, _never_zto),
    (0.01, _held),
    (0.01, _sold_ahead),
    (0.01, _by_sf),
    (0.01, _consolidated),
    (0.008, _deposit),
    (0.008, _out_of_stock),
    (0.008, _fetched),
    (0.025, _given),
    (0.025, _same_day),
)
