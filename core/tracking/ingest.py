"""News taken in: whatever source told it, in whatever order and however often."""

from collections.abc import Sequence

from core.clock import DAY, MINUTE, Clock
from core.parcels import Node, Parcel, fold
from core.pushes import Push
from core.storage.database import Conflict
from core.storage.repositories import Repositories
from core.tracking.tools import Lookout

_AGAIN = 31 * MINUTE  # after a service gave a parcel up, it may be asked again no earlier than in half an hour
_LONGEST_TEXT, _LONGEST_NAME = 600, 60  # characters
_AHEAD = 1 * DAY  # a scan from further in the future is a clock gone wrong, and would look like news for ever


async def take_in(kept: Repositories, clock: Clock, parcel: Parcel, told: Sequence[Node], source: str) -> int:
    """Keep what is new of the nodes told, and the progress they make, in one commit; how many were new.

    Of two that take in at the same time the slower reads again, so no node is lost and none kept twice.
    """
    latest: Parcel | None = parcel
    while latest is not None:
        known = await kept.parcels.nodes(latest.id)
        fresh = _fresh(told, known, clock.now())
        if not fresh:
            return 0
        shipped_at = latest.shipped_at if latest.shipment else None  # entered by hand, it may have been on its way long
        progress = fold([*known, *fresh], latest.region, shipped_at)
        try:
            await kept.database.apply(*kept.parcels.hear(latest, fresh, progress, source, clock.now()))
        except Conflict:
            latest = await kept.parcels.get(latest.id)
        else:
            return len(fresh)
    return 0


async def take_in_push(lookout: Lookout, source: str, push: Push) -> int:
    """Keep a push for everybody who watches its number; how many nodes were new. Nobody's number is nobody's news."""
    fresh = 0
    for parcel in await lookout.kept.parcels.watched(push.number):
        fresh += await take_in(lookout.kept, lookout.clock, parcel, push.nodes, source)
        if push.gave_up and parcel.subscription == source:
            await lookout.kept.database.apply(lookout.kept.parcels.given_up(parcel, lookout.clock.now() + _AGAIN))
    return fresh


def _fresh(told: Sequence[Node], known: Sequence[Node], now: int) -> list[Node]:
    kept = {node.identity for node in known}
    usable = (_cleaned(node) for node in told if 0 < node.at < now + _AHEAD)
    once = {node.identity: node for node in usable}
    return [node for identity, node in once.items() if identity not in kept]


def _cleaned(node: Node) -> Node:
    """Texts of a sane length, without what a database or a chat cannot hold."""
    text, place = _plain(node.text, _LONGEST_TEXT), _plain(node.place, _LONGEST_NAME)
    raw, city = _plain(node.raw, _LONGEST_NAME), _plain(node.city, _LONGEST_NAME)
    return Node(node.at, node.state, text, place, raw, city)


def _plain(text: str, longest: int) -> str:
    if text.isprintable():
        return text[:longest]
    spaced = " ".join(text.split())  # newlines, and the wide space of Chinese texts
    return "".join(character for character in spaced if character.isprintable())[:longest]
