"""The whole wiring on one page."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.backups import Backups, sqlite_file
from bot.channels.base import Channel
from bot.config import Settings
from bot.files import ChannelFiles
from bot.health import Health
from bot.metrics import Metrics
from bot.scheduler import Scheduler, Tick, every
from bot.sender import Sender
from bot.turns import Turns
from bot.workers import Bells, Worker
from core.apart import Apart
from core.clock import HOUR, Clock, SystemClock
from core.couriers import all_couriers
from core.fulfilment import batch
from core.fulfilment.tools import Tools
from core.http import Http, client
from core.ids import new_id
from core.labels import Press
from core.manual import BOOK
from core.printers import IppPrinter
from core.shops import ManualOrders, all_shops
from core.shops.base import ShopPlatform
from core.speech import OpenAiSpeech
from core.storage.database import Database, connect
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.vault import Vault
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

    def start(self) -> None:
        """Begin to answer."""
        for worker in self.workers:
            worker.start()

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
    shops = {each.code: each for each in all_shops(http, settings.shop_apps(), kept.shops, clock, pause)}
    tools = _tools(settings, kept, clock, http, press, shops, pause, is_sample=is_sample)
    speech = OpenAiSpeech(http, service) if (service := settings.speech_service()) else None
    desk = Desk(clock, kept, shops, tools.couriers, tools, ChannelFiles(channels), Apart(), speech)
    turns = Turns(desk, tools.owner, commands, metrics)
    sender = Sender(kept, press, clock, channels, tools.owner, metrics)
    scheduler = Scheduler(_ticks(settings, clock), kept, clock, tools.owner)
    by_table = {
        "inbox": Worker("turns", turns.take_waiting, metrics),
        "effects": Worker("effects", turns.do_next_effect, metrics, width=8),
        "batches": Worker("batches", lambda: batch.work_on_next(tools), metrics, width=4),
        "outbox": Worker("sender", sender.send_due, metrics),
    }
    bells.ring_for(by_table)
    workers = (*by_table.values(), Worker("ticks", scheduler.do_due, metrics, width=4))
    health = Health(kept, bells, workers, clock)
    return App(desk, turns, workers, bells, press, http, owns_press, scheduler, health, metrics)


def _ticks(settings: Settings, clock: Clock) -> list[Tick]:
    """What the clock begins; see `bot/scheduler.py`."""
    ticks: list[Tick] = []
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
    shops: Mapping[str, ShopPlatform],
    pause: Callable[[float], Awaitable[None]],
    *,
    is_sample: bool,
) -> Tools:
    couriers = {each.code: each for each in all_couriers(http, settings.courier_apps(), clock)}
    return Tools(
        clock=clock,
        kept=kept,
        platforms={**shops, BOOK: ManualOrders(kept.manual_orders, clock)},
        couriers=couriers,
        press=press,
        herald=BatchNews(kept.outbox, clock, couriers),
        owner=new_id(),
        printer=IppPrinter(http, settings.printer, "printer") if settings.printer else None,
        is_sample=is_sample,
        crowd=settings.crowd,
        pause=pause,
    )
