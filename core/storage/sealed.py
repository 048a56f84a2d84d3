"""Values as sealed JSON columns: typed going in, typed and checked coming out."""

import functools
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from core.vault import Vault

T = TypeVar("T")


class SealedColumn(Generic[T]):
    """One column of one table, whose values are sealed for the row they stand in."""

    def __init__(self, vault: Vault, column: str, kind: type[T]) -> None:
        """`column` as "table/column"."""
        self._vault = vault
        self._column = column
        self._adapter: TypeAdapter[T] = _adapter(kind)  # type: ignore[arg-type]  # classes are hashable

    def seal(self, key: str, value: T) -> str:
        """The value as the column holds it, in the row with this key."""
        return self._vault.seal(self._adapter.dump_json(value).decode(), f"{self._column}/{key}")

    def open(self, key: str, sealed: str) -> T:
        """The value of the row with this key. Raises `BadSeal`."""
        return self._adapter.validate_json(self._vault.open(sealed, f"{self._column}/{key}"))


@functools.cache
def _adapter(kind: type[T]) -> TypeAdapter[T]:
    """Building one takes milliseconds; there is one for each kind of value, however many columns hold it."""
    return TypeAdapter(kind)
