"""Money is an integer number of 分 (fen). Platforms send yuan as floats or strings; they are converted here, once."""

from decimal import Decimal


def fen(yuan: float | str) -> int:
    """19.9 or "19.90" yuan → 1990 fen."""
    return int((Decimal(str(yuan)) * 100).to_integral_value())


def yuan(amount: int) -> str:
    """1990 fen → "19.90"."""
    return f"{Decimal(amount) / 100:.2f}"
