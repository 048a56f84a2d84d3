"""What one turn costs, beside python-telegram-bot's application with nothing but an echo.

A turn is the whole way of a message: update, inbox, conversation, outbox, and the request that sends the answer, with
three commits under SQLite's synchronous=FULL. Neither side has a network. The echo keeps nothing.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from telegram import Update
from telegram_talk import echo, our_channel, update

from bot.app import App, build
from bot.channels.telegram import NAME
from bot.demo import settings
from bot.sandbox.world import World
from core.http import Http, client

pytestmark = pytest.mark.benchmark

TURNS = 1_000  # in one round
ROUNDS = 3
SIDE_BY_SIDE = 16  # chats
CROWD = 200  # chats
SAID = "返回"  # nothing is open, so one sentence is the answer

Say = Callable[[int, int], Awaitable[None]]


async def test_a_turn_costs_at_most_four_times_the_cpu_of_a_bare_echo(tmp_path: Path) -> None:
    echoed, turned, alone = [], [], []
    async with echoing() as say_to_echo, program(tmp_path) as (app, say_to_us):
        await _cpu(app, say_to_us, SIDE_BY_SIDE)
        for _ in range(ROUNDS):
            echoed.append(await _cpu(None, say_to_echo, SIDE_BY_SIDE))
            turned.append(await _cpu(app, say_to_us, SIDE_BY_SIDE))
            alone.append(await _cpu(app, say_to_us, 1))
    bare, turn, one = (statistics.median(each) * 1e6 for each in (echoed, turned, alone))
    print(
        f"\nCPU a message: bare echo {bare:.0f} µs; a turn with {SIDE_BY_SIDE} chats at once {turn:.0f} µs,"
        f" x{turn / bare:.2f}; with one chat alone {one:.0f} µs, x{one / bare:.2f}"
    )
    assert turn / bare <= 4
    assert one / bare <= 4


async def test_two_hundred_chats_at_once_are_all_answered_soon(tmp_path: Path) -> None:
    answered: list[float] = []
    waits: list[float] = []
    async with program(tmp_path, lambda _: answered.append(time.perf_counter())) as (app, say):
        await _cpu(app, say, CROWD)
        for _ in range(ROUNDS):
            answered.clear()
            began = time.perf_counter()
            await asyncio.gather(*(say(chat, next(_said)) for chat in range(1, CROWD + 1)))
            await app.quiet()
            waits += [moment - began for moment in answered]
    assert len(waits) == CROWD * ROUNDS
    ranked = sorted(waits)
    p50, p99 = (ranked[int(len(ranked) * share)] * 1000 for share in (0.5, 0.99))
    print(f"\n{CROWD} chats at once: answered after {p50:.0f} ms (p50), {p99:.0f} ms (p99)")
    assert p99 < 4 * p50, "nobody waits for very much longer than the others"


@asynccontextmanager
async def echoing() -> AsyncIterator[Say]:
    application = echo()
    await application.initialize()

    async def say(chat: int, number: int) -> None:
        await application.process_update(Update.de_json(update(number, chat, SAID), application.bot))

    yield say
    await application.shutdown()


@asynccontextmanager
async def program(folder: Path, hears: Callable[[int], object] | None = None) -> AsyncIterator[tuple[App, Say]]:
    """The program on a database in this folder, and how to hand it an update."""
    channel = await our_channel(hears)
    app = await build(settings(folder), {NAME: channel}, http=Http(client(mounts=World(orders=0).mounts())))
    app.start()

    async def say(chat: int, number: int) -> None:
        await channel.take(update(number, chat, SAID), app.turns.receive)

    yield app, say
    await app.close()
    await channel.close()


_said = iter(range(1, 10**9))


async def _cpu(app: App | None, say: Say, chats: int) -> float:
    """Seconds of CPU a message, all threads counted."""
    began = time.process_time()
    for _ in range(TURNS // chats):
        await asyncio.gather(*(say(chat, next(_said)) for chat in range(1, chats + 1)))
        if app:
            await app.quiet()
    return (time.process_time() - began) / TURNS
