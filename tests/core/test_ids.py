"""Identifiers."""

import re
import time

from core.ids import new_id, token


def test_identifiers_sort_in_the_order_they_were_made() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(set(made))


def test_an_identifier_is_26_characters_that_nobody_misreads() -> None:
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", new_id())


def test_an_identifier_begins_with_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    stamp = 0
    for letter in new_id()[:10]:
        stamp = stamp * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    assert before <= stamp <= time.time_ns() // 1_000_000 + 1


def test_tokens_are_short_fit_into_a_link_and_never_repeat() -> None:
    made = {token() for _ in range(10_000)}
    assert len(made) == 10_000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{11}", each) for each in made)
