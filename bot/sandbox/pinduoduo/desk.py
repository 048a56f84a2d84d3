"""What every interface of the platform works with: the scene, the cipher and the platform's adjustable rules."""

from collections import Counter
from dataclasses import dataclass, field

from bot.sandbox.clock import WorldClock
from bot.sandbox.pinduoduo.messages import Messages
from bot.sandbox.pinduoduo.order import Order
from bot.sandbox.pinduoduo.params import refused
from bot.sandbox.pinduoduo.privacy import Cipher
from bot.sandbox.pinduoduo.shops import Shop
from bot.sandbox.service import Scene


@dataclass(slots=True)
class Desk:
    """Rules that the documents leave open are fields here.

    `decrypts_a_day`: ciphertexts a shop may open in a day (the real figure is unknown).
    `write_lag`: milliseconds until a change shows in the list of changes.
    `closed_says`: what a shop that went offline is told (assumed wording).
    `read_lag`: milliseconds during which a new order is announced but cannot be read (up to ten minutes, official).
    """

    scene: Scene
    cipher: Cipher
    messages: Messages
    decrypts_a_day: int = 50_000
    write_lag: int = 0
    read_lag: int = 0
    closed_says: str = "店铺已下线，无法调用"
    decrypted: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def clock(self) -> WorldClock:
        """The world's clock."""
        return self.scene.clock


def own(shop: Shop, order_sn: str) -> Order:
    """The shop's order. Raises `Refusal` in the platform's words for anybody else's."""
    order = shop.orders.find(order_sn)
    if order is None:
        raise refused("订单不属于当前店铺或订单不存在")
    return order
