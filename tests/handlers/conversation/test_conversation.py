"""A conversation from its first question to its end: answers, going back, giving up, waiting too long."""

import pytest

from core.clock import MINUTE
from tests.handlers.conversation.tea import ORDER_TEA, Kitchen
from tests.support.merchant import Interrupted, Merchant
from tests.support.stage import Stage

LAST_QUESTION = "付好了。还要什么？"


async def test_questions_come_one_at_a_time_and_work_is_done_once(guest: Merchant, kitchen: Kitchen) -> None:
    assert await guest.says(ORDER_TEA) == "给谁？"
    assert await guest.says("小满") == "多大？"
    assert guest.labels == ["小杯", "大杯"]
    assert await guest.taps("大杯") == "泡好了 小满 large 第1杯\n糖？"
    assert await guest.taps("加糖") == f"加了糖\n{LAST_QUESTION}"
    assert await guest.says("不用") == "再见"
    assert kitchen.brewed == [("小满", "large")]
    assert kitchen.paid == [1]


async def test_a_restart_before_every_message_changes_nothing(guest: Merchant, kitchen: Kitchen) -> None:
    forgotten = Interrupted(guest.stage, guest.peer)
    heard = [await forgotten.says(ORDER_TEA), await forgotten.says("小满"), await forgotten.taps("大杯")]
    heard += [await forgotten.taps("加糖"), await forgotten.says("不用")]
    told = ["给谁？", "多大？", "泡好了 小满 large 第1杯\n糖？", f"加了糖\n{LAST_QUESTION}", "再见"]
    assert heard == told
    assert kitchen.brewed == [("小满", "large")]
    assert kitchen.paid == [1]


@pytest.mark.parametrize("typed", ["2", "２", "大杯", " 大杯。", "large", "好", "YES", "ok"])
async def test_an_option_is_chosen_by_number_label_value_or_yes(guest: Merchant, kitchen: Kitchen, typed: str) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    await guest.says(typed)
    assert kitchen.brewed == [("小满", "large")]


async def test_what_fits_no_option_is_asked_again(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    for typed in ("3", "中杯", "杯", ""):
        assert await guest.says(typed) == "没看懂，请点下面的按钮，或回复序号。\n多大？"
    assert kitchen.brewed == []


async def test_an_answer_that_cannot_be_used_is_explained_and_asked_again(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    assert await guest.says("小满2") == "名字里没有数字\n给谁？"
    assert await guest.says("小满") == "多大？"


async def test_the_same_message_delivered_three_times_is_answered_once(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满", uid="same")
    for _ in range(2):
        assert await guest.says("小满", uid="same") == ""
    await guest.says("大杯", uid="another")
    assert await guest.says("大杯", uid="another") == ""
    assert kitchen.brewed == [("小满", "large")]


class TestBack:
    async def test_takes_the_last_answer_back(self, guest: Merchant, kitchen: Kitchen) -> None:
        await guest.says(ORDER_TEA)
        await guest.says("小满")
        assert await guest.says("返回") == "给谁？"
        await guest.says("大雪")
        await guest.says("小杯")
        assert kitchen.brewed == [("大雪", "small")]

    async def test_several_times_reaches_the_first_question_and_no_further(self, guest: Merchant) -> None:
        await guest.says(ORDER_TEA)
        await guest.says("小满")
        await guest.taps("小杯")
        assert await guest.says("上一步") == "多大？"
        assert await guest.says("back") == "给谁？"
        assert await guest.says("返回") == "前面没有可以改的了。\n给谁？"

    async def test_past_work_does_it_again_even_for_the_same_answer(self, guest: Merchant, kitchen: Kitchen) -> None:
        await guest.says(ORDER_TEA)
        await guest.says("小满")
        await guest.says("大杯")
        await guest.says("返回")
        assert await guest.says("大杯") == "泡好了 小满 large 第2杯\n糖？"
        await guest.says("返回")
        assert await guest.says("小杯") == "泡好了 小满 small 第3杯\n糖？"
        assert kitchen.brewed == [("小满", "large"), ("小满", "large"), ("小满", "small")]

    async def test_does_not_go_past_what_is_settled(self, guest: Merchant, kitchen: Kitchen) -> None:
        await drink(guest)
        assert await guest.says("返回") == f"前面没有可以改的了。\n{LAST_QUESTION}"
        assert await guest.says("不用") == "再见"
        assert kitchen.paid == [1]

    async def test_survives_a_restart(self, guest: Merchant, stage: Stage) -> None:
        await guest.says(ORDER_TEA)
        await guest.says("小满")
        await stage.restart()
        assert await guest.says("返回") == "给谁？"
        await stage.restart()
        assert await guest.says("大雪") == "多大？"


class TestCancel:
    @pytest.mark.parametrize("word", ["取消", "算了", "cancel", "/cancel", "退出。"])
    async def test_ends_it_at_a_question(self, guest: Merchant, kitchen: Kitchen, word: str) -> None:
        await guest.says(ORDER_TEA)
        await guest.says("小满")
        assert await guest.says(word) == "已取消「查物流」。"
        assert await guest.says("大杯") == "没看懂这句。可以这样说："
        assert kitchen.brewed == []

    async def test_after_something_was_settled_says_that_it_stays(self, guest: Merchant, kitchen: Kitchen) -> None:
        await drink(guest)
        assert await guest.says("取消") == "「查物流」就停在这里，前面已经办成的都还在。"
        assert kitchen.paid == [1]

    async def test_with_nothing_open_says_so(self, guest: Merchant) -> None:
        told = "现在没有进行中的事。要做什么直接说，例如「打印今天的订单」。"
        assert await guest.says("取消") == told
        assert await guest.says("返回") == told


class TestExpiry:
    async def test_a_moment_before_fifteen_minutes_the_answer_counts(self, guest: Merchant) -> None:
        await guest.says(ORDER_TEA)
        guest.stage.world.clock.move(15 * MINUTE - 1)
        assert await guest.says("小满") == "多大？"

    async def test_after_exactly_fifteen_minutes_the_question_is_over(self, guest: Merchant, kitchen: Kitchen) -> None:
        await guest.says(ORDER_TEA)
        await guest.says("小满")
        guest.stage.world.clock.move(15 * MINUTE)
        assert await guest.says("大杯") == "「查物流」等了 15 分钟没有回复，已经结束。"
        assert kitchen.brewed == []
        assert guest.labels == ["重新开始"]
        assert await guest.taps("重新开始") == "给谁？"

    async def test_every_answer_starts_the_fifteen_minutes_anew(self, guest: Merchant) -> None:
        await guest.says(ORDER_TEA)
        guest.stage.world.clock.move(14 * MINUTE)
        await guest.says("小满")
        guest.stage.world.clock.move(14 * MINUTE)
        assert await guest.says("小杯") == "泡好了 小满 small 第1杯\n糖？"

    async def test_a_late_tap_hears_it_once(self, guest: Merchant) -> None:
        await guest.says(ORDER_TEA)
        await guest.says("小满")
        guest.stage.world.clock.move(15 * MINUTE)
        assert await guest.taps("大杯") == "「查物流」等了 15 分钟没有回复，已经结束。"

    async def test_a_late_command_is_obeyed(self, guest: Merchant) -> None:
        await guest.says(ORDER_TEA)
        guest.stage.world.clock.move(15 * MINUTE)
        assert await guest.says("补打") == "「查物流」等了 15 分钟没有回复，已经结束。\n什么点心？"

    async def test_the_button_to_start_again_keeps_what_the_command_said(self, guest: Merchant) -> None:
        await guest.says("查 261120-300000000000001 和 261120-300000000000002")
        guest.stage.world.clock.move(15 * MINUTE)
        await guest.says("小满")
        again = guest.button("重新开始").data
        assert again == "c:track:orders=261120-300000000000001,261120-300000000000002"


async def drink(guest: Merchant) -> None:
    """Up to the question after paying."""
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    await guest.says("大杯")
    await guest.says("不加")
