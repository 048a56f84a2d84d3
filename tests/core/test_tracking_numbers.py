"""Whose waybill number it is, by its form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tracking_numbers import Guess, courier_of


@pytest.mark.parametrize(
    ("number", "courier"),
    [
        ("78330092817465", "ZTO"),
        ("YT7700918273645", "YTO"),
        ("776655443322110", "STO"),
        ("463322110099887", "YUNDA"),
        ("JT5566778899001", "JT"),
        ("SF1409283746551", "SF"),
        ("JDX024407261700", "JD"),
        ("JDVA46783539436-1-3-", "JD"),
        ("EA123456789CN", "EMS"),
        ("1192837465501", "EMS"),
        ("9862325358361", "POSTB"),
        ("DPK123456789012", "DBKD"),
        (" yt7700918273645 ", "YTO"),
        ("ＹＴ７７００９１８２７３６４５", "YTO"),
        ("7833 0092 8174 65", "ZTO"),
    ],
)
def test_todays_forms_are_sure(number: str, courier: str) -> None:
    assert courier_of(number) == Guess(courier, sure=True)


@pytest.mark.parametrize(
    ("number", "courier"),
    [("1201088260402", "POSTB"), ("3101738504868", "YUNDA"), ("933346116516", "SF"), ("9787300000008", "POSTB")],
)
def test_where_forms_overlap_it_is_a_guess(number: str, courier: str) -> None:
    assert courier_of(number) == Guess(courier, sure=False)


@pytest.mark.parametrize(
    "number",
    [
        "13800138000",
        "261118-482913375610284",
        "330106199001011234",
        "20261118",
        "6901234567892",
        "19.90",
        "",
        "abc",
        "YT2229521272164446",
        "1Z879E930346834440",
        "010-62781234",
        "8613800138000",
    ],
)
def test_what_is_no_waybill_number_here_is_none(number: str) -> None:
    assert courier_of(number) is None


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    guess = courier_of(text)
    assert guess is None or guess.courier.isupper()
