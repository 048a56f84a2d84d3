"""Regular expressions, compiled when they are first used: most runs use few of them, and compiling takes long."""

import re
from typing import Any, cast


class _Pattern:
    """Stands for a compiled pattern until it is needed, and then hands on to it."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the compiled pattern has
        value = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, value)
        return value


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` returns, compiled later. An error in it shows at its first use."""
    return cast("re.Pattern[str]", _Pattern(source, flags))
