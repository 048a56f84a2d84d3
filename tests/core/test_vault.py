"""Sealing, opening, keys and their file."""

import base64
import concurrent.futures
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.vault import BadKey, BadSeal, Vault, add_key, forget_old_keys, key_file, parse_key

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
PLACE = "shops/grant/s1"
VAULT = Vault({"old": OLD})


def _text(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


@given(some.text(), some.text())
def test_what_was_sealed_for_a_place_opens_there(text: str, place: str) -> None:
    assert VAULT.open(VAULT.seal(text, place), place) == text


def test_a_sealed_text_names_its_key_and_never_looks_the_same_twice() -> None:
    first, second = VAULT.seal("secret", PLACE), VAULT.seal("secret", PLACE)
    assert first.startswith("old.")
    assert first != second


@given(some.text(), some.text())
def test_a_sealed_text_opens_nowhere_else(place: str, other: str) -> None:
    sealed = VAULT.seal("secret", place)
    if place != other:
        with pytest.raises(BadSeal):
            VAULT.open(sealed, other)


def test_another_key_of_the_same_name_does_not_open() -> None:
    with pytest.raises(BadSeal):
        Vault({"old": NEW}).open(VAULT.seal("secret", PLACE), PLACE)


def test_a_text_whose_key_is_gone_does_not_open() -> None:
    with pytest.raises(BadSeal):
        Vault({"new": NEW}).open(VAULT.seal("secret", PLACE), PLACE)


@given(some.integers(0, 200))
def test_a_text_cut_short_does_not_open(length: int) -> None:
    sealed = VAULT.seal("one secret that is long enough to be cut anywhere", PLACE)
    with pytest.raises(BadSeal):
        VAULT.open(sealed[: length % len(sealed)], PLACE)


@given(some.integers(0, 33), some.integers(1, 255))
def test_a_text_with_one_byte_changed_does_not_open(position: int, change: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(VAULT.seal("secret", PLACE).partition(".")[2]))
    raw[position] ^= change
    with pytest.raises(BadSeal):
        VAULT.open(f"old.{_text(bytes(raw))}", PLACE)


@given(some.text().map(lambda text: f"old.{text}") | some.text())
def test_a_text_that_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(BadSeal):
        VAULT.open(text, PLACE)


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    both = Vault({"old": OLD, "new": NEW})
    assert both.open(VAULT.seal("secret", PLACE), PLACE) == "secret"
    resealed = both.seal("secret", PLACE)
    assert Vault({"new": NEW}).open(resealed, PLACE) == "secret"
    with pytest.raises(BadSeal):
        VAULT.open(resealed, PLACE)


def test_keys_in_the_environment_are_read_in_order_with_the_newest_last() -> None:
    keys = parse_key(f"{_text(OLD)}, {_text(NEW)}\n")
    assert list(keys.values()) == [OLD, NEW]
    assert Vault(parse_key(_text(NEW))).open(Vault(keys).seal("secret", PLACE), PLACE) == "secret"


def test_a_keys_name_is_the_same_wherever_it_is_read_and_tells_nothing_of_it() -> None:
    (name,) = parse_key(_text(OLD))
    assert name in parse_key(f"{_text(NEW)},{_text(OLD)}")
    assert len(name) == 8
    assert name not in OLD.hex()


@pytest.mark.parametrize(
    "text",
    ["", ",", "secret", _text(OLD[:31]), _text(OLD + b"x"), _text(OLD)[:-1], f"{_text(OLD)},", "密钥", OLD.hex()],
    ids=["none", "two empty", "a word", "31 bytes", "33 bytes", "no padding", "an empty second", "Chinese", "hex"],
)
def test_a_key_that_is_not_32_bytes_in_base64_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(BadKey) as refused:
        parse_key(text)
    assert str(refused.value) == ""


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "miandan.key"
    made = key_file(path)
    assert [len(key) for key in made.values()] == [32]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key_file(path) == made
    assert [file.name for file in path.parent.iterdir()] == ["miandan.key"]


def test_each_installation_has_a_key_of_its_own(tmp_path: Path) -> None:
    assert key_file(tmp_path / "one.key") != key_file(tmp_path / "two.key")


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as processes:
        keys = list(processes.map(key_file, [tmp_path / "miandan.key"] * 40))
    assert keys == keys[:1] * 40


def test_a_second_key_written_into_the_file_takes_over(tmp_path: Path) -> None:
    path = tmp_path / "miandan.key"
    before = Vault(key_file(path)).seal("secret", PLACE)
    path.write_text(f"{path.read_text()},{_text(NEW)}\n")
    after = Vault(key_file(path))
    assert after.open(before, PLACE) == "secret"
    assert Vault(parse_key(_text(NEW))).open(after.seal("secret", PLACE), PLACE) == "secret"


def test_a_key_is_added_behind_the_others_and_the_others_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "miandan.key"
    before = Vault(key_file(path)).seal("secret", PLACE)
    add_key(path)
    both = Vault(key_file(path))
    after = both.seal("secret", PLACE)
    assert (both.open(before, PLACE), after.startswith(both.newest)) == ("secret", True)
    forget_old_keys(path)
    assert Vault(key_file(path)).open(after, PLACE) == "secret"
    with pytest.raises(BadSeal):
        Vault(key_file(path)).open(before, PLACE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["miandan.key"]
