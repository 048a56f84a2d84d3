"""Order numbers and waybill numbers in a text."""

import re

from core.manual import NUMBER
from core.patterns import pattern
from core.tracking_numbers import courier_of
from core.writing import half_width_throughout

_EDGE, _END = r"(?<![0-9A-Za-z-])", r"(?![0-9A-Za-z-])"
_ORDER_IN_PIECES = pattern(r"(?<![\d-])(\d{6})\s?[-—–]\s?(\d{15})(?!\d)", re.ASCII)
_MANUAL = pattern(rf"{_EDGE}{NUMBER}{_END}", re.ASCII)
_TRACKING = pattern(
    rf"{_EDGE}(?:[A-Za-z]{{2,4}}\d{{9,14}}(?:CN)?|[A-Za-z]{{2}}[0-9A-Za-z]{{2}}\d{{11}}|\d{{12,15}})(?:-\d{{1,3}}-\d{{1,3}}-?\d{{0,3}})?{_END}",
    re.ASCII | re.IGNORECASE,
)
_IN_GROUPS = pattern(rf"{_EDGE}(?:[A-Za-z]{{2}} ?)?\d{{3,5}}(?: \d{{2,5}}){{2,4}}{_END}", re.ASCII)
_BARCODE = pattern(r"69\d{11}", re.ASCII)


def cut_numbers(text: str, order_mark: str, tracking_mark: str) -> tuple[str, list[str], list[str]]:
    """The text with marks for its numbers; the order numbers, and the waybill numbers in capitals, each once."""
    orders: list[str] = []
    tracking: list[str] = []

    def take_order(match: re.Match[str]) -> str:
        orders.append(f"{match[1]}-{match[2]}")
        return order_mark

    def take_tracking(match: re.Match[str]) -> str:
        written = match[0].replace(" ", "").upper()
        guess = courier_of(written)
        if _BARCODE.fullmatch(written) or (" " in match[0] and not (guess and guess.sure)):
            return match[0]
        tracking.append(written)
        return tracking_mark

    def take_manual(match: re.Match[str]) -> str:
        orders.append(match[0].upper())
        return order_mark

    rest = _ORDER_IN_PIECES.sub(take_order, _MANUAL.sub(take_manual, text))
    rest = _TRACKING.sub(take_tracking, _IN_GROUPS.sub(take_tracking, rest))
    return rest, list(dict.fromkeys(orders)), list(dict.fromkeys(tracking))


def numbers_in(said: str) -> tuple[list[str], list[str]]:
    """The order numbers and the waybill numbers in a text, each once, as they are written officially."""
    _, orders, tracking = cut_numbers(half_width_throughout(said), " ", " ")
    return orders, tracking
