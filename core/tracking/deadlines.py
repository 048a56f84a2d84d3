"""The deadline guard: orders not shipped yet that come near the moment by which they must have been.

A tick looks at the orders whose moment is near, by an index. When one of them reaches a step, those that will reach the
same step soon are told with it, so that a merchant hears of a handful of deadlines at a time and not of each.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from core.alerts import Alert, Rule, Tier, about_order
from core.clock import DAY, HOUR, MINUTE, Period
from core.errors import MerchantError
from core.fulfilment import gate, sync
from core.fulfilment.gate import Hold
from core.orders import Order
from core.storage.database import Conflict
from core.storage.shops import BoundShop
from core.tracking.changes import Look, changed
from core.tracking.limits import Limits, limits_of
from core.tracking.rules import Clock
from core.tracking.watch import Watch

REACH = 30 * DAY
"""How far back orders are looked for."""

_TOGETHER = (
    2 * HOUR,
    1 * HOUR,
    20 * MINUTE,
    0,
)  # by step: how much earlier than its moment an order is told with others
_NOT_OURS_YET = frozenset({Hold.NOT_CONFIRMED, Hold.GROUP_OPEN, Hold.DEPOSIT_OPEN, Hold.NO_COURIER, Hold.NOT_WAITING})
_FURTHEST = 3 * DAY  # ahead: no merchant's own first step is earlier


async def guard(watch: Watch) -> None:
    """Look at every shop; one that cannot be asked is judged by what was read of it last."""
    for merchant in await watch.kept.subscribers.merchants():
        limits = limits_of(await watch.kept.alert_limits.of(merchant), watch.holidays)
        for shop in await watch.kept.shops.of(merchant):
            await _guard_shop(watch, shop, limits)


async def back_fill(watch: Watch) -> None:
    """Read all orders that wait to ship, however long nothing has happened to them."""
    for merchant in await watch.kept.subscribers.merchants():
        for shop in await watch.kept.shops.of(merchant):
            now = watch.clock.now()
            with suppress(MerchantError):
                await sync.backfill(watch.tools, shop, Period(now - REACH, now))


async def _guard_shop(watch: Watch, shop: BoundShop, limits: Limits) -> None:
    with suppress(MerchantError):  # the authorisation's end is told by itself
        await sync.poll(watch.tools, shop)
    now = watch.clock.now()
    due = await watch.kept.orders.due(shop.id, now + _FURTHEST)
    waiting = [order for order in due if gate.hold_reason(order, now) not in _NOT_OURS_YET]
    open_ = [alert for alert in await watch.kept.alerts.open(shop.merchant) if _is_of(alert, shop)]
    subjects = {about_order(shop.id, order.number): order for order in waiting}
    known = await watch.kept.alerts.of_subjects(sorted({*subjects, *(alert.subject for alert in open_)}))
    changes = _changes(shop.merchant, subjects, known, limits, now)
    await _keep(watch, changes)


def _is_of(alert: Alert, shop: BoundShop) -> bool:
    return alert.rule is Rule.SHIP_DEADLINE and alert.subject.startswith(f"order/{shop.id}/")


def _changes(
    merchant: str, subjects: dict[str, Order], known: dict[str, list[Alert]], limits: Limits, now: int
) -> list[Alert]:
    """What is new; a step that one order reaches is reached by all that come to it soon."""
    mine = {subject: [each for each in alerts if each.rule is Rule.SHIP_DEADLINE] for subject, alerts in known.items()}

    def look(early: Iterable[int]) -> list[Alert]:
        ahead = set(early)
        return [
            alert
            for subject, alerts in mine.items()
            for alert in changed(
                Look(merchant, subject, now, now),
                _clocks(subjects.get(subject), limits, ahead),
                alerts,
            )
        ]

    reached = {alert.step for alert in look(()) if not alert.is_over}
    return look(reached)


def _clocks(order: Order | None, limits: Limits, early: set[int]) -> list[Clock]:
    """The order's deadline, with some of its steps moved forward; none for an order that waits no more."""
    if order is None:
        return []
    steps: list[tuple[int, Tier]] = []
    for number, step in enumerate(limits.steps(Rule.SHIP_DEADLINE), 1):
        ahead = _TOGETHER[number - 1] if number in early else 0
        steps.append((order.promised_at + step.after - ahead, step.tier))
    return [Clock(Rule.SHIP_DEADLINE, order.promised_at, tuple(steps))]


async def _keep(watch: Watch, changes: Sequence[Alert]) -> None:
    """Together, so that they are told together; when somebody acted on one of them meanwhile, the next tick does it."""
    saved = [statement for alert in changes for statement in watch.kept.alerts.save(alert)]
    if saved:
        try:
            await watch.kept.database.apply(*saved)
        except Conflict:
            return
