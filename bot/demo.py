"""The demonstration: this program, a pretend outside world in the same process, and a chat in the terminal."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from bot.app import App, build
from bot.channels import console
from bot.channels.console import Console
from bot.config import Settings
from bot.sandbox.browser import ConsentRefused
from bot.sandbox.clock import WorldClock
from bot.sandbox.kuaidi100.service import CUSTOMER as KUAIDI100_CUSTOMER
from bot.sandbox.kuaidi100.service import KEY as KUAIDI100_KEY
from bot.sandbox.official_account import service as official_account
from bot.sandbox.pinduoduo.service import CLIENT_ID, CLIENT_SECRET
from bot.sandbox.speech import KEY as SPEECH_KEY
from bot.sandbox.telegram.service import TOKEN as TELEGRAM_TOKEN
from bot.sandbox.wecom import service as wecom
from bot.sandbox.wecom.messages import AGENT
from bot.sandbox.wecom_bot import service as wecom_bot
from bot.sandbox.world import World
from bot.sandbox.zto.service import APP as ZTO_APP
from core.http import Http, client
from core.ids import new_id
from core.rights import Role
from core.storage.merchants import Member
from handlers.binding import courier as bind_courier
from handlers.binding import shop as bind_shop
from handlers.messages import Incoming

_ZTO_ACCOUNT = {"account": "1234567890", "password": "zto123", "site_code": "8866"}  # the sandbox's first account
SANDBOX_CREDENTIALS: Mapping[str, object] = {
    "pinduoduo_client_id": CLIENT_ID,
    "pinduoduo_client_secret": SecretStr(CLIENT_SECRET),
    "pinduoduo_decrypt_interval": 0.0,
    "zto_app_key": ZTO_APP.key,
    "zto_app_secret": SecretStr(ZTO_APP.secret),
    "kuaidi100_customer": KUAIDI100_CUSTOMER,
    "kuaidi100_key": SecretStr(KUAIDI100_KEY),
    "telegram_token": SecretStr(TELEGRAM_TOKEN),
    "speech_url": "https://speech.sandbox/v1",
    "speech_key": SecretStr(SPEECH_KEY),
    "wecom_corp_id": wecom.CORP,
    "wecom_agent_id": AGENT,
    "wecom_secret": SecretStr(wecom.SECRET),
    "wecom_token": SecretStr(wecom.SEAL.token),
    "wecom_aes_key": SecretStr(wecom.SEAL.aes_key),
    "wecom_bot_id": wecom_bot.BOT_ID,
    "wecom_bot_secret": SecretStr(wecom_bot.SECRET),
    "official_account_app_id": official_account.APP_ID,
    "official_account_secret": SecretStr(official_account.SECRET),
    "official_account_token": SecretStr(official_account.SEAL.token),
    "official_account_aes_key": SecretStr(official_account.SEAL.aes_key),
    "official_account_may_push": True,
}
"""What the pretend world's services know us by."""

_NO_FLOOD = 1_000_000  # where the world's clock stands still, a whole talk takes one minute
_GREETING = """\
面单 · 演示。店铺、快递和订单都是假的，面单上印着 SAMPLE 样张。
直接打字，或回复按钮的序号；Ctrl-D 结束。试试：{hint}
"""


async def demo(*, orders: int, seed: int, out: Path, bound: bool) -> None:
    """Talk until the input ends; documents and the world's ledger go to `out`."""
    world = World(seed=seed, orders=orders, clock=WorldClock.ticking())
    with tempfile.TemporaryDirectory(prefix="miandan-") as folder:
        is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        screen = Console(out, visit=lambda url: _visit(world, app, url), is_terminal=is_terminal)
        app = await _app(world, Path(folder), screen)
        if bound:
            await _bind(world, app)
        app.start()
        try:
            await _talk(app, screen, bound=bound)
        finally:
            await app.close()
            _write_ledger(world, out)


def _write_ledger(world: World, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "ledger.json").write_text(json.dumps(world.ledger(), ensure_ascii=False, indent=1), "utf-8")


def settings(folder: Path) -> Settings:
    """The sandbox's settings: its credentials, and a database in a folder that goes away."""
    fresh = Settings(
        _env_file=None, database=f"sqlite:{folder / 'demo.db'}", key_file=folder / "demo.key", backup_hours=0
    )
    return fresh.model_copy(update=dict(SANDBOX_CREDENTIALS) | {"flood": _NO_FLOOD})


async def _app(world: World, folder: Path, screen: Console) -> App:
    http = Http(client(mounts=world.mounts()))
    channels = {console.NAME: screen}
    return await build(settings(folder), channels, clock=world.clock, http=http, dial=world.dial, is_sample=True)


async def _bind(world: World, app: App) -> None:
    """What the two binding conversations would have done."""
    desk, now = app.desk, world.clock.now()
    member = Member(console.NAME, console.PEER, new_id(), Role.OWNER, "zh")
    await app.database.apply(desk.kept.merchants.add(member.merchant, "zh", now), desk.kept.merchants.join(member, now))
    platform = desk.platforms["pinduoduo"]
    back = await world.browser.authorise(platform.authorisation_url("demo"))
    await bind_shop.bind(desk, platform.code, member.merchant, dict(parse_qsl(urlsplit(back).query))["code"])
    sender = (await bind_courier.addresses(desk, member.merchant))[0]
    account = {"kind": desk.courier("ZTO").kinds[0].key, **_ZTO_ACCOUNT}
    await bind_courier.keep(desk, member.merchant, "ZTO", account, sender)


async def _talk(app: App, screen: Console, *, bound: bool) -> None:
    if sys.stdin.isatty():
        screen.note(_GREETING.format(hint="打印今天的订单" if bound else "绑定店铺，再「绑定中通」"))
    while line := await asyncio.to_thread(sys.stdin.readline):
        if said := line.strip():
            await hear(app, screen, said)


async def hear(app: App, screen: Console, said: str) -> None:
    """One line of the merchant's: the number of a link opens it, a file's path sends it, everything else is said."""
    if not await screen.opened(said):
        screen.heard(said)
        file = console.file_in(said)
        text = "" if file else said
        await app.turns.receive(Incoming(console.NAME, console.PEER, new_id(), text=text, attachment=file))
    await app.quiet()


async def _visit(world: World, app: App, url: str) -> str:
    """The merchant's browser: agree on the page, and follow the way back to us."""
    try:
        back = await world.browser.authorise(url)
    except ConsentRefused as refused:
        return f"（页面说：{refused}）"
    await app.turns.come_back(dict(parse_qsl(urlsplit(back).query)))
    return "（已在浏览器里同意授权）"
