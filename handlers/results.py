"""Results of work as the journal keeps them: typed on the way in and out, and marked by what they were made from."""

import functools
import hashlib
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter
from pydantic_core import to_json

T = TypeVar("T")


def result_of(act: Callable[..., Awaitable[T]]) -> TypeAdapter[T]:
    """What turns the results of this work into JSON data and back."""
    return _adapter(act)


def digest(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """A mark of the arguments: the same arguments, the same mark."""
    return hashlib.sha256(to_json([args, kwargs])).hexdigest()[:16]


@functools.cache
def _adapter(act: Callable[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(inspect.unwrap(act))["return"])
