"""How often an interface may be called (official pages of 2026 and SDK of 2023), counted by the world's clock."""

from collections import Counter
from dataclasses import dataclass

from bot.sandbox.clock import MINUTE, SECOND, WorldClock


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in each stretch of `window` milliseconds, for each shop (or for everybody without a token)."""

    calls: int
    window: int


LIMITS = {
    "pdd.order.list.get": Limit(10_000, MINUTE),
    "pdd.order.information.get": Limit(30_000, MINUTE),
    "pdd.order.number.list.increment.get": Limit(3_000, MINUTE),
    "pdd.order.status.get": Limit(3_000, MINUTE),
    "pdd.refund.status.check": Limit(3_000, MINUTE),
    "pdd.refund.list.increment.get": Limit(100, 10 * SECOND),
    "pdd.refund.address.list.get": Limit(3_000, MINUTE),
    "pdd.logistics.companies.get": Limit(1_200, 10 * SECOND),
    "pdd.mall.info.get": Limit(450, SECOND),
}
# What an app that runs outside the platform's own cloud gets instead.
DECRYPT_OUTSIDE = Limit(1, 10 * SECOND)


class Limits:
    """Counts calls. `table` may be changed by whoever wants a narrower world."""

    def __init__(self, clock: WorldClock) -> None:
        self.table = dict(LIMITS)
        self._clock = clock
        self._calls: Counter[tuple[str, int, int]] = Counter()

    def allows(self, interface: str, mall_id: int) -> bool:
        """Count one call of a shop, and say whether it is within the limit."""
        limit = self.table.get(interface)
        if limit is None:
            return True
        key = (interface, mall_id, self._clock.now() // limit.window)
        self._calls[key] += 1
        return self._calls[key] <= limit.calls
