"""A circuit breaker for each service: one that fails again and again is left alone, then tried with one call.

Each process has its own; what they protect is a service's patience and our time, not a promise.
"""

from dataclasses import dataclass

from core.clock import MINUTE, Clock

_FAILURES = 5  # in a row
_FIRST_REST, _LONGEST_REST = 1 * MINUTE, 30 * MINUTE


@dataclass(slots=True)
class _Line:
    failures: int = 0
    rest: int = _FIRST_REST
    until: int = 0


class Breakers:
    """By service."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: dict[str, _Line] = {}

    def lets_through(self, service: str) -> bool:
        """Whether to call. After a rest one call is let through; its outcome decides about the others."""
        line, now = self._lines.get(service), self._clock.now()
        if line is None or line.failures < _FAILURES:
            return True
        if now < line.until:
            return False
        line.until = now + line.rest
        return True

    def succeeded(self, service: str) -> None:
        """It answered."""
        self._lines.pop(service, None)

    def failed(self, service: str) -> None:
        """It could not be reached, or had no answer. Each rest is twice as long as the one before."""
        line = self._lines.setdefault(service, _Line())
        line.failures += 1
        if line.failures == _FAILURES:
            line.until = self._clock.now() + line.rest
        elif line.failures > _FAILURES:
            line.rest = min(line.rest * 2, _LONGEST_REST)
            line.until = self._clock.now() + line.rest
