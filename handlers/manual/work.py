"""What a manual order needs done: the paste read, the courier asked, the batch begun."""

from dataclasses import dataclass

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
from core.recipients.several import parse_all
from core.recipients.sheet import Sheet, read_sheet
from core.storage.address import Address
from core.writing import half_width, simplified
from handlers.desk import Desk
from handlers.manual.corrections import counted
from handlers.understanding.pasted import cut_recipient

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


async def entries_in(_desk: Desk, said: str) -> tuple[Entry, ...]:
    """Every recipient of a paste, with what was said of the goods."""
    found = parse_all(_without_preamble(said))
    if len(found) > 1:
        return tuple(Entry(place, pasted) for place, pasted in enumerate(found, 1))
    _, told = cut_recipient(simplified(half_width(said)), " ")
    if told is None:
        return (Entry(1, parse(said)),)
    goods, count = counted(str(told.extras.get("goods", "")))
    return (Entry(1, told.pasted, goods, count, str(told.extras.get("remark", ""))),)


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
