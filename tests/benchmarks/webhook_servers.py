"""The servers that are compared, each in a process of its own: `python webhook_servers.py ours|echo PORT FOLDER`.

Ours keeps what comes in from Telegram and from a WeCom application, in a SQLite file in the folder, and begins to
answer it at the signal GO; the echo of python-telegram-bot keeps nothing and answers at once. Neither has a network to
answer on.
"""

import asyncio
import signal
import sys
from pathlib import Path

from telegram_talk import SECRET, echo, our_channel

from bot.app import build
from bot.channels.telegram import NAME
from bot.channels.wecom import Application, WeCom
from bot.demo import settings
from bot.sandbox.wecom.messages import AGENT
from bot.sandbox.wecom.service import CORP, SEAL
from bot.sandbox.wecom.service import SECRET as APPLICATION_SECRET
from bot.sandbox.world import World
from bot.web.server import server
from bot.web.site import web
from core.http import Http, client

TELEGRAM, WECOM = "/telegram", "/wecom"
GO = signal.SIGUSR1


async def ours(port: int, folder: Path) -> None:
    """Our web app on uvicorn, as `miandan serve` runs it."""
    channel = await our_channel()
    app = await build(settings(folder), {NAME: channel}, http=Http(client(mounts=World(orders=0).mounts())))
    application = Application(CORP, AGENT, APPLICATION_SECRET, SEAL.token, SEAL.aes_key)
    wecom = WeCom(application, app.http, app.desk.clock, app.desk.kept)
    site = web(app, [channel, wecom])
    asyncio.get_running_loop().add_signal_handler(GO, app.start)
    await server(site, "127.0.0.1", port).serve()


def theirs(port: int) -> None:
    """python-telegram-bot's own webhook server."""
    echo().run_webhook(
        listen="127.0.0.1",
        port=port,
        url_path=TELEGRAM,
        secret_token=SECRET,
        webhook_url=f"https://bot.example{TELEGRAM}",
    )


if __name__ == "__main__":
    name, port, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    asyncio.run(ours(port, folder)) if name == "ours" else theirs(port)
