"""Bad days, alike for every service."""

import time

import httpx
import pytest
from sandbox_callers import PinduoduoCaller, ZtoCaller

from bot.sandbox.clock import WorldClock
from bot.sandbox.world import World


async def test_a_service_that_is_down_refuses_the_connection_and_does_nothing(zto: ZtoCaller, world: World) -> None:
    world.zto.goes_down()
    with pytest.raises(httpx.ConnectError):
        await zto.creates()
    assert world.ledger()["numbers"] == []
    assert world.ledger()["calls"] == {}
    world.zto.comes_back()
    assert (await zto.creates())["status"] is True


async def test_a_lost_answer_is_a_time_out_after_the_work_is_done(zto: ZtoCaller, world: World) -> None:
    world.zto.loses_answers(1)
    with pytest.raises(httpx.ReadTimeout):
        await zto.creates()
    assert len(world.ledger()["numbers"]) == 1
    assert (await zto.creates())["status"] is True


async def test_only_the_named_operation_loses_its_answer(zto: ZtoCaller, world: World) -> None:
    world.zto.loses_answers(1, on="zto.open.createOrder")
    assert (await zto("zto.open.getOrderInfo", type="0"))["status"] is False
    with pytest.raises(httpx.ReadTimeout):
        await zto.creates()


async def test_garbage_is_no_json_and_the_work_is_done(zto: ZtoCaller, world: World) -> None:
    world.zto.answers_garbage()
    with pytest.raises(UnicodeDecodeError):
        await zto.creates()
    assert len(world.ledger()["numbers"]) == 1


async def test_a_throttled_call_is_answered_in_the_services_own_words_and_does_nothing(
    zto: ZtoCaller, bound: PinduoduoCaller, world: World
) -> None:
    world.zto.throttles(1)
    assert (await zto.creates())["statusCode"] == "S206"
    assert (await zto.creates())["status"] is True
    world.pinduoduo.throttles(1)
    assert await bound.error("pdd.mall.info.get") == (52101, "")
    assert "mall_info_get_response" in await bound("pdd.mall.info.get")
    assert len(world.ledger()["numbers"]) == 1


async def test_an_account_that_runs_out_gives_no_number(zto: ZtoCaller, world: World) -> None:
    world.zto.runs_out()
    assert (await zto.creates())["message"] == "电子面单余额不足，请联系网点充值"
    assert world.ledger()["numbers"] == []


async def test_the_hook_hears_of_every_call_before_and_after_its_work(zto: ZtoCaller, world: World) -> None:
    heard: list[tuple[str, int]] = []

    async def listen(point: str) -> None:
        heard.append((point, len(world.ledger()["numbers"])))

    world.before_answer = listen
    await zto.creates()
    assert heard == [("zto:zto.open.createOrder", 0), ("zto:zto.open.createOrder:done", 1)]


class Crash(Exception):
    """The program dies here."""


async def test_a_program_can_be_stopped_between_the_work_and_its_answer(zto: ZtoCaller, world: World) -> None:
    async def crash(point: str) -> None:
        if point.endswith(":done"):
            raise Crash

    world.before_answer = crash
    with pytest.raises(Crash):
        await zto.creates()
    assert len(world.ledger()["numbers"]) == 1


async def test_calls_are_counted_by_service_and_operation(zto: ZtoCaller, bound: PinduoduoCaller, world: World) -> None:
    await zto.creates()
    await zto.creates()
    await bound("pdd.mall.info.get")
    calls = world.ledger()["calls"]
    assert calls["zto:zto.open.createOrder"] == 2
    assert calls["pinduoduo:pdd.mall.info.get"] == 1


async def test_a_slow_service_takes_its_time(zto: ZtoCaller, world: World) -> None:
    world.zto.delay_ms = 20
    begun = time.monotonic()
    await zto.creates()
    assert time.monotonic() - begun >= 0.02


async def test_hosts_outside_the_world_are_not_mounted(world: World) -> None:
    assert sorted(world.mounts()) == [
        "all://8.8.8.8",  # of mmbiz.qpic.cn: what strangers name is resolved before it is fetched
        "all://9.9.9.9",  # and of the intelligent bot's files
        "all://api.telegram.org",
        "all://api.weixin.qq.com",
        "all://fuwu.pinduoduo.com",
        "all://gw-api.pinduoduo.com",
        "all://japi.zto.com",
        "all://mai.pinduoduo.com",
        "all://message-api.pinduoduo.com",
        "all://mmbiz.qpic.cn",
        "all://openws.work.weixin.qq.com",
        "all://poll.kuaidi100.com",
        "all://printer.sandbox",
        "all://qyapi.weixin.qq.com",
        "all://speech.sandbox",
        "all://ww-aibot-img-1258476243.cos.ap-guangzhou.myqcloud.com",
        "all://www.kuaidi100.com",
    ]


def test_the_clock_stands_still_until_it_is_moved() -> None:
    clock = WorldClock()
    assert clock.now() == 1_795_332_600_000
    clock.move(1_500)
    assert clock.now() == 1_795_332_601_500


def test_a_ticking_clock_follows_real_time_and_can_be_moved() -> None:
    clock = WorldClock.ticking()
    before = clock.now()
    assert abs(before - time.time() * 1000) < 1_000
    clock.move(86_400_000)
    assert clock.now() >= before + 86_400_000
