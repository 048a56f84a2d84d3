"""Names of couriers, persons and regions in a message."""

from collections.abc import Iterable
from typing import Protocol

from core.patterns import pattern
from core.recipients import divisions
from core.recipients.names import has_surname
from core.writing import has_han
from handlers.understanding.normalise import names_of, words

_PLACES_EN = {
    "anhui": "安徽", "beijing": "北京", "chongqing": "重庆", "fujian": "福建", "gansu": "甘肃", "guangdong": "广东",
    "guangxi": "广西", "guizhou": "贵州", "hainan": "海南", "hebei": "河北", "heilongjiang": "黑龙江", "henan": "河南",
    "hubei": "湖北", "hunan": "湖南", "inner mongolia": "内蒙古", "jiangsu": "江苏", "jiangxi": "江西", "jilin": "吉林",
    "liaoning": "辽宁", "ningxia": "宁夏", "qinghai": "青海", "shaanxi": "陕西", "shandong": "山东", "shanghai": "上海",
    "shanxi": "山西", "sichuan": "四川", "tianjin": "天津", "tibet": "西藏", "xinjiang": "新疆", "yunnan": "云南",
    "zhejiang": "浙江", "hong kong": "香港", "shenzhen": "深圳", "guangzhou": "广州", "hangzhou": "杭州",
}  # fmt: skip
_PLACE_EN = pattern(rf"\b({'|'.join(_PLACES_EN)})\b(?: province)?")
_GROUPS = {
    "江浙沪皖": ["江苏", "浙江", "上海", "安徽"], "江浙沪": ["江苏", "浙江", "上海"],
    "京津冀": ["北京", "天津", "河北"], "东三省": ["辽宁", "吉林", "黑龙江"], "东北": ["辽宁", "吉林", "黑龙江"],
    "云贵川": ["云南", "贵州", "四川"],
    "川渝": ["四川", "重庆"], "两广": ["广东", "广西"], "两湖": ["湖北", "湖南"], "港澳台": ["香港", "澳门", "台湾"],
}  # fmt: skip
_GROUP = pattern("|".join(_GROUPS))
_HEADS_OF_GROUPS = frozenset(group[:2] for group in _GROUPS)
_LEFT_OUT_AHEAD = pattern(
    r"(?:除了|除去?|不含|不包括|不要|排除|去掉|except(?: for)?|excluding|without|but not|not to)\s?(?:发?往?)?$"
)
_LEFT_OUT_BEHIND = pattern(r"[和、,\s]*(?:除外|以外|之外|不打|不发|别打|别发|先不打|先别打|的?都?(?:不打|不要|先放))")
_BETWEEN = pattern(r"^(?:[、,，和跟与及\s]*| and )$")
_PERSON = pattern(
    r"(?:帮我|请|麻烦)?(?:查|找|看)(?:一?下|看|找)?\s?(?P<name>[\u4e00-\u9fff]{2,4}?)"
    r"(?:\s?(?:先生|女士|小姐))?(?:的)?\s?(?:快递|包裹|物流|订单|单子?|货|件)?(?:现在|走)?(?:到(?:哪|那)(?:里|儿)?了?|在哪)?"
)
_NO_PERSON = pattern("[物运单订数量额余费率本号件店铺货表价时效快慢异常退款状态记录模板]")
_KIND = pattern("(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市)$")


class Named(Protocol):
    """As much of a courier's adapter as is needed to hear its name."""

    @property
    def code(self) -> str:
        """Our code: ZTO, YTO."""
        ...

    @property
    def aliases(self) -> tuple[str, ...]:
        """How merchants write it, lower case."""
        ...


def cut_couriers(text: str, mark: str, grams: set[str], couriers: Iterable[Named] = ()) -> tuple[str, list[str]]:
    """The text with marks for the couriers named in it, and their codes in the order named.

    `grams`: the text's pieces. `couriers`: those at hand, of which some may be none of the usual ones.
    """
    rest, named = names_of("couriers").cut(text, grams, mark)
    for courier in couriers:
        for alias in courier.aliases if courier.code not in words()["couriers"] else ():
            if alias in rest:
                rest = rest.replace(alias, mark)
                named.append(courier.code)
    return rest, list(dict.fromkeys(named))


def cut_person(text: str, mark: str) -> tuple[str, str]:
    """The text with a mark for whose parcel is looked for, and the name: 查 张三, 看看李小红的快递到哪了."""
    match = _PERSON.fullmatch(text)
    if not match or not has_surname(match["name"]) or _NO_PERSON.search(match["name"]):
        return text, ""
    return text[: match.start("name")] + mark + text[match.end("name") :], match["name"]


def cut_regions(text: str, mark: str, grams: set[str]) -> tuple[str, list[str], list[str]]:
    """The text with marks for provinces and cities; those wanted and those left out, by their short names."""
    if divisions.region_heads().isdisjoint(grams) and _HEADS_OF_GROUPS.isdisjoint(grams) and has_han(text):
        return text, [], []
    rest, places = _cut_places(text, mark)
    wanted: list[str] = []
    left_out: list[str] = []
    is_out, group = False, 0
    for ahead, name, behind in places:
        if not _BETWEEN.match(ahead):
            is_out, group = bool(_LEFT_OUT_AHEAD.search(ahead)), len(wanted)
        (left_out if is_out else wanted).append(name)
        if _LEFT_OUT_BEHIND.match(behind):  # 新疆、西藏除外 leaves out both
            left_out += wanted[group:]
            del wanted[group:]
    return rest, wanted, left_out


def _cut_places(text: str, mark: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The text with marks, and every place with what stands between it and the one before, and what follows it."""
    text = _GROUP.sub(lambda match: "、".join(_GROUPS[match[0]]), text)
    spans = list(_places(text) if has_han(text) else _english_places(text))
    edges = [0, *(stop for _, stop, _ in spans)]
    rest = "".join(text[end:start] + mark for end, (start, _, _) in zip(edges, spans, strict=False)) + text[edges[-1] :]
    places = [
        (text[end:start] if end else f"{text[:start]}", name, text[stop:])
        for end, (start, stop, name) in zip(edges, spans, strict=False)
    ]
    return rest, places


def _places(text: str) -> Iterable[tuple[int, int, str]]:
    start, heads = 0, divisions.region_heads()
    while start < len(text) - 1:
        if text[start : start + 2] in heads and (found := divisions.region_at(text, start)):
            yield start, found[0], _KIND.sub("", found[1])
            start = found[0]
        else:
            start += 1


def _english_places(text: str) -> Iterable[tuple[int, int, str]]:
    return ((match.start(), match.end(), _PLACES_EN[match[1]]) for match in _PLACE_EN.finditer(text))
