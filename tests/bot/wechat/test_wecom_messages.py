"""What goes out through WeCom: texts, cards and their updates, files, rates and tokens."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from wechat_rig import CHOICE, XIAOMAN, shown

from bot.channels.base import ChannelBusy, Drawing, File, PeerAway
from bot.channels.wecom import WeCom
from bot.sandbox.clock import HOUR, MINUTE, SECOND
from bot.sandbox.world import World
from core.errors import OutcomeUnknown
from core.storage.address import Address
from handlers.messages import Button
from tests.scenarios.wechat_seats import application
from tests.support.desk import Connected, connected


async def test_a_text_arrives(wecom: Connected[WeCom], world: World) -> None:
    assert await wecom.channel.send(XIAOMAN, Drawing("正在看订单…")) == "msg-1"
    assert shown(world.wecom) == [("text", "正在看订单…", [])]


async def test_a_text_may_be_markdown(world: World, tmp_path: Path) -> None:
    known = application(is_markdown=True)
    async with connected(world, tmp_path, lambda http, kept: WeCom(known, http, world.clock, kept)) as wecom:
        await wecom.channel.send(XIAOMAN, Drawing("正在看订单…"))
    assert shown(world.wecom) == [("markdown", "正在看订单…", [])]


async def test_a_long_text_goes_in_pieces_that_end_with_whole_characters(wecom: Connected[WeCom], world: World) -> None:
    text = "\n".join(f"• 第 {n} 单，地址超区" for n in range(150)) + "\n" + "长" * 700
    await wecom.channel.send(XIAOMAN, Drawing(text))
    told = [each["text"] for each in world.wecom.heard(XIAOMAN)]
    assert "".join(told).replace("\n", "") == text.replace("\n", "")
    assert all(len(each.encode()) <= 2048 for each in told)
    assert told[0].endswith("地址超区")


async def test_a_short_question_is_a_card_and_a_tap_comes_back_once(wecom: Connected[WeCom], world: World) -> None:
    await wecom.channel.send(XIAOMAN, Drawing("今天 1 单\n中通够用", CHOICE))
    assert shown(world.wecom) == [("template_card", "今天 1 单\n中通够用", ["打印 1 张", "看明细"])]
    world.wecom.presses(XIAOMAN, "打印 1 张")
    await world.wecom.delivers()
    world.wecom.repeats_calls(1)
    await world.wecom.delivers()
    tap = wecom.desk.came[-1]
    assert (len(wecom.desk.came), tap.button, tap.text) == (2, "q:token:0", "")


async def test_two_taps_in_the_same_second_are_two(wecom: Connected[WeCom], world: World) -> None:
    await wecom.channel.send(XIAOMAN, Drawing("？", CHOICE))
    world.wecom.presses(XIAOMAN, "打印 1 张")
    world.wecom.presses(XIAOMAN, "看明细")
    await world.wecom.delivers()
    assert [each.button for each in wecom.desk.came] == ["", "q:token:0", "q:token:1"]


async def test_a_pressed_button_shows_that_the_press_arrived(wecom: Connected[WeCom], world: World) -> None:
    await wecom.channel.send(XIAOMAN, Drawing("？", CHOICE))
    world.wecom.presses(XIAOMAN, "看明细")
    await world.wecom.delivers()
    assert shown(world.wecom) == [("template_card", "？", ["已收到"])]


async def test_a_press_counts_though_its_card_cannot_be_updated(wecom: Connected[WeCom], world: World) -> None:
    await wecom.channel.send(XIAOMAN, Drawing("？", CHOICE))
    world.wecom.presses(XIAOMAN, "看明细")
    world.wecom.loses_answers(1, on="message/update_template_card")
    assert await world.wecom.delivers() == 2
    assert wecom.desk.came[-1].button == "q:token:1"


async def test_a_long_question_is_a_text_with_a_card_below(wecom: Connected[WeCom], world: World) -> None:
    text = "\n".join(f"• 暂缓第 {n} 单：退款中" for n in range(12))
    await wecom.channel.send(XIAOMAN, Drawing(text, CHOICE))
    assert shown(world.wecom) == [("text", text, []), ("template_card", "请选：", ["打印 1 张", "看明细"])]


async def test_labels_that_a_button_cannot_show_stand_in_the_text_with_their_numbers(
    wecom: Connected[WeCom], world: World
) -> None:
    places = ("浙江省 杭州市 西湖区 文三路1号A座", "换一个地址")
    await wecom.channel.send(XIAOMAN, Drawing("从哪里寄出？", tuple(Button(each, each) for each in places)))
    told = "从哪里寄出？\n1. 浙江省 杭州市 西湖区 文三路1号A座\n2. 换一个地址"
    assert shown(world.wecom) == [("template_card", told, ["1 浙江省 杭州市 西…", "换一个地址"])]


async def test_more_choices_than_a_card_holds_are_numbers(wecom: Connected[WeCom], world: World) -> None:
    couriers = tuple(Button(f"快递{n}", f"q:x:{n}") for n in range(8))
    await wecom.channel.send(XIAOMAN, Drawing("绑定哪家？", couriers))
    ((kind, text, buttons),) = shown(world.wecom)
    assert (kind, buttons) == ("text", [])
    assert text.startswith("绑定哪家？\n1. 快递0\n")
    assert text.endswith("\n8. 快递7\n（回复序号）")


async def test_links_stand_on_the_card_beside_what_can_be_chosen(wecom: Connected[WeCom], world: World) -> None:
    page = Button("打开授权页", url="https://fuwu.example/page?state=a_b")
    await wecom.channel.send(XIAOMAN, Drawing("请授权", (page, Button("取消", "q:x:0"))))
    await wecom.channel.send(XIAOMAN, Drawing("密码？", (page,)))
    first, second = world.wecom.heard(XIAOMAN)
    assert (first["links"], first["buttons"]) == ([{"label": "打开授权页", "url": page.url}], ["取消"])
    assert second["text"] == f"密码？\n打开授权页：{page.url}"
    assert world.wecom.presses(XIAOMAN, "打开授权页") == page.url


async def test_a_live_card_is_shown_anew_once_and_again_after_a_press(wecom: Connected[WeCom], world: World) -> None:
    to = Address("wecom", XIAOMAN)
    first = await wecom.channel.send(XIAOMAN, Drawing("🔴 没有新物流", CHOICE, is_live=True))
    second = await wecom.channel.send(XIAOMAN, Drawing("🟠 已催件", CHOICE, replaces=first, is_live=True))
    assert shown(world.wecom) == [("template_card", "🟠 已催件", ["打印 1 张", "看明细"])]
    third = await wecom.channel.send(XIAOMAN, Drawing("🟢 已恢复", CHOICE, replaces=second, is_live=True))
    assert [text for _, text, _ in shown(world.wecom)] == ["🟠 已催件", "🟢 已恢复"], "its code was used"
    await wecom.kept.database.apply(*keep_card(wecom, to, third))
    world.wecom.presses(XIAOMAN, "看明细")
    await world.wecom.delivers()
    known = await wecom.kept.outbox.card(to, "parcel:1")
    assert known is not None
    assert known.partition(":")[0] == third.partition(":")[0]
    await wecom.channel.send(XIAOMAN, Drawing("🟢 到了", CHOICE, replaces=known, is_live=True))
    assert [text for _, text, _ in shown(world.wecom)] == ["🟠 已催件", "🟢 到了"]


async def test_the_last_word_of_a_card_takes_the_place_of_its_buttons_or_is_left_unsaid(
    wecom: Connected[WeCom], world: World
) -> None:
    first = await wecom.channel.send(XIAOMAN, Drawing("开始取号", (Button("停止", "c:stop"),), is_live=True))
    counted = await wecom.channel.send(XIAOMAN, Drawing("取号 9/9 ▓▓▓", replaces=first, is_live=True, only_edits=True))
    await wecom.channel.send(XIAOMAN, Drawing("取号 9/9 ▓▓▓", replaces=counted, is_live=True, only_edits=True))
    assert shown(world.wecom) == [("template_card", "开始取号", ["取号 9/9 ▓▓▓"])]


async def test_a_card_older_than_seventy_two_hours_is_sent_anew(wecom: Connected[WeCom], world: World) -> None:
    first = await wecom.channel.send(XIAOMAN, Drawing("🔴", CHOICE, is_live=True))
    world.clock.move(72 * HOUR)
    await wecom.channel.send(XIAOMAN, Drawing("🟢", CHOICE, replaces=first, is_live=True))
    assert [text for _, text, _ in shown(world.wecom)] == ["🔴", "🟢"]


def keep_card(wecom: Connected[WeCom], to: Address, message: str) -> list[Any]:
    """As the sender does after a card was shown."""
    import core.storage.outbox as stored  # noqa: PLC0415 - only here

    return wecom.kept.outbox.sent(stored.Letter("1", to, "parcel:1", "", 1, False, False), message, 0)


async def test_a_file_comes_after_its_text_under_its_own_name(wecom: Connected[WeCom], world: World) -> None:
    await wecom.channel.send(XIAOMAN, Drawing("📎 1 张面单", file=File("面单 1122-1.pdf", b"%PDF-1.4 test")))
    text, file = world.wecom.heard(XIAOMAN)
    assert (text["text"], file["kind"], file["document"]["file_name"]) == ("📎 1 张面单", "file", "面单 1122-1.pdf")
    assert world.wecom.document(XIAOMAN, file["message_id"]) == b"%PDF-1.4 test"


async def test_a_picture_is_shown_as_one(wecom: Connected[WeCom], world: World) -> None:
    await wecom.channel.send(XIAOMAN, Drawing("样子", file=File("label.PNG", b"\x89PNG test")))
    assert [kind for kind, _, _ in shown(world.wecom)] == ["text", "image"]


async def test_thirty_messages_a_minute_and_not_one_more(wecom: Connected[WeCom], world: World) -> None:
    for n in range(29):
        world.clock.move(SECOND)
        await wecom.channel.send(XIAOMAN, Drawing(str(n)))
    with pytest.raises(ChannelBusy) as busy:
        await wecom.channel.send(XIAOMAN, Drawing("两条", file=File("a.pdf", b"%PDF-1.4")))
    assert busy.value.seconds == 32, "the first of the thirty is then a minute old"
    await wecom.channel.send(XIAOMAN, Drawing("一条"))
    with pytest.raises(ChannelBusy):
        await wecom.channel.send(XIAOMAN, Drawing("多了"))
    world.clock.move(32 * SECOND)
    await wecom.channel.send(XIAOMAN, Drawing("又可以了"))
    assert world.wecom.members[XIAOMAN].swallowed == 0
    assert len(shown(world.wecom)) == 31


async def test_the_count_outlives_a_restart(world: World, tmp_path: Path) -> None:
    make = lambda http, kept: WeCom(application(), http, world.clock, kept)  # noqa: E731
    async with connected(world, tmp_path, make) as wecom:
        for n in range(30):
            await wecom.channel.send(XIAOMAN, Drawing(str(n)))
    async with connected(world, tmp_path, make) as wecom:
        with pytest.raises(ChannelBusy):
            await wecom.channel.send(XIAOMAN, Drawing("多了"))
    assert world.wecom.members[XIAOMAN].swallowed == 0
    assert world.wecom.tokens_issued == 1, "the token outlives it too"


async def test_many_who_want_a_token_at_once_fetch_one(wecom: Connected[WeCom], world: World) -> None:
    await asyncio.gather(*(wecom.channel.send(XIAOMAN, Drawing(str(n))) for n in range(20)))
    assert world.wecom.tokens_issued == 1


@pytest.mark.parametrize("fault", ["expires_tokens", "forgets_tokens"])
async def test_a_token_that_is_over_is_fetched_anew_once_for_all(
    wecom: Connected[WeCom], world: World, fault: str
) -> None:
    await wecom.channel.send(XIAOMAN, Drawing("一"))
    getattr(world.wecom, fault)()
    await asyncio.gather(*(wecom.channel.send(XIAOMAN, Drawing(str(n))) for n in range(10)))
    assert len(shown(world.wecom)) == 11
    assert world.wecom.tokens_issued == 2


async def test_a_token_is_not_used_in_its_last_minutes(wecom: Connected[WeCom], world: World) -> None:
    await wecom.channel.send(XIAOMAN, Drawing("一"))
    world.clock.move(7200 * SECOND - 4 * MINUTE)
    await wecom.channel.send(XIAOMAN, Drawing("二"))
    assert world.wecom.tokens_issued == 2


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [("goes_down", 3), ("throttles", 60), ("distrusts_our_address", 600)],
)
async def test_what_was_surely_not_sent_is_tried_again(
    wecom: Connected[WeCom], world: World, fault: str, seconds: float
) -> None:
    getattr(world.wecom, fault)()
    with pytest.raises(ChannelBusy) as busy:
        await wecom.channel.send(XIAOMAN, Drawing("一"))
    assert busy.value.seconds == seconds
    assert shown(world.wecom) == []


async def test_a_receiver_outside_the_application_is_tried_much_later(wecom: Connected[WeCom]) -> None:
    with pytest.raises(PeerAway) as away:
        await wecom.channel.send("stranger", Drawing("一"))
    assert (away.value.seconds, wecom.channel.trouble) == (3600, "")


@pytest.mark.parametrize("fault", ["loses_answers", "answers_garbage"])
async def test_an_answer_that_is_lost_leaves_open_whether_it_arrived(
    wecom: Connected[WeCom], world: World, fault: str
) -> None:
    getattr(world.wecom, fault)(1, on="message/send")
    with pytest.raises(OutcomeUnknown):
        await wecom.channel.send(XIAOMAN, Drawing("一"))
    assert len(shown(world.wecom)) == 1


@pytest.mark.parametrize("operation", ["gettoken", "media/upload"])
async def test_an_answer_that_is_lost_before_anything_is_shown_leaves_nothing_open(
    wecom: Connected[WeCom], world: World, operation: str
) -> None:
    world.wecom.loses_answers(1, on=operation)
    with pytest.raises(ChannelBusy):
        await wecom.channel.send(XIAOMAN, Drawing("📎", file=File("a.pdf", b"%PDF-1.4")))
    assert shown(world.wecom) == []
