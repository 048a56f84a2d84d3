"""How numbers, couriers, places and moments are shown in a chat; numbers short and masked."""

from collections.abc import Mapping

from core.clock import shanghai
from core.couriers.base import Courier
from core.couriers.directory import KNOWN
from core.manual import is_manual
from core.orders import Region
from core.parcels import Parcel
from core.tracking.limits import short_province
from handlers import texts

_ENDS = 4
_TAIL = 6


def short_number(number: str) -> str:
    """A waybill number by its ends: 7612…9036."""
    return number if len(number) <= 2 * _ENDS else f"{number[:_ENDS]}…{number[-_ENDS:]}"


def short_order(number: str) -> str:
    """An order number by its end: …0001. Those of manual orders are short already."""
    return number if is_manual(number) else f"…{number[-_ENDS:]}"


def numbered(language: str, parcel: Parcel) -> str:
    """中通 7612…9036."""
    return f"{courier_name(language, parcel.courier)} {short_number(parcel.number)}"


def region_name(region: Region) -> str:
    """浙江杭州."""
    province, city = short_province(region.province), region.city.removesuffix("市")
    return province if province == city else f"{province}{city}"


def document_name(moment: int, number: str, mark: str = "") -> str:
    """A file of labels: when, and the end of its first number, so that no two files of a chat are called alike."""
    return f"{shanghai(moment):%m%d-%H%M%S}-{number[-_TAIL:]}{mark}.pdf"


def courier_name(language: str, code: str) -> str:
    """The courier as merchants call it; its code where it is none of those we know."""
    known = KNOWN.get(code)
    return known.name.in_language(language) if known else code or texts.text(language, "alert_card.some_courier")


def full_name(language: str, code: str, couriers: Mapping[str, Courier]) -> str:
    """The same as the courier calls itself, 中通快递, where we can talk to it."""
    return couriers[code].name.in_language(language) if code in couriers else courier_name(language, code)


def hotline(language: str, code: str, couriers: Mapping[str, Courier]) -> str:
    """Whom to telephone; where our sources do not agree on the number, the label's own goes before it."""
    known = KNOWN.get(code)
    number = couriers[code].hotline if code in couriers else known.hotline if known else ""
    if not number:
        return texts.text(language, "alert_card.hotline_on_label")
    is_sure = code in couriers or (known is not None and known.is_sure)
    return number if is_sure else texts.text(language, "alert_card.unsure_hotline", number=number)


def moment(at: int) -> str:
    """11-20 14:03, in Shanghai."""
    return f"{shanghai(at):%m-%d %H:%M}"
