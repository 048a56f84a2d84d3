"""Buttons: tapped twice, tapped late, tapped when their conversation is over, and data that makes no sense."""

import asyncio

from handlers.buttons import command_data, read_command_data
from handlers.messages import Button, Incoming
from tests.handlers.conversation.tea import ORDER_TEA, Kitchen
from tests.support.merchant import Merchant

STALE = "这个按钮已经过期。"


async def test_tapping_the_same_button_twice_is_one_tap(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    large = guest.button("大杯")
    await guest.presses(large)
    assert await guest.presses(large) == ""
    assert kitchen.brewed == [("小满", "large")]


async def test_two_taps_at_once_are_one_tap(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    guest.marks()
    taps = [Incoming("room", guest.peer, f"tap-{n}", button=guest.button("大杯").data) for n in range(2)]
    await asyncio.gather(*(guest.stage.app.turns.receive(tap) for tap in taps))
    await guest.stage.app.quiet()
    assert guest.heard == "泡好了 小满 large 第1杯\n糖？"
    assert kitchen.brewed == [("小满", "large")]


async def test_two_different_taps_at_once_answer_with_the_first(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    large, small = guest.button("大杯"), guest.button("小杯")
    await guest.presses(large)
    assert await guest.presses(small) == f"{STALE}\n糖？"
    assert kitchen.brewed == [("小满", "large")]


async def test_a_tap_repeated_after_the_end_is_still_one_tap(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    large = guest.button("大杯")
    await guest.presses(large)
    await guest.taps("不加")
    await guest.says("不用")
    assert await guest.presses(large) == ""
    assert kitchen.brewed == [("小满", "large")]


async def test_another_answer_to_an_old_question_is_stale_and_the_open_one_is_shown_again(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    small = guest.button("小杯")
    await guest.taps("大杯")
    assert await guest.presses(small) == f"{STALE}\n糖？"
    assert guest.labels == ["加糖", "不加"]


async def test_a_button_of_an_ended_conversation_does_not_answer_the_next_one(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    old = guest.button("大杯")
    await guest.says("取消")
    await guest.says(ORDER_TEA)
    await guest.says("大雪")
    assert await guest.presses(old) == f"{STALE}\n多大？"


async def test_after_going_back_the_old_button_is_stale_and_the_new_one_counts(
    guest: Merchant, kitchen: Kitchen
) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    old = guest.button("大杯")
    await guest.presses(old)
    await guest.says("返回")
    assert await guest.presses(old) == f"{STALE}\n多大？"
    assert await guest.taps("大杯") == "泡好了 小满 large 第2杯\n糖？"


NONSENSE = [
    *("q", "q:", "q:x", "q:x:999", "q::", "q:x:-1", "q:x:99999999999999999999", "q:x:１x"),
    *("c", "c:", "c:nonsense", "c:nonsense:a=b", "c:print_orders:broken", "c::::", "c:=:="),
    *("x", ":", "查"),
]


async def test_data_that_makes_no_sense_is_a_stale_button(guest: Merchant) -> None:
    assert {data: await guest.presses(Button("?", data)) for data in NONSENSE} == dict.fromkeys(NONSENSE, STALE)


async def test_data_that_makes_no_sense_leaves_the_open_question_open(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    again = dict.fromkeys(NONSENSE, f"{STALE}\n多大？")
    assert {data: await guest.presses(Button("?", data)) for data in NONSENSE} == again
    assert await guest.says("大杯") == "泡好了 小满 large 第1杯\n糖？"


def test_what_a_command_knows_already_travels_in_its_button() -> None:
    slots = {"day": "today", "count": 20, "courier": "ZTO", "orders": ["261120-1", "261120-2"]}
    data = command_data("print_orders", slots)
    assert data == "c:print_orders:day=today:count=20:courier=ZTO:orders=261120-1,261120-2"
    assert read_command_data(data) == ("print_orders", slots)


async def test_an_option_that_does_not_exist_is_stale(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    question = guest.button("小杯").data.rpartition(":")[0]
    assert await guest.presses(Button("?", f"{question}:2")) == f"{STALE}\n多大？"
    assert kitchen.brewed == []


async def test_a_question_for_text_has_no_option_to_tap(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    await guest.says("大杯")
    await guest.says("不加")
    old = guest.button("加糖").data.split(":")[1]
    assert await guest.presses(Button("?", f"q:{old}:0")) == f"{STALE}\n付好了。还要什么？"


async def test_the_number_of_a_button_shown_last_starts_its_command(guest: Merchant) -> None:
    await guest.says("你好")
    assert guest.labels == ["能做什么"]
    assert "直接说要做的事就行" in await guest.says("1")


async def test_the_number_of_an_answered_option_is_no_answer_after_the_end(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    await guest.says("1")
    await guest.says("取消")
    assert (await guest.says("1")).startswith("没看懂这句。")


async def test_a_command_button_tapped_twice_opens_one_conversation(guest: Merchant) -> None:
    await guest.says("帮助")
    order = Button("", "c:track")
    assert await guest.presses(order) == "给谁？"
    assert await guest.presses(order) == ""
    assert await guest.says("小满") == "多大？"


async def test_the_same_words_twice_ask_the_same_question_twice(guest: Merchant) -> None:
    assert await guest.says(ORDER_TEA) == "给谁？"
    assert await guest.says(ORDER_TEA) == "给谁？"
    assert await guest.says("小满") == "多大？"
