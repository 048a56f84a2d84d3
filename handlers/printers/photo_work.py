"""What a photo needs done: fetched, its codes read and its print measured apart, the parcels found."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.fulfilment.labelling import LABEL
from core.fulfilment.plan import read_plan
from core.labels.calibration import printed_as
from core.labels.looking import codes_in, placement_in
from core.offset import Offset, Placement
from core.shipments import Shipment
from core.tracking_numbers import courier_of
from handlers.desk import Desk
from handlers.understanding import numbers_in

_LARGEST = 20 * 1024 * 1024  # bytes: what a bot may fetch at Telegram
_MOST_WORDS = 40  # looked up for one photo
_WORD = re.compile(r"[0-9A-Za-z-]{8,30}")


@dataclass(frozen=True, slots=True)
class Print:
    """How something printed here stands on its paper. `found` is None where that cannot be seen.

    `printed` is the offset it was printed with; `is_old`: it is from before the offset that holds now.
    """

    printed: Offset
    found: Placement | None
    is_page: bool = False
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What a photo shows: the merchant's orders and parcels, waybill numbers that are none of hers, one print."""

    orders: tuple[str, ...] = ()
    tracking: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    print: Print | None = None
    has_codes: bool = False


async def look_at(desk: Desk, merchant: str, channel: str, file: str) -> Sight:
    """Fetch a photo and see what is on it. Raises `FileRefused`, `ServiceUnavailable`."""
    photo = await desk.files.fetch(channel, file, _LARGEST)
    codes = await desk.apart.do(codes_in, photo)
    if page := next(filter(None, map(printed_as, codes.said)), None):
        return Sight(print=await _page(desk, photo, *page), has_codes=True)
    sight = await _numbers(desk, merchant, codes.said, has_codes=bool(codes.said or codes.of_goods))
    shipment = await _labelled(desk, merchant, sight.tracking)
    return (
        sight
        if shipment is None
        else Sight(
            sight.orders, sight.tracking, sight.others, await _label(desk, merchant, photo, shipment), has_codes=True
        )
    )


async def _numbers(desk: Desk, merchant: str, codes: Iterable[str], *, has_codes: bool) -> Sight:
    """Whose numbers the codes say; what is no waybill number by its form must be in our books to count as one."""
    words = list(dict.fromkeys(word for code in codes for word in _WORD.findall(code)))[:_MOST_WORDS]
    orders, _ = numbers_in(" ".join(words))
    known = [word.upper() for word in words if await _is_known(desk, merchant, word.upper())]
    others = [word.upper() for word in words if word.upper() not in known and _is_sure(word)]
    return Sight(tuple(orders), tuple(known), tuple(others), has_codes=has_codes)


async def _is_known(desk: Desk, merchant: str, number: str) -> bool:
    kept = desk.kept
    return bool(await kept.shipments.with_number(merchant, number) or await kept.parcels.with_number(merchant, number))


def _is_sure(word: str) -> bool:
    guess = courier_of(word)
    return guess is not None and guess.sure


async def _labelled(desk: Desk, merchant: str, tracking: Iterable[str]) -> Shipment | None:
    """The first of these parcels that was printed here."""
    for number in tracking:
        shipment = await desk.kept.shipments.with_number(merchant, number)
        if shipment and shipment.printed_at:
            return shipment
    return None


async def _page(desk: Desk, photo: bytes, template: str, offset: Offset) -> Print:
    pdf = await desk.tools.press.calibration(template, (), offset)
    return Print(offset, await desk.apart.do(placement_in, photo, pdf, template), is_page=True)


async def _label(desk: Desk, merchant: str, photo: bytes, shipment: Shipment) -> Print | None:
    """None where nothing can be said of it: the label is no longer known."""
    kept, batch = await desk.kept.offsets.kept(merchant), await desk.kept.batches.get(shipment.batch)
    labels = [LABEL.validate_json(each) for each in await desk.kept.shipments.labels([shipment.key])]
    if not labels or batch is None:
        return None
    template = read_plan(batch).wish.template
    pdf = await desk.tools.press.pdf(labels, template, kept.offset)
    found = await desk.apart.do(placement_in, photo, pdf, template)
    return Print(kept.offset, found, is_old=(shipment.printed_at or 0) < kept.since)
