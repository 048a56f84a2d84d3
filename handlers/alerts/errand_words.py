"""What a courier was asked for and what came of it, in words."""

from collections.abc import Sequence

from core.errands import Errand, ErrandKind
from core.orders import Recipient
from core.parcels import Parcel
from core.recipients.mask import mask_address, mask_name, mask_phone
from handlers import texts
from handlers.shown import courier_name, moment

_SHOWN = 2  # latest replies


def errand_lines(language: str, errands: Sequence[Errand], parcel: Parcel) -> list[str]:
    """A line for each errand, and the courier's replies."""
    return [line for errand in errands for line in _lines(language, errand, parcel)]


def masked(recipient: Recipient) -> str:
    """李**，138******01，浙江省 杭州市 西湖区 文三路1号***."""
    parts = (mask_name(recipient.name), mask_phone(recipient.phone), str(recipient.region))
    return " ".join((*parts, mask_address(recipient.address)))


def _lines(language: str, errand: Errand, parcel: Parcel) -> list[str]:
    courier = courier_name(language, parcel.courier)
    recipient = errand.details.recipient
    told = texts.text(
        language,
        f"errands.{errand.kind}_{errand.state}",
        courier=courier,
        at=moment(errand.asked_at),
        reference=errand.reference,
        to=masked(recipient) if recipient else "",
    )
    if errand.kind is not ErrandKind.URGE:
        return [told]
    replies = [
        texts.text(language, "errands.reply", courier=courier, at=moment(said.at) if said.at else "", text=said.text)
        for said in errand.details.said[-_SHOWN:]
    ]
    return [told, *replies]
