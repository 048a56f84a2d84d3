"""Numbers as merchants write them: 12, 十二, 两百五, twelve."""

import re

_DIGITS = {
    sign: value
    for value, signs in enumerate(("零〇", "一幺", "二两俩", "三仨", "四", "五", "六", "七", "八", "九"))
    for sign in signs
}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen twenty".split()
    )
} | {"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "few": 3, "couple": 2}

HAN = "[零〇一二两俩三仨四五六七八九十百千万]+"
"""A number in Chinese characters, as a part of a regular expression."""
WORD = "(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
"""The same in English."""


def number(text: str) -> int:
    """The value of one of the forms above; 0 for what is no number."""
    if text.isascii():
        return int(text) if text.isdecimal() else _WORDS.get(text, 0)
    return _of_han(text)


def _of_han(text: str) -> int:
    if not any(sign in _UNITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text)) if all(sign in _DIGITS for sign in text) else 0
    total = last = 0
    unit = 1
    for sign in text:
        if sign in _UNITS:
            unit = _UNITS[sign]
            total = (total + (last or 1)) * unit if unit == 10_000 else total + (last or 1) * unit  # noqa: PLR2004 - 万 counts all before it
            last = 0
        elif sign in _DIGITS:
            last = _DIGITS[sign]
        else:
            return 0
    is_short = last and unit > 10 and not re.search("[零〇]", text)  # noqa: PLR2004 - 两百五 is 250
    return total + last * (unit // 10 if is_short else 1)
