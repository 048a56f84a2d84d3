"""A thousand orders from the merchant's yes to the last upload, beside the same calls alone.

Every outside service answers after 50 ms. The baseline sends the very requests of the batch again, as fast as as many
callers can who wait for nothing but their own answers: no order between them, no gate, no database, no labels.
"""

import asyncio
import time
from collections.abc import Awaitable, Mapping
from pathlib import Path

import pytest

from bot.sandbox.world import World
from core.errors import MerchantError
from core.http import Http, Reply, client
from core.labels import Press
from tests.support.merchant import Merchant
from tests.support.stage import Stage

pytestmark = pytest.mark.benchmark

ORDERS = 1_000
ANSWER = 0.05  # seconds
CALLERS = 8  # the default of MIANDAN_CROWD

Request = tuple[str, str, bytes, Mapping[str, str]]


class Recorder(Http):
    """Sends, and remembers what was sent."""

    def __init__(self, world: World) -> None:
        super().__init__(client(mounts=world.mounts()))
        self.sent: list[Request] = []

    async def post(self, service: str, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        self.sent.append((service, url, body, headers))
        return await super().post(service, url, body, headers)


async def test_a_batch_takes_at_most_half_as_long_again_as_its_calls_alone(tmp_path: Path, press: Press) -> None:
    world = World(seed=7, orders=ORDERS)
    world.zto.tops_up(ORDERS)
    http = Recorder(world)
    stage = Stage(world, tmp_path, press)
    await stage.light(http=http)
    merchant = Merchant(stage)
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    world.before_answer = slow
    http.sent.clear()
    batch = await _seconds(merchant.says("确认"))
    calls = tuple(http.sent)
    alone = await _seconds(_again(world, calls))
    world.before_answer = None
    await stage.dark()
    parcels, uploads = len(world.ledger()["numbers"]), len(world.ledger()["uploads"])
    print(
        f"\n{ORDERS} orders, {uploads} uploaded: {batch:.1f} s; its {len(calls)} calls alone {alone:.1f} s,"
        f" x{batch / alone:.2f}; calls at {ANSWER * 1000:.0f} ms by {CALLERS} at the best"
        f" {len(calls) * ANSWER / CALLERS:.1f} s"
    )
    assert uploads > 0.8 * ORDERS
    assert parcels > 0.8 * ORDERS
    assert batch / alone <= 1.5


async def slow(moment: str) -> None:
    """Called before a service's work, and with ":done" before its answer goes out."""
    if not moment.endswith(":done"):
        await asyncio.sleep(ANSWER)


async def _seconds(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def _again(world: World, calls: tuple[Request, ...]) -> None:
    http, waiting = Http(client(mounts=world.mounts())), iter(calls)

    async def caller() -> None:
        for call in waiting:
            try:
                await http.post(*call)
            except MerchantError:
                continue  # a refusal takes as long as any other answer

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    await http.close()
