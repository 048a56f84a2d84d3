"""Where a parcel begins to be watched: with the upload of its number, or with a number that somebody enters."""

from collections.abc import Sequence
from dataclasses import replace

from core.clock import Clock
from core.ids import new_id
from core.orders import NOWHERE
from core.parcels import Parcel
from core.shipments import Shipment
from core.storage.database import Statement
from core.storage.repositories import Repositories
from core.tracking.pace import first_poll


async def watched(kept: Repositories, clock: Clock, shipment: Shipment) -> list[Statement]:
    """For the commit that records an upload: the shipment's parcel is watched from now on."""
    now = clock.now()
    parcel = await _with_region(kept, unwatched(shipment, now))
    begun = replace(parcel, id=new_id(), next_poll_at=first_poll(parcel.number, now), check_at=now)
    return kept.parcels.begin(begun)


def unwatched(shipment: Shipment, now: int = 0) -> Parcel:
    """A parcel whose number the shop does not know yet, so that nobody waits for its news."""
    return Parcel(
        id="",
        merchant=shipment.merchant,
        shop=shipment.shop,
        orders=shipment.orders,
        courier=shipment.courier,
        number=shipment.number or "",
        region=NOWHERE,
        added_at=now,
        shipped_at=now,
        account=shipment.account,
        shipment=shipment.key,
    )


async def entered(
    kept: Repositories,
    clock: Clock,
    merchant: str,
    number: str,
    *,
    shop: str = "",
    orders: Sequence[str] = (),
    courier: str = "",
    is_pinned: bool = False,
) -> list[Statement]:
    """For a number that a person entered: watched from now on, and asked about at once.

    `is_pinned`: the person said which courier it is, rather than its form.
    """
    now = clock.now()
    bare = Parcel(
        id=new_id(),
        merchant=merchant,
        shop=shop,
        orders=tuple(sorted(orders)),
        courier=courier,
        number=number,
        region=NOWHERE,
        added_at=now,
        shipped_at=now,
        is_pinned=is_pinned,
        next_poll_at=now,
        check_at=now,
    )
    return kept.parcels.begin(await _with_region(kept, bare))


async def _with_region(kept: Repositories, parcel: Parcel) -> Parcel:
    known = await kept.orders.find(parcel.shop, parcel.orders[:1])
    region = next((order.receiver.region for order in known.values()), NOWHERE)
    return replace(parcel, region=region)
