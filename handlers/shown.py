"""How numbers and people are shown in a chat: short and masked."""

_ENDS = 4


def short_number(number: str) -> str:
    """A waybill number by its ends: 7612…9036."""
    return number if len(number) <= 2 * _ENDS else f"{number[:_ENDS]}…{number[-_ENDS:]}"


def short_order(number: str) -> str:
    """An order number by its end: …0001."""
    return f"…{number[-_ENDS:]}"
