"""The WeCom channel against the pretend WeCom: seals, dedupe, cards, files, rates, tokens, and errors in words."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog

from bot.channels.base import ChannelBusy, ChannelRefused, Drawing, File, PeerAway
from bot.channels.wecom import Application, WeCom
from bot.sandbox.clock import HOUR, MINUTE, SECOND
from bot.sandbox.wechat_seal import Seal
from bot.sandbox.wecom.service import OUR_ADDRESS, SEAL
from bot.sandbox.world import World
from core.errors import OutcomeUnknown
from core.storage.address import Address
from handlers.messages import Button, Incoming
from tests.scenarios.wechat_seats import application
from tests.support.desk import Connected, connected

XIAOMAN = "xiaoman"
CHOICE = (Button("打印 1 张", "q:token:0"), Button("看明细", "q:token:1"))
VECTORS = json.loads((Path(__file__).parent / "sandbox" / "wechat_vectors.json").read_text("utf-8"))


@pytest.fixture
def world() -> World:
    world = World(seed=7, orders=0)
    world.wecom.says(XIAOMAN, "你好")
    return world


@pytest.fixture
async def wecom(world: World, tmp_path: Path) -> AsyncIterator[Connected[WeCom]]:
    """The channel, called at the address in the console."""
    async with connected(world, tmp_path, lambda http, kept: WeCom(application(), http, world.clock, kept)) as wecom:
        world.wecom.call_with(wecom.called, "https://bot.example/wecom")
        yield wecom


def heard(world: World) -> list[tuple[str, str, list[str]]]:
    return [(each["kind"], each["text"], each["buttons"]) for each in world.wecom.heard(XIAOMAN)]


# What comes in.


async def test_the_console_is_shown_that_we_hold_the_key(wecom: Connected[WeCom], world: World) -> None:
    assert await world.wecom.checks_address()


@pytest.mark.parametrize("vector", [each for each in VECTORS if "url_check" in each], ids=lambda each: each["name"])
async def test_the_published_address_checks_are_answered(vector: dict[str, Any], tmp_path: Path) -> None:
    check = vector["url_check"]
    query = {name: check[name] for name in ("msg_signature", "timestamp", "nonce", "echostr")}
    async with published(vector, int(check["timestamp"]), tmp_path) as wecom:
        assert await wecom.called("GET", f"https://bot.example/wecom?{urlencode(query)}", b"") == (
            200,
            check["plain"].encode(),
        )


async def test_the_published_message_is_read(tmp_path: Path) -> None:
    (vector,) = [each for each in VECTORS if each["name"] == "WeCom classic"]
    message = vector["message"]
    query = {name: message[name] for name in ("msg_signature", "timestamp", "nonce")}
    url = f"https://bot.example/wecom?{urlencode(query)}"
    async with published(vector, int(message["timestamp"]), tmp_path) as wecom:
        assert await wecom.called("POST", url, message["body"].encode()) == (200, b"")
        number = message["msg_id"]
        assert wecom.desk.came == [Incoming("wecom", message["from"], number, text="hello", message=number)]
        forged = message["body"].replace("RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo", "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvp")
        assert (await wecom.called("POST", url, forged.encode()))[0] == HTTPStatus.FORBIDDEN


def published(vector: dict[str, Any], moment: int, folder: Path) -> Any:
    """The channel with a published key, at the time of the example."""
    world = World(orders=0)
    world.clock.move(moment * SECOND - world.clock.now())
    known = Application(vector["receive_id"], 218, "secret", vector["token"], vector["encoding_aes_key"])
    return connected(world, folder, lambda http, kept: WeCom(known, http, world.clock, kept))


async def test_a_message_is_kept_before_it_is_answered_and_the_answer_is_empty(
    wecom: Connected[WeCom], world: World
) -> None:
    assert await world.wecom.delivers() == 1
    (came,) = wecom.desk.came
    assert (came.channel, came.peer, came.text, came.message) == ("wecom", XIAOMAN, "你好", came.uid)


async def test_a_message_that_comes_again_is_the_same_message(wecom: Connected[WeCom], world: World) -> None:
    world.wecom.says(XIAOMAN, "再说")
    await world.wecom.delivers()
    world.wecom.repeats_calls(2)
    assert await world.wecom.delivers() == 2
    assert [each.text for each in wecom.desk.came] == ["你好", "再说"]


@pytest.mark.parametrize("kind", ["image", "voice", "file"])
async def test_what_is_no_text_is_answered_with_what_is_understood(
    wecom: Connected[WeCom], world: World, kind: str
) -> None:
    world.wecom.sends(XIAOMAN, kind)
    await world.wecom.delivers()
    assert [(each.text, each.notice) for each in wecom.desk.came] == [("你好", ""), ("", "chat.only_text")]


async def test_an_event_that_needs_no_answer_is_passed_over(wecom: Connected[WeCom], world: World) -> None:
    world.wecom.enters(XIAOMAN)
    assert await world.wecom.delivers() == 2
    assert [each.text for each in wecom.desk.came] == ["你好"]


@pytest.mark.parametrize("age", [-601, 601])
async def test_a_call_that_is_old_or_from_the_future_is_refused(
    wecom: Connected[WeCom], age: int, world: World
) -> None:
    world.clock.move(-age * SECOND)
    world.wecom.says(XIAOMAN, "迟到")
    world.clock.move(age * SECOND)
    assert await world.wecom.delivers() == 1, "only the one of now"
    assert [each.text for each in wecom.desk.came] == ["你好"]


@pytest.mark.parametrize(
    ("seal", "change", "status"),
    [
        (dataclasses.replace(SEAL, token="another"), {}, 403),
        (dataclasses.replace(SEAL, receiver="ww9999999999999999"), {}, 403),
        (Seal(SEAL.token, "x" * 43, SEAL.receiver), {}, 403),
        (SEAL, {"msg_signature": "0" * 40}, 403),
        (SEAL, {"msg_signature": ""}, 403),
        (SEAL, {"timestamp": "now"}, 403),
        (SEAL, {"nonce": "another"}, 403),
        (SEAL, {}, 200),
    ],
)
async def test_only_what_wecom_has_signed_and_sealed_is_read(
    wecom: Connected[WeCom], world: World, seal: Seal, change: dict[str, str], status: int
) -> None:
    fields = f"<FromUserName>{XIAOMAN}</FromUserName><MsgType>text</MsgType><Content>好</Content><MsgId>1</MsgId>"
    sealed, now = seal.close(f"<xml>{fields}</xml>"), str(world.clock.now() // SECOND)
    query = {"msg_signature": seal.signed(now, "nonce", sealed), "timestamp": now, "nonce": "nonce"} | change
    url = f"https://bot.example/wecom?{urlencode(query)}"
    assert (await wecom.called("POST", url, f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()))[0] == status
    assert len(wecom.desk.came) == (status == HTTPStatus.OK)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"nonsense", 400),
        (b"<xml/>", 400),
        (b"<xml><Encrypt><a/></Encrypt></xml>", 400),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>', 400),
        (b"<xml><Encrypt>c2hvcnQ=</Encrypt></xml>", 403),
        (b"<xml>" + b"x" * 300_000 + b"</xml>", 413),
    ],
)
async def test_a_body_that_makes_no_sense_is_refused_and_does_no_harm(
    wecom: Connected[WeCom], body: bytes, status: int
) -> None:
    assert (await wecom.called("POST", "https://bot.example/wecom?timestamp=1&nonce=2", body))[0] == status
    assert wecom.desk.came == []


# What goes out.


async def test_a_text_arrives(wecom: Connected[WeCom], world: World) -> None:
    assert await wecom.channel.send(XIAOMAN, Drawing("正在看订单…")) == "msg-1"
    assert heard(world) == [("text", "正在看订单…", [])]


async def test_a_text_may_be_markdown(world: World, tmp_path: Path) -> None:
    known = application(is_markdown=True)
    async with connected(world, tmp_path, lambda http, kept: WeCom(known, http, world.clock, kept)) as wecom:
        await wecom.channel.send(XIAOMAN, Drawing("正在看订单…"))
    assert heard(world) == [("markdown", "正在看订单…", [])]


async def test_a_long_text_goes_in_pieces_that_end_with_whole_characters(wecom: Connected[WeCom], world: World) -> None:
    text = "\n".join(f"• 第 {n} 单，地址超区" for n in range(150)) + "\n" + "长" * 700
    await wecom.channel.send(XIAOMAN, Drawing(text))
    told = [each["text"] for each in world.wecom.heard(XIAOMAN)]
    assert "".join(told).replace("\n", "") == text.replace("\n", "")
    assert all(len(each.encode()) <= 2048 for each in told)
    assert told[0].endswith("地址超区")


async def test_a_short_question_is_a_card_and_a_tap_comes_back_once(wecom: Connected[WeCom], world: World) -> None:
    await wecom.channel.send(XIAOMAN, Drawing("今天 1 单\n中通够用", CHOICE))
    assert heard(world) == [("template_card", "今天 1 单\n中通够用", ["打印 1 张", "看明细"])]
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
    assert heard(world) == [("template_card", "？", ["已收到"])]


async def test_a_press_counts_though_its_card_cannot_be_updated(wecom: Connected[WeCom], world: World) -> None:
    await wecom.channel.send(XIAOMAN, Drawing("？", CHOICE))
    world.wecom.presses(XIAOMAN, "看明细")
    world.wecom.loses_answers(1, on="message/update_template_card")
    assert await world.wecom.delivers() == 2
    assert wecom.desk.came[-1].button == "q:token:1"


async def test_a_long_question_is_a_text_with_a_card_below(wecom: Connected[WeCom], world: World) -> None:
    text = "\n".join(f"• 暂缓第 {n} 单：退款中" for n in range(12))
    await wecom.channel.send(XIAOMAN, Drawing(text, CHOICE))
    assert heard(world) == [("text", text, []), ("template_card", "请选：", ["打印 1 张", "看明细"])]


async def test_labels_that_a_button_cannot_show_stand_in_the_text_with_their_numbers(
    wecom: Connected[WeCom], world: World
) -> None:
    places = ("浙江省 杭州市 西湖区 文三路1号A座", "换一个地址")
    await wecom.channel.send(XIAOMAN, Drawing("从哪里寄出？", tuple(Button(each, each) for each in places)))
    told = "从哪里寄出？\n1. 浙江省 杭州市 西湖区 文三路1号A座\n2. 换一个地址"
    assert heard(world) == [("template_card", told, ["1 浙江省 杭州市 西…", "换一个地址"])]


async def test_more_choices_than_a_card_holds_are_numbers(wecom: Connected[WeCom], world: World) -> None:
    couriers = tuple(Button(f"快递{n}", f"q:x:{n}") for n in range(8))
    await wecom.channel.send(XIAOMAN, Drawing("绑定哪家？", couriers))
    ((kind, text, buttons),) = heard(world)
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
    assert heard(world) == [("template_card", "🟠 已催件", ["打印 1 张", "看明细"])]
    third = await wecom.channel.send(XIAOMAN, Drawing("🟢 已恢复", CHOICE, replaces=second, is_live=True))
    assert [text for _, text, _ in heard(world)] == ["🟠 已催件", "🟢 已恢复"], "its code was used"
    await wecom.kept.database.apply(*keep_card(wecom, to, third))
    world.wecom.presses(XIAOMAN, "看明细")
    await world.wecom.delivers()
    known = await wecom.kept.outbox.card(to, "parcel:1")
    assert known is not None
    assert known.partition(":")[0] == third.partition(":")[0]
    await wecom.channel.send(XIAOMAN, Drawing("🟢 到了", CHOICE, replaces=known, is_live=True))
    assert [text for _, text, _ in heard(world)] == ["🟠 已催件", "🟢 到了"]


async def test_the_last_word_of_a_card_takes_the_place_of_its_buttons_or_is_left_unsaid(
    wecom: Connected[WeCom], world: World
) -> None:
    first = await wecom.channel.send(XIAOMAN, Drawing("开始取号", (Button("停止", "c:stop"),), is_live=True))
    counted = await wecom.channel.send(XIAOMAN, Drawing("取号 9/9 ▓▓▓", replaces=first, is_live=True, only_edits=True))
    await wecom.channel.send(XIAOMAN, Drawing("取号 9/9 ▓▓▓", replaces=counted, is_live=True, only_edits=True))
    assert heard(world) == [("template_card", "开始取号", ["取号 9/9 ▓▓▓"])]


async def test_a_card_older_than_seventy_two_hours_is_sent_anew(wecom: Connected[WeCom], world: World) -> None:
    first = await wecom.channel.send(XIAOMAN, Drawing("🔴", CHOICE, is_live=True))
    world.clock.move(72 * HOUR)
    await wecom.channel.send(XIAOMAN, Drawing("🟢", CHOICE, replaces=first, is_live=True))
    assert [text for _, text, _ in heard(world)] == ["🔴", "🟢"]


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
    assert [kind for kind, _, _ in heard(world)] == ["text", "image"]


# When it does not go out.


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
    assert len(heard(world)) == 31


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
    assert len(heard(world)) == 11
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
    assert heard(world) == []


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
    assert len(heard(world)) == 1


@pytest.mark.parametrize("operation", ["gettoken", "media/upload"])
async def test_an_answer_that_is_lost_before_anything_is_shown_leaves_nothing_open(
    wecom: Connected[WeCom], world: World, operation: str
) -> None:
    world.wecom.loses_answers(1, on=operation)
    with pytest.raises(ChannelBusy):
        await wecom.channel.send(XIAOMAN, Drawing("📎", file=File("a.pdf", b"%PDF-1.4")))
    assert heard(world) == []


async def test_an_untrusted_machine_is_told_which_address_to_trust(wecom: Connected[WeCom], world: World) -> None:
    world.wecom.distrusts_our_address()
    with pytest.raises(ChannelRefused, match=f"add {OUR_ADDRESS} to 企业可信IP"):
        await wecom.channel.open({})
    with structlog.testing.capture_logs() as logs, pytest.raises(ChannelBusy):
        await wecom.channel.send(XIAOMAN, Drawing("给小满的话"))
    assert OUR_ADDRESS in logs[0]["hint"]
    assert "小满" not in str(logs)
    assert OUR_ADDRESS in wecom.channel.trouble
    world.wecom.trusts_our_address()
    await wecom.channel.send(XIAOMAN, Drawing("好"))
    assert wecom.channel.trouble == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"secret": "wrong"}, "MIANDAN_WECOM_SECRET"),
        ({"corp_id": "ww"}, "MIANDAN_WECOM_CORP_ID"),
        ({"agent_id": 7}, "MIANDAN_WECOM_AGENT_ID"),
    ],
)
async def test_wrong_credentials_are_told_by_the_setting_that_is_wrong(
    world: World, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    known = dataclasses.replace(application(), **change)
    async with connected(world, tmp_path, lambda http, kept: WeCom(known, http, world.clock, kept)) as wecom:
        with pytest.raises(ChannelRefused, match=told):
            await wecom.channel.open({})


async def test_it_says_who_it_is_or_that_nobody_answers(wecom: Connected[WeCom], world: World) -> None:
    assert await wecom.channel.open({}) == "WeCom application 面单"
    world.wecom.goes_down()
    with pytest.raises(ChannelBusy):
        await wecom.channel.open({})


def test_nothing_secret_shows_in_its_settings() -> None:
    shown = repr(application())
    assert not [secret for secret in (SEAL.token, SEAL.aes_key, application().secret) if secret in shown]
