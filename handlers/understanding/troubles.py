"""Messages that something does not work: they want to know why, not to have it done once more."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from core.patterns import pattern
from handlers.understanding.decide import Understood
from handlers.understanding.normalise import normalise

About = Literal["shop", "courier", "label", "news"]

_WILL_NOT = (
    r"不上|不了|不成功|失败|报错|出错|连不上|没成功|不让|总是.{0,4}错|老是.{0,4}错|不进去"
    r"|\bcan(?:no|'?)t\b|\bcould ?n[o']t\b|\bfail|\bwon'?t\b|\brefus|\berror|\bunable\b|\bdoes ?n[o']t work|\bnot work"
)
_BIND = r"绑|授权|添加|接入|关联|加(?=不上|不了)|\bbind|\bconnect|\blink|\badd(?:ing)?\b|\bauthori[sz]"
_ASKS = pattern(r"哪些|哪几|多少|几[个件单]|列出|导出|\bwhich\b|\bhow many\b|\blist\b|的(?:单子?|包裹|件|订单)$")


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What such a message contains, and what it is taken for where nobody knows that it is about a trouble."""

    words: re.Pattern[str]
    intents: frozenset[str]


_BINDS = pattern(rf"(?=.*(?:{_BIND}))(?=.*(?:{_WILL_NOT}))")
_IS_ABOUT_SHOP = pattern(r"店|授权|拼多多|\bshops?\b|\bstores?\b|\bpinduoduo\b|\bauthori[sz]")
_ELSE = frozenset({"help", "none"})
_TROUBLES: Mapping[About, _Trouble] = {
    "label": _Trouble(
        pattern(
            r"(?:打|印|出)(?:得|的|出来的?)?\s?(?:有点|太|都|是)?\s?(?:歪|偏(?!好|移(?!了))|斜|错位)|(?:歪|偏|偏移)了|跑偏|错位|移位|对不齐"
            r"|没对齐|不对齐|不正(?=$|[,，。了啊])|超出(?:纸|边)|出界|打到.{0,4}(?:外|边)|(?:缺|少|切|截)(?:了|掉)?(?:一|半)(?:边|截|块|半)"
            r"|\b(?:crooked|misaligned|misplaced|off[- ]cent\w+|cut off|out of place|not aligned|skewed)\b"
        ),
        frozenset({"printer_settings", "template_settings", "reprint", *_ELSE}),
    ),
    "courier": _Trouble(_BINDS, frozenset({"bind_courier", "unbind", "urge", *_ELSE})),
    "shop": _Trouble(_BINDS, frozenset({"bind_shop", "unbind", *_ELSE})),
    "news": _Trouble(
        pattern(
            r"(?:没有?|无|未见|查不到|看不到|不显示|搜不到).{0,3}(?:物流|轨迹|快递(?:信息|记录)|揽收(?:信息|记录))"
            r"|(?:物流|轨迹)(?:信息|记录|状态)?.{0,4}(?:没有?|查不到|查不出|看不到|不显示|空的|不更新|没更新|不动)"
            r"|\bno (?:tracking|logistics|courier)?\s?(?:info\w*|news|updates?|record|scans?|movement)"
            r"|\btracking\b.{0,20}\b(?:empty|missing|not (?:show|updat|mov)\w*|doesn'?t (?:show|update|move))"
        ),
        frozenset({"track", "list_anomalies", "urge", *_ELSE}),
    ),
}
_NAMES = frozenset({"order_numbers", "tracking_numbers", "courier", "recipient", "phone_tail"})
_ONCE_MORE = pattern(r"再(?:打|来|出|印|补)|重(?:打|印|新)|补[打印]|\bagain\b|\bre-?print|\bonce more\b")
_ALREADY_SAYS_HOW = frozenset({"dx_mm", "dy_mm"})


def troubled(understood: Understood, said: str) -> Understood:
    """The same wish, or "troubleshoot" with what it is `about` where the words tell of something that does not work."""
    text = normalise(said)
    about = next((each for each in _TROUBLES if _is_about(each, understood, text)), None)
    if about is None:
        return understood
    named = {key: value for key, value in understood.slots.items() if key in _NAMES}
    return replace(understood, intent="troubleshoot", slots={**named, "about": about}, asks=())


def _is_about(about: About, understood: Understood, text: str) -> bool:
    trouble = _TROUBLES[about]
    if understood.intent not in trouble.intents or not trouble.words.search(text):
        return False
    if about == "label":
        return not _ALREADY_SAYS_HOW & understood.slots.keys() and not _ONCE_MORE.search(text)
    if about == "news":
        return not _ASKS.search(text)
    is_shop = bool(_IS_ABOUT_SHOP.search(text)) and "courier" not in understood.slots
    return is_shop == (about == "shop")
