"""China's divisions, and the longest consistent chain of them in a text: province, city, district."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from core.patterns import pattern

_TABLE = Path(__file__).with_name("divisions.csv")
_PROVINCE, _CITY, _DISTRICT = 2, 4, 6  # digits of a code
_MUNICIPALITIES = frozenset({"11", "12", "31", "50", "81", "82"})  # province and city in one

_PEOPLES = pattern(
    "(?:(?:壮|回|维吾尔|苗|彝|土家|藏|蒙古|侗|布依|瑶|白|哈尼|黎|傣|畲|傈僳|仡佬|拉祜|东乡|佤|水|纳西|羌|土|仫佬|锡伯"
    "|柯尔克孜|景颇|达斡尔|撒拉|布朗|毛南|塔吉克|普米|怒|鄂温克|保安|裕固|满|朝鲜|哈萨克|独龙|各)族"
    "|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)+$"
)
_KIND = pattern("(?:自治[州县旗区]|地区|林区|特区|新区|特别行政区|[省市盟州县区旗])$")
_LONG_PROVINCES = {"15": "内蒙", "45": "广西", "54": "西藏", "64": "宁夏", "65": "新疆"}  # people leave the rest out
_CONTRACTIONS = {  # of names too long to be written
    "呼和浩特市": "呼市",
    "锡林郭勒盟": "锡盟",
    "阿拉善盟": "阿盟",
    "西双版纳傣族自治州": "版纳",
    "博尔塔拉蒙古自治州": "博州",
    "巴音郭楞蒙古自治州": "巴州",
    "克孜勒苏柯尔克孜自治州": "克州",
    "科尔沁左翼": "科左",
    "科尔沁右翼": "科右",
    "察哈尔右翼": "察右",
    "土默特左": "土左",
    "土默特右": "土右",
    "喀喇沁左翼蒙古族自治": "喀左",
    "前郭尔罗斯蒙古族自治": "前郭",
    "杜尔伯特蒙古族自治": "杜蒙",
    "莫力达瓦达斡尔族自治": "莫",
}
_STANDS_APART = pattern(r"[\u4e00-\u9fff]{2}.*(?:[路街道弄巷号栋幢座楼镇村]|小区|大厦)")
_EVERYWHERE = frozenset(
    "城区 郊区 矿区 东区 西区 南区 北区 新区".split()
)  # former names that say nothing but behind their city
_BETWEEN = pattern(  # old forms write 市辖区, 县 and 重庆郊县 where a municipality has no city
    r"(?:[\s,，.。·、/|_>\-—]|中国|市辖[区县]|(?:北京|上海|天津|重庆)?市?郊县|(?<=[市\s])县(?=[\s\u4e00-\u9fff]{2,14}[县区])|(?:省|自治区)?直辖(?:县级市?|县|市)?(?:行政(?:区划|单位))?(?=[\s,，.。·、/|_>\-—]|[\u4e00-\u9fff]{2,8}[县市区])|生产建设兵团第.{1,3}师)*"
)
_ZONE = pattern(r"[\u4e00-\u9fff]{0,8}?(?:新区|开发区|高新区|经开区|示范区|工业园区|保税区)[\s,，]*")
_IS_A_PLACE_IN_TOWN = pattern(  # what makes a city's or district's name part of a street or a house
    r"[东西南北中]?(?:[一二三四五]?[路街巷弄]|大道|大街|公路|国道|高速|[东西南北]站|机场)|[镇乡村桥港](?!区|县|市)|街道|社区|新村|花园|小区|公寓"
    r"|大厦|广场|商[城场厦]|宾馆|酒店|饭店|大学|学院|中学|小学|银行|公司|集团|医院|政府|法院|烟草|人家|印象|小镇|拉面|小吃|烤鸭"
)
_OFFICES = pattern("(?:人民)?(?:政府|法院|检察院|医院|公安|教育局|民政局|中心|委|文化|体育|图书)")


@dataclass(frozen=True, slots=True)
class Place:
    """A division with those above it, by their official names; `city` is empty where there is none."""

    province: str = ""
    city: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a chain of divisions stands in a text, and every place that it may mean. `weight`: how plainly."""

    start: int
    end: int
    weight: int
    codes: tuple[str, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """More than one where a district's name occurs in several cities."""
        return tuple(place_of(code) for code in self.codes)


class _Name(NamedTuple):
    """One way to write a division. `under`: an old city it belonged to."""

    text: str
    code: str
    weight: int
    under: str = ""


class _Link(NamedTuple):
    """A partly followed chain: where it ends, what it has come to, and as what it was written."""

    end: int
    weight: int
    code: str
    said: tuple[str, ...]
    is_plain: bool  # its last name is a full one


@dataclass(frozen=True, slots=True)
class _Index:
    names: dict[str, tuple[_Name, ...]]  # text → what it may mean
    texts: dict[str, tuple[str, ...]]  # its first two characters → texts, the longest first
    units: dict[str, str]  # code → official name
    region_heads: frozenset[str]


def place_of(code: str) -> Place:
    """The place with this code."""
    units = _index().units
    province = units[code[:_PROVINCE]]
    if code[:_PROVINCE] in _MUNICIPALITIES:
        city = province
    else:
        city = units.get(code[:_CITY], "") if len(code) > _PROVINCE else ""
    return Place(province, city, units[code] if len(code) == _DISTRICT else "")


def find(text: str) -> Found | None:
    """The plainest chain of divisions, the earliest of equals."""
    best: Found | None = None
    heads = _index().texts
    for start in range(len(text) - 1):
        found = at(text, start) if text[start : start + 2] in heads else None
        if found and (best is None or found.weight > best.weight):
            best = found
    return best


def at(text: str, start: int) -> Found | None:
    """The plainest chain that begins here."""
    links = [
        link
        for name in _names_at(text, start)
        if name.weight > _SHORT_DISTRICT or _is_well_known(name, text, start)
        for link in _further(
            text, _Link(start + len(name.text), name.weight, name.code, (name.text,), name.weight == _FULL)
        )
    ]
    if not links:
        return None
    best = max((link.weight, link.end) for link in links)
    codes = dict.fromkeys(link.code for link in links if (link.weight, link.end) == best)
    return Found(start, best[1], best[0], tuple(codes))


def _is_well_known(name: _Name, text: str, start: int) -> bool:
    """Whether a district's short name may begin a place: 浦东张江…, of a municipality, and of nothing else.

    Others are words too common to begin with.
    """
    if name.code[:_PROVINCE] not in _MUNICIPALITIES or not _STANDS_APART.match(text, start + len(name.text)):
        return False
    is_ahead = start == 0 or not text[start - 1].isalnum()
    return is_ahead and {each.code for each in _index().names[name.text]} == {name.code}


def region_heads() -> frozenset[str]:
    """With which two characters the names of provinces and cities begin."""
    return _index().region_heads


def region_at(text: str, start: int) -> tuple[int, str] | None:
    """A province or city that is named here: where the name ends, and the official name."""
    for name in _names_at(text, start):
        end = start + len(name.text)
        is_plain = name.weight == _FULL or not _IS_A_PLACE_IN_TOWN.match(text, end)
        if len(name.code) < _DISTRICT and not name.under and is_plain:
            return end, _index().units[name.code]
    return None


def after_repeats(text: str, end: int, code: str) -> int:
    """Where the text goes on when it names the same province, city and district again behind `end`."""
    while True:
        place = _BETWEEN.match(text, end)
        start = place.end() if place else end
        again = [
            start + len(name.text)
            for name in _names_at(text, start)
            if code.startswith(name.code) and name.weight == _FULL and not _OFFICES.match(text, start + len(name.text))
        ]
        nested = at(text, start)
        if nested and nested.weight > _FULL and any(code.startswith(each) for each in nested.codes):
            again.append(nested.end)
        if not again:
            return end
        end = max(again)


_FULL, _SHORT_CITY, _SHORT_DISTRICT = 3, 2, 1
_LONGEST_CHAIN = 6  # names, those that are said again among them
_OTHER_KIND = pattern("新区|[县市区旗]")  # 黔西县 is 黔西市 now, 龙华新区 is 龙华区


def _further(text: str, link: _Link) -> Iterator[_Link]:
    """The link itself and everything that continues it. A street may be called after a city: 中山路 is no place."""
    if link.is_plain or not _IS_A_PLACE_IN_TOWN.match(text, link.end):
        yield link
    is_full = len(link.code) == _DISTRICT and not link.said[-1].endswith("市")
    if is_full or len(link.said) == _LONGEST_CHAIN:
        return
    gap = _BETWEEN.match(text, link.end)
    start = gap.end() if gap else link.end
    yield from _behind_a_zone(text, start, link)
    for name in _names_at(text, start):
        end = start + len(name.text)
        is_plain, said = name.weight == _FULL, (*link.said, name.text)
        if _continues(name, link):
            if name.weight == _SHORT_DISTRICT and (other_kind := _OTHER_KIND.match(text, end)):
                end, is_plain = other_kind.end(), True
            yield from _further(text, _Link(end, link.weight + name.weight, name.code, said, is_plain))
        elif link.code.startswith(name.code) and name.weight >= _SHORT_CITY:
            repeated = _Link(end, max(link.weight, name.weight), link.code, said, is_plain)
            yield from (each for each in _further(text, repeated) if each.end > end or is_plain)


def _behind_a_zone(text: str, start: int, link: _Link) -> Iterator[_Link]:
    """What continues it behind 雄安新区, which is written in a city's place and is no division."""
    zone = _ZONE.match(text, start)
    if not zone or any(_continues(name, link) for name in _names_at(text, start)):
        return
    districts = [
        name
        for name in _names_at(text, zone.end())
        if name.weight == _FULL and len(name.code) == _DISTRICT and _continues(name, link)
    ]
    if len({name.code for name in districts}) == 1:
        name = districts[0]
        end = zone.end() + len(name.text)
        yield _Link(end, link.weight + name.weight, name.code, (*link.said, name.text), is_plain=True)


def _continues(name: _Name, link: _Link) -> bool:
    """Whether it lies in what the chain has come to, today or in former times."""
    is_below = len(name.code) > len(link.code) and name.code.startswith(link.code)
    return is_below or (bool(name.under) and any(_is_same(said, name.under) for said in link.said))


def _is_same(said: str, old: str) -> bool:
    return said == old or (len(said) > 1 and _KIND.sub("", old) == said)


def _names_at(text: str, start: int) -> Iterator[_Name]:
    index = _index()
    for written in index.texts.get(text[start : start + 2], ()):
        if text.startswith(written, start):
            yield from index.names[written]


@cache
def _index() -> _Index:
    """Read once, when the first text asks."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    names: defaultdict[str, dict[_Name, None]] = defaultdict(dict)
    for name in chain.from_iterable(_names_of(row["code"], row["name"], row["former"]) for row in rows):
        names[name.text][name] = None
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for text in sorted(names, key=len, reverse=True):
        texts[text[:2]].append(text)
    return _Index(
        {text: tuple(meant) for text, meant in names.items()},
        {head: tuple(found) for head, found in texts.items()},
        {row["code"]: row["name"] for row in rows},
        frozenset(text[:2] for text, meant in names.items() if any(len(name.code) < _DISTRICT for name in meant)),
    )


def _names_of(code: str, name: str, former: str) -> Iterator[_Name]:
    yield _Name(name, code, _FULL)
    yield from (_Name(each, code, _weight_of(code)) for each in _short_names(code, name))
    for old in filter(None, former.split(";")):
        city, _, own = old.rpartition("/")
        yield _Name(own, code, _SHORT_DISTRICT if own in _EVERYWHERE else _FULL, city)
        yield from (_Name(each, code, _weight_of(code), city) for each in _short_names(code, own))


def _weight_of(code: str) -> int:
    return _SHORT_DISTRICT if len(code) == _DISTRICT else _SHORT_CITY


def _short_names(code: str, name: str) -> Iterator[str]:
    """浙江, 杭州, 凉山 and 凉山州 and 凉山自治州, 恭城 and 恭城县; at least two characters."""
    yield from (name.replace(long, short) for long, short in _CONTRACTIONS.items() if long in name)
    kind = _KIND.search(name)
    bare = name[: kind.start()] if kind else name
    stem = _PEOPLES.sub("", bare) if kind and kind[0].startswith("自治") else bare
    stem = stem if len(stem) > 1 else bare.removesuffix("族")
    if code in _LONG_PROVINCES:
        stem = _LONG_PROVINCES[code]
        yield from (stem + ending for ending in ("省", "自治区"))
        if code == "15":
            yield "内蒙古"
    elif kind and kind[0].startswith("自治"):
        yield from (stem + kind[0][-1], stem + kind[0])
    if len(stem) > 1 and not (kind and kind[0] == "盟" and len(stem) == 2):  # noqa: PLR2004 - 兴安 is a county too
        yield stem
