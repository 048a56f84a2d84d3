"""Pushes by 200 senders at once: kept a second, from the form to the disk; and the storage part beside one commit each.

Both storage parts run the very statements of a push, on the same file system with synchronous=FULL, and take turns.
"""

import asyncio
import json
import statistics
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from hashlib import md5
from pathlib import Path
from urllib.parse import urlencode

import aiosqlite
import pytest
from starlette.applications import Starlette
from starlette.types import Message

from bot.sandbox.clock import WorldClock, wall
from bot.web.pushes import pushes
from core.couriers.zto import ZtoApp, ZtoPushes
from core.orders import NOWHERE
from core.parcels import Node, Parcel, ParcelState, fold
from core.storage.database import Statement
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.storage.sqlite import SqliteDatabase
from core.tracking.breaker import Breakers
from core.tracking.tools import Lookout
from core.vault import Vault

pytestmark = pytest.mark.benchmark

SENDERS, EACH, ROUNDS = 200, 10, 3
SECRET = "secret"
CLOCK = WorldClock()


async def opened(file: Path) -> Repositories:
    """A database with a parcel for each sender."""
    database = await SqliteDatabase.open(str(file))
    await migrate(database)
    kept = Repositories(database, Vault({"k": bytes(32)}), CLOCK)
    for n in range(SENDERS):
        await database.apply(*kept.parcels.begin(parcel(n)))
    return kept


def parcel(n: int) -> Parcel:
    now = CLOCK.now()
    return Parcel(f"p{n}", "m1", "s1", (f"o{n}",), "ZTO", f"731{n:011}", NOWHERE, now, now)


def node(n: int) -> Node:
    return Node(
        CLOCK.now() + n * 1_000, ParcelState.IN_TRANSIT, f"【杭州中转】第{n}条", "杭州中转", "DEPARTURE", "杭州市"
    )


def body(sender: int, n: int) -> bytes:
    told = {
        "billCode": f"731{sender:011}",
        "action": "DEPARTURE",
        "actionTime": wall(CLOCK.now() + n * 1_000),
        "desc": node(n).text,
        "facilityName": "杭州中转",
        "city": "杭州市",
    }
    data = json.dumps(told, ensure_ascii=False)
    digest = b64encode(md5(f"{data}{SECRET}".encode()).digest()).decode()  # noqa: S324 - so does ZTO
    return urlencode({"data": data, "data_digest": digest, "company_id": "key", "msg_type": "Traces"}).encode()


async def test_pushes_of_200_senders_share_commits(tmp_path: Path) -> None:
    kept = await opened(tmp_path / "pushed.db")
    lookout = Lookout(CLOCK, kept, {}, {}, (), Breakers(CLOCK), cap=0)
    site = Starlette(routes=pushes(lookout, [ZtoPushes(ZtoApp("key", SECRET))]))
    bodies = [[body(sender, n) for n in range(EACH)] for sender in range(SENDERS)]
    began = time.perf_counter()
    await asyncio.gather(*(_send(site, some) for some in bodies))
    rate = SENDERS * EACH / (time.perf_counter() - began)
    ((nodes,),) = await kept.database.all("SELECT count(*) FROM nodes")
    await kept.database.close()
    print(f"\n{SENDERS} senders: {rate:,.0f} pushes a second, from the form to the disk")
    assert nodes == SENDERS * EACH


async def _send(site: Starlette, bodies: Sequence[bytes]) -> None:
    for one in bodies:
        assert b'"success"' in await _posted(site, one)


async def _posted(site: Starlette, sent: bytes) -> bytes:
    """One request, without a client's own work beside it."""
    told: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": sent, "more_body": False}

    async def send(message: Message) -> None:
        told.append(message.get("body", b""))

    scope = {"type": "http", "method": "POST", "path": "/push/zto", "headers": [], "query_string": b""}
    await site(scope, receive, send)
    return b"".join(told)


async def test_the_storage_part_of_a_push_is_at_least_ten_times_as_fast_as_one_commit_each(tmp_path: Path) -> None:
    shared, alone = await opened(tmp_path / "shared.db"), await opened(tmp_path / "alone.db")
    await alone.database.close()
    async with aiosqlite.connect(tmp_path / "alone.db", isolation_level=None) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            await connection.execute(f"PRAGMA {pragma}")
        turn = asyncio.Lock()

        async def one_commit(statements: Sequence[Statement]) -> None:
            async with turn:
                await connection.execute("BEGIN IMMEDIATE")
                for statement in statements:
                    await connection.execute(statement.sql, statement.values)
                await connection.execute("COMMIT")

        async def shared_commit(statements: Sequence[Statement]) -> None:
            await shared.database.apply(*statements)

        rates = [(await _rate(one_commit, alone, n), await _rate(shared_commit, shared, n)) for n in range(ROUNDS)]
    ((kept,),) = await shared.database.all("SELECT count(*) FROM nodes")
    await shared.database.close()
    each, together = (statistics.median(column) for column in zip(*rates, strict=True))
    print(f"\n{SENDERS} senders: one commit each {each:,.0f}/s, shared {together:,.0f}/s, x{together / each:.1f}")
    assert kept == SENDERS * EACH * ROUNDS
    assert together / each >= 10


async def _rate(commit: Callable[[Sequence[Statement]], Awaitable[None]], kept: Repositories, number: int) -> float:
    """Every sender's pushes one after the other, the senders side by side; statements made beforehand."""
    first = number * EACH
    work = [[_hear(kept, sender, n) for n in range(first, first + EACH)] for sender in range(SENDERS)]

    async def sender(pushed: Sequence[Sequence[Statement]]) -> None:
        for statements in pushed:
            await commit(statements)

    began = time.perf_counter()
    await asyncio.gather(*(sender(pushed) for pushed in work))
    return SENDERS * EACH / (time.perf_counter() - began)


def _hear(kept: Repositories, sender: int, n: int) -> list[Statement]:
    known = replace(parcel(sender), nodes=n)
    return kept.parcels.hear(known, [node(n)], fold([node(n)]), "ZTO", CLOCK.now())
