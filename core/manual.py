"""Manual orders (手工单): parcels that no shop knows of. A merchant's book of them stands where a shop stands.

Their order numbers, M261122-0001, are ours: the day on which it was written down, and a running number.
"""

import re
from dataclasses import dataclass

from core.clock import shanghai
from core.orders import Item, Recipient, Region
from core.recipients.entry import Entry

BOOK = "manual"
"""The code of the order source that holds every merchant's book."""

NUMBER = r"[Mm]\d{6}-\d{4,6}"
_NUMBER = re.compile(NUMBER, re.ASCII)
_MARK = "M"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A parcel that a merchant wants to send: to whom, what is in it, and a remark for the label."""

    recipient: Recipient
    items: tuple[Item, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ManualOrder:
    """A wanted parcel as it was written down. `written_at` in epoch milliseconds UTC."""

    merchant: str
    number: str
    wanted: Wanted
    written_at: int


def book_of(merchant: str) -> str:
    """The merchant's book, under a name that no shop has: those of shops are digits."""
    return f"{_MARK}{merchant}"


def owner_of(book: str) -> str:
    """The merchant whose book it is."""
    return book.removeprefix(_MARK)


def is_book(shop: str) -> bool:
    """Whether this "shop" is a merchant's book."""
    return shop.startswith(_MARK)


def is_manual(number: str) -> bool:
    """Whether an order number is one of ours."""
    return _NUMBER.fullmatch(number) is not None


def day_prefix(moment: int) -> str:
    """What the numbers of a Shanghai day begin with: M261122-."""
    return f"{_MARK}{shanghai(moment):%y%m%d}-"


def number_at(moment: int, count: int) -> str:
    """The day's `count`-th number."""
    return f"{day_prefix(moment)}{count:04d}"


def wanted_from(entry: Entry) -> Wanted:
    """What an entry without a flaw asks for.

    Couriers want a city and a district of everybody: a county directly under its province is its own city, and a city
    without districts its own district (assumed: no courier says what it takes).
    """
    pasted = entry.pasted
    region = Region(pasted.province, pasted.city or pasted.district, pasted.district or pasted.city)
    items = (Item(entry.contents, "", entry.count),) if entry.contents else ()
    return Wanted(Recipient(pasted.name, entry.phone, region, pasted.detail), items, entry.note)
