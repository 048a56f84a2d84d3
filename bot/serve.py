"""`miandan serve`: the program on Telegram, with the web routes beside it, until it is asked to stop."""

import asyncio
import contextlib
import hashlib
import hmac
import signal
from collections.abc import Iterator

import structlog
import uvicorn

from bot.app import App, build
from bot.channels.base import ChannelBusy
from bot.channels.telegram import NAME, Telegram
from bot.config import Settings
from bot.web import web
from handlers.menu import COMMANDS, Command
from handlers.texts import text

log = structlog.get_logger()


async def serve(settings: Settings, *, host: str, port: int) -> None:
    """Run until SIGINT or SIGTERM; then finish what is in hand, at most eight seconds, and leave the rest in order."""
    channel = Telegram(settings.telegram_token.get_secret_value(), world=settings.world)
    app = await build(settings, {NAME: channel}, is_sample=bool(settings.world))
    try:
        name = await _opened(channel)
        app.start()
        await _until_asked_to_stop(settings, app, channel, f"@{name}", (host, port))
    finally:
        await app.close()
        await channel.close()


async def _until_asked_to_stop(
    settings: Settings, app: App, channel: Telegram, name: str, listen_at: tuple[str, int]
) -> None:
    secret = _webhook_secret(settings) if settings.telegram_webhook else ""
    site = web(app, channel, secret, settings.metrics_token.get_secret_value())
    host, port = listen_at
    server = _Server(uvicorn.Config(site, host, port, log_config=None, access_log=False, timeout_graceful_shutdown=2))
    for wish in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wish, server.leave)
    news = asyncio.create_task(_listen(settings, app, channel, secret), name="telegram news")
    app.health.listening = lambda: bool(secret) or not news.done()
    app.health.outside = lambda: channel.trouble
    print(f"{name} is listening; web on http://{host}:{port}", flush=True)  # noqa: T201 - the one line of a server's start
    try:
        await server.serve()
    finally:
        news.cancel()
        await asyncio.gather(news, return_exceptions=True)


async def _opened(channel: Telegram) -> str:
    """The bot's name, as soon as Telegram can be reached. Raises `TokenRefused`."""
    while True:
        try:
            return await channel.open(_menu())
        except ChannelBusy as busy:
            log.warning("Telegram cannot be reached; trying again", seconds=busy.seconds)
            await asyncio.sleep(busy.seconds)


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn raises them again when it has ended, before we could finish what is in hand."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    def leave(self) -> None:
        """Stop serving."""
        self.should_exit = True


async def _listen(settings: Settings, app: App, channel: Telegram, secret: str) -> None:
    if secret:
        await channel.listen_at(f"{settings.public_url}/telegram", secret)
    else:
        await channel.poll(app.turns.receive)


def _menu() -> dict[str, str]:
    """The commands that Telegram shows: those a merchant would think of first."""
    return {
        command.intent: text("zh", f"commands.{command.intent}") for command in COMMANDS.values() if _is_shown(command)
    }


def _is_shown(command: Command) -> bool:
    return command.intent in {"print_orders", "bind_shop", "bind_courier", "reprint", "track", "help"}


def _webhook_secret(settings: Settings) -> str:
    """Follows from the token, so that every process of an installation expects the same."""
    token = settings.telegram_token.get_secret_value().encode()
    return hmac.new(token, b"miandan webhook", hashlib.sha256).hexdigest()
