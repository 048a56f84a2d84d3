"""`miandan serve`: the program on every configured channel, with the web routes beside it, until it is stopped."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator, Sequence

import uvicorn

from bot import configured
from bot.app import App, build
from bot.channels.base import ServedChannel
from bot.config import Settings
from bot.web import web
from core.clock import SystemClock
from core.http import Http, client
from core.storage.database import connect
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from handlers.errors import unforeseen
from handlers.menu import COMMANDS
from handlers.texts import text

_AFTER_FAILURE = 5.0  # seconds until a channel that broke is listened to again
_SHOWN = ("print_orders", "bind_shop", "bind_courier", "reprint", "track", "help")  # what a merchant thinks of first


async def serve(settings: Settings, *, host: str, port: int) -> None:
    """Run until SIGINT or SIGTERM; then finish what is in hand, at most eight seconds, and leave the rest in order.

    Raises `ChannelRefused` where a channel cannot be.
    """
    configured.named(settings)
    clock, http = SystemClock(), Http(client(world=settings.world or None, timeout=settings.timeout))
    database = await connect(settings.database)
    await migrate(database)
    channels = configured.channels(settings, http, clock, Repositories(database, settings.vault(), clock))
    by_name = {channel.name: channel for channel in channels}
    app = await build(settings, by_name, clock=clock, http=http, database=database, is_sample=bool(settings.world))
    try:
        names = [await channel.open(_menu()) for channel in channels]
        app.start()
        print(f"{', '.join(names)}: listening; web on http://{host}:{port}", flush=True)  # noqa: T201 - the one line of a server's start
        await _serve(app, channels, host, port)
    finally:
        await app.close()
        await asyncio.gather(*(channel.close() for channel in channels))


async def _serve(app: App, channels: Sequence[ServedChannel], host: str, port: int) -> None:
    config = uvicorn.Config(
        web(app, channels),
        host=host,
        port=port,
        log_level="warning",
        ws="none",
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    for wish in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wish, server.leave)
    listeners = [asyncio.create_task(_listen(app, channel), name=f"{channel.name} news") for channel in channels]
    try:
        await server.serve()
    finally:
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn raises them again when it has ended, before we could finish what is in hand."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    def leave(self) -> None:
        """Stop serving."""
        self.should_exit = True


async def _listen(app: App, channel: ServedChannel) -> None:
    """A channel that breaks does not take the others with it."""
    while True:
        try:
            await channel.listen(app.turns.receive)
        except Exception as error:  # noqa: BLE001 - logged, and listened to again
            unforeseen("channel broke", error, channel=channel.name)
            await asyncio.sleep(_AFTER_FAILURE)
        else:
            return


def _menu() -> dict[str, str]:
    """The commands that a channel's menu shows."""
    return {intent: text("zh", f"commands.{intent}") for intent in _SHOWN if intent in COMMANDS}
