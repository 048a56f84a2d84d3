"""What happened to orders, taken note of: refunds to be answered, labels of an address that is not right any more."""

from collections.abc import Sequence
from contextlib import suppress

from core.alerts import Alert, Closing, Rule, Tier, about_order
from core.ids import new_id
from core.orders import OrderEvent, OrderEventKind, open_refunds
from core.shipments import Shipment, ShipmentState
from core.storage.after_sales import AfterSale
from core.storage.database import Conflict, Statement
from core.tracking.changes import closed
from core.tracking.watch import Watch

_ON_PAPER = frozenset(
    {
        ShipmentState.NUMBERED,
        ShipmentState.PRINTING,
        ShipmentState.PRINTED,
        ShipmentState.UPLOADING,
        ShipmentState.HELD,
        ShipmentState.FAILED,
    }
)


async def hear_events(watch: Watch) -> bool:
    """Take note of what nobody has seen; False when there is nothing."""
    events = await watch.kept.order_events.unseen()
    for event in events:
        with suppress(Conflict):  # somebody else has seen it
            seen = watch.kept.order_events.seen(event, watch.clock.now())
            await watch.kept.database.apply(seen, *await _noted(watch, event))
    return bool(events)


async def _noted(watch: Watch, event: OrderEvent) -> list[Statement]:
    sales = watch.kept.after_sales
    if event.kind in {OrderEventKind.REFUND_OPENED, OrderEventKind.REFUND_CHANGED}:
        return [sales.keep(AfterSale(event.shop, event.number, event.merchant, event.at))]
    if event.kind is OrderEventKind.REFUND_CLOSED:
        return await _closed(watch, event)
    return await _moved(watch, event) if event.kind is OrderEventKind.ADDRESS_CHANGED else []


async def _closed(watch: Watch, event: OrderEvent) -> list[Statement]:
    """Answered, unless another refund of the order still waits: the deadline is asked for again."""
    sales = watch.kept.after_sales
    if left := open_refunds(await watch.kept.order_events.of_order(event.shop, event.number)):
        return [sales.keep(AfterSale(event.shop, event.number, event.merchant, min(left.values())))]
    return [sales.forget(event.shop, event.number), *await _answered(watch, event)]


async def _answered(watch: Watch, event: OrderEvent) -> list[Statement]:
    subject = f"after_sale/{event.shop}/{event.number}"
    known = (await watch.kept.alerts.of_subjects([subject]))[subject]
    now = watch.clock.now()
    return [
        statement
        for alert in known
        if not alert.is_over
        for statement in watch.kept.alerts.save(closed(alert, Closing.NEWS, now))
    ]


async def _moved(watch: Watch, event: OrderEvent) -> list[Statement]:
    """A label that is on paper and not uploaded is of no use any more; one on its way is a parcel's alert."""
    made = await _on_paper(watch, event)
    if not made:
        return []
    now = watch.clock.now()
    alert = Alert(
        id=new_id(),
        merchant=event.merchant,
        subject=about_order(event.shop, event.number),
        rule=Rule.ADDRESS_CHANGED,
        arm=event.at,
        step=1,
        tier=Tier.LATE,
        raised_at=now,
        tell_at=now,
        facts={"order": event.number},
    )
    return watch.kept.alerts.save(alert)


async def _on_paper(watch: Watch, event: OrderEvent) -> list[Shipment]:
    found = await watch.kept.shipments.of_order(event.merchant, event.number)
    return [each for each in found if each.state in _ON_PAPER and (each.numbered_at or 0) < event.at]


async def watch_labels(watch: Watch) -> None:
    """Labels of an old address that were voided, printed anew or have gone out are nobody's worry any more."""
    open_ = [each for each in await watch.kept.alerts.open_by_rule(Rule.ADDRESS_CHANGED) if not each.parcel]
    for alert in open_:
        _, shop, number = alert.subject.split("/")
        event = OrderEvent("", alert.merchant, shop, number, OrderEventKind.ADDRESS_CHANGED, "", alert.arm)
        if not await _on_paper(watch, event):
            with suppress(Conflict):
                await _close(watch, [alert])


async def _close(watch: Watch, alerts: Sequence[Alert]) -> None:
    now = watch.clock.now()
    over = [closed(alert, Closing.NEWS, now) for alert in alerts]
    await watch.kept.database.apply(*(statement for alert in over for statement in watch.kept.alerts.save(alert)))
