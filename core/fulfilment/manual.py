"""手工单 from a merchant's yes to a running batch: written down once, planned once, started once.

From there on it is a batch like any other; its orders are in the merchant's book instead of a shop.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clock import DAY, Period
from core.fulfilment import batch as batches
from core.fulfilment import plan as planning
from core.fulfilment.narrowing import Narrowing
from core.fulfilment.plan import Wish
from core.fulfilment.tools import Tools
from core.manual import ManualOrder, Wanted, book_of, number_at
from core.shipments import Shipment
from core.storage.address import Address
from core.storage.database import Conflict


@dataclass(frozen=True, slots=True)
class Consignment:
    """Wanted parcels of one paste or sheet. `draft` names it for ever: it is also the batch's id."""

    draft: str
    merchant: str
    account: str
    language: str
    wanted: tuple[Wanted, ...]


_LONGEST = 6  # times as long as recipients are kept, for a parcel whose end nobody tells


async def forget_recipients(tools: Tools, days: int) -> None:
    """So many days after a parcel arrived, nobody needs to know any more to whom it went."""
    now = tools.clock.now()
    erase = tools.kept.manual_orders.erase(now - days * DAY, now - _LONGEST * days * DAY)
    await tools.kept.database.apply(erase)


async def begin(tools: Tools, to: Address, consignment: Consignment) -> int:
    """Print it; how many parcels. The same consignment again changes nothing.

    Raises what `plan.draft` and `batch.start` raise; what is written down by then stays so.
    """
    orders = await write_down(tools, consignment)
    if await tools.kept.batches.get(consignment.draft) is None:
        await planning.draft(tools, to, consignment.draft, _wish(consignment, orders))
    return await batches.start(tools, consignment.draft)


async def write_down(tools: Tools, consignment: Consignment) -> list[ManualOrder]:
    """Its orders in the book, under the next free numbers of the day."""
    kept = tools.kept.manual_orders
    while not (written := await kept.of_draft(consignment.draft)):
        now = tools.clock.now()
        first = await kept.count_of_day(consignment.merchant, now) + 1
        orders = [
            ManualOrder(consignment.merchant, number_at(now, count), wanted, now)
            for count, wanted in enumerate(consignment.wanted, first)
        ]
        try:
            await tools.kept.database.apply(*kept.write(orders, consignment.draft))
        except Conflict:
            continue  # another paste of the same merchant took these numbers
    return written


async def sent_before(tools: Tools, merchant: str, wanted: Sequence[Wanted], since: int) -> dict[int, Shipment]:
    """Which of these went to the same person lately: its place → the live parcel that has a number."""
    sent: dict[int, Shipment] = {}
    for place, number in (await tools.kept.manual_orders.sent_before(merchant, wanted, since)).items():
        live = [each for each in await tools.kept.shipments.of_order(merchant, number) if each.number]
        if live:
            sent[place] = live[-1]
    return sent


def _wish(consignment: Consignment, orders: Sequence[ManualOrder]) -> Wish:
    moments = [order.written_at for order in orders]
    return Wish(
        merchant=consignment.merchant,
        period=Period(min(moments), max(moments) + 1),
        account=consignment.account,
        language=consignment.language,
        only=Narrowing(orders=tuple(order.number for order in orders)),
        book=book_of(consignment.merchant),
    )
