"""Voice: what was heard is repeated and means the same as if typed, but nothing that matters begins without a tap."""

import asyncio
from pathlib import Path

import pytest

from bot.sandbox.speech import recording
from bot.sandbox.world import World
from core.labels import Press
from core.rights import Role
from handlers.messages import Attachment, Incoming
from tests.handlers.conversation.tea import ORDER_SNACK, ORDER_TEA, Kitchen
from tests.support.merchant import Merchant
from tests.support.stage import Stage


async def test_a_harmless_command_is_repeated_and_done(guest: Merchant) -> None:
    assert await guest.speaks(ORDER_TEA) == f"听到：「{ORDER_TEA}」\n给谁？"


async def test_a_command_that_matters_is_repeated_and_begins_with_a_tap(guest: Merchant) -> None:
    assert await guest.speaks(ORDER_SNACK) == f"听到：「{ORDER_SNACK}」\n要补打吗？"
    assert guest.labels == ["对，补打", "不是"]
    assert await guest.taps("对，补打") == "什么点心？"


async def test_a_command_that_was_misheard_is_not_begun(guest: Merchant) -> None:
    await guest.speaks(ORDER_SNACK)
    assert await guest.taps("不是") == "好，没有开始。可以再说一次，或者打字。"
    assert await guest.says(ORDER_TEA) == "给谁？"


async def test_a_spoken_yes_does_not_begin_what_was_spoken(guest: Merchant) -> None:
    await guest.speaks(ORDER_SNACK)
    assert await guest.speaks("好的") == "听到：「好的」\n语音可能听错，请点按钮确认。\n要补打吗？"
    assert await guest.says("好的") == "什么点心？"


async def test_a_spoken_name_answers_the_question_for_it(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    assert await guest.speaks("小满") == "听到：「小满」\n多大？"


async def test_a_spoken_choice_is_shown_and_tapped(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    assert await guest.speaks("大杯") == "听到：「大杯」\n语音可能听错，请点按钮确认。\n多大？"
    assert kitchen.brewed == []
    await guest.taps("大杯")
    assert kitchen.brewed == [("小满", "large")]


async def test_back_and_cancel_may_be_spoken(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    assert await guest.speaks("返回") == "听到：「返回」\n给谁？"
    assert "已取消" in await guest.speaks("取消")


async def test_another_command_spoken_in_the_middle_asks_before_anything_is_lost(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    assert "先放下它吗？" in await guest.speaks(ORDER_SNACK)
    assert (
        await guest.speaks("放下") == "听到：「放下」\n语音可能听错，请点按钮确认。\n「查物流」还没做完。先放下它吗？"
    )
    assert await guest.taps("放下，去补打") == "什么点心？"


async def test_words_that_mean_nothing_are_repeated_and_told_so(guest: Merchant) -> None:
    assert (await guest.speaks("嗯那个")).startswith("听到：「嗯那个」\n没看懂这句。")


async def test_a_button_named_by_voice_is_asked_about(guest: Merchant) -> None:
    await guest.says("帮助")
    assert "要绑定店铺吗？" in await guest.speaks("绑定店铺")
    assert "主账号" in await guest.taps("对，绑定店铺")


async def test_too_late_the_old_conversation_ends_and_the_voice_is_a_new_command(guest: Merchant, world: World) -> None:
    await guest.says(ORDER_TEA)
    world.clock.move(15 * 60_000)
    heard = await guest.speaks(ORDER_TEA)
    assert "已经结束" in heard
    assert heard.endswith("给谁？")


async def test_silence_is_told_so(guest: Merchant) -> None:
    assert "没有听到话" in await guest.speaks("  ")


async def test_a_service_that_is_down_is_told_and_typing_still_works(guest: Merchant, world: World) -> None:
    await guest.says(ORDER_TEA)
    world.speech.goes_down()
    assert "请再说一次，或者打字" in await guest.speaks("小满")
    assert await guest.says("小满") == "多大？"


async def test_a_broken_recording_is_told_so(guest: Merchant) -> None:
    assert "没有听成" in await guest.records(b"OggS broken")


async def test_a_long_recording_is_not_even_fetched(guest: Merchant, world: World) -> None:
    assert "不要超过 60 秒" in await guest.speaks("很长", seconds=61)
    assert not world.ledger()["calls"].get("speech:transcriptions")


async def test_a_recording_that_is_too_large_is_told_so(guest: Merchant) -> None:
    assert "没有听成" in await guest.records(recording("大" * 1024 * 1024))


async def test_the_same_recording_delivered_twice_is_heard_once(guest: Merchant, world: World) -> None:
    guest.stage.room.files["v"] = recording(ORDER_TEA)
    voice = Incoming("room", guest.peer, "twice", attachment=Attachment("voice", "v", seconds=1))
    for _ in range(2):
        await guest.stage.app.turns.receive(voice)
        await guest.stage.app.quiet()
    assert world.ledger()["calls"]["speech:transcriptions"] == 1


async def test_what_is_being_listened_to_when_the_program_stops_is_heard_after_the_start(
    stage: Stage, guest: Merchant, world: World
) -> None:
    listening = asyncio.Event()

    async def hang(_point: str) -> None:
        listening.set()
        await asyncio.Event().wait()

    world.before_answer = hang
    guest.stage.room.files["v"] = recording(ORDER_TEA)
    voice = Incoming("room", guest.peer, "stopped", attachment=Attachment("voice", "v", seconds=1))
    await stage.app.turns.receive(voice)
    await listening.wait()
    await stage.dark(grace=0)
    world.before_answer = None
    await stage.light()
    await stage.app.quiet()
    assert guest.heard == f"听到：「{ORDER_TEA}」\n给谁？"


async def test_a_viewer_may_not_begin_what_she_may_not_type(stage: Stage) -> None:
    viewer = Merchant(stage, "viewer")
    await viewer.joins(Role.VIEWER)
    assert "你的身份是只读" in await viewer.speaks(ORDER_SNACK)


async def test_passwords_are_not_spoken(stage: Stage, guest: Merchant, world: World) -> None:
    await guest.says("绑定中通")
    await guest.taps("电子面单账号")
    await guest.says("1234567890")
    assert "请打字" in await guest.speaks("中通一二三")
    assert not world.ledger()["calls"].get("speech:transcriptions")


@pytest.fixture
async def deaf(world: World, tmp_path: Path, press: Press) -> Merchant:
    """Somebody in front of a program without a speech service."""
    stage = Stage(world, tmp_path / "deaf", press)
    await stage.light(speech_url="")
    yield Merchant(stage)
    await stage.dark()


async def test_without_a_service_voice_is_answered_politely(deaf: Merchant) -> None:
    assert (await deaf.speaks("打印今天的订单")).endswith("请打字说要做的事，例如「打印今天的订单」。")


async def test_without_a_service_it_is_answered_in_english_too(deaf: Merchant) -> None:
    await deaf.says("English")
    assert "Please type" in await deaf.speaks("print")
