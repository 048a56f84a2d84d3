"""The WebSocket client against a served world: real sockets on loopback."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn

from bot.sandbox.pinduoduo.service import CLIENT_ID, CLIENT_SECRET
from bot.sandbox.world import World
from core.shops.base import ShopMessage
from core.shops.pinduoduo import PinduoduoApp, PinduoduoMessages
from core.sockets import dialer
from tests.support.passing import until

SHOP = 123456789


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=3)


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    """The world on a port of its own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(world.app, log_level="error", timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        await serving


async def test_messages_come_over_a_real_socket_and_are_acknowledged(world: World, address: str) -> None:
    world.pinduoduo.messages.permitted[SHOP] = frozenset({"pdd_trade_TradeConfirmed"})
    heard: list[ShopMessage] = []

    async def take(message: ShopMessage) -> None:
        heard.append(message)

    app = PinduoduoApp(CLIENT_ID, CLIENT_SECRET, "https://bot.example/back")
    listening = asyncio.create_task(PinduoduoMessages(app, world.clock, dialer(address)).listen(take))
    order = world.new_order()
    await until(lambda: world.pinduoduo.messages.acknowledged)
    assert [message.order for message in heard] == [order.order_sn]
    world.pinduoduo.cuts_off_messages()
    with pytest.raises(ConnectionError):
        await listening


async def test_a_wrong_secret_is_not_admitted(world: World, address: str) -> None:
    app = PinduoduoApp(CLIENT_ID, "guess", "https://bot.example/back")

    async def take(_message: ShopMessage) -> None:
        raise AssertionError

    with pytest.raises(ConnectionError):
        await PinduoduoMessages(app, world.clock, dialer(address)).listen(take)


async def test_where_nobody_is_there_is_no_connection() -> None:
    with pytest.raises(ConnectionError):
        await dialer("http://127.0.0.1:9")("wss://message-api.pinduoduo.com/message/a/1/b")


async def test_a_connection_that_was_closed_takes_and_gives_nothing(world: World, address: str) -> None:
    stamp = str(world.clock.now())
    from bot.sandbox.pinduoduo.messages import digest  # noqa: PLC0415 - the world's own, only to be let in

    line = await dialer(address)(
        f"wss://message-api.pinduoduo.com/message/{CLIENT_ID}/{stamp}/{digest(CLIENT_ID, stamp, CLIENT_SECRET)}"
    )
    await line.send(json.dumps({"commandType": "HeartBeat", "time": 1}))
    await line.close()
    await line.close()
    with pytest.raises(ConnectionError):
        await line.send("{}")
    with pytest.raises(ConnectionError):
        await line.receive()
