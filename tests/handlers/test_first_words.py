"""Somebody who has never written before: greeted once, in the language of the first words, as an owner."""

import pytest

from bot.sandbox.world import World
from core.rights import Role
from tests.support.merchant import Merchant
from tests.support.stage import Stage

CHINESE, ENGLISH = "你好，我是面单。", "Hello, I am Miandan."


@pytest.fixture
def world() -> World:
    """Nothing to ship."""
    return World(seed=7, orders=0)


async def test_the_first_words_decide_the_language(stage: Stage) -> None:
    first_words = {"你好": CHINESE, "绑定 ZTO": CHINESE, "123": CHINESE, "/start": CHINESE, "": CHINESE}
    first_words |= {"hello": ENGLISH, "bind ZTO": ENGLISH}
    for said, greeting in first_words.items():
        newcomer = Merchant(stage, peer=f"said {said}")
        assert (said, (await newcomer.says(said)).startswith(greeting)) == (said, True)


async def test_a_newcomer_owns_a_merchant_of_her_own_and_is_greeted_once(stage: Stage) -> None:
    first, second = Merchant(stage, "一"), Merchant(stage, "二")
    for newcomer in (first, second):
        assert (await newcomer.says("你好")).count(CHINESE) == 1
        assert CHINESE not in await newcomer.says("你好")
    members = [await stage.app.desk.kept.merchants.member("room", peer) for peer in ("一", "二")]
    assert [member.role for member in members if member] == [Role.OWNER, Role.OWNER]
    assert len({member.merchant for member in members if member}) == 2


async def test_the_first_words_may_ask_for_another_language(stage: Stage) -> None:
    newcomer = Merchant(stage)
    heard = await newcomer.says("英文")
    assert heard.startswith(CHINESE)
    assert heard.endswith("OK, English from now on.")
    assert (await newcomer.says("取消")).startswith("Nothing is open right now.")


async def test_the_language_can_be_changed_in_the_middle_of_a_conversation(stage: Stage) -> None:
    newcomer = Merchant(stage)
    await newcomer.says("绑定中通")
    assert await newcomer.says("English") == "OK, English from now on."
    assert await newcomer.says("1") == "(2/4) e-waybill account? Your branch issues it; it is not a phone number."
    assert await newcomer.says("中文") == "好的，以后说中文。"
    assert await newcomer.says("返回") == "绑定中通快递(1/4)。账号类型？"


async def test_a_line_of_the_channels_menu_begins_what_it_names(stage: Stage) -> None:
    newcomer = Merchant(stage)
    assert (await newcomer.says("/bind_courier")).endswith("绑定哪家快递？")
    assert await newcomer.says("/language") == "OK, English from now on."
    assert (await newcomer.says("/nonsense")).startswith("I did not get that.")
