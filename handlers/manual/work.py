"""What a manual order needs done: the paste read, the courier asked, the batch begun."""

from dataclasses import dataclass
from typing import Any

from core.clock import DAY
from core.couriers.base import Capability
from core.errors import MerchantError
from core.fulfilment import manual as manual_orders
from core.fulfilment.manual import Consignment
from core.ids import new_id
from core.manual import wanted_from
from core.recipients import divisions
from core.recipients.entry import Entry
from core.recipients.parse import parse
from core.recipients.phones import cut_phones
from core.recipients.several import each_of
from core.recipients.sheet import Sheet, read_sheet
from core.storage.address import Address
from core.writing import half_width, simplified
from handlers.desk import Desk
from handlers.manual.corrections import counted
from handlers.understanding.pasted import Told, cut_extras, cut_recipient

_LATELY = 7 * DAY  # how far back the same recipient is recognised
_LARGEST_SHEET = 5 * 1024 * 1024  # bytes: 5,000 rows take a tenth of it


@dataclass(frozen=True, slots=True)
class Means:
    """What the courier says of the account. `is_known`: it could be asked; `balance` None where it bills monthly."""

    is_known: bool
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A parcel that went to the same recipient lately. `at` in epoch milliseconds UTC."""

    number: str
    at: int


def has_recipient(text: str) -> bool:
    """Whether a phone or a place is in it."""
    return bool(cut_phones(text, " ")[1] or divisions.find(text))


async def entries_in(_desk: Desk, said: str, ahead: str = "") -> tuple[Entry, ...]:
    """Every recipient of a paste, with what was said of the parcel: of a single one also `ahead` of the paste."""
    pieces = each_of(_without_preamble(said))
    known = _extras(ahead) if len(pieces) == 1 else {}
    return tuple(_entry(place, piece, known) for place, piece in enumerate(pieces, 1))


def _extras(said: str) -> dict[str, Any]:
    return cut_extras(simplified(half_width(said)))[1]


def _entry(place: int, said: str, known: dict[str, Any]) -> Entry:
    plain = simplified(half_width(said))
    _, told = cut_recipient(plain, " ")
    if told is None:  # too little of an address to be cut out
        rest, extras = cut_extras(plain)
        told = Told(parse(rest), extras)
    extras = known | told.extras
    goods, count = counted(str(extras.get("goods", "")))
    remark, weight = str(extras.get("remark", "")), float(extras.get("weight_kg", 0))
    return Entry(place, told.pasted, goods, count, remark, weight)


def _without_preamble(text: str) -> str:
    """Without the lines ahead of the first recipient: 帮我打这几个：."""
    lines = text.splitlines()
    while len(lines) > 1 and not has_recipient(lines[0]) and lines[0].rstrip().endswith((":", "：")):
        del lines[0]
    return "\n".join(lines)


async def sheet_in(desk: Desk, channel: str, file: str) -> Sheet:
    """Fetch a file and read it, apart. Raises `FileRefused`, `ServiceUnavailable`."""
    return await desk.apart.do(read_sheet, await desk.files.fetch(channel, file, _LARGEST_SHEET))


async def account_means(desk: Desk, account: str) -> Means:
    """Ask for the balance; a courier that does not answer now is no reason to lose a paste."""
    kept, courier = await desk.tools.account(account)
    if Capability.BALANCE not in courier.capabilities:
        return Means(is_known=True)
    try:
        return Means(is_known=True, balance=await courier.balance(kept.credentials))
    except MerchantError:
        return Means(is_known=False)


async def sent_lately(desk: Desk, merchant: str, entries: tuple[Entry, ...]) -> dict[int, Sent]:
    """Which of these went to the same recipient lately, by the entry's place."""
    since = desk.clock.now() - _LATELY
    sent = await manual_orders.sent_before(desk.tools, merchant, [wanted_from(each) for each in entries], since)
    return {
        entries[nth].place: Sent(shipment.number or "", shipment.numbered_at or shipment.updated_at)
        for nth, shipment in sent.items()
    }


async def fresh_draft(_desk: Desk) -> str:
    """A name for what is about to be printed; kept in the journal, so that it is printed once."""
    return new_id()


async def begin(desk: Desk, channel: str, peer: str, consignment: Consignment) -> int:
    """Write it down and let it run; how many parcels."""
    return await manual_orders.begin(desk.tools, Address(channel, peer), consignment)
