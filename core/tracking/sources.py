"""Who is asked where a parcel is: its own courier, then the shop's platform, which cost nothing; then a tracker.

A service that answers "nothing yet" has answered, and nobody else is asked. One that is down, refuses, or was asked
too often is passed over for the next.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import structlog

from core.clock import MINUTE, day_of
from core.couriers.base import Capability
from core.couriers.directory import KNOWN
from core.errors import NoTrace, RateLimited, ServiceError, ServiceUnavailable
from core.parcels import Node, Parcel
from core.storage.database import Conflict
from core.trackers.base import Tracker, Wanted
from core.tracking.tools import Lookout

log = structlog.get_logger()

_Question: TypeAlias = Callable[[], Awaitable[tuple[Node, ...]]]
_Wish: TypeAlias = Callable[[], Awaitable[None]]
_TAIL = 4  # digits of a phone
_DETECTING, _DETECT_PATIENCE = "/detect", 1 * MINUTE  # counted apart: whose it is and where it is are asked in a row


class NotAllowed(Exception):
    """The number was asked about too lately or too often, or the day's money is spent."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody told; `source` says who."""

    source: str
    nodes: tuple[Node, ...]


async def ask(lookout: Lookout, parcel: Parcel) -> Heard | None:
    """The parcel's journey from the first who answers; None when nobody does."""
    for source, question in await _questions(lookout, parcel):
        if lookout.breakers.lets_through(source):
            try:
                nodes = await question()
            except NoTrace:
                nodes = ()
            except (ServiceError, NotAllowed) as error:
                _note(lookout, source, error)
                continue
            lookout.breakers.succeeded(source)
            return Heard(source, nodes)
    return None


async def can_ask(lookout: Lookout, parcel: Parcel) -> bool:
    """Whether anybody at all tells of the parcel, now or when it is well again; else its silence means nothing."""
    return bool(parcel.subscription) or bool(await _questions(lookout, parcel))


async def subscribe(lookout: Lookout, parcel: Parcel) -> str:
    """Have somebody push the parcel's news; who does, "" when nobody can."""
    for source, wish in await _wishes(lookout, parcel):
        if lookout.breakers.lets_through(source):
            try:
                await wish()
            except ServiceError as error:
                _note(lookout, source, error)
                continue
            lookout.breakers.succeeded(source)
            return source
    return ""


async def detect(lookout: Lookout, number: str) -> str:
    """Whose number it is, as far as anybody can tell; "" where nobody can."""
    for tracker in lookout.trackers:
        if lookout.breakers.lets_through(tracker.code):
            try:
                await _pay(lookout, tracker, f"{tracker.code}{_DETECTING}", number, _DETECT_PATIENCE)
                guesses = await tracker.detect(number)
            except (ServiceError, NotAllowed) as error:
                _note(lookout, tracker.code, error)
                continue
            lookout.breakers.succeeded(tracker.code)
            if guesses:
                return guesses[0]
    return ""


async def _questions(lookout: Lookout, parcel: Parcel) -> list[tuple[str, _Question]]:
    courier = lookout.couriers.get(parcel.courier)
    account = await lookout.kept.accounts.get(parcel.account) if parcel.account else None
    shop = await lookout.kept.shops.get(parcel.shop) if parcel.shop else None
    questions: list[tuple[str, _Question]] = []
    if account and courier and Capability.TRACK in courier.capabilities:
        tail = account.sender.phone[-_TAIL:]
        questions.append((courier.code, partial(courier.track, account.credentials, parcel.number, tail)))
    if shop and (name := _on_platform(parcel.courier, shop.platform)):
        platform = lookout.platforms[shop.platform]
        questions.append((platform.code, partial(platform.trace, shop.id, name, parcel.number)))
    paid = [(tracker.code, partial(_paid, lookout, tracker, parcel)) for tracker in _trackers(lookout, parcel)]
    return [*questions, *paid]


def _on_platform(courier: str, platform: str) -> str:
    """What a platform calls any known courier, bound here or not; "" where it has no name for it."""
    known = KNOWN.get(courier)
    return known.shop_codes.get(platform, "") if known else ""


async def _wishes(lookout: Lookout, parcel: Parcel) -> list[tuple[str, _Wish]]:
    courier = lookout.couriers.get(parcel.courier)
    account = await lookout.kept.accounts.get(parcel.account) if parcel.account else None
    wishes: list[tuple[str, _Wish]] = []
    if account and courier and Capability.SUBSCRIBE in courier.capabilities:
        tail = account.sender.phone[-_TAIL:]
        wishes.append((courier.code, partial(courier.subscribe, account.credentials, parcel.number, tail)))
    for tracker in _trackers(lookout, parcel):
        wanted = Wanted(parcel.courier, parcel.number, await _tail(lookout, parcel))
        wishes.append((tracker.code, partial(tracker.subscribe, wanted)))
    return wishes


async def _paid(lookout: Lookout, tracker: Tracker, parcel: Parcel) -> tuple[Node, ...]:
    """A query that is written down and paid for before it is asked. Raises `NotAllowed`."""
    await _pay(lookout, tracker, tracker.code, parcel.number, tracker.patience)
    return await tracker.query(Wanted(parcel.courier, parcel.number, await _tail(lookout, parcel)))


async def _pay(lookout: Lookout, tracker: Tracker, service: str, number: str, patience: int) -> None:
    """Write down one query of a number, and its price. Raises `NotAllowed`."""
    now, queries = lookout.clock.now(), lookout.kept.track_queries
    asked = queries.ask(service, number, now, patience=patience, most=tracker.most_a_day)
    paid = queries.spend(day_of(now).start, tracker.price, lookout.cap)
    try:
        await lookout.kept.database.apply(asked, paid)
    except Conflict as error:
        raise NotAllowed from error


def _trackers(lookout: Lookout, parcel: Parcel) -> list[Tracker]:
    return [tracker for tracker in lookout.trackers if parcel.courier in tracker.couriers]


async def _tail(lookout: Lookout, parcel: Parcel) -> str:
    """The last four digits of the sender's phone, which some couriers ask for; "" where no sender is known."""
    accounts = await lookout.kept.accounts.of(parcel.merchant)
    mine = next((account for account in accounts if account.id == parcel.account), None)
    senders = [mine] if mine else accounts
    return senders[0].sender.phone[-_TAIL:] if senders else ""


def _note(lookout: Lookout, source: str, error: Exception) -> None:
    """A service that answered, if only to refuse, is well."""
    if isinstance(error, ServiceUnavailable | RateLimited):
        lookout.breakers.failed(source)
    elif isinstance(error, ServiceError):
        lookout.breakers.succeeded(source)
    log.info("no news", source=source, why=type(error).__name__)
