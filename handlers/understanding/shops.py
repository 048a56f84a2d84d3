"""The name of a shop in a message: quoted, behind a label, before a word like 旗舰店, or beside what is to be done."""

import re
from collections.abc import Collection
from functools import lru_cache

from core.patterns import pattern
from core.writing import half_width, simplified
from handlers.understanding.grams import grams_of
from handlers.understanding.normalise import as_written, names_of, normalise, well_spelled

_QUOTED = pattern(r"[「『“\"'《【]([^「」『』“”\"'《》【】]{1,24})(?:[」』”\"'》】]|$)")
_KINDS_OF_SHOP = (
    "旗舰店|专营店|专卖店|企业店|工厂店|直营店|官方店|折扣店|杂货店|零食铺|杂货铺"
    "|小铺|铺子|小店|店|(?<!店)铺(?![子货满开天面垫])"
)
_KIND = pattern(rf"(?:拼多多|官方)?(?:{_KINDS_OF_SHOP})$")
_SHORTEST, _SHORTEST_STEM = 2, 3  # characters of a name that may stand anywhere, and of one without its 旗舰店
_AHEAD_OF_A_SHOP = (
    "把|给|[查看找翻]一?下|查询|看看?|查看?|打印?|补打|绑定?|解绑|解除|将|用|在|从|的|是|和|跟|我的|我们?的?|他们?的?|这|那|哪|两|几|多|有|到|对|加|添加|增加"
    "|新增|删除?|移除|要|再|换成?|个|了|断开|授权|取消|统计|导出|今天|昨天|上周|本周|最近|全部|所有|只|关闭|连接|接入|列出|叫|让|帮|一下|停用"
    "|去掉|不要|[一二两三几这那哪]家"
)
_SHOP = pattern(
    rf"(?:.*(?:{_AHEAD_OF_A_SHOP})|^|[^\u4e00-\u9fffa-z0-9])"
    rf"((?![的了个家是把绑解加接换开打看查们])[\u4e00-\u9fffa-z0-9]{{1,12}}?(?:{_KINDS_OF_SHOP})+)(?![铺员长名家])"
    r"|店铺\s?([a-z]|\d{1,3})(?![a-z0-9])"
)
_SHOP_BEHIND = pattern(
    r"(?:店铺?|shop|store|[网小]店)\s+(?![我你您他她咱俺帮请把想要就也麻还又])([\u4e00-\u9fff][\u4e00-\u9fffa-z0-9]{1,11})(?=$|[\s,，。])"
)
_NAMED = pattern(  # 新店：豆豆童装, 再接一家店 叫山货铺子, add another store: Miya Beauty
    r"(?:店铺?|[网小]店|店名|铺子|授权(?=[:：])|shop|store)\s?(?:[:：]|叫做?|名叫|名字[叫是]|(?<=店名)|called\s|named\s)\s?"
    r"([\u4e00-\u9fff][\u4e00-\u9fffa-z0-9]{1,14}|[a-z0-9][a-z0-9' &-]{1,24})(?=$|[\s,，。])"
)
_THAT_SHOP = pattern(  # 把老周五金那个店踢掉
    r"(?:把|将|^|[\s,，])(?:关于|就是)?((?!.*(?:[我你他她俺咱的]|老[婆公板]|朋友|媳妇|隔壁))[\u4e00-\u9fff]{2,8})\s?[那这](?:[个家间])?店"
)
_DEED = "解绑|解除(?:授权|绑定)|授权(?!过期|失效|到期)|取消(?:授权|绑定)|重新授权|移除|断开|接入|绑定|绑上|不做了|关店"
_BESIDE_A_DEED = pattern(rf"^([\u4e00-\u9fff][\u4e00-\u9fffa-z0-9]{{2,9}})\s+(?:{_DEED})")
_SHOP_TO_BIND_EN = pattern(
    r"\b(?:authori[sz]e|connect|link|add|bind|unbind|remove|disconnect|unlink|delete)\b.{0,16}\b(?:shop|store)\s"
    r"((?!(?:is|please|for|to|from|account|now|again|and|that)\b)[a-z0-9][a-z0-9' &-]{1,24}"
    r"|[\u4e00-\u9fff][\u4e00-\u9fffa-z0-9]{1,11})$"
    r"|\b(?:authori[sz]e|(?:dis)?connect|(?:un)?link|(?:un)?bind)\s(?:my |the )?"
    r"([\u4e00-\u9fff][\u4e00-\u9fffa-z0-9]{1,11})$"
)
_NO_SHOP = pattern(
    r"(?:[一二三四五六七八九十两几多每各哪新老本网商分门开家小这那按有又了间]|另外?|其他|第.个?|我们?的?)*[个家间]?[店铺]"
    r"|.*(?:[这那哪][个家]|的)店"
)
_SHOP_EN = pattern(
    r"\b(?:shop|store)\s((?!is|was|has|are|and|or|to|for|please|name|orders?|with|today|now|again|back|account|from|in|on|at"
    r"|not|that|i|it|which|authori\w+|token)[a-z0-9][\w-]{0,15})\b"
    r"|\b(?:the|my|our|of|from|for|unbind|remove|disconnect|unlink)\s(?:the |my )?((?!new|pinduoduo|pdd|other|second"
    r"|online|shop|store|same|the|my|old|this|that|whole|only|closed)[a-z0-9][\w'-]{1,20}(?:\s[a-z0-9][\w'-]{1,20})?)\s(?:shop|store)\b"
)
_SHOP_WORDS = (
    "店",
    "铺",
    "shop",
    "store",
    "授权",
    "解绑",
    "绑定",
    "接入",
    "断开",
    "authori",
    "connect",
    "bind",
    "link",
)
_NOT_ITS_NAME = pattern(
    "店铺|账号|快递|物流|面单|授权|打印|网点|怎么|电子|公司|提醒|权限|成员|员工|第.个|了|^[加绑接也再打看给帮今昨都全解取]"
)
_FORMS = (_QUOTED, _NAMED, _THAT_SHOP, _BESIDE_A_DEED, _SHOP_TO_BIND_EN, _SHOP_BEHIND, _SHOP, _SHOP_EN)
_LOOSE = frozenset(form.pattern for form in (_THAT_SHOP, _BESIDE_A_DEED, _SHOP_TO_BIND_EN, _SHOP_BEHIND))


def cut_bound_shop(text: str, mark: str, shops: Collection[str]) -> tuple[str, str]:
    """The text with a mark for one of these shops, and its name; also without 旗舰店, where that is no other's."""
    if not shops:
        return text, ""
    for name, shop in sorted(_written(shops).items(), key=lambda each: -len(each[0])):
        if match := _standing_alone(name).search(text):
            return text[: match.start()] + mark + text[match.end() :], shop
    return text, ""


def _written(shops: Collection[str]) -> dict[str, str]:
    """How each of these shops may be written, and its name."""
    names = {_heard(shop): shop for shop in shops}
    stems = [_KIND.sub("", name) for name in names]
    short = {
        stem: shop
        for stem, shop in zip(stems, names.values(), strict=True)
        if stems.count(stem) == 1 and len(stem) >= _SHORTEST_STEM and not _NOT_ITS_NAME.search(stem)
    }
    return {name: shop for name, shop in (short | names).items() if len(name) >= _SHORTEST}


@lru_cache(maxsize=1_000)
def _standing_alone(name: str) -> re.Pattern[str]:
    """A Latin name is none within another word."""
    return re.compile(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" if name.isascii() else re.escape(name))


def cut_shop(text: str, said: str, mark: str) -> tuple[str, str]:
    """The text with a mark for the shop, and its name as it was `said`."""
    if not any(word in text for word in _SHOP_WORDS):
        return text, ""
    for form in _FORMS:
        match = form.search(text)
        place = next((n for n, group in enumerate(match.groups(), 1) if group), 0) if match else 0
        if match and place and _is_a_name(match, place):
            return text[: match.start(place)] + mark + text[match.end(place) :], as_written(match[place], said)
    return text, ""


def _is_a_name(match: re.Match[str], place: int) -> bool:
    name = match[place]
    if match.re.pattern in _LOOSE and (_NOT_ITS_NAME.search(name) or _names_a_courier(name)):
        return False
    return not _NO_SHOP.fullmatch(name)


@lru_cache(maxsize=1_000)
def _heard(shop: str) -> str:
    """A shop's name as it stands in a message that was normalised."""
    plain = normalise(simplified(half_width(shop)))
    return well_spelled(plain, grams_of(plain))


def _names_a_courier(name: str) -> bool:
    return bool(names_of("couriers").named_in(name, grams_of(name)))
