"""Full width and half width, traditional and simplified; patterns that wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.patterns import pattern
from core.writing import consists_of, half_width, half_width_throughout, simplified


def test_letters_and_digits_become_narrow_and_punctuation_stays() -> None:
    assert half_width("ＡＢ１２，（３）　。") == "AB12，（3） 。"
    assert half_width_throughout("ＡＢ１２，（３）") == "AB12,(3)"


def test_traditional_characters_become_simplified() -> None:
    assert simplified("臺北訂單列印衚衕") == "台北订单列印胡同"


@pytest.mark.parametrize("text", ["乾县沈乾", "李昇", "於洋", "著名", "瞭望", "打印今天的订单", "abc 123"])
def test_what_simplified_chinese_uses_itself_is_left_alone(text: str) -> None:
    assert simplified(text) == text


@given(st.text(max_size=40))
def test_every_character_keeps_its_place(text: str) -> None:
    assert len(half_width(text)) == len(simplified(text)) == len(text)


def test_a_text_consists_of_words_however_they_overlap() -> None:
    words = {"好", "好的", "的确", "确"}
    assert consists_of("好的确", words)
    assert consists_of("", words)
    assert not consists_of("好的吗", words)
    assert not consists_of("好的" * 500 + "吗", words)


def test_a_pattern_is_compiled_when_it_is_used() -> None:
    broken = pattern("(")
    with pytest.raises(Exception, match="unterminated subpattern"):
        broken.search("x")
    assert pattern(r"\d+").findall("a1b22") == ["1", "22"]
    assert pattern(r"\d+").pattern == r"\d+"
