"""A photo in the chat: its bar code finds the parcel, a label beside its place suggests the offset that mends it."""

from io import BytesIO

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from bot.sandbox.world import World
from core.clock import MINUTE
from core.offset import STRAIGHT, Offset
from core.rights import Role
from handlers.buttons import command_data
from handlers.messages import Button
from tests.support.merchant import Interrupted, Merchant
from tests.support.photos import Shot, photo_of
from tests.support.stage import Stage

STRAIGHT_SHOT = Shot(longest=1600)
OFF = Shot(right=2, down=-1, longest=1600)


async def offset_of(merchant: Merchant) -> Offset:
    kept = merchant.stage.app.desk.kept
    member = await kept.merchants.member("room", merchant.peer)
    assert member
    return await kept.offsets.of(member.merchant)


def label(merchant: Merchant, shot: Shot) -> bytes:
    """A photo of the first label she was sent."""
    return photo_of(merchant.pages[-1], shot)


def bar_code(text: str, kind: zxingcpp.BarcodeFormat) -> bytes:
    """A picture of one code and nothing else."""
    picture, file = Image.new("L", (500, 300), 255), BytesIO()
    code = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=3)))
    picture.paste(code.convert("L"), (80, 80))
    picture.save(file, "PNG")
    return file.getvalue()


class TestABarCode:
    async def test_finds_the_parcel_and_answers_as_if_its_number_had_been_typed(
        self, printed: Merchant, world: World
    ) -> None:
        heard = await printed.sends_photo(label(printed, STRAIGHT_SHOT))
        number = world.ledger()["numbers"][0]["number"]
        assert heard == await printed.says(f"{number} 到哪了")
        assert heard.startswith("订单 ")
        assert "✅ 已回传" in heard
        assert "打印偏移" not in heard
        assert "补打面单" in printed.labels

    async def test_of_somebody_elses_parcel_is_told_with_its_courier(self, printed: Merchant, stage: Stage) -> None:
        other = Merchant(stage, "别家")
        await other.joins()
        heard = await other.sends_photo(label(printed, OFF))
        assert "是中通的：这种样子的单号只有它用。这个号不是在这里打的。" in heard
        assert other.labels == ["查物流"]
        assert await offset_of(printed) == STRAIGHT

    async def test_that_is_not_there_is_told_with_what_to_do(self, printed: Merchant) -> None:
        picture = BytesIO()
        Image.new("L", (300, 400), 200).save(picture, "PNG")
        assert "没看到条码" in await printed.sends_photo(picture.getvalue())
        assert "不是照片" in await printed.sends_photo(b"\xff\xd8 broken")
        assert "不是照片" in await printed.sends_document("照片.jpg", b"PK\x03\x04")

    async def test_of_goods_is_no_waybill_number_however_it_looks(self, printed: Merchant) -> None:
        heard = await printed.sends_photo(bar_code("5901234123457", zxingcpp.BarcodeFormat.EAN13))
        assert "像是商品条码" in heard
        heard = await printed.sends_photo(bar_code("5901234123457", zxingcpp.BarcodeFormat.Code128))
        assert "是EMS的" in heard

    async def test_answers_where_a_number_is_asked_for(self, printed: Merchant, world: World) -> None:
        await printed.says("补打")
        heard = await printed.sends_photo(label(printed, STRAIGHT_SHOT))
        number = world.ledger()["numbers"][0]["number"]
        assert f"{number[:4]}…{number[-4:]}" in heard
        assert "补打" in heard

    async def test_without_a_code_where_a_number_is_asked_for_is_asked_again(self, printed: Merchant) -> None:
        await printed.says("补打")
        heard = await printed.sends_photo(b"\xff\xd8 broken")
        assert "不是照片" in heard
        assert heard.endswith("要处理哪一单？发订单号、运单号，或面单的照片。")
        assert "已取消" in await printed.says("取消")


class TestTheWordsBeside:
    async def test_are_done_with_the_parcel_on_it(self, printed: Merchant, world: World) -> None:
        number = world.ledger()["numbers"][0]["number"]
        heard = await printed.sends_photo(label(printed, STRAIGHT_SHOT), caption="补打")
        assert f"{number[:4]}…{number[-4:]}" in heard
        assert len(printed.pages) == 2
        await printed.sends_photo(label(printed, STRAIGHT_SHOT), caption="催一下中通")
        assert [each["number"] for each in world.ledger()["work_orders"]] == [number]

    async def test_of_a_number_in_use_are_answered_as_without_a_photo(self, printed: Merchant, world: World) -> None:
        heard = await printed.sends_photo(label(printed, STRAIGHT_SHOT), caption="作废这个单号")
        number = world.ledger()["numbers"][0]["number"]
        assert f"{number[:4]}…{number[-4:]}" in heard
        assert "要处理哪一单" not in heard

    async def test_lead_to_the_question_which_where_no_code_is_seen(self, printed: Merchant, world: World) -> None:
        picture = BytesIO()
        Image.new("L", (300, 400), 200).save(picture, "PNG")
        heard = await printed.sends_photo(picture.getvalue(), caption="催一下")
        assert "没看到条码" in heard
        assert heard.endswith("要处理哪一单？发订单号、运单号，或面单的照片。")
        await printed.says(world.ledger()["numbers"][0]["number"])
        assert len(world.ledger()["work_orders"]) == 1

    @pytest.mark.parametrize("caption", ["你好", "到哪了", "打歪了"])
    async def test_that_want_what_is_done_anyway_change_nothing(self, printed: Merchant, caption: str) -> None:
        assert await printed.sends_photo(label(printed, OFF), caption=caption) == await printed.sends_photo(
            label(printed, OFF)
        )

    @pytest.mark.parametrize("caption", ["打印今天的订单", "那个啥你看着办"])
    async def test_that_fit_no_photo_are_said_to_be_left_out(self, printed: Merchant, caption: str) -> None:
        heard = await printed.sends_photo(label(printed, STRAIGHT_SHOT), caption=caption)
        assert heard.startswith("（附的话没有用上")
        assert "✅ 已回传" in heard

    async def test_beside_an_answer_are_said_to_be_left_out_where_they_want_something_else(
        self, printed: Merchant, world: World
    ) -> None:
        await printed.says("作废单号")
        assert "附的话" not in await printed.sends_photo(label(printed, STRAIGHT_SHOT), caption="作废这张")
        await printed.says("作废单号")
        assert "附的话" in await printed.sends_photo(label(printed, STRAIGHT_SHOT), caption="催一下")
        assert not world.ledger()["work_orders"]


class TestALabelOffItsPlace:
    async def test_is_told_with_a_button_that_mends_it_and_another_that_undoes_that(self, printed: Merchant) -> None:
        heard = await printed.sends_photo(label(printed, OFF))
        assert heard.endswith("这张比应在的位置偏了右 2、上 1 毫米。打印偏移改成左 2、下 1 毫米就能对准。")
        heard = await printed.taps("改成左 2、下 1 毫米")
        assert heard == "✅ 打印偏移改好了：没有偏移 → 左 2、下 1 毫米。以后打的面单都按新的来。"
        assert await offset_of(printed) == Offset(-2, 1)
        assert "已经是左 2、下 1 毫米" in await printed.taps("改成左 2、下 1 毫米")  # the same tap once more
        assert (
            await printed.taps("改回没有偏移")
            == "✅ 打印偏移改好了：左 2、下 1 毫米 → 没有偏移。以后打的面单都按新的来。"
        )
        assert await offset_of(printed) == STRAIGHT

    async def test_is_measured_with_the_offset_it_was_printed_with(self, printed: Merchant, world: World) -> None:
        """The printer prints 2 mm too far right and half of that is mended already: what is left is 1 mm."""
        await printed.says("左移1")
        world.clock.move(MINUTE)
        await printed.says("补打 " + world.ledger()["numbers"][0]["number"])
        await _is_printed_again(printed, world)
        heard = await printed.sends_photo(label(printed, Shot(right=2, longest=1600)))
        assert heard.endswith("偏了右 1 毫米。打印偏移改成左 2 毫米就能对准。")

    async def test_printed_before_the_offset_was_changed_undoes_nothing(self, printed: Merchant) -> None:
        await printed.says("左移1")
        heard = await printed.sends_photo(label(printed, OFF))
        assert "它是改偏移之前打的" in heard
        assert printed.labels == ["打校准页看看"]
        assert await offset_of(printed) == Offset(-1, 0)

    async def test_an_old_button_undoes_no_newer_correction(self, printed: Merchant) -> None:
        await printed.sends_photo(label(printed, OFF))
        await printed.says("右移1.5")
        heard = await printed.taps("改成左 2、下 1 毫米")
        assert heard.startswith("打印偏移在这之后改过，现在是右 1.5 毫米")
        assert await offset_of(printed) == Offset(1.5, 0)

    async def test_of_the_wrong_size_gets_no_offset(self, printed: Merchant) -> None:
        heard = await printed.sends_photo(label(printed, Shot(stretch=0.94, longest=1600)))
        assert "大小是应有的 94%" in heard
        assert "实际大小" in heard
        assert "改成" not in " ".join(printed.labels)

    @pytest.mark.parametrize("role", [Role.PACKER, Role.SERVICE, Role.VIEWER])
    async def test_shows_those_who_may_not_adjust_no_button(self, printed: Merchant, stage: Stage, role: Role) -> None:
        (row,) = await stage.app.desk.kept.database.all("SELECT id FROM merchants")
        colleague = Merchant(stage, "同事")
        await colleague.joins(role, merchant=str(row[0]))
        heard = await colleague.sends_photo(label(printed, OFF))
        assert "请店主或主管把打印偏移改成左 2、下 1 毫米" in heard
        made_up = Button("", command_data("set_offset", {"to": "1/1", "was": "0/0"}))
        assert "不能做这件事" in await colleague.presses(made_up)
        assert await offset_of(printed) == STRAIGHT

    @pytest.mark.parametrize(
        "slots", [{}, {"to": "x", "was": "0/0"}, {"to": "nan/1", "was": "0/0"}, {"to": "9/9", "was": "0/0"}]
    )
    async def test_a_button_made_up_changes_nothing(self, printed: Merchant, slots: dict[str, str]) -> None:
        heard = await printed.presses(Button("", command_data("set_offset", slots)))
        assert heard.startswith("现在的打印偏移：没有偏移。")


class TestTroubles:
    async def test_a_channel_out_of_reach_is_tried_again_when_she_says_so(self, printed: Merchant) -> None:
        printed.stage.room.keeps_files = False
        assert await printed.sends_photo(label(printed, STRAIGHT_SHOT)) == "照片现在取不过来，过几分钟再试？"
        assert await printed.taps("再试一次") == "照片现在取不过来，过几分钟再试？"
        printed.stage.room.keeps_files = True
        assert (await printed.taps("再试一次")).startswith("订单 ")

    async def test_given_up_and_expired(self, printed: Merchant, world: World) -> None:
        printed.stage.room.keeps_files = False
        await printed.sends_photo(label(printed, STRAIGHT_SHOT))
        assert await printed.says("取消") == "已取消「看照片」。"
        await printed.sends_photo(label(printed, STRAIGHT_SHOT))
        world.clock.move(16 * MINUTE)
        assert "等了 15 分钟" in await printed.taps("再试一次")

    async def test_in_the_middle_of_something_else_she_is_asked_first(self, printed: Merchant) -> None:
        await printed.says("绑定中通")
        heard = await printed.sends_photo(label(printed, STRAIGHT_SHOT))
        assert heard == "「绑定快递」还没做完。先放下它吗？"
        assert (await printed.taps("放下，去看照片")).startswith("订单 ")

    async def test_a_restart_in_the_middle_loses_nothing(self, printed: Merchant, stage: Stage) -> None:
        photo = label(printed, OFF)
        again = Interrupted(stage)
        assert "偏了右 2、上 1 毫米" in await again.sends_photo(photo)
        assert "✅ 打印偏移改好了" in await again.taps("改成左 2、下 1 毫米")


async def _is_printed_again(merchant: Merchant, world: World) -> None:
    """Another order is printed, after the change."""
    world.new_order()
    await merchant.says("打印今天的订单")
    await merchant.says("确认")
