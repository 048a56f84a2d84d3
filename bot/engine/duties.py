"""What is done without being asked: for whatever a commit made due, and when the clock says so."""

from bot.config import Settings
from bot.engine.scheduler import Tick, every
from bot.engine.workers import Worker
from bot.operating.backups import Backups, sqlite_file
from bot.operating.metrics import Metrics
from core.clock import DAY, HOUR, MINUTE
from core.fulfilment import batch
from core.fulfilment.manual import forget_recipients
from core.tracking.checking import check_due
from core.tracking.deadlines import back_fill, guard
from core.tracking.digests import send_digests
from core.tracking.drawing import draw_due
from core.tracking.looking import look_at_shops
from core.tracking.matters import watch_after_sales, watch_authorisations, watch_balances
from core.tracking.messages import sync_due
from core.tracking.order_news import hear_events, watch_labels
from core.tracking.poll import forget_queries, poll_due
from core.tracking.watch import Watch


def stirred(watch: Watch, metrics: Metrics) -> dict[str, Worker]:
    """What works on orders and parcels, by the table whose commits wake it."""
    tools, lookout = watch.tools, watch.lookout
    return {
        "batches": Worker("batches", [lambda: batch.work_on_next(tools)] * 4, metrics),
        "parcels": Worker("polls", [lambda: poll_due(lookout)], metrics),
        "order_syncs": Worker("order syncs", [lambda: sync_due(lookout)], metrics),
        "order_events": Worker("order events", [lambda: hear_events(watch)], metrics),
        "checks": Worker("rules", [lambda: check_due(watch)], metrics),
        "cards": Worker("cards", [lambda: draw_due(watch)], metrics),
    }


def ticks(settings: Settings, watch: Watch) -> list[Tick]:
    """What the clock begins."""
    kept, clock, tools = watch.kept, watch.clock, watch.tools
    told = [
        Tick("shops", every(settings.look_minutes * MINUTE), lambda: look_at_shops(tools)),
        Tick("track queries", every(DAY), lambda: forget_queries(kept, clock)),
        Tick("recipients", every(DAY), lambda: forget_recipients(tools, settings.recipient_days)),
        Tick("back-fill", every(6 * HOUR), lambda: back_fill(watch)),
        Tick("ship deadlines", every(10 * MINUTE), lambda: guard(watch)),
        Tick("old labels", every(10 * MINUTE), lambda: watch_labels(watch)),
        Tick("digests", every(10 * MINUTE), lambda: send_digests(watch)),
        Tick("after-sales", every(15 * MINUTE), lambda: watch_after_sales(watch)),
        Tick("balances", every(HOUR), lambda: watch_balances(watch)),
        Tick("authorisations", every(HOUR), lambda: watch_authorisations(watch)),
    ]
    if settings.backup_hours and (file := sqlite_file(settings.database)):
        backups = Backups(file, settings.backup_folder, settings.backup_keep, tools.clock)
        told.append(Tick("backup", every(settings.backup_hours * HOUR), backups.make))
    return told
