"""Pushes at the public address: kept before they are answered, and nothing else is ever kept."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from bad_pushes import ROW, impossible_news, journey, kuaidi100, signed_nonsense, unsigned, zto
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.sandbox.clock import WorldClock
from bot.web.guard import LONGEST_BODY, Guard
from bot.web.pushes import pushes
from core.couriers.zto import ZtoApp, ZtoPushes
from core.orders import Region
from core.parcels import Parcel, ParcelState
from core.pushes import PushDoor
from core.storage.database import Database, Row, Statement
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.trackers import Kuaidi100App
from core.trackers.kuaidi100.pushes import Kuaidi100Pushes
from core.tracking.breaker import Breakers
from core.tracking.tools import Lookout
from core.vault import Vault
from tests.support import databases

NUMBER = "73100196611386"
SECRET = "sandbox-zto-secret"
KUAIDI100 = Kuaidi100App("CUST", "key")
DOORS: tuple[PushDoor, ...] = (ZtoPushes(ZtoApp("sandbox-zto-key", SECRET)), Kuaidi100Pushes(KUAIDI100))
ACCEPTED = {"zto": {"message": "", "result": "success", "status": True, "statusCode": "0"}}
ACCEPTED |= {"kuaidi100": {"result": True, "returnCode": "200", "message": "成功"}}
UNSIGNED = unsigned(NUMBER)
NONSENSE = signed_nonsense(NUMBER, KUAIDI100.salt, SECRET)
IMPOSSIBLE = impossible_news(NUMBER, KUAIDI100.salt, SECRET)
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Full:
    """A database whose disk may be full."""

    def __init__(self, database: Database) -> None:
        self.is_full = False
        self._database = database
        self.is_shared = database.is_shared
        self.skip_locked = database.skip_locked
        self.migration_lock = database.migration_lock

    async def all(self, sql: str, *values: Any) -> list[Row]:
        return await self._database.all(sql, *values)

    async def apply(self, *statements: Statement) -> list[list[Row]]:
        if self.is_full:
            raise OSError("no space left")
        return await self._database.apply(*statements)

    async def close(self) -> None:
        await self._database.close()


class Site:
    """The addresses, with one parcel behind them that somebody watches."""

    def __init__(self, kept: Repositories, disk: Full, clock: WorldClock) -> None:
        self.kept = kept
        self.disk = disk
        self.clock = clock
        lookout = Lookout(clock, kept, {}, {}, (), Breakers(clock), cap=0)
        app = Starlette(routes=pushes(lookout, DOORS), middleware=[Middleware(Guard)])
        transport = httpx.ASGITransport(app)
        self.client = httpx.AsyncClient(transport=transport, base_url="https://bot.example")

    async def post(self, name: str, body: Any, headers: Mapping[str, str] = FORM) -> httpx.Response:
        return await self.client.post(f"/push/{name}", content=body, headers=dict(headers))

    async def parcel(self) -> Parcel:
        parcel = await self.kept.parcels.get("p1")
        assert parcel is not None
        return parcel

    async def book(self) -> list[Any]:
        """Everything that a push could have touched."""
        tables = ("parcels", "nodes", "parcel_orders", "order_events", "order_syncs")
        return [[tuple(row) for row in await self.kept.database.all(f"SELECT * FROM {table}")] for table in tables]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clock = WorldClock()
    clock.move(10 * 3_600_000)
    async with databases.opened(f"sqlite:{tmp_path / 'miandan.db'}") as database:
        await migrate(database)
        disk = Full(database)
        kept = Repositories(disk, Vault({"k": bytes(32)}), clock)
        region = Region("广东省", "深圳市", "龙岗区")
        now = clock.now()
        parcel = Parcel("p1", "m1", "s1", ("o1",), "ZTO", NUMBER, region, now, now)
        await kept.database.apply(*kept.parcels.begin(parcel))
        yield Site(kept, disk, clock)


def _scan(**changes: str) -> bytes:
    told = {"billCode": NUMBER, "action": "GOT", "actionTime": "2026-11-22 19:30:00", "desc": "【杭州】已收件"}
    return zto(json.dumps(told | changes, ensure_ascii=False), SECRET)


def _news(*rows: dict[str, str], status: str = "polling") -> bytes:
    return kuaidi100(journey(NUMBER, *rows, status=status), KUAIDI100.salt)


@pytest.mark.parametrize(("name", "body"), [("zto", _scan()), ("kuaidi100", _news(ROW))])
async def test_news_is_kept_and_answered_in_its_senders_own_words(site: Site, name: str, body: bytes) -> None:
    answer = await site.post(name, body)
    assert (answer.status_code, answer.json()) == (200, ACCEPTED[name])
    assert answer.headers["content-type"] == "application/json"
    parcel = await site.parcel()
    assert (parcel.state, parcel.nodes, parcel.check_at) == (ParcelState.PICKED_UP, 1, site.clock.now())


async def test_a_push_replayed_is_answered_alike_and_changes_nothing(site: Site) -> None:
    await site.post("zto", _scan())
    before = await site.book()
    site.clock.move(60_000)
    for _ in range(3):
        assert (await site.post("zto", _scan())).json() == ACCEPTED["zto"]
    assert await site.book() == before


SCANS = [
    _scan(),
    _scan(action="DEPARTURE", actionTime="2026-11-22 22:30:00", desc="离开"),
    _scan(action="DISPATCH", actionTime="2026-11-23 00:30:00", desc="派件"),
    _scan(action="SIGNED", actionTime="2026-11-23 01:00:00", desc="签收"),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::3])
async def test_out_of_order_pushes_come_to_the_same_end(site: Site, order: tuple[int, ...]) -> None:
    for place in order:
        assert (await site.post("zto", SCANS[place])).json() == ACCEPTED["zto"]
    parcel = await site.parcel()
    assert (parcel.state, parcel.nodes, parcel.progress.oddities) == (ParcelState.DELIVERED, 4, frozenset())


async def test_the_same_push_from_many_senders_at_once_is_kept_once(site: Site) -> None:
    answers = await asyncio.gather(*(site.post("zto", body) for body in SCANS * 10))
    assert {answer.text for answer in answers} == {json.dumps(ACCEPTED["zto"], separators=(",", ":"))}
    assert (await site.parcel()).nodes == 4


async def test_news_of_a_number_that_nobody_watches_is_accepted_and_not_kept(site: Site) -> None:
    before = await site.book()
    assert (await site.post("zto", _scan(billCode="73100000000000"))).json() == ACCEPTED["zto"]
    assert await site.book() == before


@pytest.mark.parametrize("name", ["zto", "kuaidi100"])
@pytest.mark.parametrize("why", UNSIGNED)
async def test_what_nobody_signed_is_refused_and_not_kept(site: Site, name: str, why: str) -> None:
    before = await site.book()
    assert await _accepted(site, name, UNSIGNED[why]) == []
    assert await site.book() == before


@pytest.mark.parametrize("name", ["zto", "kuaidi100"])
@pytest.mark.parametrize("why", NONSENSE)
async def test_signed_nonsense_is_refused_and_not_kept(site: Site, name: str, why: str) -> None:
    before = await site.book()
    assert await _accepted(site, name, NONSENSE[why]) == []
    assert await site.book() == before


async def _accepted(site: Site, name: str, body: bytes) -> list[httpx.Response]:
    """The answers that are no refusal, of the body under each kind of heading."""
    answers = [await site.post(name, body, headers) for headers in (FORM, {"content-type": "application/json"}, {})]
    return [each for each in answers if each.status_code // 100 != 4 or each.json() == ACCEPTED[name]]


@pytest.mark.parametrize("why", IMPOSSIBLE)
async def test_news_that_cannot_have_happened_is_not_kept(site: Site, why: str) -> None:
    before = await site.book()
    name = "zto" if b"company_id" in IMPOSSIBLE[why] else "kuaidi100"
    assert (await site.post(name, IMPOSSIBLE[why])).status_code == 200
    assert await site.book() == before


@pytest.mark.parametrize("name", ["zto", "kuaidi100"])
async def test_of_a_huge_body_no_more_is_read_than_any_news_can_have(site: Site, name: str) -> None:
    sent = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += 64 * 1024
            yield b"a" * (64 * 1024)

    before = await site.book()
    answer = await site.post(name, flood())
    assert answer.status_code == 413
    assert answer.json() not in ACCEPTED.values(), "the sender hears its own word for a refusal"
    assert sent <= LONGEST_BODY + 2 * 64 * 1024
    assert await site.book() == before


async def test_a_long_journey_still_fits(site: Site) -> None:
    rows = [
        ROW | {"ftime": f"2026-11-22 {n // 60:02}:{n % 60:02}:00", "context": "派" * 40 + str(n)} for n in range(400)
    ]
    body = _news(*rows)
    assert len(body) < LONGEST_BODY
    assert (await site.post("kuaidi100", body)).json() == ACCEPTED["kuaidi100"]
    assert (await site.parcel()).nodes == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_only_posts_are_taken(site: Site, method: str) -> None:
    assert (await site.client.request(method, "/push/zto")).status_code == 405


async def test_an_address_of_no_service_is_not_there(site: Site) -> None:
    assert (await site.post("sf", b"")).status_code == 404


async def test_news_that_cannot_be_kept_is_asked_for_again_without_a_page_of_faults(site: Site) -> None:
    site.disk.is_full = True
    answer = await site.post("zto", _scan())
    assert answer.status_code == 200
    assert answer.json() != ACCEPTED["zto"]
    site.disk.is_full = False
    assert (await site.post("zto", _scan())).json() == ACCEPTED["zto"]
    assert (await site.parcel()).nodes == 1


async def test_a_service_that_gives_up_is_asked_again_later_and_only_the_one_that_pushed(site: Site) -> None:
    parcel = await site.parcel()
    await site.kept.database.apply(site.kept.parcels.subscribe(parcel, "ZTO"))
    await site.post("kuaidi100", _news(status="abort"))
    assert (await site.parcel()).subscription == "ZTO"
    await site.kept.database.apply(site.kept.parcels.subscribe(parcel, "kuaidi100"))
    await site.post("kuaidi100", _news(status="abort"))
    parcel = await site.parcel()
    assert (parcel.subscription, parcel.subscribed) == ("", 2)
    assert parcel.next_poll_at == site.clock.now() + 31 * 60_000


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["billCode", "action", "actionTime", "desc", "city", "facilityName", "status", "message", "lastResult"]
FIELDS += ["nu", "com", "data", "ftime", "time", "context", "statusCode", "areaName"]
SHAPED = st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES | st.just(NUMBER), max_size=10)
UNCHECKED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@UNCHECKED
@given(body=st.binary(max_size=2_000) | st.text(max_size=500).map(lambda text: f"param={text}&sign=1".encode()))
@example(body=b"param=%00&sign=%00")
async def test_whatever_bytes_come_the_answer_is_no_fault_of_ours_and_nothing_is_kept(site: Site, body: bytes) -> None:
    before = await site.book()
    for name in ("zto", "kuaidi100"):
        assert 400 <= (await site.post(name, body)).status_code < 500
    assert await site.book() == before


@UNCHECKED
@given(told=JSON_VALUES | SHAPED | st.fixed_dictionaries({"lastResult": SHAPED, "status": st.text(max_size=8)}))
async def test_whatever_is_signed_the_answer_is_no_fault_of_ours(site: Site, told: Any) -> None:
    text = json.dumps(told)
    for name, body in (("zto", zto(text, SECRET)), ("kuaidi100", kuaidi100(text, KUAIDI100.salt))):
        assert (await site.post(name, body)).status_code < 500
    await site.parcel()
