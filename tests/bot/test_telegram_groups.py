"""Groups in Telegram: only what is said to the bot is read, answers reply to the asker, deep links join."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.channels.base import Drawing
from bot.channels.telegram import NAME
from bot.channels.telegram_updates import read
from bot.sandbox.world import World
from core.labels import Press
from core.rights import Role
from handlers.binding import courier as bind_courier
from handlers.binding import shop as bind_shop
from handlers.messages import Incoming
from tests.scenarios.seats import TelegramSeat

BOT, GROUP, OWNER, PACKER = "miandan_sandbox_bot", -5, 1, 2
AT = f"@{BOT}"


def message(text: str, **more: Any) -> dict[str, Any]:
    """An update with a message in a group."""
    who = {"id": 7, "is_bot": False, "first_name": "Seven"}
    sent = {"message_id": 9, "date": 1, "chat": {"id": -5, "type": "supergroup"}, "from": who, "text": text} | more
    return {"update_id": 3, "message": sent}


class TestReading:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (f"{AT} 打印今天的订单", "打印今天的订单"),
            (f"打印今天的订单 {AT}", "打印今天的订单"),
            (f"请 {AT.upper()} 打印", "请   打印"),
            (f"{AT}", ""),
            ("/print", "/print"),
            (f"/print@{BOT} 20", "/print 20"),
            (f"/print@{BOT.upper()}", "/print"),
        ],
    )
    def test_a_mention_or_a_command_is_for_the_bot(self, text: str, said: str) -> None:
        assert read(message(text), BOT) == Incoming(NAME, "-5", "3", sender="7", text=said, message="9")

    @pytest.mark.parametrize(
        "text",
        [
            "打印今天的订单",
            "/print@another_bot",
            f"{AT}x 打印",
            f"me{AT} 打印",
            f"https://t.me/{BOT} 打印",
            "@another_bot 打印",
        ],
    )
    def test_everything_else_is_not_and_is_not_kept(self, text: str) -> None:
        assert read(message(text), BOT) is None

    def test_a_reply_to_the_bot_is_for_the_bot_and_one_to_others_is_not(self) -> None:
        ours = {"message_id": 4, "from": {"id": 700000001, "is_bot": True, "username": BOT}}
        incoming = read(message("78900000000001", reply_to_message=ours), BOT)
        assert incoming == Incoming(NAME, "-5", "3", sender="7", text="78900000000001", message="9", replies_to="4")
        theirs = {"message_id": 5, "from": {"id": 8, "is_bot": False, "username": "eight"}}
        assert read(message("78900000000001", reply_to_message=theirs), BOT) is None

    @pytest.mark.parametrize(
        "more",
        [
            {"from": {"id": 1087968824, "is_bot": True, "username": "GroupAnonymousBot"}},
            {"sender_chat": {"id": -5}},
            {"from": {}},
            {"text": ""},
        ],
        ids=["an anonymous admin", "a channel", "nobody", "a sticker"],
    )
    def test_who_does_not_stand_under_her_own_name_is_not_heard(self, more: dict[str, Any]) -> None:
        assert read(message(f"{AT} 打印") | {"message": message(f"{AT} 打印")["message"] | more}, BOT) is None

    def test_a_tap_in_a_group_is_the_tappers(self) -> None:
        query = {"id": "1", "from": {"id": 7}, "data": "c:help", "message": {"chat": {"id": -5, "type": "supergroup"}}}
        tapped = Incoming(NAME, "-5", "3", sender="7", button="c:help")
        assert read({"update_id": 3, "callback_query": query}, BOT) == tapped

    def test_a_tap_in_a_private_chat_has_no_sender_beside_the_peer(self) -> None:
        query = {"id": "1", "from": {"id": 7}, "data": "c:help", "message": {"chat": {"id": 7, "type": "private"}}}
        assert read({"update_id": 3, "callback_query": query}, BOT) == Incoming(NAME, "7", "3", button="c:help")


class Office(TelegramSeat):
    """One bot, two people and a group."""

    def heard(self, chat: int) -> list[dict[str, Any]]:
        return self.world.telegram.heard(chat)

    async def writes(self, person: int, text: str, group: int = 0, answers: int = 0) -> list[str]:
        """Somebody writes, alone or in the group; what is heard there since."""
        before = len(self.heard(group or person))
        if group:
            self.world.telegram.in_group(group, person, text, answers)
        else:
            self.world.telegram.says(person, text, answers)
        await self._arrives()
        return [each["text"] for each in self.heard(group or person)[before:]]

    async def presses(self, person: int, label: str, chat: int) -> list[str]:
        before = len(self.heard(chat))
        self.world.telegram.presses(chat, label, by=person)
        await self._arrives()
        return [each["text"] for each in self.heard(chat)[before:]]


@pytest.fixture
async def office(tmp_path: Path, press: Press) -> AsyncIterator[Office]:
    """The owner has bound shop and courier, and opened the group; the packer came by a link."""
    office = Office(World(seed=7, orders=3), tmp_path, press)
    await office.sit()
    await office.writes(OWNER, "你好")
    await bound(office)
    for said in ("邀请同事", "小王", "打单员"):
        await office.writes(OWNER, said)
    link = office.world.telegram.presses(OWNER, "在Telegram打开")
    assert link.startswith(f"https://t.me/{BOT}?start=")
    await office.writes(PACKER, f"/start {link.partition('=')[2]}")
    await office.writes(OWNER, f"{AT} 启用本群", GROUP)
    await office.presses(OWNER, "启用", GROUP)
    yield office
    await office.leave()


async def test_a_link_joins(office: Office) -> None:
    member = await office.app.desk.kept.merchants.member(NAME, str(PACKER))
    assert member is not None
    assert member.role is Role.PACKER
    assert office.heard(PACKER)[-1]["text"] == "✅ 已加入「小满家居旗舰店」，你的身份是打单员。"


async def test_talk_among_people_is_not_read(office: Office) -> None:
    rows = "SELECT count(*) FROM inbox"
    before = await office.app.database.all(rows)
    assert await office.writes(PACKER, "打印今天的订单", GROUP) == []
    assert await office.app.database.all(rows) == before


async def test_a_whole_batch_from_a_group(office: Office) -> None:
    heard = await office.writes(PACKER, f"{AT} 打印今天的订单", GROUP)
    assert heard[-1].startswith("今天（11-22 00:00 起）成交待发货 3 单：")
    heard = await office.presses(PACKER, "打印 3 张", GROUP)
    assert "📎 3 张面单（已发到你的私聊，群里不放面单。）" in heard
    assert heard[-1].startswith("✅ 打完了：3 张面单")
    assert not any("document" in each for each in office.heard(GROUP))
    assert office.heard(PACKER)[-1]["document"]["file_name"].endswith(".pdf")


async def test_an_answer_replies_to_the_question_and_opens_the_reply_box(office: Office) -> None:
    asked = office.world.telegram.in_group(GROUP, PACKER, f"{AT} 补打")
    await office._arrives()
    question = office.heard(GROUP)[-1]
    assert (question["text"], question["answers"], question["forces_reply"]) == (
        "要处理哪一单？发订单号、运单号，或面单的照片。",
        asked,
        True,
    )
    heard = await office.writes(PACKER, "78900000000001", GROUP, answers=question["message_id"])
    assert heard == ["没有找到 78900000000001。请核对号码，或者先说「打印今天的订单」同步订单。"]


async def test_a_question_with_buttons_and_one_in_private_open_no_reply_box(office: Office) -> None:
    await office.writes(PACKER, "补打")
    assert "forces_reply" not in office.heard(PACKER)[-1]
    await office.writes(PACKER, f"{AT} 打印今天的订单", GROUP)
    assert not any(each.get("forces_reply") for each in office.heard(GROUP))


async def test_what_was_asked_may_be_gone_when_it_is_answered(office: Office) -> None:
    gone = await office.channel.send(str(GROUP), Drawing("一", answers="99999", asks=True))
    assert office.heard(GROUP)[-1]["message_id"] == int(gone)
    assert "answers" not in office.heard(GROUP)[-1]


async def test_the_binding_of_a_courier_moves_to_the_private_chat(office: Office) -> None:
    assert await office.writes(OWNER, f"/bind_courier@{BOT}", GROUP) == [
        "「绑定快递」不适合在群里说，我在私聊里接着问你。"
    ]
    assert office.heard(OWNER)[-1]["text"] in {"绑定哪家快递？", "绑定中通快递(1/4)。账号类型？"}


async def test_a_picture_for_the_bot_is_asked_for_in_private(office: Office) -> None:
    asked = "照片、表格和语音请在私聊里发给我：里面有收件人的信息，群里不处理。"
    await office.writes(PACKER, f"{AT} 补打", GROUP)
    question, photo = office.heard(GROUP)[-1]["message_id"], picture()
    for told in ({"caption": f"{AT} 催一下"}, {"answers": question}):
        sent = office.world.telegram.shows_in_group(GROUP, PACKER, photo, **told)
        await office._arrives()
        heard = office.heard(GROUP)[-1]
        assert (heard["text"], heard["answers"]) == (asked, sent)


async def test_a_picture_for_others_is_not_kept(office: Office) -> None:
    rows = "SELECT count(*) FROM inbox"
    before, heard = await office.app.database.all(rows), office.heard(GROUP)
    office.world.telegram.shows_in_group(GROUP, PACKER, picture(), caption="看看这张")
    await office._arrives()
    assert await office.app.database.all(rows) == before
    assert office.heard(GROUP) == heard


async def test_a_reply_to_a_card_is_about_its_parcel(office: Office) -> None:
    await office.writes(OWNER, "打印今天的订单")
    await office.presses(OWNER, "打印 3 张", OWNER)
    number = office.world.ledger()["numbers"][0]["number"]
    await office.waits(8)
    office.world.parcel(number).stalls()
    await office.waits(34)
    told = card(office, number)
    assert office.heard(OWNER)[-1]["message_id"] != told, "a digest came after it, so nothing is guessed"
    assert await office.writes(OWNER, "这个催一下") == ["要处理哪一单？发订单号、运单号，或面单的照片。"]
    await office.writes(OWNER, "取消")
    await office.writes(OWNER, "这个催一下", answers=told)
    assert [each["number"] for each in office.world.ledger()["work_orders"]] == [number]


def card(office: Office, number: str) -> int:
    """The message that told of this parcel."""
    short = f"{number[:4]}…{number[-4:]}"
    told = [each for each in office.heard(OWNER) if each["text"].startswith("🟡") and short in each["text"]]
    return int(told[-1]["message_id"])


def picture() -> bytes:
    file = BytesIO()
    Image.new("L", (300, 400), 200).save(file, "PNG")
    return file.getvalue()


async def test_a_stranger_in_the_group_hears_nothing(office: Office) -> None:
    assert await office.writes(9, f"{AT} 打印今天的订单", GROUP) == []
    assert await office.presses(9, "启用", GROUP) == []


async def bound(office: Office) -> None:
    """What the two binding conversations would have done."""
    desk = office.app.desk
    member = await desk.kept.merchants.member(NAME, str(OWNER))
    assert member is not None
    platform = desk.platforms["pinduoduo"]
    back = await office.world.browser.authorise(platform.authorisation_url("bound"))
    await bind_shop.bind(desk, platform.code, member.merchant, back.partition("code=")[2].partition("&")[0])
    sender = (await bind_courier.addresses(desk, member.merchant))[0]
    account = {"account": "1234567890", "password": "zto123", "site_code": "8866"}
    kind = desk.courier("ZTO").kinds[0].key
    await bind_courier.keep(desk, member.merchant, "ZTO", {"kind": kind, **account}, sender)
