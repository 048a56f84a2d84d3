"""When a manual order does not go as planned: the courier is down, its answers are lost, a jam, a power cut."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo import settings
from bot.sandbox.world import World
from core.labels import Press
from core.storage.database import connect
from tests.handlers.manual.people import LI, ZHANG, keys, states
from tests.support.doom import Doom, DoomedChannel, DoomedDatabase, Killed
from tests.support.merchant import Merchant
from tests.support.night import PRINTER
from tests.support.sheets import HEADS, people, xlsx
from tests.support.stage import Stage


async def test_a_courier_that_does_not_tell_its_balance_is_no_reason_to_lose_a_paste(
    bound: Merchant, world: World
) -> None:
    world.zto.goes_down()
    assert "中通快递现在查不到余额" in await bound.says(ZHANG)
    assert "快递现在连不上，还没有取号" in await bound.says("好的")
    assert bound.labels == ["再试一次", "取消"]
    world.zto.comes_back()
    assert "✅ 打完了：1 张面单" in await bound.taps("再试一次")
    assert keys(world) == {"M261122-0001-1": 1}


async def test_a_lost_answer_leaves_one_parcel_to_a_person_and_asks_for_no_second_number(
    bound: Merchant, world: World
) -> None:
    world.zto.loses_answers(1, on="zto.open.createOrder")
    await bound.says(ZHANG)
    heard = await bound.says("好的")
    assert "有 1 个包裹不确定取到号没有：M261122-0001" in heard
    assert await states(bound) == ["unsure"]
    await bound.taps("核对单号")
    await bound.taps("已经有号，我来填")
    (issued,) = world.ledger()["numbers"]
    assert f"M261122-0001 用 {issued['number'][:4]}" in await bound.says(issued["number"])
    assert "店铺" not in bound.heard
    assert await states(bound) == ["done"]
    assert keys(world) == {"M261122-0001-1": 1}


async def test_without_numbers_it_halts_and_goes_on_when_there_are_some(bound: Merchant, world: World) -> None:
    world.zto.runs_out()
    assert "⚠️ 中通快递只剩 0 个单号，还差 1 个" in await bound.says(ZHANG)
    heard = await bound.says("好的")
    assert "⚠️ 停在半路：" in heard
    assert "还剩 1 张" in heard
    assert "回传" not in heard
    world.zto.tops_up(10)
    assert "✅ 打完了：1 张面单" in await bound.taps("继续打剩下的")
    assert keys(world) == {"M261122-0001-1": 1}


async def test_one_address_that_the_courier_refuses_stops_no_other(bound: Merchant, world: World) -> None:
    await bound.says(f"{ZHANG}\n李四 13900139000 江苏省南京市鼓楼区停发区1号")
    heard = await bound.says("好的")
    assert "✅ 打完了：1 张面单" in heard
    assert "没成 1 单" in heard
    assert "M261122-0002" in await bound.taps("看原因")
    assert await states(bound) == ["done", "failed"]


async def test_characters_no_label_can_show_cost_no_number(bound: Merchant, world: World) -> None:
    await bound.says(f"{ZHANG}")
    await bound.says("备注 \U00020000\U00030001放门口")
    heard = await bound.says("好的")
    assert "没成 1 单：面单上有打不出来的字" in heard
    assert keys(world) == {}


class TestOnPaper:
    @pytest.fixture
    async def stage(self, world: World, tmp_path: Path, press: Press) -> AsyncIterator[Stage]:
        """The program, with a label printer."""
        stage = Stage(world, tmp_path, press)
        await stage.light(printer=PRINTER)
        yield stage
        await stage.dark()

    async def test_it_comes_out_of_the_printer_and_not_into_the_chat(self, bound: Merchant, world: World) -> None:
        await bound.says(ZHANG)
        await bound.says("好的")
        assert [entry["key"].split("-", 1)[1] for entry in world.ledger()["prints"]] == ["M261122-0001-1/1"]
        assert bound.pages == []

    async def test_after_a_jam_only_the_rest_is_printed(self, bound: Merchant, world: World) -> None:
        world.printer.jams(after=1)
        await bound.says(f"{ZHANG}\n{LI}")
        assert "停在半路" in await bound.says("好的")
        world.printer.fixed()
        assert "✅ 打完了：2 张面单" in await bound.taps("继续打剩下的")
        assert len(world.ledger()["prints"]) == 2
        assert set(keys(world).values()) == {1}

    async def test_paper_nobody_is_sure_of_is_asked_about(self, bound: Merchant, world: World) -> None:
        world.printer.loses_answers(1, on="Print-Job")
        await bound.says(ZHANG)
        assert "不确定有没有打出来" in await bound.says("好的")
        await bound.taps("核对出纸")
        assert "✅ 打完了" in await bound.taps("打出来了")
        assert len(world.ledger()["prints"]) == 1


async def test_a_power_cut_at_any_moment_leaves_one_number_a_parcel(tmp_path: Path, press: Press) -> None:
    """A paste is agreed to; the program stops after every commit and around every call in turn."""
    outcomes = []
    for place in range(1, 200):
        outcome = await _night(tmp_path / str(place), press, place)
        if outcome is None:
            break
        outcomes.append(outcome)
    assert len(outcomes) > 25
    assert {most for most, _, _ in outcomes} == {0, 1}  # none where it stopped right before the courier was asked
    assert {known for _, known, _ in outcomes} == {1}
    finished = [final for _, _, final in outcomes]
    assert set().union(*map(set, finished)) == {"done", "unsure"}


async def _night(folder: Path, press: Press, place: int) -> tuple[int, int, list[str]] | None:
    """The most numbers that one parcel got, the parcels in our books, their states; None for an undisturbed night."""
    world = World(seed=7, orders=0)
    stage = Stage(world, folder, press)
    merchant = Merchant(stage)
    await stage.light()
    await merchant.has_bound()
    await merchant.says(ZHANG)
    await stage.dark()
    doom = Doom(place)
    database = DoomedDatabase(await connect(settings(folder).database), doom)
    try:
        await stage.light(database, wrap=lambda channel: DoomedChannel(channel, doom))
        world.before_answer = doom.moment
        said = asyncio.ensure_future(merchant.says("好的", uid="yes"))
        struck = asyncio.ensure_future(doom.struck.wait())
        await asyncio.wait([said, struck], return_when=asyncio.FIRST_COMPLETED)
        said.cancel()
        struck.cancel()
        await asyncio.gather(said, struck, return_exceptions=True)
        world.before_answer = None
        await stage.dark()
    except Killed:  # while it was starting
        await database.close()
    await stage.light()
    await merchant.says("好的", uid="yes")
    final = await states(merchant)
    await stage.dark()
    return (max(keys(world).values(), default=0), len(final), final) if doom.struck.is_set() else None


async def test_two_colleagues_with_the_same_sheet_take_different_order_numbers(
    stage: Stage, bound: Merchant, world: World
) -> None:
    member = await stage.app.desk.kept.merchants.member("room", bound.peer)
    colleague = Merchant(stage, "小李")
    await colleague.joins(merchant=member.merchant)
    body = xlsx(HEADS[:3], *people(3))
    await bound.sends_document("a.xlsx", body)
    await colleague.sends_document("a.xlsx", body)
    await asyncio.gather(bound.says("好的"), colleague.says("好的"))
    assert set(keys(world).values()) == {1}
    assert len(keys(world)) == 6
