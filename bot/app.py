"""The whole wiring on one page."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.channels.base import Channel, Linked
from bot.config import Settings
from bot.engine.composing import Composer
from bot.engine.duties import stirred, ticks
from bot.engine.files import ChannelFiles
from bot.engine.listening import Listener
from bot.engine.scheduler import Scheduler
from bot.engine.sender import Sender
from bot.engine.turns import Turns
from bot.engine.workers import Bells, Worker
from bot.operating.health import Health
from bot.operating.metrics import Metrics
from bot.web.front_desk import FrontDesk
from bot.web.links import Links
from core.apart import Apart
from core.clock import Clock, SystemClock
from core.couriers import all_couriers, push_doors
from core.fulfilment.tools import Tools
from core.http import Http, outside
from core.ids import new_id
from core.labels import Press
from core.language_model import LanguageModel
from core.manual import BOOK
from core.printers import IppPrinter
from core.pushes import PushDoor
from core.shops import ManualOrders, all_messages, all_shops
from core.shops.base import ShopPlatform
from core.sockets import Dial, dialer
from core.speech import OpenAiSpeech
from core.storage.database import Database, connect
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.trackers import all_trackers
from core.tracking.breaker import Breakers
from core.tracking.errands import follow_due
from core.tracking.telling import tell_due
from core.tracking.tools import Lookout
from core.tracking.watch import Watch
from core.vault import Vault
from handlers.alerts.news import AlertNews
from handlers.desk import Desk
from handlers.menu import COMMANDS, Command
from handlers.printing.batch_news import BatchNews


@dataclass(slots=True)
class App:
    """The program, wired and ready to run."""

    desk: Desk
    turns: Turns
    front_desk: FrontDesk
    composer: Composer
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
    http = http or outside(settings.world or None, settings.timeout)
    press, owns_press = press or Press(), press is None
    opened = database or await connect(settings.database)
    await migrate(opened)
    bells, metrics = Bells(opened, clock), Metrics()
    http.watch = metrics.called
    vault = settings.vault()
    kept = repositories(bells, vault, clock)
    if not bells.is_shared:
        await kept.let_all_go()
    shops = {each.code: each for each in all_shops(http, settings.shop_apps(), kept.shops, clock, pause)}
    tools = _tools(settings, kept, clock, http, press, shops, pause, is_sample=is_sample)
    watch = _watch(settings, tools, _lookout(settings, tools, http))
    desk = _desk(settings, watch, shops, http, channels)
    listeners = _listeners(settings, desk, dial)
    is_open = settings.open_to == "anyone"
    turns = Turns(desk, tools.owner, commands, metrics, is_open=is_open, flood=settings.flood)
    return _app(settings, channels, turns, desk, bells, metrics, press, http, listeners, owns_press=owns_press)


def _app(
    settings: Settings,
    channels: Mapping[str, Channel],
    turns: Turns,
    desk: Desk,
    bells: Bells,
    metrics: Metrics,
    press: Press,
    http: Http,
    listeners: tuple[Listener, ...],
    *,
    owns_press: bool,
) -> App:
    """The loops over what is due, and the app that runs them."""
    kept, clock, watch, owner = desk.kept, desk.clock, desk.watch, desk.tools.owner
    composer = Composer(kept, press, clock, Links(settings.public_url, settings.vault()))
    sender = Sender(composer, channels, owner, metrics)
    scheduler = Scheduler(ticks(settings, watch), kept, clock, owner)
    by_table = {
        "inbox": Worker("turns", [turns.take_waiting], metrics),
        "effects": Worker("effects", [turns.do_next_effect] * 8, metrics),
        "outbox": Worker("sender", [partial(sender.send_due, name) for name in channels], metrics),
        **stirred(watch, metrics),
    }
    bells.ring_for(by_table)
    workers = (
        *by_table.values(),
        Worker("alerts", [lambda: tell_due(watch)], metrics),
        Worker("errands", [lambda: follow_due(watch)], metrics),
        Worker("ticks", [scheduler.do_due] * 4, metrics),
    )
    waiting = [name for name, channel in channels.items() if not channel.abilities.pushes]
    return App(
        desk=desk,
        turns=turns,
        front_desk=FrontDesk(turns, sender, kept, bells),
        composer=composer,
        workers=workers,
        database=bells,
        press=press,
        http=http,
        owns_press=owns_press,
        scheduler=scheduler,
        health=Health(kept, bells, workers, clock, waiting),
        metrics=metrics,
        push_doors=(*push_doors(settings.courier_apps()), *(each.pushes for each in desk.lookout.trackers)),
        listeners=listeners,
    )


def _desk(
    settings: Settings,
    watch: Watch,
    shops: Mapping[str, ShopPlatform],
    http: Http,
    channels: Mapping[str, Channel],
) -> Desk:
    tools = watch.tools
    speech = OpenAiSpeech(http, service) if (service := settings.speech_service()) else None
    heard = {"words"} if speech is None else {"words", "recordings"}
    return Desk(
        clock=tools.clock,
        kept=tools.kept,
        platforms=shops,
        couriers=tools.couriers,
        tools=tools,
        lookout=watch.lookout,
        watch=watch,
        files=ChannelFiles(channels),
        apart=Apart(),
        speech=speech,
        hears=frozenset(name for name, channel in channels.items() if channel.abilities.voice in heard),
        model=_language_model(settings, http),
        ways_in=partial(_ways_in, channels),
    )


def _ways_in(channels: Mapping[str, Channel], code: str) -> dict[str, str]:
    """The addresses that join with this code, by channel."""
    return {name: channel.start_link(code) for name, channel in channels.items() if isinstance(channel, Linked)}


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


def _language_model(settings: Settings, http: Http) -> LanguageModel | None:
    if not settings.model_url:
        return None
    return LanguageModel(http, settings.model_url, settings.model_name, settings.model_key.get_secret_value())


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
