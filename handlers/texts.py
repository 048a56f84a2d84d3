"""Every sentence this program says, by key and language: `texts/{zh,en}.toml`."""

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("zh", "en")


def text(language: str, key: str, **params: Any) -> str:  # noqa: ANN401 - a sentence takes what it takes
    """The sentence "section.key", filled in. A list stands for alternatives of which the first is shown."""
    found = sentences(language)[key]
    return _Forgiving().vformat(found[0] if isinstance(found, tuple) else found, (), params)


def words(language: str, key: str) -> tuple[str, ...]:
    """A list of words under one key."""
    found = sentences(language)[key]
    return found if isinstance(found, tuple) else (found,)


def has(key: str) -> bool:
    """Whether there is such a sentence."""
    return key in sentences("zh")


@cache
def sentences(language: str) -> Mapping[str, str | tuple[str, ...]]:
    """All sentences of a language by "section.key"."""
    tables = tomllib.loads((resources.files(__package__) / "texts" / f"{language}.toml").read_text("utf-8"))
    return {
        f"{section}.{key}": tuple(value) if isinstance(value, list) else value.strip("\n")
        for section, table in tables.items()
        for key, value in table.items()
    }


class _Forgiving(string.Formatter):
    """An error's details vary with the service; a missing one reads as nothing rather than as a second failure."""

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:  # noqa: ANN401 - string.Formatter's signature
        return kwargs.get(key, "") if isinstance(key, str) else super().get_value(key, args, kwargs)
