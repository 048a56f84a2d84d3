"""打印机 by words: the offset moved, told whole and taken back; the page with rulers; what cannot be done here."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.world import World
from core.clock import MINUTE
from core.labels import Press
from core.offset import STRAIGHT, Offset
from core.rights import Role
from handlers.messages import Incoming
from tests.handlers.printers.test_photos import offset_of
from tests.support.merchant import Interrupted, Merchant
from tests.support.night import PRINTER
from tests.support.photos import Shot, photo_of
from tests.support.stage import Stage

SEEN = """\
框离纸的左边、上边各几毫米？本来都是 5。
回复例如「左 7 上 4」，或者把整页拍下来发给我（放在深色桌面上，四个角都拍进去）。"""
PAGE = "📎 校准页。和打面单一样打出来：选「实际大小」或 100%，不要选「适应页面」。"


@pytest.fixture
async def owner(merchant: Merchant) -> Merchant:
    await merchant.joins()
    return merchant


class TestTheOffset:
    async def test_is_moved_by_what_is_said_and_told_whole(self, owner: Merchant) -> None:
        assert await owner.says("右移1.5 下移-2") == (
            "✅ 打印偏移改好了：没有偏移 → 右 1.5、上 2 毫米。以后打的面单都按新的来。"
        )
        assert owner.labels == ["改回没有偏移", "打校准页看看"]
        assert "→ 右 1.5、上 2.5 毫米" in await owner.says("往上挪一点")
        assert await offset_of(owner) == Offset(1.5, -2.5)
        assert (await owner.says("现在偏移多少")).startswith("现在的打印偏移：右 1.5、上 2.5 毫米。")

    async def test_is_moved_the_other_way_when_the_print_is_said_to_be_off(self, owner: Merchant) -> None:
        assert "→ 右 2 毫米" in await owner.says("打印偏左了2毫米")
        assert "→ 右 2、下 1 毫米" in await owner.says("prints 1mm too high")

    async def test_is_put_back_by_a_button_and_to_nothing_by_a_word(self, owner: Merchant) -> None:
        await owner.says("右移2毫米")
        assert "右 2 毫米 → 没有偏移" in await owner.taps("改回没有偏移")
        assert "已经是没有偏移" in await owner.says("偏移归零")
        await owner.says("左移1")
        assert "左 1 毫米 → 没有偏移" in await owner.says("偏移归零")
        assert await offset_of(owner) == STRAIGHT

    async def test_beyond_what_it_can_mend_is_left_as_it_is(self, owner: Merchant) -> None:
        await owner.says("右移4")
        heard = await owner.says("右移2毫米")
        assert "要到右 6 毫米，超过能调的 5 毫米" in heard
        assert await offset_of(owner) == Offset(4, 0)

    async def test_changed_meanwhile_is_not_put_back_by_an_old_button(self, owner: Merchant) -> None:
        await owner.says("右移1")
        undo = owner.button("改回没有偏移")
        await owner.says("右移1")
        assert "现在是右 2 毫米" in await owner.presses(undo)
        assert await offset_of(owner) == Offset(2, 0)

    async def test_moves_once_when_the_same_tap_or_message_comes_twice(self, owner: Merchant) -> None:
        await owner.says("右移1", uid="twice")
        await owner.says("右移1", uid="twice")
        assert await offset_of(owner) == Offset(1, 0)
        undo, turns = owner.button("改回没有偏移"), owner.stage.app.turns
        taps = [Incoming("room", owner.peer, f"tap-{n}", button=undo.data) for n in range(2)]
        await asyncio.gather(*map(turns.receive, taps))
        await owner.stage.app.quiet()
        assert await offset_of(owner) == STRAIGHT

    async def test_moves_everything_that_is_printed_from_then_on(self, printed: Merchant, world: World) -> None:
        before = printed.pages[-1]
        await printed.says("右移2 下移1")
        await printed.says("补打 " + world.ledger()["numbers"][0]["number"])
        assert len(printed.pages) == 2
        assert printed.pages[-1] != before

    async def test_is_nothing_that_a_packer_changes(self, owner: Merchant, stage: Stage) -> None:
        packer = await colleague(owner, stage, Role.PACKER)
        for words in ("右移2毫米", "校准打印", "偏移归零"):
            assert "不能做这件事" in await packer.says(words)
        assert (await packer.says("现在偏移多少")).startswith("现在的打印偏移：没有偏移。")
        assert await packer.says("打印测试页") == PAGE
        viewer = await colleague(owner, stage, Role.VIEWER)
        assert "不能做这件事" in await viewer.says("现在偏移多少")
        assert await offset_of(owner) == STRAIGHT

    async def test_stands_in_the_log_with_what_it_was(self, owner: Merchant, stage: Stage) -> None:
        await owner.says("右移1.5")
        entries = [entry for entry, _ in await stage.app.desk.kept.audit.entries(await merchant_of(owner))]
        told = [(each.action, each.before, each.after) for each in entries if each.subject == "print offset"]
        assert told == [("printer_settings/change", "0/0", "1.5/0")]


class TestCalibrating:
    async def test_by_the_margins_that_were_measured(self, owner: Merchant) -> None:
        assert await owner.says("校准打印") == f"{PAGE}\n{SEEN}"
        assert owner.labels == ["都是 5，正好", "取消"]
        assert len(owner.pages) == 1
        assert "没有偏移 → 左 2、下 1 毫米" in await owner.says("左 7 上 4")
        await owner.says("校准打印")
        assert "→ 左 2、下 0.5 毫米" in await owner.says("5 5.5")
        await owner.says("校准打印")
        assert "→ 下 0.5 毫米" in await owner.says("右边框到纸边是 7 毫米")

    async def test_by_how_far_to_move_and_by_saying_that_it_fits(self, owner: Merchant) -> None:
        await owner.says("校准打印")
        assert "→ 左 1.5 毫米" in await owner.says("左移1.5")
        await owner.says("校准打印")
        assert await owner.taps("都是 5，正好") == "✅ 对准了，打印偏移不用改（现在左 1.5 毫米）。"
        await owner.says("校准打印")
        assert "对准了" in await owner.says("刚好")
        assert await offset_of(owner) == Offset(-1.5, 0)

    async def test_by_a_photo_with_a_button_that_sets_it(self, owner: Merchant) -> None:
        await owner.says("右移1")
        await owner.says("校准打印")
        heard = await owner.sends_photo(photo_of(owner.pages[-1], Shot(right=1, down=-1.5, longest=1600)))
        assert heard == "这张比应在的位置偏了右 2、上 1.5 毫米。打印偏移改成左 1、下 1.5 毫米就能对准。"
        assert "右 1 毫米 → 左 1、下 1.5 毫米" in await owner.taps("改成左 1、下 1.5 毫米")

    async def test_by_a_photo_that_fits_sent_without_being_asked_for(self, owner: Merchant) -> None:
        await owner.says("打印测试页")
        heard = await owner.sends_photo(photo_of(owner.pages[-1], Shot(longest=1600)))
        assert heard == "✅ 对准了，打印偏移不用改（现在没有偏移）。"

    async def test_by_a_photo_that_fitted_before_the_offset_was_changed(self, owner: Merchant) -> None:
        await owner.says("打印测试页")
        page = photo_of(owner.pages[-1], Shot(longest=1600))
        await owner.says("右移1")
        assert await owner.sends_photo(page) == "这张是按没有偏移打的，对准了；现在的打印偏移是右 1 毫米。"
        assert "右 1 毫米 → 没有偏移" in await owner.taps("改成没有偏移")

    async def test_wrong_first_and_right_then(self, owner: Merchant) -> None:
        await owner.says("校准打印")
        assert (await owner.says("不知道")).startswith("没看懂。例如「左 7 上 4」")
        assert (await owner.says("左 70")).startswith("没看懂。")
        assert "不是照片" in await owner.sends_photo(b"\xff\xd8")
        cut = photo_of(owner.pages[-1], Shot(table=250, longest=1600))  # white on white: no edges
        assert "看不清纸的四边" in await owner.sends_photo(cut)
        assert "超过能调的 5 毫米" in await owner.says("左 11")
        assert await offset_of(owner) == STRAIGHT

    async def test_a_photo_of_something_else_is_asked_for_again(self, printed: Merchant) -> None:
        label = photo_of(printed.pages[-1], Shot(longest=1600))
        await printed.says("校准打印")
        heard = await printed.sends_photo(label)
        assert heard == f"这张照片里没看到校准页的条码。把整页拍下来，条码要清楚。\n{SEEN}"
        assert "已取消" in await printed.says("取消")

    async def test_given_up_expired_and_asked_for_twice(self, owner: Merchant, world: World) -> None:
        await owner.says("校准打印")
        assert await owner.taps("取消") == "已取消「设置打印机」。"
        await owner.says("校准打印")
        world.clock.move(16 * MINUTE)
        assert "等了 15 分钟" in await owner.says("左 7")
        assert await offset_of(owner) == STRAIGHT

    @pytest.mark.usefixtures("owner")
    async def test_interrupted_by_restarts_it_goes_on(self, stage: Stage) -> None:
        again = Interrupted(stage)
        assert (await again.says("校准打印")).endswith(SEEN)
        assert "→ 左 2 毫米" in await again.says("左 7")
        assert len(again.pages) == 1


class TestOnALabelPrinter:
    @pytest.fixture
    async def stage(self, world: World, tmp_path: Path, press: Press) -> AsyncIterator[Stage]:
        stage = Stage(world, tmp_path, press)
        await stage.light(printer=PRINTER)
        yield stage
        await stage.dark()

    async def test_the_page_comes_out_there(self, owner: Merchant, world: World) -> None:
        assert await owner.says("校准打印") == f"校准页打出来了。\n{SEEN}"
        (job,) = world.printer.jobs
        assert job.key.startswith("calibration/")
        assert owner.pages == []
        assert "→ 左 2 毫米" in await owner.says("左 7")

    async def test_a_jam_is_told_and_tried_again_or_the_page_sent(self, owner: Merchant, world: World) -> None:
        world.printer.jams()
        assert (await owner.says("打印测试页")).startswith("校准页没有打出来：打印机现在连不上")
        assert owner.labels == ["再试一次", "改发 PDF 到聊天", "取消"]
        await owner.taps("再试一次")
        assert await owner.taps("改发 PDF 到聊天") == PAGE
        assert len(owner.pages) == 1
        world.printer.fixed()
        assert await owner.says("打印测试页") == "校准页打出来了。"

    async def test_an_answer_that_is_lost_is_left_to_her_eyes(self, owner: Merchant, world: World) -> None:
        world.printer.loses_answers()
        assert (await owner.says("打印测试页")).startswith("打印机没有回话")
        assert len(world.printer.jobs) == 1

    async def test_it_is_listed_with_how_it_is(self, owner: Merchant, world: World) -> None:
        assert await owner.says("有哪些打印机") == "标签打印机 1 台：正常。面单都打到它上面。"
        world.printer.jams()
        assert "1 台：卡纸了" in await owner.says("打印机列表")
        assert "标签打印机：卡纸了。" in await owner.says("打印机卡纸了")
        world.printer.goes_down()
        assert "标签打印机：现在连不上。" in await owner.taps("再看一次")
        world.printer.fixed()
        world.printer.comes_back()
        assert (await owner.taps("再看一次")).startswith("标签打印机说自己一切正常")

    async def test_there_is_no_other_to_choose(self, owner: Merchant) -> None:
        heard = await owner.says("默认用仓库2打印机")
        assert heard.startswith("现在只接了 1 台标签打印机，面单都打到它上面，没有叫「仓库2」的可选。")


class TestWhatCannotBeDoneHere:
    async def test_without_a_printer_labels_go_into_the_chat(self, owner: Merchant) -> None:
        assert "没有接标签打印机" in await owner.says("打印机列表")
        assert "没有叫「仓库1」的可选" in await owner.says("把仓库1设为默认打印机")
        assert "看不到你那台打印机的状态" in await owner.says("打印机离线了")

    async def test_how_dark_it_prints_is_up_to_the_printer(self, owner: Merchant) -> None:
        assert "浓度" in await owner.says("打印太淡了")
        assert owner.labels == ["打印测试页"]

    async def test_without_a_word_about_what_it_tells_how_things_stand(self, owner: Merchant) -> None:
        await owner.says("右移1")
        heard = await owner.says("换打印机")
        assert "打印偏移：右 1 毫米" in heard
        assert owner.labels == ["校准", "打印测试页", "改回没有偏移"]


async def merchant_of(merchant: Merchant) -> str:
    member = await merchant.stage.app.desk.kept.merchants.member("room", merchant.peer)
    assert member
    return member.merchant


async def colleague(owner: Merchant, stage: Stage, role: Role) -> Merchant:
    other = Merchant(stage, f"同事-{role}")
    await other.joins(role, merchant=await merchant_of(owner))
    return other
