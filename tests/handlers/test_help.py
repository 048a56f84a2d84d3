"""帮助 for what is not typed: voice, photos, sheets and pastes, told as this installation can do it."""

import pytest

from tests.support.merchant import Merchant
from tests.support.stage import Stage


@pytest.fixture
async def owner(merchant: Merchant) -> Merchant:
    await merchant.joins()
    return merchant


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("怎么发照片", "直接把照片发过来"),
        ("拍照能查吗", "直接把照片发过来"),
        ("表格怎么发", "把 .xlsx 或 .csv 表格发过来就行"),
        ("怎么用表格打单", "把 .xlsx 或 .csv 表格发过来就行"),
        ("手工单怎么打", "把收件人粘贴过来就行"),
        ("能发语音吗", "按住说话就行，60 秒以内"),
    ],
)
async def test_how_to_send_what_is_not_typed(owner: Merchant, said: str, begins: str) -> None:
    assert (await owner.says(said)).startswith(begins)
    assert (await owner.taps("还能做什么")).startswith("直接说要做的事就行")


async def test_in_english_too(owner: Merchant) -> None:
    await owner.says("English")
    assert (await owner.says("can I send a photo")).startswith("Just send it")
    assert (await owner.says("how do I send a spreadsheet")).startswith("Send a .xlsx or .csv sheet")
    assert "calibrate" in await owner.says("help")


async def test_where_nobody_hears_voice_that_is_said(owner: Merchant, stage: Stage) -> None:
    await stage.dark()
    await stage.light(speech_url="")
    assert (await owner.says("能发语音吗")).startswith("语音现在听不了")


async def test_the_paste_in_the_explanation_is_understood_as_one(owner: Merchant) -> None:
    await owner.says("手工单怎么打")
    example = next(line.removeprefix("例如：") for line in owner.heard.splitlines() if line.startswith("例如："))
    await owner.has_bound()
    heard = await owner.says(example)
    assert "姓名　张三" in heard
    assert "货品　茶叶 ×2" in heard
