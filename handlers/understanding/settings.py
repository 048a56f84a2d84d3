"""What messages about templates, printers and alerts say: sizes, offsets, thresholds, hours."""

import re
from datetime import datetime
from typing import Any

from handlers.understanding.normalise import names_of
from handlers.understanding.numerals import HAN, WORD, number
from handlers.understanding.periods.clock import clock_at
from handlers.understanding.sentence import Sentence

_QUOTED = re.compile(r"[「『“\"'《]([^「」『』“”\"'《》]{1,60})[」』”\"'》]")
_SIZE = re.compile(r"(?<!\d)(\d{2,3})\s?(?:x|×|\*|乘以?|by)\s?(\d{2,3})(?!\d)")
_TEMPLATE = re.compile(r"(?:用|换成?|选|使用|切换到|改成|改用)\s?([\u4e00-\u9fffa-z0-9]{1,10}?)(?:的)?模板|\buse (?:the )?([\w-]{2,20}) template\b")
_FONT = re.compile(r"字(?:体|号|太|再|有点|大|小|放|调|粗)|文字.{0,3}[大小]|font|letters|text (?:size|big|small)|(?:bigger|larger|smaller) (?:text|type)")
_TEXT = re.compile(r"(?:写上?|印上?|打上?|加上?(?:一(?:句|行|段))(?:话|字)?|加(?:一)?[句行段](?:话|字)?|文字|print|write|saying|that says|the text)\s?[:：]?\s?(?:「|“|\")?([^「」“”\"]{2,40})")
_REMOVED = re.compile(r"去掉|去除|去了|不要|不用|不打|不印|不显示|别|隐藏|删|取消|remove|hide|take off|drop|omit|leave out|without|don.t|no longer|stop (?:showing|printing)")
_SHOWN = re.compile(r"什么样|看看|看一下|看下|预览|现在(?:用|是)|当前|有哪些|哪些|列|show (?:me )?(?:the |my )?(?:current )?templates?|which template|what template|list|preview")

_MOVE_ZH = re.compile(rf"(?P<way>左|右|上|下)(?:边|面)?(?:移动?|偏移?|挪动?|调|靠)?(?:了)?\s?(?P<n>\d+(?:\.\d+)?|{HAN}|半)\s?(?:个)?(?P<unit>毫米|mm|厘米|cm|公分)?")
_MOVE_EN = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s?(?P<unit>mm|millimet\w+|cm)?\s?(?:to the |further )?(?P<way>left|right|up|down)|(?P<way2>left|right|up|down)\s(?:by\s)?(?P<n2>\d+(?:\.\d+)?)\s?(?P<unit2>mm|millimet\w+|cm)?")
_WAYS = {"左": ("dx_mm", -1), "右": ("dx_mm", 1), "上": ("dy_mm", -1), "下": ("dy_mm", 1), "left": ("dx_mm", -1), "right": ("dx_mm", 1), "up": ("dy_mm", -1), "down": ("dy_mm", 1)}
_PRINTER_ACTIONS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("diagnose", r"离线|没反应|连不上|断开|卡纸|缺纸|没纸|不出纸|空白|打不|坏了|故障|报错|失败|不动|不打印|没打印?出来|怎么办|检查|offline|jam|out of paper|no paper|won.t|doesn.t|not print|not working|broken|can.t|cannot|blank|error|fail|dead|stuck|down\b(?! \d)"),
        ("test", r"测试|试打|试印|打(?:一)?张试|样张|自检|test"),
        ("density", r"浓度|深浅|黑度|温度|(?:太|有点|再|更|调)(?:淡|浅|深|黑|浓)|(?:淡|浅|深|黑|浓)(?:一点|点|了)|模糊|不清|density|darkness|too (?:light|dark|faint|pale)|faint|blurry|darker|lighter|pale"),
        ("set_default", r"默认|设(?:置)?(?:成|为)|换(?:成|到|一台|台|个)|切换|改(?:成|用|到)|以后(?:都)?用|选|default|switch to|use (?:the )?\w+ (?:as|printer)|change (?:to|the printer)"),
        ("calibrate", r"校准|校正|对齐|歪|斜|错位|偏(?:了|移$|左|右|上|下)|出界|位置不对|calibrat|align|misalign|crooked|off-?cent"),
        ("list", r"哪些|有几台|几台|列|看看|查看|有什么|多少台|所有|list|which printers|show|what printers|how many"),
    )
)  # fmt: skip
_PRINTER = re.compile(r"(?:把|设|用|换成?|切换?到?|选|到|改成|改用|将|叫|是)\s?([\u4e00-\u9fffa-z0-9#]{1,8}?(?:\d{1,2}|[一二三四五六七八九十])?(?:号)?)(?:打印机|设|为默认|当|作|做|改)|([\u4e00-\u9fff]{1,4}\d{1,2}号?)(?=打印机)|\bprinter ([a-z0-9-]{1,12})\b(?! is| to| not)")

_AMOUNT = re.compile(rf"(?P<n>\d+(?:\.\d+)?|{HAN}|半|{WORD}(?=\s))\s?(?:个)?\s?(?P<unit>小时|钟头|天|日|单号|单|个|张|件|条|分钟|h\b|hours?\b|hrs?\b|d\b|days?\b|labels?\b|orders?\b|waybills?\b|numbers?\b|parcels?\b|%)?")
_UNITS = (("h", r"小时|钟头|h|hour|hr"), ("d", r"天|日|d|day"), ("count", r"单|个|张|件|条|label|order|waybill|number|parcel"))
_ASKS_FOR = re.compile(r"是多少|多少(?:啊|呢|来着)?$|是什么|看看|查看|看一?下|有哪些|列|当前|现在的?(?:设置|阈值)|what (?:is|are)|show|list|current|which")

_OFF = re.compile(r"关|停(?!滞|留)|取消|退订|屏蔽|不要|不用|不需要|别|不想|禁用|去掉|off\b|stop|disable|unsubscribe|no more|don.t|cancel|opt out|quit")
_MUTED = re.compile(r"静音|免打扰|勿扰|安静|消停|闭嘴|别吵|别烦|暂停|先别|mute|silence|snooze|quiet|do not disturb|dnd|pause|shut up|leave me alone")
_ON = re.compile(r"打开|开启|开(?!会|始)|启用|恢复|订阅|加上|unmute|turn on|switch on|\bon\b|enable|subscribe|resume|every|each|每|定时|推")
_UNMUTED = re.compile(r"unmute|取消(?:静音|免打扰)|解除(?:静音|免打扰)|关(?:闭|掉)?(?:静音|免打扰)|恢复")
_DURATION = re.compile(rf"(?P<n>\d+(?:\.\d+)?|{HAN}|半|{WORD})\s?(?:个)?\s?(?P<unit>小时|钟头|天|日|分钟|hours?\b|hrs?\b|h\b|days?\b|minutes?\b|mins?\b)(?!没|未|前)")
_UNTIL = re.compile(r"(?:到|至|直到|until|till)\s?(?P<when>.+)$")
_EVERY = re.compile(r"每(?:天|日|晚|早)|天天|every ?day|daily|each day|every (?:morning|evening|night)|each (?:morning|evening)")
_WEEKLY = re.compile(r"每(?:周|星期|礼拜)|weekly|every week|each week|every (?:mon|tues|wednes|thurs|fri|satur|sun)day")
_CLOCK = re.compile(r"(?:凌晨|早上|上午|中午|下午|晚上|傍晚|早|晚)?\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?(?:点|:\d\d)|\b(?:at\s)?\d{1,2}(?::\d\d)?\s?[ap]\.?m\b|\bat \d{1,2}:\d\d\b|\bnoon\b|\bmidnight\b")


def of_template(sentence: Sentence) -> dict[str, Any]:
    """size, template, fields, text, action."""
    heard = sentence.heard
    size, named, quoted = _SIZE.search(heard), _TEMPLATE.search(heard), _QUOTED.search(heard)
    fields = names_of("fields").named_in(heard, sentence.grams)
    slots: dict[str, Any] = {"size": f"{size[1]}x{size[2]}" if size else ""}
    if named and not size:
        slots["template"] = next(group for group in named.groups() if group)
    if _FONT.search(heard):
        return {**slots, "action": "font_size"}
    if quoted:
        return {**slots, "action": "add_text", "text": quoted[1]}
    if fields:
        fields = [each for each in fields if each != "remark" or not {"buyer_message", "seller_remark"} & set(fields)]
        return {**slots, "action": "remove_field" if _REMOVED.search(heard) else "add_field", "fields": fields}
    if (text := _TEXT.search(heard)) and not size:
        return {**slots, "action": "add_text", "text": text[1]}
    return {**slots, "action": "show" if _SHOWN.search(heard) and not size else ""}


def of_printer(heard: str) -> dict[str, Any]:
    """action, printer, and the offset in millimetres: right and down are positive."""
    moved = _moves(heard)
    quoted = _QUOTED.search(heard)
    named = _PRINTER.search(heard)
    printer = quoted[1] if quoted else next((group for group in named.groups() if group), "") if named else ""
    action = "offset" if moved else next((name for name, pattern in _PRINTER_ACTIONS if pattern.search(heard)), "")
    return {"action": action or ("offset" if re.search("偏移|offset|[左右上下][移挪]", heard) else ""), "printer": printer, **moved}


def _moves(heard: str) -> dict[str, float]:
    moved: dict[str, float] = {}
    for match in (*_MOVE_ZH.finditer(heard), *_MOVE_EN.finditer(heard)):
        parts = match.groupdict()
        said, way, unit = (parts[key] or parts.get(f"{key}2") for key in ("n", "way", "unit"))
        key, sign = _WAYS[way or ""]
        moved[key] = _plain(sign * _value(said or "") * (10 if unit in {"厘米", "cm", "公分"} else 1))
    return moved


def of_alerts(sentence: Sentence) -> dict[str, Any]:
    """alert, value and unit, or action show."""
    heard = sentence.heard
    alert = next((name for name in names_of("alerts").named_in(heard, sentence.grams) if name != "anomaly"), "")
    amount = next((match for match in _AMOUNT.finditer(heard) if _value(match["n"])), None)
    if amount is None:
        return {"alert": alert, "action": "show" if _ASKS_FOR.search(heard) else ""}
    unit = next((name for name, pattern in _UNITS if re.match(pattern, amount["unit"] or "")), "")
    return {"alert": alert, "value": _plain(_value(amount["n"])), "unit": unit or ("count" if alert in {"balance", "anomaly_count"} else "h")}


def of_subscription(sentence: Sentence) -> dict[str, Any]:
    """action, alert, duration_h, until, at."""
    heard, now = sentence.heard, sentence.now
    alert = next(iter(names_of("alerts").named_in(heard, sentence.grams)), "")
    if alert == "anomaly_count":
        alert = "anomaly"
    slots: dict[str, Any] = {"alert": alert, "every": "day" if _EVERY.search(heard) else "week" if _WEEKLY.search(heard) else ""}
    until, duration = _UNTIL.search(heard), _DURATION.search(heard)
    if _UNMUTED.search(heard):
        action = "on"
    elif _MUTED.search(heard):
        action = "mute"
    else:
        action = "off" if _OFF.search(heard) else "on" if _ON.search(heard) else ""
    if duration and action in {"mute", "off"}:
        slots["duration_h"] = _plain(_value(duration["n"]) * _hours_of(duration["unit"]))
        action = "mute"
    if until and action in {"mute", "off"}:
        slots["until"], action = _moment(until["when"], now), "mute"
    elif (clock := _CLOCK.search(heard)) and action != "off":
        slots["at"] = _time(heard, clock.start())
    return {**slots, "action": action}


def _hours_of(unit: str) -> float:
    return 24.0 if unit[0] in "天日d" else 1 / 60 if unit[0] in "分m" else 1.0


def _time(heard: str, start: int) -> str:
    """The time of day that begins here, as HH:MM."""
    clock = clock_at(heard, start)
    minutes = clock.minutes(after_noon=False) if clock else 0
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}" if clock else ""


def _moment(when: str, now: datetime) -> str:
    """The moment up to which it is quiet; here the future is meant."""
    from handlers.understanding.periods.finding import future_moment

    moment = future_moment(when, now)
    return moment.isoformat(timespec="seconds") if moment else ""


def _value(said: str) -> float:
    if said == "半":
        return 0.5
    return float(said) if said[:1].isdecimal() and said.isascii() else float(number(said))


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() else round(value, 2)
