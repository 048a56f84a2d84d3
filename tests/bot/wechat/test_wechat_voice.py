"""Voice messages in WeChat's chats: recordings for the speech service, or words that the chat has written down."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import pytest

from bot.sandbox.speech import recording
from bot.sandbox.world import World
from core.labels import Press
from tests.scenarios.account_seats import AccountSeat, PassiveAccountSeat
from tests.scenarios.wechat_seats import WeChatSeat, WecomBotSeat, WecomSeat

OFF = "我现在听不了语音，请打字说要做的事，例如「打印今天的订单」。"
NOT_HEARD = "刚才的语音没有听成（录音取不到，或者语音服务不收），请打字。"
HELP = "直接说要做的事就行"
WITHOUT_SERVICE = {"speech_url": ""}


class DeafWecomSeat(WecomSeat):
    """Nobody listens to recordings."""

    others: ClassVar = WITHOUT_SERVICE


class DeafAccountSeat(AccountSeat):
    others: ClassVar = WITHOUT_SERVICE


class WritingAccountSeat(DeafAccountSeat):
    """接收语音识别结果 is on."""

    about: ClassVar = {"recognises": True}


class WritingPassiveSeat(PassiveAccountSeat):
    others: ClassVar = WITHOUT_SERVICE
    about: ClassVar = {"recognises": True}


class DeafBotSeat(WecomBotSeat):
    others: ClassVar = WITHOUT_SERVICE


@pytest.fixture
def world() -> World:
    world = World(seed=7, orders=3)
    world.speech.takes_amr()
    return world


@pytest.fixture
async def seat(request: pytest.FixtureRequest, world: World, tmp_path: Path, press: Press) -> AsyncIterator[WeChatSeat]:
    """In front of the channel that the test names, greeted."""
    seat = request.param(world, tmp_path, press)
    world.official_account.recognises = "recognises" in getattr(seat, "about", {})
    await seat.sit()
    await seat.says("你好")
    yield seat
    await seat.leave()


async def speaks(seat: WeChatSeat, words: str) -> str:
    """Say something; what is heard then, and "" for nothing."""
    seat.seen = len(seat.heard())
    if isinstance(seat, WecomBotSeat):
        seat.service.speaks(seat.who, words)
    else:
        seat.service.sends(seat.who, "voice", recording(words, "amr"))
    await seat.arrives()
    if isinstance(seat, PassiveAccountSeat):
        await seat.asks()
    return "\n".join(each.text for each in seat.news())


def transcriptions(world: World) -> int:
    return int(world.ledger()["calls"].get("speech:transcriptions", 0))


LISTENED_TO = [WecomSeat, AccountSeat]
WRITTEN_DOWN = [DeafBotSeat, WritingAccountSeat, WritingPassiveSeat]
NOT_AT_ALL = [DeafWecomSeat, DeafAccountSeat]


@pytest.mark.parametrize("seat", LISTENED_TO, indirect=True)
async def test_a_recording_is_fetched_and_listened_to_in_its_own_format(seat: WeChatSeat, world: World) -> None:
    assert (await speaks(seat, "帮助")).startswith(f"听到：「帮助」\n{HELP}")
    assert transcriptions(world) == 1


@pytest.mark.parametrize("seat", WRITTEN_DOWN, indirect=True)
async def test_words_that_the_chat_has_written_down_need_no_service(seat: WeChatSeat, world: World) -> None:
    assert (await speaks(seat, "帮助。")).startswith(f"听到：「帮助。」\n{HELP}")
    assert transcriptions(world) == 0


@pytest.mark.parametrize("seat", [*LISTENED_TO, *WRITTEN_DOWN], indirect=True)
async def test_what_matters_begins_with_a_tap(seat: WeChatSeat, world: World) -> None:
    assert await speaks(seat, "绑定中通") == "听到：「绑定中通」\n要绑定快递吗？"
    assert "可能听错" in await speaks(seat, "对，绑定快递")
    await seat.taps("对，绑定快递")
    assert seat.news()[-1].text == "绑定中通快递(1/4)。账号类型？"
    assert world.ledger()["numbers"] == []


@pytest.mark.parametrize("seat", WRITTEN_DOWN, indirect=True)
async def test_a_password_that_was_spoken_is_not_taken_and_not_repeated(seat: WeChatSeat) -> None:
    for said in ("绑定中通", "电子面单账号", "1234567890"):
        await seat.says(said)
    heard = await speaks(seat, "中通一二三")
    assert heard.startswith("这一项请打字，不用语音")
    assert "中通一二三" not in heard


@pytest.mark.parametrize("seat", NOT_AT_ALL, indirect=True)
async def test_where_nobody_listens_it_asks_to_type(seat: WeChatSeat) -> None:
    assert await speaks(seat, "帮助") == OFF


@pytest.mark.parametrize("seat", LISTENED_TO, indirect=True)
async def test_a_format_that_the_service_does_not_take_is_told_with_what_to_do(seat: WeChatSeat, world: World) -> None:
    world.speech.formats.remove("amr")
    assert await speaks(seat, "帮助") == NOT_HEARD


@pytest.mark.parametrize("seat", LISTENED_TO, indirect=True)
async def test_a_service_that_is_down_is_told_so(seat: WeChatSeat, world: World) -> None:
    world.speech.goes_down()
    assert "请再说一次，或者打字" in await speaks(seat, "帮助")


@pytest.mark.parametrize("seat", [PassiveAccountSeat], indirect=True)
async def test_a_recording_that_the_account_may_not_fetch_is_told_so(seat: WeChatSeat) -> None:
    assert await speaks(seat, "帮助") == NOT_HEARD


@pytest.mark.parametrize("seat", [DeafBotSeat], indirect=True)
async def test_a_voice_message_without_words_is_told_so(seat: WeChatSeat) -> None:
    assert "没有听到话" in await speaks(seat, "")


@pytest.mark.parametrize("seat", LISTENED_TO, indirect=True)
async def test_a_recording_delivered_three_times_is_heard_once(seat: WeChatSeat, world: World) -> None:
    seat.times = 3
    assert (await speaks(seat, "帮助")).count("听到：「帮助」") == 1
    assert transcriptions(world) == 1


@pytest.mark.parametrize(
    ("seat", "told"),
    [
        *((each, "按住说话就行") for each in (*LISTENED_TO, *WRITTEN_DOWN)),
        *((each, "语音现在听不了") for each in (*NOT_AT_ALL, PassiveAccountSeat)),
    ],
    indirect=["seat"],
)
async def test_help_promises_voice_where_it_is_understood(seat: WeChatSeat, told: str) -> None:
    await seat.says("能发语音吗")
    assert seat.news()[-1].text.startswith(told)
