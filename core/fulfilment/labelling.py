"""What a shipment's label says: masked people, routing codes, goods."""

import unicodedata
from collections.abc import Sequence

from pydantic import TypeAdapter

from core.clock import shanghai
from core.couriers.base import Courier, Waybill
from core.labels import Label, LabelItem, Party
from core.orders import Order, Recipient, Sender
from core.recipients.mask import mask_address, mask_name, mask_phone
from core.shipments import Shipment

LABEL: TypeAdapter[Label] = TypeAdapter(Label)


def make_label(
    shipment: Shipment,
    orders: Sequence[Order],
    recipient: Recipient,
    sender: Sender,
    courier: Courier,
    waybill: Waybill,
    now: int,
    *,
    is_sample: bool,
) -> Label:
    """The label of a parcel, ready to be kept: it holds no full name, phone or door."""
    items = [item for order in orders for item in order.items]
    return Label(
        number=waybill.number,
        courier=courier.name.zh,
        segment=waybill.segment,
        hub=waybill.hub,
        pickup_code=waybill.pickup_code,
        recipient=_recipient(recipient),
        sender=_sender(sender),
        orders=shipment.orders,
        items=tuple(LabelItem(_drawable(item.name), _drawable(item.spec), item.count) for item in items),
        remark=_drawable(" ".join(order.remark for order in orders if order.remark)),
        position=shipment.position,
        printed_at=f"{shanghai(now):%Y-%m-%d %H:%M}",
        is_sample=is_sample,
    )


def _recipient(recipient: Recipient) -> Party:
    address = f"{_region(recipient)}{recipient.address}"
    return Party(mask_name(recipient.name), mask_phone(recipient.phone), mask_address(address))


def _sender(sender: Sender) -> Party:
    """The shop's own address is its to show; its phone is masked like any other."""
    return Party(sender.name, mask_phone(sender.phone), f"{_region(sender)}{sender.address}")


def _region(person: Recipient | Sender) -> str:
    """Each name once: a municipality is its own city, and a city without districts its own district."""
    region = person.region
    return "".join(dict.fromkeys((region.province, region.city, region.district)))


def _drawable(words: str) -> str:
    """Goods and remarks without emoji and control signs: no printer's font has them, and nobody packs by them."""
    return "".join(sign for sign in words if unicodedata.category(sign) not in {"So", "Cs", "Co", "Cc", "Cf", "Sk"})
