"""面单打歪了: what was printed last, where, how it is moved, and the printer's word."""

import asyncio

import pytest

from bot.sandbox.world import World
from core.clock import MINUTE
from core.offset import Offset
from core.rights import Role
from tests.handlers.alerts.people import colleague
from tests.handlers.binding import whose
from tests.support.merchant import Interrupted, Merchant
from tests.support.night import PRINTER
from tests.support.stage import Stage

WHY = "面单打歪了"
LAST = "上次打印：11-22 15:30，2 张，纸张 100×150 毫米，"
IN_CHAT, ON_PRINTER = LAST + "文件发在聊天里，由你的打印机打。", LAST + "直接送到打印机。"
STRAIGHT = "现在没有设偏移，面单文件本身是正的。"
SCALED = (
    "多半是打印时缩放或换了纸：打印窗口里选「实际大小」（100%）、纸张 100×150、不要「适合页面」。"
    "这样还差几毫米，就量一下差多少，按毫米移，最多 5 毫米。"
)
OTHER_PAPER = (
    "多半是打印机里设的纸不是 100×150，或纸没有卡紧。核对纸张、重新学纸后还差几毫米，"
    "就量一下差多少，按毫米移，最多 5 毫米。"
)
DOWN = f"打印机现在连不上。\n{ON_PRINTER}"


async def prints(merchant: Merchant, printer: str = "") -> None:
    """Two labels were printed."""
    await merchant.has_bound()
    if printer:
        await merchant.stage.dark()
        await merchant.stage.light(printer=printer)
    await merchant.says("打印今天最早的 2 单")
    await merchant.says("确认")


async def test_a_file_in_the_chat_is_straight_and_hands_over_to_millimetres(merchant: Merchant) -> None:
    await prints(merchant)
    assert await merchant.says(WHY) == f"{IN_CHAT}\n{STRAIGHT}\n{SCALED}"
    assert merchant.labels == ["按毫米调"]
    assert merchant.button("按毫米调").data == "c:printer_settings:action=calibrate"


async def test_nothing_was_printed_yet(merchant: Merchant) -> None:
    await merchant.has_bound()
    assert await merchant.says(WHY) == "还没有打过面单，没有可以看的记录。先打一张，歪了再告诉我。"
    assert merchant.labels == ["打印订单"]


async def test_an_offset_that_is_set_already_is_the_first_suspect(merchant: Merchant, stage: Stage) -> None:
    await prints(merchant)
    kept, now = stage.app.desk.kept, stage.world.clock.now()
    await kept.database.apply(kept.offsets.change(await whose(merchant), Offset(2.0, -0.5), Offset(), now))
    assert await merchant.says(WHY) == (
        f"{IN_CHAT}\n现在设了偏移：右移 2 毫米、上移 0.5 毫米。\n"
        "如果换过纸或打印机，先把偏移归零再看；还歪就量一下差多少，最多能移 5 毫米。"
    )


async def test_a_printer_that_is_ready(merchant: Merchant) -> None:
    await prints(merchant, PRINTER)
    assert await merchant.says(WHY) == f"{ON_PRINTER}\n{STRAIGHT}\n打印机说正常。\n{OTHER_PAPER}"


async def test_a_printer_in_trouble_and_then_mended(merchant: Merchant, world: World) -> None:
    await prints(merchant, PRINTER)
    world.printer.jams()
    await merchant.says("打印今天最早的 1 单")
    await merchant.says("确认")
    assert "❌ 打印机说：" in await merchant.says(WHY)
    world.printer.fixed()
    assert "打印机说正常。" in await merchant.says(WHY)


async def test_a_printer_that_is_down_is_asked_again_or_left_out(merchant: Merchant, world: World) -> None:
    await prints(merchant, PRINTER)
    world.printer.goes_down()
    assert await merchant.says(WHY) == DOWN
    assert merchant.labels == ["再问一次", "不问打印机", "取消"]
    assert await merchant.taps("再问一次") == DOWN
    assert await merchant.taps("不问打印机") == f"{ON_PRINTER}\n{STRAIGHT}\n打印机没有回话。\n{OTHER_PAPER}"


async def test_waiting_for_the_printer_is_cancelled_goes_back_and_expires(merchant: Merchant, world: World) -> None:
    await prints(merchant, PRINTER)
    world.printer.goes_down()
    await merchant.says(WHY)
    assert await merchant.says("取消") == "已取消「找问题」。"
    await merchant.says(WHY)
    await merchant.taps("再问一次")
    assert await merchant.says("返回") == DOWN
    world.clock.move(15 * MINUTE)
    assert await merchant.says("好了吗") == "「找问题」等了 15 分钟没有回复，已经结束。"


async def test_a_restart_before_every_message_changes_nothing(stage: Stage, merchant: Merchant) -> None:
    await prints(merchant)
    assert await Interrupted(stage, merchant.peer).says(WHY) == f"{IN_CHAT}\n{STRAIGHT}\n{SCALED}"


async def test_two_taps_at_once_are_one(merchant: Merchant, world: World) -> None:
    await prints(merchant, PRINTER)
    world.printer.goes_down()
    await merchant.says(WHY)
    button, before = merchant.button("不问打印机"), len(merchant.messages)
    await asyncio.gather(merchant.presses(button), merchant.presses(button))
    assert [message.text for message in merchant.messages[before:]] == [
        f"{ON_PRINTER}\n{STRAIGHT}\n打印机没有回话。\n{OTHER_PAPER}"
    ]


@pytest.mark.parametrize("role", [Role.PACKER, Role.SERVICE, Role.VIEWER])
async def test_who_may_not_adjust_gets_the_facts_alone(merchant: Merchant, stage: Stage, role: Role) -> None:
    await prints(merchant)
    other = await colleague(stage, merchant, role)
    assert await other.says(WHY) == f"{IN_CHAT}\n{STRAIGHT}\n{SCALED}"
    assert other.labels == []
