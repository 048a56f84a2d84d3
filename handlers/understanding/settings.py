"""What messages about templates, printers and alerts say: sizes, offsets, thresholds, hours."""

import re
from datetime import datetime
from typing import Any

from core.patterns import pattern
from handlers.understanding import offsets
from handlers.understanding.normalise import names_of
from handlers.understanding.numerals import HAN, WORD, number
from handlers.understanding.periods import future_moment
from handlers.understanding.periods.clock import clock_at
from handlers.understanding.sentence import SIZE, Sentence

_QUOTED = pattern(r"[「『“\"'《]([^「」『』“”\"'《》]{1,60})[」』”\"'》]")
_TEMPLATE = pattern(
    r"(?:用|换成?|选|使用|切换到|改成|改用)\s?([\u4e00-\u9fffa-z0-9]{1,10}?)的?模板"
    r"|\buse (?:the )?([\w-]{2,20}) template\b"
)
_FONT = pattern(
    r"字(?:体|号|太|再|有点|大|小|放|调|粗)|文字.{0,3}[大小]|font|letters|text (?:size|big|small)"
    r"|(?:bigger|larger|smaller) (?:text|type)|text (?:bigger|larger|smaller)"
)
_TEXT = pattern(
    r"(?:写上?|印上?|打上?|加上?一?[句行段](?:话|字)?|文字|write|saying|that says|the text)\s?[:：]?\s?(?:一句)?"
    r"[「“\"]?([^「」“”\"]{2,40})"
)
_REMOVED = pattern(
    r"去掉|去除|去了|不要|不用|不打|不印|不显示|别|隐藏|删|取消|remove|hide|take off|drop|omit|leave out|without|don.t"
    r"|no longer|stop (?:showing|printing)"
)
_SHOWN = pattern(
    r"什么样|看看|看一?下|预览|现在|当前|哪些|列|show (?:me )?(?:the |my )?(?:current )?templates?|which template"
    r"|what template|list|preview"
)
_PRINTER = pattern(
    r"默认的?打印机(?:设|改|换|选)?(?:成|为|到|用)([\u4e00-\u9fffa-z0-9#]{1,10})|"
    r"(?:默认用|把|设|用|换成?|切换?到?|选|到|改成|改用|将|叫|是)\s?((?!默认)[\u4e00-\u9fffa-z0-9#]{1,8}?\d{0,2}号?)(?:打印机|设|为默认|当|作|做|改)"
    r"|([\u4e00-\u9fff]{1,4}\d{1,2}号?)(?=打印机)|\bprinter ([a-z0-9-]{1,12})\b(?! is| to| not)"
    r"|\b(?:set|use|make) (?:the )?([\w -]{1,20}?) (?:as )?(?:the |my )?default\b"
)
_AMOUNT = pattern(
    rf"(?P<n>\d+(?:\.\d+)?|{HAN}|半|{WORD}(?=\s))\s?个?\s?(?P<unit>小时|钟头|天|日|单号|单|张|件|条|个|分钟|h\b|hours?\b"
    r"|hrs?\b|d\b|days?\b|labels?\b|orders?\b|waybills?\b|numbers?\b|parcels?\b|%)?"
)
_UNITS = (
    ("h", pattern("小时|钟头|h")),
    ("d", pattern("天|日|d")),
    ("count", pattern("单|个|张|件|条|label|order|waybill|number|parcel")),
)
_COUNTED = frozenset({"balance", "anomaly_count"})
_ASKS_FOR = pattern(
    r"是多少|多少(?:啊|呢|来着)?$|是什么|看看|查看|看一?下|有哪些|列|当前|现在的?(?:设置|阈值)|what (?:is|are)|show"
    r"|list|current"
)
_OFF = pattern(
    r"(?<!开)关|停(?![滞留])|取消|退订|屏蔽|不要|不用|不需要|别|不想|禁用|去掉"
    r"|off\b|stop|disable|unsubscribe|no more|don.t|cancel|opt out"
)
_MUTED = pattern(
    r"静音|免打扰|勿扰|安静(?!时段)|消停|闭嘴|别吵|别烦|暂停|先别"
    r"|mute|silence|snooze|quiet|do not disturb|dnd|pause|shut up|leave me alone"
)
_ON = pattern(
    r"打开|开启|开(?!会|始|关)|启用|恢复|订阅|加上|每|定时|推|unmute|\bon\b|enable|(?<!un)subscribe|resume|every|each|daily"
)
_UNMUTED = pattern(r"unmute|(?:取消|解除|关[闭掉]?)(?:静音|免打扰)|恢复")
_DURATION = pattern(
    rf"(?P<n>\d+(?:\.\d+)?|{HAN}|半|{WORD})\s?个?\s?(?P<unit>小时|钟头|天|日|分钟|hours?\b|hrs?\b|h\b|days?\b|minutes?\b|mins?\b)"
    r"(?![没未前])"
)
_UNTIL = pattern(r"(?:到|至|直到|until|till)\s?(?P<when>.+)$")
_UNTIL_BEHIND = pattern(r"(?P<when>.*\d\s?[点:]\d{0,2}半?|.*[一二三四五六七八九十]点半?)(?:之|以)?前")
_CLOCK = pattern(
    r"(?:凌晨|早上|上午|中午|下午|晚上|傍晚|早|晚)?\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?(?:点|:\d\d)"
    r"|\b(?:at\s)?\d{1,2}(?::\d\d)?\s?[ap]\.?m\b|\bat \d{1,2}(?::\d\d)?\b|\bnoon\b|\bmidnight\b"
)


def of_template(sentence: Sentence) -> dict[str, Any]:
    """size, template, action, fields, text."""
    heard = sentence.heard
    size, named = SIZE.search(heard), _TEMPLATE.search(heard)
    if size:
        return {"size": f"{size[1]}x{size[2]}", **_changes(sentence)}
    template = next(group for group in named.groups() if group) if named else ""
    changes = _changes(sentence) or {"action": "show" if _SHOWN.search(heard) else ""}
    return {"template": template, **changes}


def _changes(sentence: Sentence) -> dict[str, Any]:
    """What is to become different on the label."""
    heard = sentence.heard
    quoted, text = _QUOTED.search(heard), _TEXT.search(heard)
    if _FONT.search(heard):
        return {"action": "font_size"}
    if quoted:
        return {"action": "add_text", "text": quoted[1]}
    fields = names_of("fields").named_in(heard, sentence.grams)
    if {"buyer_message", "seller_remark"} & set(fields):
        fields = [each for each in fields if each != "remark"]
    if fields:
        return {"action": "remove_field" if _REMOVED.search(heard) else "add_field", "fields": fields}
    return {"action": "add_text", "text": text[1]} if text else {}


def of_printer(sentence: Sentence) -> dict[str, Any]:
    """action, printer, and the offset in millimetres: right and down are positive."""
    heard = sentence.heard
    moved = offsets.slots_of(heard)
    named = _QUOTED.search(heard) or _PRINTER.search(heard)
    return {"action": _printer_action(sentence, moved), "printer": _printer_named(named), **moved}


def _printer_action(sentence: Sentence, moved: dict[str, Any]) -> str:
    actions = names_of("printer_actions").named_in(sentence.heard, sentence.grams)
    if moved or (offsets.asks_how_much(sentence.heard) and set(actions) <= {"calibrate", "list"}):
        return "offset"
    return next(iter(actions), "")


def _printer_named(named: re.Match[str] | None) -> str:
    name = next((each for each in named.groups() if each), "") if named else ""
    return name.removesuffix("那台").removesuffix("的")


def of_alerts(sentence: Sentence) -> dict[str, Any]:
    """alert, and value and unit or the action show."""
    heard = sentence.heard
    alerts = names_of("alerts").named_in(heard, sentence.grams)
    alert = next((name for name in alerts if name != "anomaly"), "")
    amount = next((match for match in _AMOUNT.finditer(heard) if _value(match["n"])), None)
    if amount is None:
        return {"alert": alert, "action": "show" if _ASKS_FOR.search(heard) else ""}
    unit = next((name for name, form in _UNITS if form.match(amount["unit"] or "")), "")
    return {
        "alert": alert,
        "value": _plain(_value(amount["n"])),
        "unit": unit or ("count" if alert in _COUNTED else "h"),
    }


def of_subscription(sentence: Sentence) -> dict[str, Any]:
    """action, alert, duration_h, until, at."""
    heard = sentence.heard
    alert = next(iter(names_of("alerts").named_in(heard, sentence.grams)), "")
    action = _switch(heard)
    slots: dict[str, Any] = {"alert": "anomaly" if alert == "anomaly_count" else alert, "action": action}
    if action in {"mute", "off"} and (limit := _limit(heard, sentence.now)):
        return {**slots, "action": "mute", **limit}
    if action in {"mute", "off"} and _is_to_come(sentence):  # 今晚别发消息了 is over in the morning
        slots |= {"action": "mute", "period": sentence.slots["period"]}
    elif action in {"on", ""} and (clock := _CLOCK.search(heard)):
        slots |= {"action": "on", "at": _time(heard, clock.start())}
    return slots


def _is_to_come(sentence: Sentence) -> bool:
    """Whether a period was said that is not over yet."""
    period = sentence.slots.get("period")
    return period is not None and period.end is not None and period.end > sentence.now


def _switch(heard: str) -> str:
    if _UNMUTED.search(heard):
        return "on"
    if _MUTED.search(heard):
        return "mute"
    return "off" if _OFF.search(heard) else "on" if _ON.search(heard) else ""


def _limit(heard: str, now: datetime) -> dict[str, Any]:
    """For how long, or until when, it is to be quiet."""
    until = _UNTIL.search(heard) or _UNTIL_BEHIND.search(heard)
    if until and (moment := _first_moment(until["when"], now)):
        return {"until": moment.isoformat(timespec="seconds")}
    duration = _DURATION.search(heard)
    return {"duration_h": _plain(_value(duration["n"]) * _hours_of(duration["unit"]))} if duration else {}


def _first_moment(text: str, now: datetime) -> datetime | None:
    """The first moment named in a text: 睡觉了 明早8点."""
    return next((moment for at in range(len(text)) if (moment := future_moment(text[at:], now))), None)


def _hours_of(unit: str) -> float:
    return 24.0 if unit[0] in "天日d" else 1 / 60 if unit[0] in "分m" else 1.0


def _time(heard: str, start: int) -> str:
    """The time of day that begins here, as HH:MM."""
    clock = clock_at(heard, start)
    minutes = clock.minutes(after_noon=False) if clock else 0
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}" if clock else ""


def _value(said: str) -> float:
    if said == "半":
        return 0.5
    return float(said) if said[:1].isdecimal() and said.isascii() else float(number(said))


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() else round(value, 2)
