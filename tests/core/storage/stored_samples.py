"""What the storage tests keep: one batch, its parcels, orders, a shop and accounts."""

from collections.abc import Sequence
from dataclasses import replace

from core.grants import Grant
from core.manual import Wanted
from core.orders import Item, Order, OrderStatus, Receiver, Recipient, Region, Sender
from core.shipments import Shipment, ShipmentState, shipment_key
from core.storage.accounts import CourierAccount
from core.storage.address import Address
from core.storage.batches import Batch, BatchState
from core.storage.shops import BoundShop

NOW = 1_763_800_000_000
CHAT = Address("telegram", "101")
OTHER_CHAT = Address("telegram", "102")

SHOP = BoundShop("s1", "m1", "pinduoduo", "小满的店", 5_000, 0)
GRANT = Grant("s1", "owner", "access-1", "refresh-1", 5_000, 9_000, ("orders", "shipping"))
SENDER = Sender("小满的店", "057188881234", Region("浙江省", "杭州市", "余杭区"), "文一西路 1 号")
ZTO = CourierAccount("a1", "m1", "ZTO", "8866", {"password": "zto-secret"}, SENDER, is_default=True)
BATCH = Batch("b1", "m1", "telegram", "101", BatchState.DRAFT, '{"parcels": 2}', 2, NOW)


def an_order(number: str, *, at: int = NOW, updated: int = NOW, status: OrderStatus = OrderStatus.WAITING) -> Order:
    region = Region("广东省", "深圳市", "龙岗区")
    receiver = Receiver(region, "~name~", "~phone~", "~address~", "林**", "1*********9", "坂田街道***")
    return Order("s1", number, status, receiver, (Item("毛衣", "红 L", 2, 1990),), at, updated, buyer_memo="快一点")


def a_shipment(
    orders: Sequence[str], *, position: int = 1, attempt: int = 1, batch: str = "b1", shop: str = "s1"
) -> Shipment:
    key = shipment_key(shop, orders, 1, attempt)
    numbers = tuple(sorted(orders))
    return Shipment(
        key, batch, "m1", shop, position, numbers, 1, attempt, "ZTO", "a1", ShipmentState.NEW, updated_at=NOW
    )


def moved(shipment: Shipment, state: ShipmentState) -> Shipment:
    """The shipment as it is known after a move."""
    return replace(shipment, state=state)


def a_wish(name: str = "张三", phone: str = "13800138000", address: str = "文一西路969号") -> Wanted:
    recipient = Recipient(name, phone, Region("浙江省", "杭州市", "余杭区"), address)
    return Wanted(recipient, (Item("茶叶", "", 2),), "易碎")
