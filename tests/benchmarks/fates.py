"""A set of parcels as they travel in China: collected in the evening, carried by night, delivered by day.

The hours are a model, not measured: pick-up waves of 17 to 21 h, hubs six to fourteen hours apart, delivery rounds in
the morning and after noon, nothing signed at night; one in five meets some trouble.
"""

from dataclasses import dataclass
from random import Random

from core.clock import DAY, HOUR, day_of
from core.parcels import Node, ParcelState

S = ParcelState
MONDAY = 1_795_363_200_000 // DAY * DAY + 16 * HOUR  # midnight in Shanghai


@dataclass(frozen=True, slots=True)
class Fate:
    """One parcel: when the shop was told its number, and every scan it will have."""

    number: str
    shipped_at: int
    nodes: tuple[Node, ...]


def fates(count: int, seed: int) -> list[Fate]:
    """So many parcels, shipped in office hours within a week."""
    dice = Random(seed)
    return [_fate(f"731{n:011}", dice) for n in range(count)]


def _fate(number: str, dice: Random) -> Fate:
    shipped = MONDAY + dice.randrange(7) * DAY + round(dice.uniform(9, 18) * HOUR)
    way = _Way(dice)
    way.scan(S.PICKED_UP, _wave(shipped, dice, 17, 21))
    way.scan(S.IN_TRANSIT, way.at + _hours(dice, 1, 4))
    for _ in range(dice.choice((1, 1, 2, 3))):
        way.scan(S.IN_TRANSIT, way.at + _hours(dice, 6, 14))
    if dice.random() < 0.03:
        return Fate(number, shipped, tuple(way.nodes))  # lost
    way.scan(S.ARRIVED_CITY, way.at + _hours(dice, 6, 14) * dice.choice((1, 1, 1, 1, 3)))
    _delivered(way, dice)
    return Fate(number, shipped, tuple(way.nodes))


def _delivered(way: "_Way", dice: Random) -> None:
    way.scan(S.OUT_FOR_DELIVERY, _round(way.at + HOUR, dice))
    luck = dice.random()
    if luck < 0.08:
        way.scan(S.ATTEMPT_FAILED, _daytime(way.at + _hours(dice, 1, 6)))
        way.scan(S.OUT_FOR_DELIVERY, _round(way.at + 8 * HOUR, dice))
    elif luck < 0.11:
        way.scan(S.REFUSED, _daytime(way.at + _hours(dice, 1, 6)))
        way.scan(S.RETURNING, way.at + _hours(dice, 3, 20))
        way.scan(S.RETURNED, _daytime(way.at + _hours(dice, 40, 80)))
        return
    elif luck < 0.3:
        way.scan(S.AT_PICKUP_POINT, _daytime(way.at + _hours(dice, 1, 5)))
        way.scan(S.DELIVERED, _daytime(way.at + _hours(dice, 2, 30)))
        return
    way.scan(S.DELIVERED, _daytime(way.at + _hours(dice, 0.5, 7)))


class _Way:
    def __init__(self, dice: Random) -> None:
        self.at = 0
        self.nodes: list[Node] = []
        self._dice = dice

    def scan(self, state: ParcelState, at: int) -> None:
        self.at = at
        self.nodes.append(Node(at, state, f"第{len(self.nodes)}条"))


def _hours(dice: Random, least: float, most: float) -> int:
    return round(dice.uniform(least, most) * HOUR)


def _wave(after: int, dice: Random, start: int, end: int) -> int:
    """In the next evening wave."""
    at = day_of(after).start + _hours(dice, start, end)
    return at if at > after else at + DAY


def _round(after: int, dice: Random) -> int:
    """In the next delivery round."""
    for day in (0, 1):
        for start, end in ((7.5, 10), (13, 15)):
            at = day_of(after).start + day * DAY + _hours(dice, start, end)
            if at > after:
                return at
    raise AssertionError(after)


def _daytime(at: int) -> int:
    """At night nobody signs: the next morning."""
    hour = (at - day_of(at).start) / HOUR
    return at if 8 <= hour < 21 else day_of(at).start + 9 * HOUR + (DAY if hour >= 21 else 0)
