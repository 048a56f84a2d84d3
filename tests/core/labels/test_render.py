"""The page: its size, its words, what is refused, and that the same labels give the same bytes."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from label_samples import BARE, CROWDED, LABEL, label, many

from core.errors import MissingGlyph
from core.labels import Label, LabelItem, Party
from core.labels.calibration import page, page_label
from core.labels.preview import png
from core.labels.privacy import RecipientInPlainText
from core.labels.render import render
from core.labels.template import TEMPLATES, template
from core.labels.typeface import undrawable

FORMS = pytest.mark.parametrize("form", TEMPLATES)
POINTS = 72 / 25.4
SHOWN = (
    "圆通速递", "400-W00 000", "杭州转运中心", "取件码 8866", "YT 1234 5678 90123", "王** 138******78",
    "浙江省 杭州市", "5幢***", "某某旗舰店 400******1", "春风大道***", "纯棉短袖T恤 藏青 XL ×2",
    "女士防晒衣 杏 均码 ×1", "备注：易碎，请轻拿轻放", "订单 261122-123456789012345", "2026-11-22 22:15", "#12",
    "共 3 件", "已验视", "收", "寄", "集",
)  # fmt: skip


def words(pdf: bytes, page: int = 0) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].get_textpage().get_text_range()


def character_boxes(pdf: bytes) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, right, bottom of every visible character, mm from the top left corner."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        height = document[0].get_height()
        for at in range(text.count_chars()):
            if text.get_text_range(at, 1).strip():
                left, bottom, right, top = text.get_charbox(at)
                yield left / POINTS, (height - top) / POINTS, right / POINTS, (height - bottom) / POINTS


def drawn(one: Label, form: str = "100x150") -> str:
    return words(render([one], template(form)))


@pytest.mark.parametrize(("form", "size"), [("100x150", (283.4645, 425.1968)), ("76x130", (215.433, 368.5039))])
def test_every_page_has_exactly_the_papers_size(form: str, size: tuple[float, float]) -> None:
    with pypdfium2.PdfDocument(render(many(3), template(form))) as document:
        sizes = [page.get_size() for page in document]
    assert sizes == [pytest.approx(size, abs=0.0001)] * 3


@FORMS
def test_a_label_shows_everything_a_courier_and_a_packer_need(form: str) -> None:
    said = drawn(LABEL, form)
    assert [part for part in SHOWN if part not in said] == []


def test_the_large_forms_second_part_repeats_courier_number_and_recipient() -> None:
    said = drawn(LABEL)
    for repeated in ("圆通速递", "YT 1234 5678 90123", "王** 138******78"):
        assert said.count(repeated) == 2


@FORMS
def test_what_a_label_lacks_leaves_no_caption_behind(form: str) -> None:
    said = drawn(BARE, form)
    for caption in ("集", "取件码", "备注", "订单", "共", "SAMPLE", "补打"):
        assert caption not in said


@FORMS
def test_samples_and_reprints_are_marked_and_others_are_not(form: str) -> None:
    assert "SAMPLE 样张" in drawn(label(is_sample=True), form)
    assert "补打" in drawn(label(is_reprint=True), form)
    assert not re.search("SAMPLE|样张|补打", drawn(LABEL, form))


@FORMS
@pytest.mark.parametrize("one", [LABEL, CROWDED, BARE])
def test_no_character_leaves_the_frame_or_touches_another(form: str, one: Label) -> None:
    paper = template(form).paper
    boxes = list(character_boxes(render([one], template(form))))
    for left, top, right, bottom in boxes:
        assert left >= 2
        assert top >= 2
        assert right <= paper.width - 2
        assert bottom <= paper.height - 2
    slack = 0.15  # mm: stars and dashes sit close, positions are rounded to a tenth of a point
    for at, one_box in enumerate(boxes):
        for other in boxes[at + 1 :]:
            overlaps_sideways = min(one_box[2], other[2]) - max(one_box[0], other[0]) > slack
            overlaps_upright = min(one_box[3], other[3]) - max(one_box[1], other[1]) > slack
            assert not (overlaps_sideways and overlaps_upright)


@FORMS
def test_thirty_items_end_in_their_number_of_pieces(form: str) -> None:
    said = drawn(CROWDED, form)
    assert "…等60件" in said
    assert "共 60 件" in said


@FORMS
def test_twenty_merged_orders_show_how_many_they_are(form: str) -> None:
    assert "订单 共20单 261100-123456789012345" in drawn(CROWDED, form)


def test_two_merged_orders_are_both_named() -> None:
    assert "订单 11、22" in drawn(label(orders=("11", "22")))


def test_a_long_item_is_cut_in_its_name_and_keeps_specification_and_count() -> None:
    goods = tuple(
        LabelItem("儿童积木玩具大颗粒益智拼装礼盒装生日礼物男孩女孩通用款", "樱花粉 加厚", 3) for _ in range(5)
    )
    lines = [line for line in drawn(label(items=goods)).splitlines() if "积木" in line]
    assert len(lines) == 5
    assert all(line.startswith("儿童积木") and line.endswith("… 樱花粉 加厚 ×3") for line in lines)


def test_a_long_address_is_cut_with_an_ellipsis_not_dropped() -> None:
    said = drawn(CROWDED)
    assert said.count("新疆维吾尔自治区") == 2
    assert "…" in said


def test_the_same_labels_give_the_same_bytes_twice_and_in_another_process() -> None:
    digest = hashlib.sha256(render([LABEL, CROWDED], template("76x130"))).hexdigest()
    assert hashlib.sha256(render([LABEL, CROWDED], template("76x130"))).hexdigest() == digest
    script = (
        "import hashlib; from label_samples import CROWDED, LABEL; from core.labels.render import render;"
        "from core.labels.template import template;"
        "print(hashlib.sha256(render([LABEL, CROWDED], template('76x130'))).hexdigest())"
    )
    here = Path(__file__).parent
    elsewhere = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", script],
        env={"PYTHONPATH": f"{here}:{here.parents[2]}", "PYTHONHASHSEED": "5"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert elsewhere.stdout.strip() == digest


def test_labels_drawn_before_do_not_change_what_is_drawn_now() -> None:
    alone = render([LABEL], template("100x150"))
    render([CROWDED, BARE], template("100x150"))
    assert render([LABEL], template("100x150")) == alone


def test_a_thousand_labels_take_at_most_1400_bytes_each() -> None:
    assert len(render(many(1000), template("100x150"))) <= 1_400_000


def test_a_character_without_a_glyph_is_reported_with_the_number() -> None:
    with pytest.raises(MissingGlyph) as refusal:
        drawn(label(remark="谢谢👍🏻", items=(LabelItem("🎁礼盒", "", 1),)))
    assert refusal.value.details == {"characters": "🎁🏻👍", "number": "YT1234567890123"}


def test_rare_characters_of_names_are_drawn_bold_or_fall_back_to_regular() -> None:
    said = drawn(label(recipient=Party("䶮*", "138******78", "㵘塬镇家㙓村12号***"), remark="喆堃翀昇玥"))
    for rare in ("䶮*", "㵘塬镇家㙓村12号***", "备注：喆堃翀昇玥"):
        assert rare in said


def test_characters_beyond_the_basic_plane_are_drawn_as_themselves() -> None:
    pictures = {png(render([label(remark=rare)], template("76x130"))) for rare in ("𬭎", "𬬻", "𠅤", "")}
    assert len(pictures) == 4


def test_one_label_that_needs_a_second_look_leaves_the_others_as_they_are() -> None:
    pdf = render([LABEL, label(remark="先打\t电话"), BARE], template("100x150"))
    assert [words(pdf, page) for page in (0, 2)] == [drawn(LABEL), drawn(BARE)]
    assert "备注：先打 电话" in words(pdf, 1)


def test_a_character_in_a_field_that_the_form_does_not_show_stops_no_label() -> None:
    assert "YT 1234 5678 90123" in drawn(label(orders=("1", "2", "👍")))


def test_line_breaks_and_zero_width_marks_become_spaces() -> None:
    assert "备注：先打电话 再送" in drawn(label(remark="先打电话\r\n\u200b再送\ufe0f"))


@pytest.mark.parametrize(
    ("party", "part"),
    [
        (Party("王小明", "138******78", "学府街1号***"), "name"),
        (Party("王**", "138****5678", "学府街1号***"), "phone"),
        (Party("王**", "138******78", "学府街1号2单元301室"), "address"),
    ],
)
def test_a_recipient_in_plain_text_is_refused_without_repeating_it(party: Party, part: str) -> None:
    with pytest.raises(RecipientInPlainText) as refusal:
        drawn(label(recipient=party))
    assert refusal.value.args == (part,)


def test_no_labels_make_no_document() -> None:
    with pytest.raises(ValueError, match="no labels"):
        render([], template("100x150"))


def test_the_static_part_may_hold_more_characters_than_one_font_subset() -> None:
    many_signs = "".join(chr(code) for code in range(ord("一"), ord("一") + 600) if not undrawable(chr(code)))[:400]
    lines = [many_signs[at : at + 40] for at in range(0, 400, 40)]
    pdf = render([page_label("100x150")], page("100x150", lines))
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert all(line in text.replace("\r\n", "") for line in lines)
