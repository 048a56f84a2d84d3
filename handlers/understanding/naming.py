"""Names of couriers, states of orders, shops and regions in a message."""

import re
from collections.abc import Iterable
from typing import Protocol

from core.recipients import divisions
from core.writing import has_han
from handlers.understanding.normalise import names_of, words

_QUOTED = re.compile(r"[「『“\"'《]([^「」『』“”\"'《》]{1,24})[」』”\"'》]")
_KINDS_OF_SHOP = "旗舰店|专营店|专卖店|企业店|工厂店|直营店|官方店|折扣店|杂货店|小铺|小店|店"
_AHEAD_OF_A_SHOP = (
    "把|给|看看?|查看?|打印?|补打|绑定?|解绑|解除|将|用|在|从|的|是|和|跟|我们?|他们?|这|那|哪|两|几|多|有|到|对|加|添加|增加|新增|删除?|移除|要|再|换成?|个|了"
    "|断开|授权|取消|统计|导出|今天|昨天|上周|本周|最近|全部|所有|只|关闭|连接|接入|列出|叫|让|帮|一下|停用|去掉|不要|[一二两三几这那哪]家"
)
_SHOP = re.compile(
    rf"(?:.*(?:{_AHEAD_OF_A_SHOP})|^|[^\u4e00-\u9fffa-z0-9])(?P<name>[\u4e00-\u9fffa-z0-9]{{1,12}}?(?:{_KINDS_OF_SHOP}))(?![铺员长名家])"
    r"|店铺\s?(?P<letter>[a-z0-9]{1,6})(?![a-z0-9])"
)
_SHOP_BEHIND = re.compile(r"(?:店铺?|shop|store|[网小]店)\s+(?P<name>[\u4e00-\u9fff][\u4e00-\u9fffa-z0-9]{1,11})(?=$|[\s,，。])")
_NO_SHOP = re.compile(r"(?:[一二三四五六七八九十两几多每各哪新老本网商分门开家小]|另外?|其他|第.个?)*家?店")
_SHOP_EN = re.compile(
    r"\b(?:shop|store)\s(?P<name>(?!is|was|has|are|and|or|to|for|please|name|orders?|with|today|account|from|in|on|at|not|that|i|authori\w+|token)[a-z0-9][\w-]{0,15})\b"
    r"|\b(?:the|my|our|of|from|for|unbind|remove|disconnect|unlink)\s(?:the |my )?(?P<before>(?!new|pinduoduo|pdd|other|second|online|shop|store|same|the|my)[a-z0-9][\w'-]{1,20})\s(?:shop|store)\b"
)
_PROVINCES_EN = {
    "anhui": "安徽", "beijing": "北京", "chongqing": "重庆", "fujian": "福建", "gansu": "甘肃", "guangdong": "广东", "guangxi": "广西",
    "guizhou": "贵州", "hainan": "海南", "hebei": "河北", "heilongjiang": "黑龙江", "henan": "河南", "hubei": "湖北", "hunan": "湖南",
    "inner mongolia": "内蒙古", "jiangsu": "江苏", "jiangxi": "江西", "jilin": "吉林", "liaoning": "辽宁", "ningxia": "宁夏",
    "qinghai": "青海", "shaanxi": "陕西", "shandong": "山东", "shanghai": "上海", "shanxi": "山西", "sichuan": "四川", "tianjin": "天津",
    "tibet": "西藏", "xinjiang": "新疆", "yunnan": "云南", "zhejiang": "浙江", "hong kong": "香港", "shenzhen": "深圳",
    "guangzhou": "广州", "hangzhou": "杭州",
}  # fmt: skip
_REGION_EN = re.compile(rf"\b(?:{'|'.join(_PROVINCES_EN)})\b(?: province)?")
_LEFT_OUT_AHEAD = re.compile(r"(?:除了|除去?|不含|不包括|不要|排除|去掉|except(?: for)?|excluding|without|but not|not to)\s?(?:发?往?)?$")
_LEFT_OUT_BEHIND = re.compile(r"(?:和|、|,|\s)*(?:除外|以外|之外|不要|不打|不发|别打|别发|先不打|先别打|的?(?:都)?(?:不打|不要|先放))")
_BETWEEN = re.compile(r"^[、,，和跟与及\s]*$|^ and $")
_SUFFIX = re.compile("(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市)$")


class Named(Protocol):
    """As much of a courier's adapter as is needed to hear its name."""

    code: str
    aliases: tuple[str, ...]


def cut_couriers(text: str, mark: str, grams: set[str], couriers: Iterable[Named] = ()) -> tuple[str, list[str]]:
    """The text with marks for the couriers named in it, and their codes in the order named. `grams`: its pieces."""
    rest, named = names_of("couriers").cut(text, grams, mark)
    for courier in couriers:
        for alias in courier.aliases if courier.code not in words()["couriers"] else ():
            if alias in rest:
                rest = rest.replace(alias, mark)
                named.append(courier.code)
    return rest, list(dict.fromkeys(named))


def cut_shop(text: str, mark: str, shops: Iterable[str] = ()) -> tuple[str, str]:
    """The text with a mark for the shop, and its name as written; the names of bound shops come first."""
    for shop in shops:
        if shop.casefold() in text:
            return text.replace(shop.casefold(), mark, 1), shop
    if not any(word in text for word in ("店", "铺", "shop", "store")):
        return text, ""
    for pattern in (_QUOTED, _SHOP_BEHIND, _SHOP, _SHOP_EN):
        match = pattern.search(text)
        place = next((n for n, group in enumerate(match.groups(), 1) if group), 0) if match else 0
        if match and place and not _NO_SHOP.fullmatch(match[place]):
            return text[: match.start(place)] + mark + text[match.end(place) :], match[place]
    return text, ""


def cut_regions(text: str, mark: str) -> tuple[str, list[str], list[str]]:
    """The text with marks for provinces and cities, those wanted and those left out, by their short names."""
    if not has_han(text):
        return _cut_english_regions(text, mark)
    pieces: list[str] = []
    wanted: list[str] = []
    left_out: list[str] = []
    end = 0
    is_out = False
    while found := _next_region(text, end):
        start, stop, name = found
        gap = text[end:start]
        if not (end and _BETWEEN.match(gap)):
            is_out = bool(_LEFT_OUT_AHEAD.search(gap))
        (left_out if is_out or _LEFT_OUT_BEHIND.match(text, stop) else wanted).append(name)
        pieces += [gap, mark]
        end = stop
    if left_out and wanted and _LEFT_OUT_BEHIND.match(text, end) and len(set(pieces[::2])) <= 2:  # noqa: PLR2004
        left_out, wanted = [*wanted, *left_out], []
    return "".join(pieces) + text[end:], wanted, left_out


def _cut_english_regions(text: str, mark: str) -> tuple[str, list[str], list[str]]:
    wanted: list[str] = []
    left_out: list[str] = []

    def take(match: re.Match[str]) -> str:
        name = _PROVINCES_EN[match[0].removesuffix(" province")]
        (left_out if _LEFT_OUT_AHEAD.search(text, 0, match.start()) else wanted).append(name)
        return mark

    return _REGION_EN.sub(take, text), wanted, left_out


def _next_region(text: str, begin: int) -> tuple[int, int, str] | None:
    for start in range(begin, len(text) - 1):
        found = divisions.region_at(text, start)
        if found:
            return start, found[0], _SUFFIX.sub("", found[1])
    return None
