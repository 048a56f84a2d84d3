"""Phone numbers in a text: mobile, landline, hotline, with the extension of a privacy number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.patterns import pattern

_COUNTRY = r"(?:[(（]?(?:\+|00)?86[)）]?[-\s]{0,2})?"
_EXTENSION = (
    r"(?:(?:\s?[-—#*]\s?|[\s,，]{{0,2}}(?:转接?|分机号?|ext\.?)\s?[:：]?\s?)(?P<{0}>\d{{1,6}})(?![\d号栋幢座楼室弄])"
    r"|\s?[,，]\s?(?P<{0}_behind_a_comma>\d{{4}})(?=[\s,，;；]|$))"
)
_GAP = r"[ \t.．\-·—]{1,2}"
_IN_OTHER_GROUPS = (  # 5 + 6, 4 + 4 + 3, pairs, digit by digit
    rf"1(?=(?:{_GAP})?[3-9](?:(?:{_GAP})?\d){{9}}(?!(?:{_GAP})?\d))"
    rf"(?:[3-9]\d{{1,8}}(?:{_GAP}\d{{3,8}}){{1,3}}|[3-9](?: \d\d){{4}} \d|(?:{_GAP}\d){{10}})(?!{_GAP}\d)"
)
_MOBILE = (
    rf"{_COUNTRY}[(（]?(?P<mobile>1[3-9]\d[)）]?[-\s.]?\d{{4}}[-\s.]?\d{{4}}(?!\d)|{_IN_OTHER_GROUPS}(?!\d))"
    rf"(?:{_EXTENSION.format('mobile_extension')})?"
)
_LANDLINE = (
    r"[(（]?(?P<area>0(?:10|2\d|[3-9]\d{2}))[)）]?[-—\s]?(?P<line>[2-9]\d{2,3}[-\s]?\d{4})(?!\d)"
    rf"(?:{_EXTENSION.format('line_extension')})?"
)
_HOTLINE = r"(?P<hotline>[48]00[-\s]?\d{3}[-\s]?\d{4})(?!\d)"
_HONG_KONG = r"(?:\+|00)852[-\s]?(?P<hong_kong>\d{4}[-\s]?\d{4})(?!\d)"
_PHONE = pattern(rf"(?<![\d*])(?<!\d-)(?:{_MOBILE}|{_HONG_KONG}|{_LANDLINE}|{_HOTLINE})", re.IGNORECASE)
_MASKED = pattern(r"(?<!\d)\d{2,7}[*＊×xX]{2,}[\d*＊×xX]{0,6}")
_IN_BRACKETS = pattern(r"(?:[\[【［](?:转|分机)?|[(（](?:转接?|分机号?)[:：]?\s?)(\d{3,6})[\]】］)）]")
_GAPS = pattern(r"[\s.．\-·—)）]")
_RUN_ON = pattern(r"(?<=[\u4e00-\u9fff\-])(?P<house>\d{1,5})(?P<mobile>1[3-9]\d{9})(?!\d)")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number and its extension, each as digits; a landline keeps the dash behind its area code."""

    number: str
    extension: str = ""


def cut_phones(text: str, mark: str) -> tuple[str, list[Phone]]:
    """The phones of a text, and the text with a mark in the place of each. A masked number is cut out, but is none."""
    found: list[Phone] = []

    def take(match: re.Match[str]) -> str:
        found.append(_phone(match))
        return mark

    rest = _PHONE.sub(take, _MASKED.sub(" ", text))
    return _with_bracketed_extension(rest, found)


def cut_run_on_phone(text: str, mark: str) -> tuple[str, list[Phone]]:
    """The same for 2单元50113800138000: a mobile number right behind a house's, where an address has no other."""
    match = _RUN_ON.search(text)
    if not match:
        return text, []
    return f"{text[: match.end('house')]}{mark}{text[match.end() :]}", [Phone(match["mobile"])]


def _with_bracketed_extension(text: str, phones: list[Phone]) -> tuple[str, list[Phone]]:
    """张三[1234] … 1号[1234]: shops repeat a privacy number's extension in brackets."""
    bracketed = _IN_BRACKETS.search(text)
    if not phones or not bracketed:
        return text, phones
    first = phones[0] if phones[0].extension else Phone(phones[0].number, bracketed[1])
    return _IN_BRACKETS.sub(lambda match: " " if match[1] == first.extension else match[0], text), [first, *phones[1:]]


def _phone(match: re.Match[str]) -> Phone:
    parts = match.groupdict()
    if parts["area"]:
        return Phone(f"{parts['area']}-{_GAPS.sub('', parts['line'])}", _extension(parts, "line"))
    number = parts["mobile"] or parts["hong_kong"] or parts["hotline"]
    return Phone(_GAPS.sub("", number), _extension(parts, "mobile"))


def _extension(parts: Mapping[str, str | None], kind: str) -> str:
    return parts[f"{kind}_extension"] or parts[f"{kind}_extension_behind_a_comma"] or ""
