"""Work that a conversation waits for: its errors, its crashes, its faults; and the secrets that went into it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from structlog.testing import capture_logs

from bot.engine.turns import Turns
from core.clock import SECOND
from core.rights import Right
from core.storage.address import Address
from handlers.conversation import Chat, Script, Unclear
from handlers.menu import Command
from handlers.messages import Button, Incoming
from tests.handlers.conversation.tea import ORDER_SNACK, ORDER_TEA, Kitchen, menu
from tests.support.merchant import Interrupted, Merchant
from tests.support.stage import Stage

PHONE = "13800138000"
UNFORESEEN = "我们这边出了问题，这一步没有完成，已有的都保存着。请再试一次；还不行就把编号 "


async def test_an_error_of_the_work_is_told_and_ends_the_conversation(guest: Merchant, kitchen: Kitchen) -> None:
    kitchen.closed = 1
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    assert await guest.says("大杯") == "中通现在连不上，这一步没有做，已有的都保存着。过几分钟再试。"
    assert await guest.says("取消") == "现在没有进行中的事。要做什么直接说，例如「打印今天的订单」。"


async def test_an_error_that_the_conversation_catches_is_raised_again_on_every_run(
    guest: Merchant, kitchen: Kitchen, stage: Stage
) -> None:
    stage.commands = menu(patient(kitchen), kitchen.order_snack)
    kitchen.closed = 1
    forgotten = Interrupted(stage, guest.peer)
    assert await forgotten.says(ORDER_TEA) == "关门了，等吗？"
    assert await forgotten.says("等") == "有 a 吗？"
    assert await forgotten.says("有") == "有 b 吗？"
    assert await forgotten.says("有") == "好 第1杯"
    assert kitchen.brewed == [("小满", "small")]


async def test_a_power_cut_in_the_middle_of_the_work_has_it_done_again(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    kitchen.at_work = asyncio.Event()
    incoming = Incoming("room", guest.peer, "cut", text="大杯")
    guest.marks()
    await guest.stage.app.turns.receive(incoming)
    await kitchen.begun.wait()
    await guest.stage.dark(grace=0)
    kitchen.at_work.set()
    await guest.stage.light()
    await guest.stage.app.quiet()
    assert guest.heard == "泡好了 小满 large 第1杯\n糖？"
    assert kitchen.brewed == [("小满", "large")]


async def test_work_whose_lease_ran_out_is_taken_over_and_told_once(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    kitchen.at_work = asyncio.Event()
    guest.marks()
    await guest.stage.app.turns.receive(Incoming("room", guest.peer, "slow", text="大杯"))
    await kitchen.begun.wait()
    kitchen.begun.clear()
    guest.stage.world.clock.move(61 * SECOND)
    successor = asyncio.create_task(another_process(guest.stage).do_next_effect())
    await kitchen.begun.wait()
    kitchen.at_work.set()
    assert await successor
    await guest.stage.app.quiet()
    assert kitchen.brewed == [("小满", "large"), ("小满", "large")]
    assert guest.heard.count("泡好了") == 1
    assert guest.heard.endswith("糖？")


async def test_work_within_its_lease_is_left_alone(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    kitchen.at_work = asyncio.Event()
    await guest.stage.app.turns.receive(Incoming("room", guest.peer, "slow", text="大杯"))
    await kitchen.begun.wait()
    guest.stage.world.clock.move(59 * SECOND)
    assert not await another_process(guest.stage).do_next_effect()
    kitchen.at_work.set()
    await guest.stage.app.quiet()
    assert kitchen.brewed == [("小满", "large")]


class TestFaultsOfOurs:
    async def test_in_the_work_give_a_reference_and_log_no_words(self, guest: Merchant, kitchen: Kitchen) -> None:
        kitchen.broken = RuntimeError(f"cannot brew for {PHONE}")
        await guest.says(ORDER_TEA)
        await guest.says("小满")
        with capture_logs() as logs:
            heard = await guest.says("大杯")
        expects_reference(heard, logs, "RuntimeError", "work failed")

    async def test_in_the_conversation_give_a_reference_and_log_no_words(
        self, guest: Merchant, kitchen: Kitchen, stage: Stage
    ) -> None:
        stage.commands = menu(kitchen.order_tea, faulty)
        await stage.restart()
        await guest.says(ORDER_SNACK)
        with capture_logs() as logs:
            heard = await guest.says(PHONE)
        expects_reference(heard, logs, "ValueError", "conversation failed")
        assert await guest.says(ORDER_TEA) == "给谁？"

    async def test_before_the_conversation_do_not_hold_up_what_follows(self, guest: Merchant, stage: Stage) -> None:
        await guest.says(ORDER_TEA)
        stage.commands = {}
        await stage.restart()
        with capture_logs() as logs:
            assert await guest.says("小满") == "「查物流」这项功能已经升级，请重新开始。"
        assert logs == []
        assert (await guest.says(ORDER_TEA)).startswith("没看懂这句。")

    async def test_a_message_that_breaks_the_turn_is_answered_with_a_reference_once(
        self, guest: Merchant, stage: Stage
    ) -> None:
        nameless = Command("nameless", faulty, Right.SEE, "track")  # the text files have no name for it
        stage.commands = {**stage.commands, nameless.intent: nameless}
        await stage.restart()
        await guest.says(ORDER_TEA)
        with capture_logs() as logs:
            heard = await guest.presses(Button("", "c:nameless"))
        expects_reference(heard, logs, "KeyError", "turn failed")
        assert (await guest.says("小满")).startswith("没看懂这句。")
        assert (await stage.app.database.all("SELECT count(*) FROM inbox WHERE done_at IS NULL"))[0][0] == 0


class TestSecrets:
    async def test_the_message_is_erased_even_when_it_cannot_be_used(self, guest: Merchant, stage: Stage) -> None:
        stage.commands = menu(safe, safe)
        await stage.restart()
        assert await guest.says(ORDER_TEA) == "密码？"
        assert await guest.says("1", message="m1") == "（已删除密码消息）\n太短\n密码？"
        assert await guest.says("打印今天的订单", message="m2") == "（已删除密码消息）\n记住了\n还有吗？"
        assert stage.room.erased == ["m1", "m2"]

    async def test_it_rests_sealed_and_is_gone_at_the_end(self, guest: Merchant, stage: Stage) -> None:
        stage.commands = menu(safe, safe)
        await stage.restart()
        await guest.says(ORDER_TEA)
        await guest.says("opensesame", message="m1")
        assert "opensesame" in await journal_of(guest)
        assert "opensesame" not in everything_stored(stage)
        await guest.says("没有")
        assert "opensesame" not in await journal_of(guest)
        assert "opensesame" not in everything_stored(stage)

    async def test_one_that_comes_too_late_is_erased_too_and_not_taken_for_a_command(
        self, guest: Merchant, stage: Stage
    ) -> None:
        stage.commands = menu(safe, safe)
        await stage.restart()
        await guest.says(ORDER_TEA)
        stage.world.clock.move(15 * 60 * SECOND)
        heard = await guest.says("查opensesame", message="m9")
        assert heard == "「查物流」等了 15 分钟没有回复，已经结束。\n（已删除密码消息）"
        assert stage.room.erased == ["m9"]

    async def test_going_back_forgets_it(self, guest: Merchant, stage: Stage) -> None:
        stage.commands = menu(safe, safe)
        await stage.restart()
        await guest.says(ORDER_TEA)
        await guest.says("opensesame", message="m1")
        assert await guest.says("返回") == "密码？"
        assert "opensesame" not in await journal_of(guest)


def patient(kitchen: Kitchen) -> Script:
    async def order(chat: Chat) -> None:
        while True:
            try:
                cup = await chat.do("brew", kitchen.brew, "小满", "small")
                break
            except Exception:  # noqa: BLE001 - as broad as a conversation may ever be
                await chat.ask("wait", prompt="parcel", text="关门了，等吗？")
        for each in "ab":
            await chat.ask("each", prompt="parcel", text=f"有 {each} 吗？")
        await chat.say("parcel", text=f"好 第{cup.number}杯")

    return order


async def faulty(chat: Chat) -> None:
    said: str = await chat.ask("snack", prompt="track.parcel", text="什么点心？")
    raise ValueError(said)


async def safe(chat: Chat) -> None:
    await chat.ask("password", long_enough, prompt="track.parcel", is_secret=True, text="密码？")
    await chat.say("track.parcel", text="记住了")
    await chat.ask("more", prompt="track.parcel", text="还有吗？")


def long_enough(typed: str) -> str:
    if len(typed) < 4:
        raise Unclear("parcel", text="太短")
    return typed


def expects_reference(heard: str, logs: Sequence[Mapping[str, Any]], error: str, event: str) -> None:
    """The merchant has a reference; the log has it too, with the kind and the place, and nobody's words."""
    (log,) = logs
    assert heard == f"{UNFORESEEN}{log['reference']} 告诉客服。"
    assert (log["event"], log["error"]) == (event, error)
    assert log["where"]
    assert PHONE not in str(logs)


def another_process(stage: Stage) -> Turns:
    """A second program on the same database."""
    return Turns(stage.app.desk, "another", stage.commands)


async def journal_of(guest: Merchant) -> str:
    """What the vault opens of the guest's conversation."""
    kept = guest.stage.app.desk.kept.conversations
    return (await kept.load(Address("room", guest.peer)))[1] or ""


def everything_stored(stage: Stage) -> str:
    """Every byte of the database's files, as text."""
    return "".join(file.read_bytes().decode("latin-1") for file in sorted(stage.folder.glob("demo.db*")))
