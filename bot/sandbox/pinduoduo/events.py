"""What happens to orders without the program's doing: buyers, the platform and colleagues at another desk."""

from bot.sandbox.people import Receiver
from bot.sandbox.pinduoduo import aftersales, shipping
from bot.sandbox.pinduoduo.companies import BY_CODE
from bot.sandbox.pinduoduo.desk import Desk
from bot.sandbox.pinduoduo.order import NORMAL, UNDER_REVIEW, AfterSale, Order
from bot.sandbox.pinduoduo.shops import Shop


class OrderEvents:
    """One verb for each event; every one moves the order's update time. Unknown order numbers raise `KeyError`."""

    desk: Desk
    shops: dict[int, Shop]

    def refunds(self, order_sn: str, *, granted: bool = False) -> None:
        """The buyer asks for the money back; `granted` when it is paid back already."""
        shop, order = self._find(order_sn)
        status = aftersales.DONE if granted else aftersales.ASKED
        sale = aftersales.claim(shop, order, self.desk.clock.now(), status)
        self._tell_of_refund("RefundCreated", shop, sale, 1000)

    def refunds_again(self, order_sn: str) -> None:
        """The buyer opens another claim beside the first."""
        shop, order = self._find(order_sn)
        self._tell_of_refund("RefundCreated", shop, aftersales.claim_again(shop, order, self.desk.clock.now()), 1000)

    def withdraws_refund(self, order_sn: str) -> None:
        """The buyer takes the claim back."""
        shop, order = self._find(order_sn)
        sale = aftersales.latest(shop, order_sn)
        if sale is None:
            raise KeyError(order_sn)
        aftersales.withdraw(shop, order, sale, self.desk.clock.now())
        self._tell_of_refund("RefundClosed", shop, sale, 2000)

    def puts_under_review(self, order_sn: str) -> None:
        """Risk control looks at the order; its receiver is hidden meanwhile."""
        self._changed(order_sn, "TradeRiskChanged").risk_control_status = UNDER_REVIEW

    def passes_review(self, order_sn: str) -> None:
        """Risk control is content."""
        self._changed(order_sn, "TradeRiskChanged").risk_control_status = NORMAL

    def holds(self, order_sn: str) -> None:
        """Shipping is suspended (暂停发货)."""
        self._changed(order_sn).tags["ship_hold"] = 1

    def releases(self, order_sn: str) -> None:
        """Shipping is allowed again."""
        self._changed(order_sn).tags["ship_hold"] = 0

    def urges(self, order_sn: str) -> None:
        """The buyer presses for shipment."""
        self._changed(order_sn).urged_at = self.desk.clock.now()

    def changes_address(self, order_sn: str, detail: str = "新地址路88号3幢2单元1501室") -> None:
        """The buyer moves, within the same district."""
        order = self._changed(order_sn, "TradeLogisticsAddressChanged")
        who = order.receiver
        order.receiver = Receiver(who.name, who.phone, who.extension, who.place, detail)

    def notes(self, order_sn: str, text: str) -> None:
        """A colleague writes a note on the order in the platform's console."""
        self._changed(order_sn, "TradeMemoModified").remark = text

    def announces(self, order_sn: str) -> None:
        """The order is there to be shipped."""
        shop, _ = self._find(order_sn)
        self._tell("TradeConfirmed", shop, order_sn)

    def ships_elsewhere(self, order_sn: str, number: str, courier: str = "ZTO") -> None:
        """A colleague ships the order in the platform's own console."""
        shop, order = self._find(order_sn)
        shipping.ship(self.desk, shop, order, BY_CODE[courier], number)

    def find(self, order_sn: str) -> Order:
        """The order, in whichever shop it is."""
        return self._find(order_sn)[1]

    def _changed(self, order_sn: str, topic: str = "") -> Order:
        shop, order = self._find(order_sn)
        order.touch(self.desk.clock.now())
        if topic:
            self._tell(topic, shop, order_sn)
        return order

    def _tell(self, topic: str, shop: Shop, order_sn: str) -> None:
        self.desk.messages.tell(f"pdd_trade_{topic}", shop.mall_id, tid=order_sn)

    def _tell_of_refund(self, topic: str, shop: Shop, sale: AfterSale, operation: int) -> None:
        self.desk.messages.tell(
            f"pdd_refund_{topic}",
            shop.mall_id,
            refund_fee=sale.amount,
            bill_type=sale.kind,
            modified=sale.updated_at,
            refund_id=sale.id,
            operation=operation,
            tid=sale.order_sn,
        )

    def _find(self, order_sn: str) -> tuple[Shop, Order]:
        for shop in self.shops.values():
            if order := shop.orders.find(order_sn):
                return shop, order
        raise KeyError(order_sn)
