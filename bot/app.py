"""The whole wiring on one page."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.backups import Backups, sqlite_file
from bot.channels.base import Channel
from bot.config import Settings
from bot.health import Health
from bot.listening import Listener
from bot.metrics import Metrics
from bot.scheduler import Scheduler, Tick, every
from bot.sender import Sender
from bot.turns import Turns
from bot.workers import Bells, Worker
from core.clock import DAY, HOUR, MINUTE, Clock, SystemClock
from core.couriers import all_couriers, push_doors
from core.fulfilment import batch
from core.fulfilment.tools import Tools
from core.http import Http, client
from core.ids import new_id
from core.labels import Press
from core.printers import IppPrinter
from core.pushes import PushDoor
from core.shops import all_messages, all_shops
from core.sockets import Dial, dialer
from core.storage.database import Database, connect
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.trackers import all_trackers
from core.tracking.breaker import Breakers
from core.tracking.checking import check_due
from core.tracking.deadlines import back_fill, guard
from core.tracking.digests import send_digests
from core.tracking.drawing import draw_due
from core.tracking.errands import follow_due
from core.tracking.matters import watch_after_sales, watch_authorisations, watch_balances
from core.tracking.messages import sync_due
from core.tracking.order_news import hear_events, watch_labels
from core.tracking.poll import forget_queries, poll_due
from core.tracking.telling import tell_due
from core.tracking.tools import Lookout
from core.tracking.watch import Watch
from core.vault import Vault
from handlers.alert_news import AlertNews
from handlers.batch_news import BatchNews
from handlers.desk import Desk
from handlers.menu import COMMANDS, Command


@dataclass(slots=True)
class App:
    """The program, wired and ready to run."""

    desk: Desk
    turns: Turns
    workers: tuple[Worker, ...]
    database: Database
    press: Press
    http: Http
    owns_press: bool
    scheduler: Scheduler
    health: Health
    metrics: Metrics
    push_doors: tuple[PushDoor, ...] = ()
    listeners: tuple[Listener, ...] = ()

    def start(self) -> None:
        """Begin to answer."""
        for worker in self.workers:
            worker.start()
        for listener in self.listeners:
            listener.start()

    async def quiet(self) -> None:
        """Wait until there is nothing left to do."""
        while not all(worker.is_resting for worker in self.workers):
            for worker in self.workers:
                await worker.rest()

    async def close(self, grace: float = 8.0) -> None:
        """Finish what is in hand, at most for `grace` seconds; whatever is unfinished goes on at the next start."""
        self.desk.tools.closing.set()
        for worker in self.workers:
            worker.close()
        for listener in self.listeners:
            await listener.stop()
        async with asyncio.TaskGroup() as group:
            for worker in self.workers:
                group.create_task(worker.stop(grace))
        await self.http.close()
        if self.owns_press:
            await self.press.close()
        await self.database.close()


async def build(
    settings: Settings,
    channels: Mapping[str, Channel],
    *,
    clock: Clock | None = None,
    http: Http | None = None,
    dial: Dial | None = None,
    database: Database | None = None,
    press: Press | None = None,
    repositories: Callable[[Database, Vault, Clock], Repositories] = Repositories,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    commands: Mapping[str, Command] = COMMANDS,
    is_sample: bool = False,
) -> App:
    """Open the database, bring it to today's schema, and put everything together. Tests replace the named parts."""
    clock = clock or SystemClock()
    http = http or Http(client(world=settings.world or None, timeout=settings.timeout))
    press, owns_press = press or Press(), press is None
    opened = database or await connect(settings.database)
    await migrate(opened)
    bells, metrics = Bells(opened, clock), Metrics()
    http.watch = metrics.called
    kept = repositories(bells, settings.vault(), clock)
    if not bells.is_shared:
        await kept.let_all_go()
    tools = _tools(settings, kept, clock, http, press, pause, is_sample=is_sample)
    watch = _watch(settings, tools, _lookout(settings, tools, http))
    desk = Desk(clock, kept, tools.platforms, tools.couriers, tools, watch.lookout, watch)
    turns = Turns(desk, tools.owner, commands, metrics)
    sender = Sender(kept, press, clock, channels, tools.owner, metrics)
    scheduler = Scheduler(_ticks(settings, watch), kept, clock, tools.owner)
    by_table = {
        "inbox": Worker("turns", turns.take_waiting, metrics),
        "effects": Worker("effects", turns.do_next_effect, metrics, width=8),
        "batches": Worker("batches", lambda: batch.work_on_next(tools), metrics, width=4),
        "outbox": Worker("sender", sender.send_due, metrics),
        "parcels": Worker("polls", lambda: poll_due(desk.lookout), metrics),
        "order_syncs": Worker("order syncs", lambda: sync_due(desk.lookout), metrics),
        "order_events": Worker("order events", lambda: hear_events(watch), metrics),
        "checks": Worker("rules", lambda: check_due(watch), metrics),
        "cards": Worker("cards", lambda: draw_due(watch), metrics),
    }
    bells.ring_for(by_table)
    others = (
        Worker("alerts", lambda: tell_due(watch), metrics),
        Worker("errands", lambda: follow_due(watch), metrics),
        Worker("ticks", scheduler.do_due, metrics, width=4),
    )
    workers = (*by_table.values(), *others)
    health = Health(kept, bells, workers, clock)
    doors = (*push_doors(settings.courier_apps()), *(tracker.pushes for tracker in desk.lookout.trackers))
    listeners = _listeners(settings, desk, dial)
    return App(desk, turns, workers, bells, press, http, owns_press, scheduler, health, metrics, doors, listeners)


def _ticks(settings: Settings, watch: Watch) -> list[Tick]:
    """What the clock begins; see `bot/scheduler.py`."""
    kept, clock = watch.kept, watch.clock
    ticks = [
        Tick("track queries", every(DAY), lambda: forget_queries(kept, clock)),
        Tick("back-fill", every(6 * HOUR), lambda: back_fill(watch)),
        Tick("ship deadlines", every(10 * MINUTE), lambda: guard(watch)),
        Tick("old labels", every(10 * MINUTE), lambda: watch_labels(watch)),
        Tick("digests", every(10 * MINUTE), lambda: send_digests(watch)),
        Tick("after-sales", every(15 * MINUTE), lambda: watch_after_sales(watch)),
        Tick("balances", every(HOUR), lambda: watch_balances(watch)),
        Tick("authorisations", every(HOUR), lambda: watch_authorisations(watch)),
    ]
    if settings.backup_hours and (file := sqlite_file(settings.database)):
        backups = Backups(file, settings.backup_folder, settings.backup_keep, clock)
        ticks.append(Tick("backup", every(settings.backup_hours * HOUR), backups.make))
    return ticks


def _tools(
    settings: Settings,
    kept: Repositories,
    clock: Clock,
    http: Http,
    press: Press,
    pause: Callable[[float], Awaitable[None]],
    *,
    is_sample: bool,
) -> Tools:
    couriers = {each.code: each for each in all_couriers(http, settings.courier_apps(), clock)}
    return Tools(
        clock=clock,
        kept=kept,
        platforms={each.code: each for each in all_shops(http, settings.shop_apps(), kept.shops, clock, pause)},
        couriers=couriers,
        press=press,
        herald=BatchNews(kept.outbox, clock, couriers),
        owner=new_id(),
        printer=IppPrinter(http, settings.printer, "printer") if settings.printer else None,
        is_sample=is_sample,
        crowd=settings.crowd,
        pause=pause,
    )


def _lookout(settings: Settings, tools: Tools, http: Http) -> Lookout:
    return Lookout(
        clock=tools.clock,
        kept=tools.kept,
        platforms=tools.platforms,
        couriers=tools.couriers,
        trackers=all_trackers(http, settings.kuaidi100_app(), tools.clock),
        breakers=Breakers(tools.clock),
        cap=settings.track_cap,
        is_pushed_to=settings.track_pushes,
        crowd=settings.crowd,
        closing=tools.closing,
    )


def _listeners(settings: Settings, desk: Desk, dial: Dial | None) -> tuple[Listener, ...]:
    if not settings.pinduoduo_messages:
        return ()
    services = all_messages(settings.shop_apps(), desk.clock, dial or dialer(settings.world))
    return tuple(Listener(desk.lookout, service) for service in services)


def _watch(settings: Settings, tools: Tools, lookout: Lookout) -> Watch:
    news = AlertNews(tools.kept.outbox, tools.clock, tools.couriers)
    return Watch(lookout, tools, news, holidays=settings.rest_days())
