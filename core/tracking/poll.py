"""Asking for news of the parcels that are due, and what a person asks about in between."""

from contextlib import suppress
from dataclasses import replace

from core.clock import DAY, MINUTE, Clock
from core.fulfilment.pace import HandOver, crowd
from core.parcels import Node, Parcel, journey
from core.storage.database import Conflict
from core.storage.repositories import Repositories
from core.tracking import sources
from core.tracking.ingest import take_in
from core.tracking.pace import next_poll
from core.tracking.tools import Lookout, each_alone

LEASE = 5 * MINUTE  # outlasts what is taken at once, though every service takes its longest
_FRESH = 30 * MINUTE
_AT_ONCE = 2  # parcels taken for each that is asked about at the same time
_NOBODY_ANSWERED = 30 * MINUTE
_SUBSCRIPTIONS = 2  # how often somebody is asked to push a parcel's news: once more when refused, or given up


async def poll_due(lookout: Lookout) -> bool:
    """Ask about some of the parcels that are due; False when none is."""
    if lookout.closing.is_set():
        return False
    parcels = await lookout.kept.parcels.claim_polls(lookout.clock.now(), LEASE, _AT_ONCE * lookout.crowd)
    with suppress(HandOver):  # those in hand are finished; the others are due again when their lease ends
        await crowd(
            lookout.crowd, lambda parcel: each_alone("parcel", _poll(lookout, parcel)), parcels, lookout.closing
        )
    return bool(parcels)


async def latest(lookout: Lookout, parcel: Parcel) -> tuple[list[Node], bool]:
    """The journey of a watched parcel for somebody who asks now, and whether it is news or less than half an hour old.

    Who costs nothing is asked at once; a tracker's own patience holds for people too.
    """
    now = lookout.clock.now()
    heard = await sources.ask(lookout, parcel)
    if heard:
        await take_in(lookout.kept, lookout.clock, parcel, heard.nodes, heard.source)
        await lookout.kept.database.apply(lookout.kept.parcels.asked(parcel, now))
    is_fresh = heard is not None or (parcel.polled_at is not None and now - parcel.polled_at < _FRESH)
    return journey(await lookout.kept.parcels.nodes(parcel.id)), is_fresh


async def forget_queries(kept: Repositories, clock: Clock) -> None:
    """Queries older than two days hold nobody back any more."""
    await kept.database.apply(kept.track_queries.forget(clock.now() - 2 * DAY))


async def _poll(lookout: Lookout, parcel: Parcel) -> None:
    parcel = await _subscribed(lookout, await _detected(lookout, parcel))
    heard = await sources.ask(lookout, parcel) if parcel.courier else None
    if heard:
        await take_in(lookout.kept, lookout.clock, parcel, heard.nodes, heard.source)
    now, stands = lookout.clock.now(), await lookout.kept.parcels.get(parcel.id)
    next_at = next_poll(stands or parcel, now)
    if heard is None and parcel.courier and next_at is not None:
        next_at = min(next_at, now + _NOBODY_ANSWERED)
    with suppress(Conflict):  # it took so long that another process asks by now
        answered_at = parcel.polled_at if heard is None else now
        await lookout.kept.database.apply(lookout.kept.parcels.polled(parcel, next_at, answered_at))


async def _detected(lookout: Lookout, parcel: Parcel) -> Parcel:
    if parcel.courier:
        return parcel
    courier = await sources.detect(lookout, parcel.number)
    if courier:
        await lookout.kept.database.apply(lookout.kept.parcels.detected(parcel, courier))
    return replace(parcel, courier=courier)


async def _subscribed(lookout: Lookout, parcel: Parcel) -> Parcel:
    """Pushes cost less than asking, so they are asked for first."""
    wanted = lookout.is_pushed_to and not parcel.subscription and not parcel.progress.has_ended
    if not wanted or not parcel.courier or parcel.subscribed >= _SUBSCRIPTIONS:
        return parcel
    source = await sources.subscribe(lookout, parcel)
    await lookout.kept.database.apply(lookout.kept.parcels.subscribe(parcel, source))
    return replace(parcel, subscription=source)
