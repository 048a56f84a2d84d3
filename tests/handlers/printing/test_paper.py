"""Printing on a real label printer: jams, lost answers, and the question whether it came out."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.world import World
from core.labels import Press
from tests.support.merchant import Merchant
from tests.support.night import PRINTER
from tests.support.stage import Stage


@pytest.fixture
def world() -> World:
    """A dozen orders wait today."""
    return World(seed=7, orders=12)


@pytest.fixture
async def stage(world: World, tmp_path: Path, press: Press) -> AsyncIterator[Stage]:
    """The program, with a label printer."""
    stage = Stage(world, tmp_path, press)
    await stage.light(printer=PRINTER)
    yield stage
    await stage.dark()


@pytest.fixture
async def planned(merchant: Merchant) -> Merchant:
    """A merchant with a plan in front of her."""
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    return merchant


def prints(world: World) -> Counter[str]:
    return Counter(entry["key"] for entry in world.ledger()["prints"])


async def test_every_label_comes_out_once_and_no_file_goes_into_the_chat(planned: Merchant, world: World) -> None:
    heard = await planned.says("确认")
    parcels = len(world.ledger()["numbers"])
    assert f"✅ 打完了：{parcels} 张面单" in heard
    assert len(prints(world)) == parcels
    assert set(prints(world).values()) == {1}
    assert planned.pages == []


async def test_after_a_jam_only_the_rest_is_printed(planned: Merchant, world: World) -> None:
    world.printer.jams(after=4)
    heard = await planned.says("确认")
    assert "停在半路" in heard
    assert "打印机" in heard
    assert "打了 4 张，4 单已回传单号，还剩 7 张" in heard
    world.printer.fixed()
    heard = await planned.taps("继续打剩下的")
    assert "✅ 打完了" in heard
    assert set(prints(world).values()) == {1}
    assert len(prints(world)) == len(world.ledger()["numbers"]) == len(planned_keys(world))


async def test_a_busy_printer_is_waited_for(planned: Merchant, world: World) -> None:
    world.printer.is_busy(2)
    assert "✅ 打完了" in await planned.says("确认")
    assert set(prints(world).values()) == {1}


async def test_a_lost_answer_is_asked_about_and_came_out_means_not_again(planned: Merchant, world: World) -> None:
    world.printer.loses_answers(1, on="Print-Job")
    heard = await planned.says("确认")
    assert "不确定有没有打出来" in heard
    heard = await planned.taps("核对出纸")
    assert "打出来了吗？" in heard
    assert planned.labels == ["打出来了", "没有，补打"]
    assert "✅ 打完了" in await planned.taps("打出来了")
    assert set(prints(world).values()) == {1}
    assert len(world.ledger()["uploads"]) >= len(prints(world))


async def test_a_label_that_did_not_come_out_is_printed_again_on_her_word(planned: Merchant, world: World) -> None:
    world.printer.loses_answers(1, on="Print-Job")
    await planned.says("确认")
    await planned.taps("核对出纸")
    assert "✅ 打完了" in await planned.taps("没有，补打")
    assert sorted(prints(world).values())[-2:] == [1, 2]  # as she said, though it was there


async def test_a_printed_parcel_refunded_before_upload_is_to_be_taken_out(planned: Merchant, world: World) -> None:
    victim: list[str] = []

    async def refund_the_first(point: str) -> None:
        if point == "printer:Print-Job:done" and not victim:
            victim.append(world.ledger()["prints"][0]["key"].split("-", 1)[1].rsplit("-", 1)[0])
            world.pinduoduo.refunds(victim[0])

    world.before_answer = refund_the_first
    heard = await planned.says("确认")
    assert "有 1 张面单已经打出来但不能发，请抽出来" in heard
    assert victim[0] not in {entry["order_sn"] for entry in world.ledger()["uploads"]}


def planned_keys(world: World) -> set[str]:
    return {entry["key"] for entry in world.ledger()["numbers"]}
