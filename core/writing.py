"""How a text is written: full-width or half-width, traditional or simplified; each character keeps its place."""

from collections.abc import Collection
from functools import cache

from core.patterns import pattern

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_LETTERS_AND_DIGITS = {code: plain for code, plain in _FULL_WIDTH.items() if chr(plain).isalnum() or chr(plain) in " -"}
_BOTH = "乾藉瞭徵麽於夥馀昇甯谿剋吒著"  # simplified Chinese uses these too, above all in names
_HAN = range(0x3400, 0xA000)
_ANY_HAN = pattern("[\u3400-\u9fff]")


def half_width(text: str) -> str:
    """Full-width letters, digits, hyphens and spaces in half width; other punctuation stays as it is written."""
    return text if text.isascii() else text.translate(_LETTERS_AND_DIGITS)


def half_width_throughout(text: str) -> str:
    """The same with punctuation."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def simplified(text: str) -> str:
    """Traditional characters in their simplified form; a text in simplified Chinese is returned as it is."""
    return text if _is_simplified(text) else text.translate(_simpler())


def has_han(text: str) -> bool:
    """Whether any Chinese character is in it."""
    return _ANY_HAN.search(text) is not None


def consists_of(text: str, words: Collection[str]) -> bool:
    """Whether the text is nothing but these words, one behind the other. A pattern would try every way to part it."""
    longest = max(map(len, words))
    reached = {0}
    for start in range(len(text)):
        if start in reached:
            reached |= {start + size for size in range(1, longest + 1) if text[start : start + size] in words}
    return len(text) in reached


def _is_simplified(text: str) -> bool:
    """GB 2312 is the older standard set of simplified characters, and cheap to ask."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _simpler() -> dict[int, str]:
    """Made when the first character needs it: loading the converter takes longer than most messages."""
    from opencc import OpenCC  # noqa: PLC0415 - the same

    plain = [chr(code) for code in _HAN if not _is_simplified(chr(code)) and chr(code) not in _BOTH]
    simple = OpenCC("t2s").convert("\n".join(plain)).split("\n")
    return {ord(old): new for old, new in zip(plain, simple, strict=True) if old != new}
