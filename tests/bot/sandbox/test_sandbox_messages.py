"""Pinduoduo's message service: who is admitted, what is told, and what comes again."""

import asyncio
import hashlib
import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest
from sandbox_callers import CLIENT_ID, PinduoduoCaller

from bot.sandbox.mounts import InProcessSocket
from bot.sandbox.pinduoduo.messages import digest
from bot.sandbox.world import World

SHOP = 123456789
MINUTE = 60_000


def test_the_digest_is_base64_of_the_hex() -> None:
    told = digest("app", "1700000000000", "secret")
    assert told == "OTgxODMwNDI2NWZiN2NiNzA2NzIxOTI0ZjJlMDMxMjE="


def _url(world: World, *, secret: str = "sandbox-pdd-secret", late: int = 0, client_id: str = CLIENT_ID) -> str:
    stamp = str(world.clock.now() - late)
    hexed = hashlib.md5(f"{client_id}{stamp}{secret}".encode()).hexdigest()  # noqa: S324 - so does the platform
    code = quote(b64encode(hexed.encode()).decode(), safe="")
    return f"wss://message-api.pinduoduo.com/message/{client_id}/{stamp}/{code}"


async def _hears(socket: InProcessSocket) -> dict[str, Any]:
    async with asyncio.timeout(2):
        told: dict[str, Any] = json.loads(await socket.receive())
    return told


async def _is_quiet(socket: InProcessSocket) -> bool:
    try:
        async with asyncio.timeout(0.1):
            await socket.receive()
    except TimeoutError:
        return True
    return False


async def _acknowledges(socket: InProcessSocket, frame: dict[str, Any], **changes: object) -> None:
    message = frame["message"]
    told = {"commandType": "Ack", "time": 1, "id": frame["id"], "sendTime": frame["sendTime"]}
    await socket.send(json.dumps(told | {"type": message["type"], "mallID": message["mallID"]} | changes))
    await asyncio.sleep(0.05)


@pytest.fixture
async def permitted(bound: PinduoduoCaller) -> PinduoduoCaller:
    """A shop that the app may hear of."""
    assert (await bound("pdd.pmc.user.permit"))["pmc_user_permit_response"]["is_success"] is True
    return bound


@pytest.mark.parametrize(
    "wrong", [{"secret": "guess"}, {"late": 11 * MINUTE}, {"client_id": "somebody"}], ids=["secret", "time", "app"]
)
async def test_who_does_not_know_the_secret_is_not_admitted(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConnectionError):
        await world.dial(_url(world, **wrong))


async def test_nobody_hears_of_a_shop_that_did_not_permit_it(world: World, bound: PinduoduoCaller) -> None:
    socket = await world.dial(_url(world))
    world.new_order()
    assert await _is_quiet(socket)
    await socket.close()


async def test_a_permission_is_shown_and_withdrawn(permitted: PinduoduoCaller) -> None:
    shown = (await permitted("pdd.pmc.user.get", owner_id=str(SHOP)))["pmc_user_get_response"]["pmc_user"]
    assert (shown["is_expire"], "pdd_trade_TradeConfirmed" in shown["topics"]) == (0, True)
    cancelled = await permitted("pdd.pmc.user.cancel", owner_id=str(SHOP))
    assert cancelled["tmc_user_cancel_response"]["is_success"] is True
    shown = (await permitted("pdd.pmc.user.get", owner_id=str(SHOP)))["pmc_user_get_response"]["pmc_user"]
    assert (shown["is_expire"], shown["topics"]) == (1, [])
    assert await permitted.error("pdd.pmc.user.get", owner_id="1") != (0, "")
    assert (await permitted.error("pdd.pmc.user.permit", topics="nonsense"))[0] == 21001


@pytest.mark.parametrize(
    ("happens", "topic"),
    [
        ("changes_address", "pdd_trade_TradeLogisticsAddressChanged"),
        ("puts_under_review", "pdd_trade_TradeRiskChanged"),
        ("refunds", "pdd_refund_RefundCreated"),
    ],
)
async def test_what_happens_to_an_order_is_told(
    world: World, permitted: PinduoduoCaller, happens: str, topic: str
) -> None:
    socket = await world.dial(_url(world))
    order = world.new_order()
    assert (await _hears(socket))["message"]["type"] == "pdd_trade_TradeConfirmed"
    getattr(world.pinduoduo, happens)(order.order_sn)
    frame = await _hears(socket)
    assert (frame["commandType"], frame["message"]["type"], frame["message"]["mallID"]) == ("Common", topic, SHOP)
    assert frame["id"] > 2**53
    content = json.loads(frame["message"]["content"])
    assert (content["mall_id"], content["tid"]) == (SHOP, order.order_sn)
    await socket.close()


async def test_a_refund_is_told_with_its_number_and_money(world: World, permitted: PinduoduoCaller) -> None:
    order = world.new_order()
    world.pinduoduo.refunds(order.order_sn)
    world.pinduoduo.withdraws_refund(order.order_sn)
    socket = await world.dial(_url(world))
    told = [json.loads((await _hears(socket))["message"]["content"]) for _ in range(3)][1:]
    assert len({content["refund_id"] for content in told}) == 1
    assert told[0]["refund_fee"] == sum(item.price * item.count for item in order.items)
    assert told[0]["modified"] == world.clock.now()
    await socket.close()


async def test_what_is_acknowledged_comes_no_more_and_what_is_not_comes_again_under_another_id(
    world: World, permitted: PinduoduoCaller
) -> None:
    world.new_order()
    socket = await world.dial(_url(world))
    first = await _hears(socket)
    await _acknowledges(socket, first, type="another")
    assert await _is_quiet(socket)
    world.clock.move(MINUTE)
    again = await _hears(socket)
    assert again["id"] != first["id"]
    assert again["message"] == first["message"]
    await _acknowledges(socket, first)
    world.clock.move(MINUTE)
    assert await _is_quiet(socket)
    assert world.pinduoduo.messages.acknowledged == ["pdd_trade_TradeConfirmed"]
    await socket.close()


async def test_a_message_is_for_one_connection_and_for_the_other_when_that_one_is_gone(
    world: World, permitted: PinduoduoCaller
) -> None:
    sockets = [await world.dial(_url(world)) for _ in range(2)]
    world.new_order()
    await asyncio.sleep(0.1)
    assert sorted([await _is_quiet(socket) for socket in sockets]) == [False, True]
    await sockets[0].close()
    world.clock.move(MINUTE)
    await _hears(sockets[1])
    await sockets[1].close()


async def test_messages_wait_seven_days(world: World, permitted: PinduoduoCaller) -> None:
    world.new_order()
    world.clock.move(7 * 24 * 60 * MINUTE - 1)
    world.new_order()
    world.clock.move(1)
    socket = await world.dial(_url(world))
    await _hears(socket)
    assert await _is_quiet(socket)
    await socket.close()


async def test_who_sends_no_heartbeat_is_cut_off(world: World) -> None:
    world.pinduoduo.messages.patience = 0.2
    socket = await world.dial(_url(world))
    for _ in range(4):
        await socket.send(json.dumps({"commandType": "HeartBeat", "time": 1}))
        assert await _is_quiet(socket)
    with pytest.raises(ConnectionError):
        await _hears(socket)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"commandType":"Hello"}', '{"commandType":"HeartBeat"}'])
async def test_who_speaks_otherwise_is_cut_off(world: World, text: str) -> None:
    socket = await world.dial(_url(world))
    await socket.send(text)
    with pytest.raises(ConnectionError):
        await _hears(socket)


async def test_a_service_that_goes_down_cuts_everybody_off_and_admits_nobody(world: World) -> None:
    socket = await world.dial(_url(world))
    world.pinduoduo.goes_down()
    with pytest.raises(ConnectionError):
        await _hears(socket)
    with pytest.raises(ConnectionError):
        await world.dial(_url(world))
    world.pinduoduo.comes_back()
    await (await world.dial(_url(world))).close()


async def test_messages_may_come_twice(world: World, permitted: PinduoduoCaller) -> None:
    world.pinduoduo.doubles_messages()
    world.new_order()
    socket = await world.dial(_url(world))
    first, second = [await _hears(socket) for _ in range(2)]
    assert first["message"] == second["message"]
    assert first["id"] != second["id"]
    await socket.close()


async def test_a_new_order_can_be_announced_before_it_can_be_read(world: World, bound: PinduoduoCaller) -> None:
    world.pinduoduo.desk.read_lag = 5 * MINUTE
    order = world.new_order()
    read = "pdd.order.information.get"
    assert await bound.error(read, order_sn=order.order_sn) == (50001, "订单不存在")
    world.clock.move(5 * MINUTE)
    assert "order_info_get_response" in await bound(read, order_sn=order.order_sn)
