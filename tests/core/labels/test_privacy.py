"""The last look before paper, under attack."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_samples import label

from core.labels import Party
from core.labels.privacy import RecipientInPlainText, ensure_masked
from core.labels.render import render
from core.labels.template import template
from core.recipients.mask import mask_address, mask_name, mask_phone

NAMES = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
ROOMS = st.builds(
    "学府街{}号{}幢{}单元{}室".format,
    st.integers(1, 1999), st.integers(1, 99), st.integers(1, 9), st.integers(101, 3999),
)  # fmt: skip


def refused(recipient: Party) -> str:
    """The part that may not be printed; "" where all may."""
    try:
        ensure_masked(label(recipient=recipient))
    except RecipientInPlainText as error:
        return str(error) or "something"
    return ""


@given(st.text(), st.text(), st.text())
def test_whatever_comes_out_of_the_masks_may_be_printed(name: str, phone: str, address: str) -> None:
    masked = Party(mask_name(name), mask_phone(phone), mask_address(address))
    assert refused(masked) == ""


@given(NAMES)
def test_a_whole_name_is_refused(name: str) -> None:
    with pytest.raises(RecipientInPlainText):
        ensure_masked(label(recipient=Party(name, "138******78", "***")))


@given(MOBILES, st.integers(1, 5))
def test_a_phone_with_fewer_than_six_digits_hidden_is_refused(phone: str, hidden: int) -> None:
    half_masked = phone[:3] + "*" * hidden + phone[3 + hidden :]
    for number in (phone, half_masked):
        with pytest.raises(RecipientInPlainText):
            ensure_masked(label(recipient=Party("王**", number, "***")))


@given(ROOMS)
def test_a_room_number_is_refused_even_with_stars_behind_it(address: str) -> None:
    for shown in (address, f"{address}***"):
        with pytest.raises(RecipientInPlainText):
            ensure_masked(label(recipient=Party("王**", "138******78", shown)))


@given(st.text(), st.text(), st.text())
def test_what_is_let_through_hides_what_the_standard_wants_hidden(name: str, phone: str, address: str) -> None:
    recipient = Party(name, phone, address)
    try:
        ensure_masked(label(recipient=recipient))
    except RecipientInPlainText:
        return
    assert "*" in name
    assert phone.count("*") >= 6 or re.fullmatch(r"1\d{10}-\d{4}", phone)
    assert address.endswith("***")


def test_a_privacy_number_is_printed_with_its_extension() -> None:
    recipient = Party("王**", "17812345678-1234", "学府街1号***")
    assert render([label(recipient=recipient)], template("76x130")).startswith(b"%PDF")
