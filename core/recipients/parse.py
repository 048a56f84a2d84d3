"""A recipient from pasted text: one line or many, with or without labels, in any order.

The text is taken apart in this order, and every step cuts its part out: phones, labels, province–city–district, name.
What is left behind the place is the detail.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.patterns import pattern
from core.recipients import divisions
from core.recipients.asides import says_nothing, without_wishes
from core.recipients.divisions import Found, Place
from core.recipients.names import SURNAMES, Piece, cleaned, has_surname, is_street, likeness, split_glued
from core.recipients.phones import Phone, cut_phones, cut_run_on_phone
from core.writing import half_width, simplified

Lack = Literal["name", "phone", "city", "detail"]

_PHONE, _NAME, _PLACE, _NOTE, _LABEL = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"  # marks, for what was cut out
_BLANK = "\ue005"  # within a Latin name, where it separates nothing
_SURNAMES = "".join(sorted(SURNAMES))
_SAYS_WHO = (
    r"(?<![\u4e00-\u9fff])联系人(?=[\u4e00-\u9fff·]{2,4}(?![\u4e00-\u9fff]))|(?:我(?:的名字)?|名字|本人)叫(?!了|的)"
    rf"|(?<![\u4e00-\u9fff])(?:我[是姓]|本人)\s?(?=[{_SURNAMES}](?![^\s,，。]{{0,6}}的))"
)
_SAYS_WHERE = "我的地址[是在]?|我?(?:现在|家)?住在|我家?(?:地址)?[在住]|地址在"
_COLON = r"[】\])）]?\s*[:：=]\s*|[】\]]\s*|[是叫为]\s*"
_LABELS = tuple(
    (mark, pattern(rf"[【\[(（]?(?:(?:{surely})(?:{_COLON}|\s*)|(?:{with_colon})(?:{_COLON}))", re.IGNORECASE))
    for mark, surely, with_colon in (
        (
            _NAME,
            rf"收货人姓名|收件人姓名|收[货件]人?写|收货人|收件人|{_SAYS_WHO}",
            "联系人|姓名|名字|客户姓名|客户名|客户|买家|顾客|收方|收件|收货|收|receiver|recipient|name|attn|to",
        ),
        (
            _LABEL,
            "手机号码|手机号|联系电话|联系手机|联系方式|电话号码",
            "手机|电话|tel|phone|mobile|cell|telephone",
        ),
        (
            _PLACE,
            rf"{_SAYS_WHERE}|所在地区|所在区域|收货地址|收件地址|详细地址|街道地址|寄送地址|收件详细地址",
            r"省市区|省市县|省份|城市|区县|地区|区域|地址|详细|街道|(?<![\u4e00-\u9fff])[省市区县]|address|addr|city|province",
        ),
        (
            _NOTE,
            r"邮政编码|买家留言|(?<=[\s,，。;；])备注|邮编(?=\s*\d{6}(?!\d))",
            "邮编|备注|留言|zip|zipcode|postcode|postal code|note|remark",
        ),
    )
)
_REGION_BEHIND = pattern(r"(详细地址[:：])([^\n]+)\n(.*?)(所在(?:地区|区域)[:：][^\n]+)", re.DOTALL)
_BARE_PHONE_LABEL = pattern(rf"(?:电话|手机|tel|phone)\s*{_PHONE}", re.IGNORECASE)
_RECEIVES_IN_BRACKETS = pattern(r"[(（]\s*([^()（）\d,，。;；]{1,10}?)\s*(?:亲收|代收|(?<![拒签勿不])收)\s*[)）]")
_SLASH = pattern(rf"/(?={_PHONE})|(?<={_PHONE})/")
_SIGNS = pattern(r"[\u200b-\u200f\ufeff\u2060]|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]")
_SEPARATORS = pattern(
    rf"(?:\s*[,，;；|\n\t\r{_PHONE}-{_LABEL}]\s*|\s+|。|、(?=\s|$|[{_PHONE}-{_LABEL}])|/(?=\s|$)"
    rf"|[:：](?!\d)|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff{_PHONE}]))+"
)
_SPACED_NAME = pattern(r"(?<![\u3400-\u9fffA-Za-z0-9])([\u3400-\u9fff]) ([\u3400-\u9fff])(?![\u3400-\u9fffA-Za-z0-9])")
_SPACED_LATIN = pattern(r"(?<![A-Za-z0-9])([A-Z][A-Za-z.'-]*) (?=[A-Z][A-Za-z.'-]*(?![A-Za-z0-9]))")
_CORRECTS = pattern("[改换变更](?:[一成为到个下正]|$)")  # 收件人换一下 is no name
_ZONE = pattern(
    r"[\s,，]*((?:[\u4e00-\u9fff]{0,6}?)(?:高新技术(?:产业)?开发区|经济技术开发区|新技术开发区|经济开发区|工业园区|高新区|经开区|开发区|新区|示范区|保税区))"
)
_HONG_KONG_DISTRICT = pattern(r"\s*([\u4e00-\u9fff]{1,3}区)")

_GAPS = pattern(rf"[\s,，{_PHONE}-{_BLANK}]+")
_ENDS = " \t\r\n,，.。;；:：、-—_/|"
_SHORTEST_DETAIL = 2
_NAME_FROM = 3.0
_SHORT, _DOUBT = 2, 5.0


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was recognised; a part that is not there is empty. `places`: more than one where the district fits several.

    `phone` is digits, of a landline with a dash behind the area code; `city` is empty for counties that lie directly
    under a province.
    """

    name: str = ""
    phone: str = ""
    extension: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    detail: str = ""
    places: tuple[Place, ...] = ()
    address: str = ""  # place and detail as they were written, without separators

    def __repr__(self) -> str:
        return "Pasted(…)"

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What has to be asked for before anything can be sent."""
        has_place = bool(self.city or self.district) and len(self.places) == 1
        parts: tuple[tuple[Lack, bool], ...] = (
            ("name", bool(self.name)),
            ("phone", bool(self.phone)),
            ("city", has_place),
            ("detail", len(self.detail) >= _SHORTEST_DETAIL),
        )
        return tuple(part for part, is_there in parts if not is_there)


def parse(text: str) -> Pasted:
    """One recipient. Any text is taken; what is not recognised stays empty."""
    marked, phones = cut_phones(_plain(text), _PHONE)
    if not phones:
        marked, phones = cut_run_on_phone(marked, _PHONE)
    marked = _labelled(_SPACED_LATIN.sub(rf"\1{_BLANK}", _SPACED_NAME.sub(r"\1\2", marked)))
    found = divisions.find(marked)
    head, tail = (marked[: found.start].replace("/", " "), _behind(marked, found)) if found else ("", marked)
    zone, tail = _zone(tail, found)
    name, detail = _name_and_detail(head, tail, has_place=bool(found))
    place = _place(found, zone)
    phone = phones[0] if phones else Phone("")
    written = _GAPS.sub("", marked[found.start : found.end]) + zone if found else ""
    return Pasted(
        name=name,
        phone=phone.number,
        extension=phone.extension,
        province=place.province,
        city=place.city,
        district=place.district,
        detail=detail,
        places=found.places if found else (),
        address=written + detail,
    )


def _plain(text: str) -> str:
    """One spelling for many, and the region ahead of the street, in which order forms do not always tell them."""
    plain = _SIGNS.sub(" ", simplified(half_width(text))).strip()
    return _REGION_BEHIND.sub(r"\4\2\n\3", plain) if "所在" in plain else plain


def _labelled(text: str) -> str:
    text = _SLASH.sub(" ", _BARE_PHONE_LABEL.sub(_PHONE, text))
    text = _RECEIVES_IN_BRACKETS.sub(rf"{_NAME}\1{_LABEL}", text)
    for mark, label in _LABELS:
        text = label.sub(mark, text)
    first = text.find(_PLACE) + 1
    return text[:first] + text[first:].replace(_PLACE, " ")  # 省份：… 城市：… is one place


def _behind(text: str, found: Found) -> str:
    return text[divisions.after_repeats(text, found.end, found.codes[0]) :]


def _zone(tail: str, found: Found | None) -> tuple[str, str]:
    """郑东新区, 高新区: no division, but written in the district's place."""
    if not found or found.places[0].district or not found.places[0].city:
        return "", tail
    is_special = found.places[0].city.endswith("特别行政区")
    zone = (_HONG_KONG_DISTRICT if is_special else _ZONE).match(tail)
    return (zone[1], tail[zone.end() :]) if zone else ("", tail)


def _place(found: Found | None, zone: str) -> Place:
    """What all places that are meant have in common."""
    if not found:
        return Place()
    province, city, district = (
        set(part) for part in zip(*((p.province, p.city, p.district) for p in found.places), strict=True)
    )
    return Place(
        province.pop() if len(province) == 1 else "",
        city.pop() if len(city) == 1 else "",
        zone or (district.pop() if len(district) == 1 else ""),
    )


@dataclass(slots=True)
class _Segment:
    """A piece, the separator ahead of it, and what that means."""

    gap: str
    text: str
    is_before_place: bool
    by_phone: bool
    glued: bool = False  # nothing stands between it and the place


def _name_and_detail(head: str, tail: str, *, has_place: bool) -> tuple[str, str]:
    segments = [*_segments(head, before_place=True), *_segments(tail, before_place=False)]
    if has_place:
        _mark_glued(segments, tail)
    named = _named(segments, has_place=has_place)
    if named is None:
        return _carved(segments)
    name = cleaned(segments.pop(named).text).replace(_BLANK, " ")
    return name, _detail(segments)


def _segments(text: str, *, before_place: bool) -> list[_Segment]:
    """The pieces of one side, each with the separator before it; a name's label makes the piece behind it the name."""
    segments: list[_Segment] = []
    start, gap = 0, ""
    for separator in [*_SEPARATORS.finditer(text), None]:
        end = separator.start() if separator else len(text)
        follows = separator[0] if separator else ""
        if piece := text[start:end].strip():
            segments.append(_Segment(gap, piece, before_place, _PHONE in gap or _PHONE in follows))
            gap = ""
        gap += follows
        start = separator.end() if separator else len(text)
    return segments


def _mark_glued(segments: list[_Segment], tail: str) -> None:
    first = next((each for each in segments if not each.is_before_place), None)
    if first:
        first.glued = tail.startswith(first.text)


def _named(segments: Sequence[_Segment], *, has_place: bool) -> int | None:
    """Which segment is the name."""
    for place, segment in enumerate(segments):
        if _NAME in segment.gap and not (segment.glued or _CORRECTS.match(segment.text)):
            return place
    scores = [(_score(segments, place, has_place=has_place), -place) for place in range(len(segments))]
    best, place = max(scores, default=(0.0, 0))
    return -place if best >= _NAME_FROM else None


def _score(segments: Sequence[_Segment], place: int, *, has_place: bool) -> float:
    segment = segments[place]
    is_aside = says_nothing(segment.text)
    may_be_a_name = len(segment.text) == _SHORT and has_surname(segment.text)  # 辛苦, where nothing else is
    if segment.glued or _NOTE in segment.gap or (is_aside and not may_be_a_name):
        return 0
    first_behind = next((n for n, each in enumerate(segments) if not each.is_before_place), None)
    alike = likeness(
        Piece(
            segment.text,
            is_first=place == 0,
            is_last=place == len(segments) - 1,
            by_phone=segment.by_phone,
            is_before_place=segment.is_before_place,
            follows_place=has_place and place == first_behind,
        )
    )
    return alike - _DOUBT * is_aside


def _carved(segments: list[_Segment]) -> tuple[str, str]:
    """A name that is glued to the end of the address."""
    behind = [each for each in segments if not each.is_before_place]
    for segment in sorted(behind, key=lambda each: not each.by_phone):
        if segment.by_phone or segment is behind[-1]:
            segment.text, name = split_glued(segment.text, by_phone=segment.by_phone)
            if name:
                return name, _detail(segments)
    return "", _detail(segments)


def _detail(segments: list[_Segment]) -> str:
    """What is left behind the place, with its punctuation; a street may also stand before the place."""
    told = [each for each in segments if not (_NOTE in each.gap or says_nothing(each.text))]
    behind = [each for each in told if not each.is_before_place]
    detail = ""
    for segment in behind or [each for each in told if is_street(each.text)]:
        detail += (_joint(segment.gap, detail, segment.text) if detail else "") + segment.text
    return _closed(without_wishes(detail.replace(_BLANK, " ").strip(_ENDS)))


def _closed(detail: str) -> str:
    """Without a bracket whose other half went with the name or the phone."""
    if detail.endswith((")", "）")) and not re.search("[(（]", detail):
        return detail[:-1].rstrip(_ENDS)
    return detail.rstrip("(（")


def _joint(gap: str, before: str, after: str) -> str:
    """A comma stays; a blank stays only between two Latin words."""
    sign = next((sign for sign in gap if sign in ",，;；、。/-"), "")
    if sign and not any(mark in gap for mark in (_PHONE, _NAME, _PLACE, _LABEL)):
        return sign
    return " " if before[-1].isascii() and after[0].isascii() and before[-1].isalnum() and after[0].isalnum() else ""
