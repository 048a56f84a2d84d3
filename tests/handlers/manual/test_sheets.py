"""A spreadsheet of recipients sent into the chat becomes one batch; rows that need a person say why."""

import asyncio
import re

import pypdfium2
import pytest

from bot.sandbox.world import World
from core.rights import Role
from handlers.messages import Attachment, Incoming
from tests.handlers.manual.people import LI, ZHANG, keys, states, tables
from tests.support.merchant import Merchant
from tests.support.sheets import HEADS, delimited, people, xlsx
from tests.support.stage import Stage

NAME = "收件人.xlsx"
BY_NUMBER = "要改就说序号，例如「2 电话改成 13900000000」「去掉 3」。"
FLAWED = (
    ("赵六", "", "浙江省杭州市余杭区文一西路1号"),
    ("孙七", "13700137000", "鼓楼区中山路1号"),
    ("", "13700137001", "浙江省杭州市余杭区文一西路3号"),
)


TOLD = f"""\
正在看「收件人.xlsx」…
「收件人.xlsx」识别 48 行，可打 45 行，3 行要看一下：
• 第 47 行　赵六　缺电话，或电话位数不对
• 第 48 行　孙七　鼓楼区有 4 个，不知道是哪个市的
• 第 49 行　13700137001　缺姓名
中通快递 812 个单号够用 · 模板 100×150
{BY_NUMBER}"""


def sheet(*rows: tuple[object, ...]) -> bytes:
    return xlsx(HEADS[:3], *rows)


async def test_what_can_be_printed_and_what_cannot_is_told_with_the_reason(bound: Merchant, world: World) -> None:
    heard = await bound.sends_document(NAME, sheet(*people(45), *FLAWED))
    assert heard == TOLD
    assert bound.labels == ["打印 45 张", "取消"]
    heard = await bound.taps("打印 45 张")
    assert "✅ 打完了：45 张面单" in heard
    assert "…还有 39 个单号" in heard
    assert len(keys(world)) == 45
    assert sum(len(pypdfium2.PdfDocument(pdf)) for pdf in bound.pages) == 45
    assert set(await states(bound)) == {"done"}


async def test_rows_are_corrected_and_left_out_in_the_chat(bound: Merchant, world: World) -> None:
    await bound.sends_document(NAME, sheet(*people(2), *FLAWED))
    assert "可打 3 行，2 行要看一下" in await bound.says("第4行 电话改成 13911112222")
    assert "可打 4 行，1 行要看一下" in await bound.says("5 地址改成 江苏省南京市鼓楼区中山路1号")
    assert "识别 4 行，都可以打" in await bound.says("去掉 6")
    assert "没有第 6 个" in await bound.says("6 名字改成 周八")
    await bound.taps("打印 4 张")
    assert len(keys(world)) == 4


class TestManyRowsThatNeedAPerson:
    """They are shown a page at a time, and each can be corrected whichever page is shown."""

    async def test_are_all_told_a_page_after_the_other(self, bound: Merchant) -> None:
        heard = await bound.sends_document(NAME, sheet(*people(2), *without_phone(30)))
        assert rows_told(heard) == list(range(4, 16))
        assert "…还有 18 行要看" in heard
        assert bound.labels == ["打印 2 张", "再看下一页", "取消"]
        assert rows_told(await bound.taps("再看下一页")) == list(range(16, 28))
        heard = await bound.says("再看")
        assert rows_told(heard) == list(range(28, 34))
        assert "行要看\n" not in heard
        assert rows_told(await bound.says("下一页")) == list(range(4, 16))

    async def test_are_corrected_by_their_number_on_any_page(self, bound: Merchant, world: World) -> None:
        await bound.sends_document(NAME, sheet(*people(2), *without_phone(14)))
        heard = await bound.taps("再看下一页")
        assert rows_told(heard) == [16, 17]
        assert rows_told(await bound.says("17 电话改成 13911112222")) == [16]
        assert "没有第 99 个" in await bound.says("99 电话改成 13911112222")
        heard = await bound.says("16 电话是 13911112223，4 电话错了 13911112224")
        assert rows_told(heard) == list(range(5, 16))
        assert bound.labels == ["打印 5 张", "取消"]
        await bound.taps("打印 5 张")
        assert len(keys(world)) == 5

    async def test_cancel_drops_them(self, bound: Merchant, world: World) -> None:
        await bound.sends_document(NAME, sheet(*people(2), *without_phone(30)))
        await bound.taps("再看下一页")
        assert await bound.taps("取消") == "已取消「打印表格里的收件人」。"
        assert not keys(world)


def without_phone(count: int) -> list[tuple[str, str, str]]:
    return [(name, "", address) for name, _, address in people(count)]


def rows_told(heard: str) -> list[int]:
    return [int(row) for row in re.findall(r"• 第 (\d+) 行", heard)]


async def test_a_weight_column_goes_with_the_parcel(bound: Merchant) -> None:
    await bound.sends_document(NAME, xlsx((*HEADS[:3], "重量(kg)"), (*ZHANG.split(), 2.5)))
    await bound.says("好的")
    with pypdfium2.PdfDocument(bound.pages[0]) as document:
        assert "备注：2.5公斤" in document[0].get_textpage().get_text_range()


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
async def test_text_files_of_either_encoding_will_do(bound: Merchant, world: World, encoding: str) -> None:
    body = delimited(*people(3), encoding=encoding)  # no heads
    assert "识别 3 行，都可以打" in await bound.sends_document("名单.csv", body)
    await bound.says("好的")
    assert len(keys(world)) == 3


class TestTheWordsBeside:
    @pytest.mark.parametrize("caption", ["用中通打", "走中通", "帮我打一下"])
    async def test_that_are_used_are_not_spoken_of(self, bound: Merchant, caption: str) -> None:
        heard = await bound.sends_document(NAME, sheet(*people(3)), caption=caption)
        assert heard.startswith("正在看")
        assert "中通快递 812 个单号够用" in heard

    async def test_name_the_courier(self, bound: Merchant, world: World) -> None:
        heard = await bound.sends_document(NAME, sheet(*people(3)), caption="用圆通打")
        assert "还没有绑定圆通" in heard
        assert "附的话" not in heard
        await bound.says("好的")
        assert len(keys(world)) == 3

    @pytest.mark.parametrize("caption", ["用中通打前2张", "不要用圆通", "催一下", "那个啥你看着办"])
    async def test_that_are_not_used_are_said_to_be_left_out(self, bound: Merchant, world: World, caption: str) -> None:
        heard = await bound.sends_document(NAME, sheet(*people(3)), caption=caption)
        assert heard.startswith("（附的话没有用上")
        assert "识别 3 行，都可以打" in heard
        assert not keys(world)


class TestAgain:
    async def test_the_same_file_asks_before_printing_again(self, bound: Merchant, world: World) -> None:
        body = sheet(*people(3))
        await bound.sends_document(NAME, body)
        await bound.says("好的")
        heard = await bound.sends_document(NAME, body)
        assert "⚠️ 其中 3 个最近 7 天打过，最近一次 11-22 15:30（73" in heard
        assert bound.labels == ["再打一遍，共 3 张", "取消"]
        await bound.says("好的")
        assert len(keys(world)) == 3
        await bound.taps("再打一遍，共 3 张")
        assert len(keys(world)) == 6

    async def test_of_a_longer_file_the_new_rows_are_offered(self, bound: Merchant, world: World) -> None:
        await bound.sends_document(NAME, sheet(*people(3)))
        await bound.says("好的")
        await bound.sends_document("收件人（新）.xlsx", sheet(*reversed(people(5))))
        assert bound.labels == ["只打没打过的 2 张", "再打一遍，共 5 张", "取消"]
        await bound.says("好的")
        assert len(keys(world)) == 5

    async def test_the_same_update_delivered_twice_is_read_once(self, bound: Merchant) -> None:
        bound.stage.room.files["f"] = sheet(*people(2))
        sent = Incoming("room", bound.peer, "twice", attachment=Attachment("document", "f", NAME))
        for _ in range(2):
            await bound.stage.app.turns.receive(sent)
            await bound.stage.app.quiet()
        assert sum("识别 2 行" in message.text for message in bound.messages) == 1

    async def test_rows_that_repeat_a_recipient_are_told(self, bound: Merchant) -> None:
        heard = await bound.sends_document(NAME, sheet(*people(2), *people(1)))
        assert "有 1 行和前面的行是同一个收件人：第 4 行" in heard


class TestFilesThatCannotBeRead:
    @pytest.mark.parametrize(
        ("name", "body", "why"),
        [
            ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧的 .xls 格式"),
            ("坏.xlsx", b"PK\x03\x04 broken", "读不出表格"),
            ("价目.xlsx", xlsx(("商品", "价格"), ("茶叶", 10)), "没有找到收件人"),
            ("大.csv", b"x" * (5 * 1024 * 1024 + 1), "太大了"),
        ],
    )
    async def test_say_why_and_what_to_do(self, bound: Merchant, name: str, body: bytes, why: str) -> None:
        heard = await bound.sends_document(name, body)
        assert why in heard
        assert "请" in heard.splitlines()[-1] or "需要" in heard.splitlines()[-1]
        assert (await bound.says(ZHANG)).startswith("请核对：")

    async def test_of_another_kind_are_named_as_such(self, bound: Merchant) -> None:
        assert "这种文件我还看不懂" in await bound.sends_document("合同.pdf", b"%PDF-1.4")
        assert "这个文件不是照片，或者损坏了" in await bound.sends_photo(b"a label")

    async def test_that_are_gone_say_so(self, bound: Merchant) -> None:
        sent = Incoming("room", bound.peer, "gone", attachment=Attachment("document", "nowhere", NAME))
        bound.marks()
        await bound.stage.app.turns.receive(sent)
        await bound.stage.app.quiet()
        assert "已经取不到了，请再发一次" in bound.heard


class TestTheRest:
    async def test_two_taps_at_once_print_once(self, bound: Merchant, world: World) -> None:
        await bound.sends_document(NAME, sheet(*people(3)))
        button = bound.button("打印 3 张")
        await asyncio.gather(bound.presses(button), bound.presses(button))
        await bound.presses(button)
        assert set(keys(world).values()) == {1}
        assert len(keys(world)) == 3

    async def test_back_takes_a_correction_back_and_cancel_drops_the_file(self, bound: Merchant, world: World) -> None:
        await bound.sends_document(NAME, sheet(*people(1), *FLAWED))
        await bound.says("3 电话改成 13911112222")
        assert "可打 1 行，3 行要看一下" in await bound.says("返回")
        assert await bound.taps("取消") == "已取消「打印表格里的收件人」。"
        assert not world.ledger()["numbers"]

    async def test_too_late_it_must_be_sent_again(self, bound: Merchant, world: World) -> None:
        await bound.sends_document(NAME, sheet(*people(1)))
        world.clock.move(15 * 60_000)
        assert "等了 15 分钟" in await bound.says("好的")
        assert await bound.taps("重新开始") == "请把表格再发一次。"
        assert (await bound.says("啥意思")).startswith("请发 .xlsx 或 .csv 文件")
        assert "识别 2 行" in await bound.sends_document(NAME, sheet(*people(2)))

    async def test_a_restart_before_every_message_changes_nothing(
        self, stage: Stage, bound: Merchant, world: World
    ) -> None:
        await stage.restart()
        await bound.sends_document(NAME, sheet(*people(2), *FLAWED[:1]))
        await stage.restart()
        await bound.says("4 电话改成 13911112222")
        await stage.restart()
        await bound.says("好的")
        assert len(keys(world)) == 3
        assert set(keys(world).values()) == {1}

    async def test_in_the_middle_of_a_paste_it_asks_first(self, bound: Merchant, world: World) -> None:
        await bound.says(ZHANG)
        assert "先放下它吗？" in await bound.sends_document(NAME, sheet(*people(2)))
        assert "识别 2 行" in await bound.taps("放下，去打印表格里的收件人")
        await bound.says("好的")
        assert len(keys(world)) == 2

    async def test_without_a_courier_it_says_so(self, merchant: Merchant) -> None:
        await merchant.joins()
        assert "还没有绑定快递账号" in await merchant.sends_document(NAME, sheet(*people(1)))
        assert merchant.labels == ["绑定快递"]

    async def test_a_viewer_may_not(self, stage: Stage) -> None:
        viewer = Merchant(stage, "viewer")
        await viewer.joins(Role.VIEWER)
        assert "你的身份是只读" in await viewer.sends_document(NAME, sheet(*people(1)))

    async def test_nothing_of_a_person_rests_unsealed(self, bound: Merchant) -> None:
        await bound.sends_document(NAME, delimited(HEADS[:3], ZHANG.split(), LI.split()))
        for secret in ("张三", "13800138000", "李四", "中山路"):
            assert secret not in await tables(bound)
        await bound.says("好的")
        for secret in ("张三", "13800138000", "李四", "中山路"):
            assert secret not in await tables(bound)
