"""Masks: literal examples, and laws that hold for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recipients.mask import mask_address, mask_name, mask_number, mask_phone, mask_phones_in

MASKS = pytest.mark.parametrize("mask", [mask_name, mask_phone, mask_address, mask_number])
ADDRESS_LIKE = st.text(
    alphabet="浙江省杭州市文一西路翡翠城号幢栋座楼单元室层房户梯东西一二三四五0123456789AB-－# ,，()（）*", max_size=30
)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王明", "王*"), ("王小明", "王**"), ("欧阳娜娜", "欧**"), ("王", "*"), ("", "*"),
     (" 王 明 ", "王*"), ("王**", "王**"), ("Anna Smith", "A**")],
)  # fmt: skip
def test_a_name_keeps_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138******78"),
        ("138****5678", "138******78"),
        ("+86 138-1234-5678", "138******78"),
        ("008613812345678", "138******78"),
        ("１３８１２３４５６７８", "138******78"),
        ("17812345678-1234", "17812345678-1234"),
        ("17812345678-12", "178********12"),
        ("0571-88886666", "057*******66"),
        ("4001234567", "400******7"),
        ("123456", "******"),
        ("12", "******"),
        ("", "******"),
        ("请打座机", "******"),
    ],
)
def test_a_phone_hides_at_least_six_digits(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("浙江省杭州市余杭区文一西路998号5幢3单元501室", "浙江省杭州市余杭区文一西路998号5幢***"),
        ("文三路478号501", "文三路478号***"),
        ("张江路88弄12号301室", "张江路88弄12号***"),
        ("幸福小区3幢2单元501号", "幸福小区3幢***"),
        ("万达广场A座2108", "万达广场A座***"),
        ("五号院5号楼3单元", "五号院5号楼***"),
        ("中山路12-3号二楼", "中山路12-3号***"),
        ("一品城十二栋三单元四零二", "一品城十二栋***"),
        ("沙溪镇世纪新城三期G2-1栋308", "沙溪镇世纪新城三期G2-1栋***"),
        ("翡翠城3-2-501", "翡翠城***"),
        ("国际广场B2108", "国际广场***"),
        ("国际广场２１０８（放门口）", "国际广场***"),
        ("江阴市周庄镇三房巷村12号", "江阴市周庄镇三房巷村12号***"),
        ("107国道旁大榕树下", "107国道旁大榕树下***"),
        ("文一西路998号***", "文一西路998号***"),
        ("", "***"),
    ],
)
def test_an_address_ends_at_its_building(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("76123456789036", "7612…9036"), ("YT1234567890123", "YT12…0123"), ("12345678", "12345678"), ("", "")],
)
def test_a_waybill_number_shows_both_ends(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@MASKS
@given(text=st.text() | ADDRESS_LIKE)
def test_masking_twice_changes_nothing(mask: object, text: str) -> None:
    assert callable(mask)
    assert mask(mask(text)) == mask(text)


@given(st.text(alphabet="0123456789+- 転转", max_size=25))
def test_no_phone_but_a_privacy_number_shows_more_than_five_digits(text: str) -> None:
    masked = mask_phone(text)
    shown = sum(char.isdigit() for char in masked)
    assert shown <= 5 or (len(masked) == 16 and masked[11] == "-")


@given(st.integers(1, 1999), st.integers(1, 99), st.integers(1, 9), st.integers(100, 3999))
def test_unit_and_room_never_survive(lot: int, building: int, unit: int, room: int) -> None:
    expected = f"学府街{lot}号翡翠城{building}幢***"
    for indoors in (f"{unit}单元{room}室", f"{unit}-{room}", f"{room}", f" {unit}单元 {room}", f"{room}房"):
        assert mask_address(f"学府街{lot}号翡翠城{building}幢{indoors}") == expected


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("派件员王师傅 13812345678 正在派送", "派件员王师傅 138******78 正在派送"),
        ("13812345678，17812345678", "138******78，178******78"),
        ("单号 73100196611386 已签收", "单号 73100196611386 已签收"),
        ("订单 261120-300000000000001", "订单 261120-300000000000001"),
        ("", ""),
    ],
)
def test_phones_in_a_sentence_are_masked_and_other_numbers_stay(told: str, shown: str) -> None:
    assert mask_phones_in(told) == shown
