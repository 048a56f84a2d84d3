"""A wish whose parcel is pointed at and not named: this one, said in reply to its card."""

from collections.abc import Collection
from dataclasses import replace

from handlers.understanding.decide import Understood

_OF_ONE = frozenset({"track", "urge", "intercept", "reprint", "reissue", "cancel_waybill", "upload_again"})
_NUMBERS = ("order_numbers", "tracking_numbers")
_NAMES = frozenset({*_NUMBERS, "recipient", "phone_tail", "anomaly"})


def pointed_at(wish: Understood, number: str) -> Understood:
    """The wish about the parcel with this waybill number, where it is one about a parcel and names none."""
    if wish.intent not in _OF_ONE or _NAMES & wish.slots.keys():
        return wish
    asks = tuple(ask for ask in wish.asks if ask.kind != "missing")
    return replace(wish, slots={**wish.slots, "tracking_numbers": (number,)}, asks=asks)


def names_any(wish: Understood, numbers: Collection[str]) -> bool:
    """Whether one of these order or waybill numbers is what the wish is about."""
    return any(number in numbers for key in _NUMBERS for number in wish.slots.get(key, ()))


def without_numbers(wish: Understood) -> Understood:
    """The wish as one that names no parcel."""
    return replace(wish, slots={key: value for key, value in wish.slots.items() if key not in _NUMBERS})
