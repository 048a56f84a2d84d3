"""How numbers and people are shown in a chat: short and masked."""

from core.clock import shanghai
from core.manual import is_manual

_ENDS = 4
_TAIL = 6


def short_number(number: str) -> str:
    """A waybill number by its ends: 7612…9036."""
    return number if len(number) <= 2 * _ENDS else f"{number[:_ENDS]}…{number[-_ENDS:]}"


def short_order(number: str) -> str:
    """An order number by its end: …0001. Those of manual orders are short already."""
    return number if is_manual(number) else f"…{number[-_ENDS:]}"


def document_name(moment: int, number: str, mark: str = "") -> str:
    """A file of labels: when, and the end of its first number, so that no two files of a chat are called alike."""
    return f"{shanghai(moment):%m%d-%H%M%S}-{number[-_TAIL:]}{mark}.pdf"
