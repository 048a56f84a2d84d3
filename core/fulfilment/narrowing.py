"""Which of a shop's orders a wish is about: 打印广东的, 有备注的, 红色款的, 张三的."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.orders import Order, Region
from core.recipients.mask import may_be


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which orders of a period are meant. Regions are provinces or cities as people say them: 广东, 杭州."""

    orders: tuple[str, ...] = ()
    shop: str = ""  # a part of the shop's name
    regions: tuple[str, ...] = ()
    regions_left_out: tuple[str, ...] = ()
    has_remark: bool | None = None  # the buyer's or the shop's own
    goods: str = ""  # a part of an article's name or form
    recipient: str = ""  # a name, as far as its mask can tell

    def takes(self, order: Order) -> bool:
        """Whether this order is meant."""
        region = order.receiver.region
        return (
            (not self.orders or order.number in self.orders)
            and (not self.regions or _is_in(region, self.regions))
            and not _is_in(region, self.regions_left_out)
            and self.has_remark in {None, bool(order.buyer_memo or order.remark)}
            and self._takes_goods(order)
            and (not self.recipient or may_be(self.recipient, order.receiver.name_mask))
        )

    def _takes_goods(self, order: Order) -> bool:
        meant = self.goods.casefold()
        return not meant or any(meant in f"{item.name} {item.spec}".casefold() for item in order.items)

    def takes_shop(self, name: str) -> bool:
        """Whether orders of this shop are meant."""
        return self.shop.casefold() in name.casefold()


def _is_in(region: Region, names: Iterable[str]) -> bool:
    return any(place.startswith(name) for name in names for place in (region.province, region.city))
