"""Another command in the middle of a conversation: nothing is lost before the merchant has said so."""

import asyncio

from core.ids import new_id
from handlers.messages import Button, Incoming
from tests.handlers.conversation.tea import ORDER_SNACK, ORDER_TEA, Kitchen
from tests.support.merchant import Merchant
from tests.support.stage import Stage

LEAVE = "「查物流」还没做完。先放下它吗？"
LABELS = ["放下，去补打", "继续查物流"]


async def test_it_asks_before_it_leaves(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    assert await guest.says(ORDER_SNACK) == LEAVE
    assert guest.labels == LABELS


async def test_leaving_opens_the_other_one(guest: Merchant, kitchen: Kitchen) -> None:
    await guest.says(ORDER_TEA)
    await guest.says(ORDER_SNACK)
    assert await guest.taps("放下，去补打") == "什么点心？"
    assert await guest.says("花生") == "点心：花生"
    assert kitchen.brewed == []


async def test_staying_asks_the_open_question_again(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    await guest.says(ORDER_SNACK)
    assert await guest.says("2") == "多大？"
    assert await guest.taps("大杯") == "泡好了 小满 large 第1杯\n糖？"


async def test_yes_leaves_and_something_unclear_asks_again(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says(ORDER_SNACK)
    assert await guest.says("嗯？什么") == LEAVE
    assert await guest.says("好的") == "什么点心？"


async def test_a_restart_in_between_keeps_both(guest: Merchant, stage: Stage) -> None:
    await guest.says(ORDER_TEA)
    await guest.says(ORDER_SNACK)
    await stage.restart()
    assert await guest.says("继续") == "给谁？"
    await guest.says(ORDER_SNACK)
    await stage.restart()
    assert await guest.taps("放下，去补打") == "什么点心？"


async def test_both_buttons_of_that_question_answer_it_once(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says(ORDER_SNACK)
    go, stay = guest.button(LABELS[0]), guest.button(LABELS[1])
    await guest.presses(stay)
    assert await guest.presses(stay) == ""
    assert await guest.presses(go) == "这个按钮已经过期。\n给谁？"


async def test_an_option_that_question_does_not_have_is_stale(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says(ORDER_SNACK)
    question = guest.button(LABELS[0]).data.rpartition(":")[0]
    assert await guest.presses(Button("?", f"{question}:7")) == "这个按钮已经过期。\n给谁？"


async def test_answering_the_open_question_by_its_button_is_staying(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    large = guest.button("大杯")
    await guest.says(ORDER_SNACK)
    assert await guest.presses(large) == "泡好了 小满 large 第1杯\n糖？"
    assert await guest.says("1") == "加了糖\n付好了。还要什么？"


async def test_an_aside_is_answered_without_leaving(guest: Merchant) -> None:
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    assert "直接说要做的事就行" in await guest.says("帮助")
    assert await guest.says("大杯") == "泡好了 小满 large 第1杯\n糖？"


class TestWhileWorkIsUnderWay:
    async def test_words_hear_that_it_is_being_done(self, guest: Merchant, kitchen: Kitchen) -> None:
        release = await begins_brewing(guest, kitchen)
        assert await says_meanwhile(guest, "快点") == "上一步正在处理，稍等就好，有结果会马上说。"
        assert await ends(guest, release) == "泡好了 小满 large 第1杯\n糖？"

    async def test_so_does_a_wish_that_has_no_conversation_yet(self, guest: Merchant, kitchen: Kitchen) -> None:
        release = await begins_brewing(guest, kitchen)
        assert await says_meanwhile(guest, "上个月的报表") == "上一步正在处理，稍等就好，有结果会马上说。"
        assert await ends(guest, release) == "泡好了 小满 large 第1杯\n糖？"

    async def test_it_is_dropped_in_ones_own_words(self, guest: Merchant, kitchen: Kitchen) -> None:
        release = await begins_brewing(guest, kitchen)
        assert await says_meanwhile(guest, "哎算了，先不弄了") == "已取消「查物流」。"
        assert await ends(guest, release) == ""

    async def test_cancel_ends_it_and_the_result_is_dropped(self, guest: Merchant, kitchen: Kitchen) -> None:
        release = await begins_brewing(guest, kitchen)
        assert await says_meanwhile(guest, "取消") == "已取消「查物流」。"
        assert await ends(guest, release) == ""
        assert await guest.says(ORDER_TEA) == "给谁？"

    async def test_cancel_does_not_interrupt_what_cannot_be_taken_back(self, guest: Merchant, kitchen: Kitchen) -> None:
        await guest.says(ORDER_TEA)
        await guest.says("小满")
        await guest.says("大杯")
        release = await begins_work(guest, kitchen, "不加")
        assert await says_meanwhile(guest, "取消") == "上一步正在处理，稍等就好，有结果会马上说。"
        assert await taps_meanwhile(guest, "c:reprint") == "上一步正在处理，稍等就好，有结果会马上说。"
        assert await ends(guest, release) == "付好了。还要什么？"
        assert kitchen.paid == [1]

    async def test_another_command_waits_behind_the_result(self, guest: Merchant, kitchen: Kitchen) -> None:
        release = await begins_brewing(guest, kitchen)
        assert await taps_meanwhile(guest, "c:reprint") == LEAVE
        assert await ends(guest, release) == f"泡好了 小满 large 第1杯\n糖？\n{LEAVE}"
        assert await guest.says("1") == "什么点心？"

    async def test_staying_says_that_the_work_goes_on(self, guest: Merchant, kitchen: Kitchen) -> None:
        release = await begins_brewing(guest, kitchen)
        await taps_meanwhile(guest, "c:reprint")
        assert await says_meanwhile(guest, "2") == "上一步正在处理，稍等就好，有结果会马上说。"
        assert await ends(guest, release) == "泡好了 小满 large 第1杯\n糖？"

    async def test_when_the_work_ends_the_conversation_the_other_command_starts(
        self, guest: Merchant, kitchen: Kitchen
    ) -> None:
        release = await begins_brewing(guest, kitchen)
        await taps_meanwhile(guest, "c:reprint")
        kitchen.closed = 1
        heard = await ends(guest, release)
        assert heard == "中通现在连不上，这一步没有做，已有的都保存着。过几分钟再试。\n什么点心？"

    async def test_an_aside_is_answered_at_once(self, guest: Merchant, kitchen: Kitchen) -> None:
        release = await begins_brewing(guest, kitchen)
        assert "直接说要做的事就行" in await says_meanwhile(guest, "帮助")
        assert await ends(guest, release) == "泡好了 小满 large 第1杯\n糖？"

    async def test_a_tap_on_an_old_button_is_stale(self, guest: Merchant, kitchen: Kitchen) -> None:
        release = await begins_brewing(guest, kitchen)
        assert await taps_meanwhile(guest, guest.button("小杯").data) == "这个按钮已经过期。"
        assert await taps_meanwhile(guest, guest.button("大杯").data) == ""
        assert await ends(guest, release) == "泡好了 小满 large 第1杯\n糖？"


async def begins_brewing(guest: Merchant, kitchen: Kitchen) -> asyncio.Event:
    """The kitchen is at work until the event is set."""
    await guest.says(ORDER_TEA)
    await guest.says("小满")
    return await begins_work(guest, kitchen, "大杯")


async def begins_work(guest: Merchant, kitchen: Kitchen, answer: str) -> asyncio.Event:
    """This answer sets the kitchen to work."""
    kitchen.begun.clear()
    kitchen.at_work = asyncio.Event()
    await says_meanwhile(guest, answer)
    await kitchen.begun.wait()
    return kitchen.at_work


async def says_meanwhile(guest: Merchant, said: str) -> str:
    """Words while work is under way; what was heard at once."""
    return await arrives(guest, Incoming("room", guest.peer, new_id(), text=said))


async def taps_meanwhile(guest: Merchant, data: str) -> str:
    """The same for a button."""
    return await arrives(guest, Incoming("room", guest.peer, new_id(), button=data))


async def arrives(guest: Merchant, incoming: Incoming) -> str:
    """A message is answered, though the program is not done with everything."""
    guest.marks()
    await guest.stage.app.turns.receive(incoming)
    for worker in guest.stage.app.workers:
        if worker.name in {"turns", "sender"}:
            await worker.rest()
    return guest.heard


async def ends(guest: Merchant, release: asyncio.Event) -> str:
    """The kitchen is done; what was heard then."""
    guest.marks()
    release.set()
    await guest.stage.app.quiet()
    return guest.heard
