"""Reading Pinduoduo's JSON leniently: numbers come as strings, empty times as "", absent objects as null."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from decimal import InvalidOperation
from typing import TypeAlias

from core import money
from core.clock import SECOND, moment_of

Json: TypeAlias = Mapping[str, object]

_FIRST_MILLISECOND_STAMP = 100_000_000_000  # as seconds this would be the year 5138


def text(source: Json, key: str) -> str:
    """A text, "" where there is none."""
    value = source.get(key)
    return "" if value is None else str(value)


def number(source: Json, key: str, default: int = 0) -> int:
    """A whole number, `default` where there is none; true and false count as 1 and 0."""
    value = source.get(key)
    with suppress(ValueError):
        return int(value) if isinstance(value, bool) else int(text(source, key))
    return default


def fen(source: Json, key: str) -> int:
    """An amount that the platform gives in yuan, in fen."""
    with suppress(InvalidOperation):
        return money.fen(text(source, key))
    return 0


def moment(source: Json, key: str) -> int | None:
    """A time in epoch milliseconds UTC: Beijing wall clock, or UNIX seconds or milliseconds as digits."""
    told = text(source, key).strip()
    if told.isdigit():
        return _stamp(int(told))
    with suppress(ValueError):
        return moment_of(datetime.fromisoformat(told))
    return None


def section(source: Json, key: str) -> Json:
    """A nested object, empty where there is none."""
    value = source.get(key)
    return value if isinstance(value, dict) else {}


def rows(source: Json, key: str) -> list[Json]:
    """A list of objects, empty where there is none."""
    value = source.get(key)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def texts(source: Json, key: str) -> tuple[str, ...]:
    """A list of texts, empty where there is none."""
    value = source.get(key)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _stamp(digits: int) -> int | None:
    if digits == 0:
        return None
    return digits if digits >= _FIRST_MILLISECOND_STAMP else digits * SECOND
