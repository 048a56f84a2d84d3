"""Every public address, with whatever may be sent there: no fault of ours, no growth, and nothing kept of it.

`MIANDAN_FUZZ` says how many tries each test makes; `make fuzz` makes many.
"""

import gc
import json
import os
import random
import tracemalloc
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import httpx
import pytest
import structlog
from bad_pushes import kuaidi100, unsigned, zto
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from bot import demo
from bot.app import App, build
from bot.channels.official_account import OfficialAccount
from bot.channels.telegram import Telegram
from bot.channels.wecom import WeCom
from bot.sandbox.clock import SECOND
from bot.sandbox.official_account import service as account_service
from bot.sandbox.telegram.service import TOKEN
from bot.sandbox.wechat_seal import Seal, signature
from bot.sandbox.wecom import service as wecom_service
from bot.sandbox.world import World
from bot.web.site import web
from core.clock import DAY
from core.couriers.zto import ZtoApp, ZtoPushes
from core.http import Http, client
from core.labels import Press
from core.storage.address import Address
from core.storage.database import Database, connect
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.trackers import Kuaidi100App
from core.trackers.kuaidi100.pushes import Kuaidi100Pushes
from tests.scenarios.account_seats import account
from tests.scenarios.wechat_seats import application
from tests.support import databases
from tests.support.stage import at_once

TRIES = int(os.environ.get("MIANDAN_FUZZ", "40"))
MANY = settings(max_examples=TRIES, suppress_health_check=[HealthCheck.function_scoped_fixture])
SECRET, FORM = "a-secret-of-telegram", "q1w2e3r4t5y"
ZTO_SECRET, KUAIDI100 = "sandbox-zto-secret", Kuaidi100App("CUST", "key")
GUARDED = {"x-content-type-options", "content-security-policy", "referrer-policy", "x-frame-options", "cache-control"}
ACCOUNT = account(may_push=True)
LITTLE = 200_000  # bytes; the bodies of the last crowd alone were fifty times as many
ADDRESSES = (
    "/oauth/pinduoduo",
    "/healthz",
    "/metrics",
    "/push/zto",
    "/push/kuaidi100",
    "/form/{token}",
    "/form/{token}/again",
    "/labels/{sealed}",
    "/labels/{sealed}/again",
    "/telegram",
    "/wecom",
    "/official_account",
)
QUERIES = ("state", "code", "signature", "msg_signature", "timestamp", "nonce", "echostr", "encrypt_type")
FIELDS = ("typed", "mark", "param", "sign", "data", "data_digest", "company_id", "msg_type")
FORM_BODY = {"content-type": "application/x-www-form-urlencoded"}
HEADERS = ("content-type", "authorization", "origin", "referer", "x-forwarded-for", "x-telegram-bot-api-secret-token")
KINDS = ("text", "event", "image", "voice", "nonsense", "")
XML_FIELDS = (
    "FromUserName",
    "MsgType",
    "MsgId",
    "CreateTime",
    "Content",
    "Event",
    "EventKey",
    "TaskId",
    "bizmsgmenuid",
    "MediaId",
    "Format",
    "Recognition",
)
XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)

CHAT = (
    st.fixed_dictionaries(
        {"id": st.integers(-9, 9).filter(bool), "type": st.sampled_from(["private", "group", "channel"])}
    )
    | JSON
)
PERSON = st.fixed_dictionaries({"id": st.integers(1, 9), "is_bot": st.booleans()}) | JSON
FILE = st.fixed_dictionaries({"file_id": ANY_TEXT}, optional={"file_name": ANY_TEXT, "file_size": st.integers()}) | JSON
MESSAGE = st.fixed_dictionaries(
    {"message_id": st.integers(), "chat": CHAT},
    optional={
        "from": PERSON,
        "text": ANY_TEXT | JSON,
        "document": FILE,
        "voice": FILE,
        "photo": st.lists(FILE),
        "x": JSON,
    },
)
TAP = st.fixed_dictionaries(
    {"id": ANY_TEXT, "from": PERSON}, optional={"data": ANY_TEXT | JSON, "message": MESSAGE | JSON}
)
UPDATE = st.fixed_dictionaries(
    {"update_id": st.integers()}, optional={"message": MESSAGE | JSON, "callback_query": TAP | JSON}
)


class Site:
    """The whole program, with every channel that is called, and a browser that reaches only its site."""

    def __init__(self, world: World, app: App, channels: list[Any]) -> None:
        self.world = world
        self.app = app
        self.web = web(app, channels, metrics_token="figures")
        transport = httpx.ASGITransport(self.web, raise_app_exceptions=True)
        self._browser = httpx.AsyncClient(transport=transport, base_url="https://bot.example")

    async def ask(self, method: str, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """What comes back."""
        return await self._browser.request(method, url, content=body, headers=dict(headers or {}))

    async def asks(self, method: str, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> int:
        """The status of what comes back, which is guarded; what comes of it is no fault of ours."""
        with structlog.testing.capture_logs() as logged:
            answer = await self.ask(method, url, body, headers)
            await self.app.quiet()
        assert set(answer.headers) >= GUARDED
        assert [entry for entry in logged if entry["log_level"] in {"error", "critical"}] == [], (method, url, body)
        return answer.status_code

    async def seals(self, name: str, seal: Seal, message: str) -> int:
        """What WeChat's servers would post, sealed and signed."""
        sealed, now = seal.close(message), str(self.world.clock.now() // SECOND)
        query = {"timestamp": now, "nonce": "1", "msg_signature": seal.signed(now, "1", sealed)}
        query |= {"signature": signature(seal.token, now, "1"), "encrypt_type": "aes"}
        body = f"<xml><ToUserName>a</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
        return await self.asks("POST", f"/{name}?{urlencode(query)}", body.encode())

    async def books(self) -> list[int]:
        """How much is kept."""
        tables = ("inbox", "merchants", "outbox", "forms", "visits", "nodes", "audit")
        rows = [await self.app.database.all(f"SELECT count(*) FROM {name}") for name in tables]
        return [row[0][0] for row in rows]


@pytest.fixture
def world() -> World:
    """Nothing to ship."""
    return World(seed=7, orders=0)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of either engine, which the program closes."""
    if request.param == "sqlite":
        yield await connect(f"sqlite:{tmp_path / 'miandan.db'}")
    else:
        async with databases.postgres() as address:
            yield await connect(address)


@pytest.fixture
async def site(world: World, tmp_path: Path, press: Press, database: Database) -> AsyncIterator[Site]:
    """The site at work; a form is open there."""
    await migrate(database)
    config = demo.settings(tmp_path).model_copy(update={"public_url": "https://bot.example"})
    http, kept = Http(client(mounts=world.mounts())), Repositories(database, config.vault(), world.clock)
    telegram = Telegram(TOKEN, secret=SECRET, client_options={"mounts": world.mounts(), "trust_env": False})
    account = OfficialAccount(ACCOUNT, http, world.clock, kept)
    channels = [telegram, WeCom(application(), http, world.clock, kept), account]
    await telegram.open({"help": "帮助"})
    for number in range(1, 10):  # chats that there are, so that they can be answered
        world.telegram.says(number, "hello")
        world.telegram.in_group(-number, number, "hello")
    app = await build(
        config,
        {each.name: each for each in channels},
        clock=world.clock,
        http=http,
        database=database,
        press=press,
        pause=at_once,
    )
    app.push_doors = (ZtoPushes(ZtoApp("sandbox-zto-key", ZTO_SECRET)), Kuaidi100Pushes(KUAIDI100))
    app.start()
    await database.apply(*kept.forms.expect(FORM, Address("telegram", "1"), "密码", world.clock.now() + DAY))
    yield Site(world, app, channels)
    await app.close()
    for channel in channels:
        await channel.close()


def test_every_public_address_is_tried_here(site: Site) -> None:
    assert {route.path for route in site.web.routes if isinstance(route, Route)} == set(ADDRESSES)


@MANY
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"]),
    address=st.sampled_from(ADDRESSES),
    part=st.just(FORM) | ANY_TEXT.filter(lambda part: part not in {"", ".", ".."}),
    query=st.dictionaries(st.sampled_from(QUERIES) | ANY_TEXT, ANY_TEXT, max_size=5),
    body=st.binary(max_size=400) | st.dictionaries(st.sampled_from(FIELDS), ANY_TEXT).map(urlencode).map(str.encode),
    headers=st.dictionaries(st.sampled_from(HEADERS), st.text(st.characters(codec="ascii", exclude_categories=["C"]))),
)
async def test_whatever_a_stranger_asks_is_no_fault_of_ours_and_nothing_is_kept(
    site: Site, method: str, address: str, part: str, query: dict[str, str], body: bytes, headers: dict[str, str]
) -> None:
    before = await site.books()
    path = address.replace("{token}", quote(part, safe="")).replace("{sealed}", quote(part, safe=""))
    assert await site.asks(method, f"{path}?{urlencode(query)}", body, headers) < 500
    assert await site.books() == before


@pytest.mark.parametrize("address", ADDRESSES)
async def test_what_is_known_to_have_hurt_others_does_nothing_here(site: Site, address: str) -> None:
    before = await site.books()
    for body in unsigned("73100196611386").values():
        path = address.replace("{token}", "x").replace("{sealed}", "%00..%2f")
        assert await site.asks("POST", path, body, FORM_BODY) < 500
    assert await site.books() == before


@MANY
@given(update=JSON | UPDATE)
async def test_whatever_telegram_sends_is_no_fault_of_ours(site: Site, update: Any) -> None:
    told = json.dumps(update).encode()
    assert await site.asks("POST", "/telegram", told, {"X-Telegram-Bot-Api-Secret-Token": SECRET}) < 500


@MANY
@given(fields=st.dictionaries(st.sampled_from(XML_FIELDS), XML_TEXT), kind=st.sampled_from(KINDS), whole=XML_TEXT)
async def test_whatever_wechat_seals_is_no_fault_of_ours(
    site: Site, fields: dict[str, str], kind: str, whole: str
) -> None:
    known = {"FromUserName": "xiaoman", "MsgType": kind, "CreateTime": "1", "MsgId": "1"} | fields
    inner = "".join(f"<{name}>{escape(told)}</{name}>" for name, told in known.items())
    for name, seal in (("wecom", wecom_service.SEAL), ("official_account", account_service.SEAL)):
        assert await site.seals(name, seal, f"<xml>{inner}</xml>") < 500
        assert await site.seals(name, seal, whole) < 500


@MANY
@given(told=JSON)
async def test_whatever_couriers_sign_is_no_fault_of_ours(site: Site, told: Any) -> None:
    text = json.dumps(told)
    for name, body in (("zto", zto(text, ZTO_SECRET)), ("kuaidi100", kuaidi100(text, KUAIDI100.salt))):
        assert await site.asks("POST", f"/push/{name}", body, FORM_BODY) < 500


async def test_strangers_leave_nothing_behind_in_memory(site: Site) -> None:
    """Whatever they ask for is new every time, as if to fill what is remembered."""
    chance = random.Random(7)  # noqa: S311 - any will do

    async def crowd(count: int) -> None:
        for address in ADDRESSES * count:
            part = f"{chance.getrandbits(128):x}"
            path = address.replace("{token}", part).replace("{sealed}", part)
            await site.ask(chance.choice(["GET", "POST"]), f"{path}?state={part}&code={part}", part.encode() * 500)

    await crowd(20)
    tracemalloc.start()
    try:
        await crowd(20)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        await crowd(60)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < LITTLE
