"""`miandan serve`: the program on every configured channel, with the web routes beside it, until it is stopped."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Sequence

import structlog

from bot import configured
from bot.app import App, build
from bot.channels.base import ChannelBusy, ChannelRefused, ServedChannel
from bot.config import Settings
from bot.web.server import server
from bot.web.site import web
from bot.world_time import WorldTime
from core.clock import Clock, SystemClock
from core.errors import ServiceUnavailable
from core.http import Http, outside
from core.storage.database import connect
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from handlers.errors import unforeseen
from handlers.menu import COMMANDS
from handlers.texts import text

log = structlog.get_logger()
_AFTER_FAILURE = 3.0  # seconds until a channel that broke, or was not reached, is tried again
_AFTER_REFUSAL = 60.0
_SHOWN = (  # what a merchant thinks of first; an Official Account's menu holds as many
    "print_orders",
    "bind_shop",
    "bind_courier",
    "reprint",
    "track",
    "list_anomalies",
    "help",
)


async def serve(settings: Settings, *, host: str, port: int) -> None:
    """Run until SIGINT or SIGTERM; then finish what is in hand, at most eight seconds, and leave the rest in order.

    Raises `ChannelRefused` where a channel cannot be.
    """
    configured.named(settings)
    http = outside(settings.world or None, settings.timeout)
    async with _time(settings, http) as clock:
        await _serve(settings, http, clock, (host, port))


@contextlib.asynccontextmanager
async def _time(settings: Settings, http: Http) -> AsyncIterator[Clock]:
    """The machine's time, or that of a served world."""
    if not settings.world:
        yield SystemClock()
        return
    clock = WorldTime(http)
    with contextlib.suppress(ServiceUnavailable):
        await clock.look()
    following = asyncio.create_task(clock.follow(), name="world time")
    try:
        yield clock
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def _serve(
    settings: Settings,
    http: Http,
    clock: Clock,
    listen_at: tuple[str, int],
) -> None:
    database = await connect(settings.database)
    await migrate(database)
    channels = configured.channels(settings, http, clock, Repositories(database, settings.vault(), clock))
    by_name = {channel.name: channel for channel in channels}
    app = await build(
        settings,
        by_name,
        clock=clock,
        http=http,
        database=database,
        is_sample=bool(settings.world),
    )
    try:
        names = {channel.name: await _opened(channel) for channel in channels}
        app.start()
        await _until_asked_to_stop(settings, app, channels, names, listen_at)
    finally:
        await app.close()
        await asyncio.gather(*(channel.close() for channel in channels))


async def _until_asked_to_stop(
    settings: Settings, app: App, channels: Sequence[ServedChannel], names: dict[str, str], listen_at: tuple[str, int]
) -> None:
    site = web(app, channels, settings.metrics_token.get_secret_value())
    host, port = listen_at
    door = server(site, host, port)
    for wish in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wish, door.leave)
    listeners = [
        asyncio.create_task(_listen(app, channel, is_open=bool(names[channel.name])), name=f"{channel.name} news")
        for channel in channels
    ]
    app.health.listening = lambda: not any(map(_has_broken, listeners))
    app.health.outside = lambda: _trouble(channels)
    told = ", ".join(names[channel.name] or f"{channel.name} (not reached yet)" for channel in channels)
    print(f"{told}: listening; web on http://{host}:{port}", flush=True)  # noqa: T201 - the one line of a server's start
    try:
        await door.serve()
    finally:
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)


async def _opened(channel: ServedChannel) -> str:
    """Who we are there; "" while it cannot be reached. Raises `ChannelRefused`."""
    try:
        return await channel.open(_menu())
    except ChannelBusy as busy:
        log.warning("the channel cannot be reached; trying again", channel=channel.name, seconds=busy.seconds)
        channel.trouble = "it cannot be reached"
        return ""


async def _listen(app: App, channel: ServedChannel, *, is_open: bool) -> None:
    """A channel that cannot be reached, or breaks, does not take the others with it."""
    while True:
        try:
            while not is_open:
                await asyncio.sleep(_AFTER_FAILURE)
                is_open = bool(await _opened(channel))
                channel.trouble = "" if is_open else channel.trouble
            await channel.listen(app.turns.receive)
        except ChannelRefused as refused:
            log.warning("the channel refuses us", channel=channel.name, hint=str(refused))
            channel.trouble = str(refused)
            await asyncio.sleep(_AFTER_REFUSAL)
        except Exception as error:  # noqa: BLE001 - logged, and listened to again
            unforeseen("channel broke", error, channel=channel.name)
            await asyncio.sleep(_AFTER_FAILURE)
        else:
            return


def _has_broken(listener: asyncio.Task[None]) -> bool:
    """Those of channels that call us end by themselves, and well."""
    return listener.done() and (listener.cancelled() or listener.exception() is not None)


def _trouble(channels: Sequence[ServedChannel]) -> str:
    return "; ".join(f"{channel.name}: {channel.trouble}" for channel in channels if channel.trouble)


def _menu() -> dict[str, str]:
    """The commands that a channel's menu shows."""
    return {intent: text("zh", f"commands.{intent}") for intent in _SHOWN if intent in COMMANDS}
