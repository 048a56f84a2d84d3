"""What a message says beyond its intent: the slots of each intent, and which of them is missing."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from core.codes import read_code
from core.patterns import pattern
from handlers.understanding.goods import picked
from handlers.understanding.intents import MARKS, Intent, scores
from handlers.understanding.normalise import names_of
from handlers.understanding.numerals import HAN, WORD, number
from handlers.understanding.sentence import Sentence
from handlers.understanding.settings import of_alerts, of_printer, of_subscription, of_template
from handlers.understanding.staff import of_member

_NUMBERS = ("order_numbers", "tracking_numbers")
_HOURS = pattern(
    rf"(?P<n>\d+(?:\.\d+)?|{HAN}|{WORD}|半)\s?个?\s?(?P<unit>小时|钟头|天|日|hours?\b|hrs?\b|h\b|days?\b|d\b)"
)
_REDIRECTED = pattern(
    r"改|换|转寄|转到|转派|redirect|re-?route|change|update|correct|forward|deliver (?:it |this )?(?:to|instead)"
    r"|(?:new|wrong) address"
)
_RETURNED = pattern(r"退|原路|返回|追回|召回|叫回|拉回|拿回|要回|弄回|截回|return|recall|back\b|turn (?:it )?around")
_HOW = pattern(
    r"怎么(?:样)?|怎样|如何|咋|在哪(?:里|儿)?|哪里(?:能|可以)?|教我"
    r"|how (?:do|can|to|does|should|would)(?: i| you| we)?|show me how to|help"
)
_ASKS_ABOUT = 3  # score from which a question is about an intent
_PERIOD = MARKS["period"]
_TARGETS = (
    ("shop", pattern("店|拼多多|pdd|shop|store|pinduoduo")),
    ("courier", pattern("快递|网点|月结|面单|courier|carrier")),
)
_ACCOUNT = pattern(r"(?:账号|账户|account)(?:是|为|:)?\s?([a-z0-9]{4,20})")
_WHOSE = pattern(
    r"(?:哪(?:一)?(?:家|个)|谁家?)的?(?:快递|物流|公司|单号|运单)|什么(?:快递|物流公司|公司)(?!情况|状态|进度|信息)"
    r"|哪(?:一)?家的?\W*$|\b(?:which|what|whose) (?:courier|carrier|company|express)\b"
)
_JOINS = pattern(r"(?i)[\s/]*(加入|join|start)")
_WAYS_IN = (
    ("voice", pattern("语音|voice|talk to you|speak")),
    ("photo", pattern("照片|图片|拍照|photo|picture")),
    (
        "sheet",
        pattern(
            "^(?!.*(?:导出|下载|记录|账单|明细|报表|export|download|report|send me)).*(?:表格|excel|xlsx|spreadsheet)"
        ),
    ),
    ("manual", pattern("手工单|手工录单|手动录单|粘贴|manual (?:entry|order|label|waybill)")),
)
_TOPICS: Mapping[str, str] = {"sheet": "create_waybill", "manual": "create_waybill"}
_TABLE = pattern(r"表|excel|xls|sheet")


def of(intent: Intent, sentence: Sentence) -> dict[str, Any]:
    """The slots of this intent that the message fills."""
    slots = {key: value for key, value in sentence.slots.items() if key in intent.slots}
    if reader := _READERS.get(intent.name):
        slots |= {key: value for key, value in reader(sentence).items() if value or value is False}
    if intent.needs and any(key in slots for key in _NUMBERS):
        slots.pop("status", None)  # 客户退款了 beside a number says why, not which
    if any(key in slots for key in _NUMBERS):
        slots.pop("count", None)  # 这两单 counts what is named
    return {**slots, "period_words": sentence.slots["period_words"]} if "period" in slots else slots


def missing(intent: Intent, slots: Mapping[str, Any]) -> str:
    """The slot to ask for; "" when everything is there."""
    if intent.name == "create_waybill":
        return str(slots.get("lacks") or ("" if slots.get("address") else "recipient"))
    if not intent.needs or any(need in slots for need in intent.needs):
        return ""
    return "number" if intent.needs[0] in _NUMBERS else intent.needs[0]


def is_harsh(intent: Intent, slots: Mapping[str, Any]) -> bool:
    """Whether the slots make a harmless intent one to be confirmed."""
    return intent.name == "member" and slots.get("action") in {"remove", "revoke"}


# Readers, by intent.


def _orders(sentence: Sentence) -> dict[str, Any]:
    """What is picked by; 付款, 下单 or 发货 beside the period tells what the period is about."""
    at = sentence.cut.find(_PERIOD)
    beside = sentence.cut[max(0, at - 8) : at + 8] if at >= 0 else ""
    product, person = picked(sentence.cut)
    field = next(iter(names_of("period_fields").named_in(beside, sentence.grams)), "")
    return {"period_field": field, "product": product, "recipient": sentence.slots.get("recipient") or person}


def _anomalies(sentence: Sentence) -> dict[str, Any]:
    return {"anomaly": names_of("anomalies").named_in(sentence.heard, sentence.grams), "hours": _hours(sentence)}


def _hours(sentence: Sentence) -> float:
    """超过48小时, for 2 days: in hours, unless it is part of the period. 0 for nothing."""
    match = _HOURS.search(sentence.heard.replace(sentence.slots.get("period_words", "\0"), " "))
    if not match:
        return 0
    said = match["n"]
    amount = 0.5 if said == "半" else float(said) if said[0].isdecimal() else float(number(said))
    hours = amount * (24 if match["unit"][0] in "天日d" else 1)
    return int(hours) if hours.is_integer() else hours


def _intercept(sentence: Sentence) -> dict[str, Any]:
    told = sentence.recipient.slots() if sentence.recipient else {}
    if told or _REDIRECTED.search(sentence.heard):
        action = "redirect"
    else:
        action = "return" if _RETURNED.search(sentence.heard) else ""
    return {"action": action, **{key: told[key] for key in ("name", "phone", "address") if key in told}}


def _create(sentence: Sentence) -> dict[str, Any]:
    if not sentence.recipient:
        return {}
    lacks = sentence.recipient.pasted.lacks
    return {**sentence.recipient.slots(), "lacks": lacks[0] if lacks else ""}


def _export(sentence: Sentence) -> dict[str, Any]:
    what = names_of("export_what").named_in(sentence.heard, sentence.grams)
    form = "csv" if "csv" in sentence.heard else "xlsx" if _TABLE.search(sentence.heard) else ""
    return {"what": what[0] if what else "", "format": form}


def _figures(sentence: Sentence) -> dict[str, Any]:
    metrics, groups = (names_of(section).named_in(sentence.heard, sentence.grams) for section in ("metrics", "groups"))
    return {"metric": metrics[0] if metrics else "", "group_by": groups[0] if groups else ""}


def _track(sentence: Sentence) -> dict[str, Any]:
    return {"whose": "yes" if _WHOSE.search(sentence.heard) else ""}


def _unbind(sentence: Sentence) -> dict[str, Any]:
    for target in ("courier", "shop"):
        if sentence.slots.get(target):
            return {"target": target}
    return {"target": next((name for name, form in _TARGETS if form.search(sentence.heard)), "")}


def _bind_courier(sentence: Sentence) -> dict[str, Any]:
    match = _ACCOUNT.search(sentence.heard)
    return {"account": match[1] if match else ""}


def _help(sentence: Sentence) -> dict[str, Any]:
    """What the question is about: the intent of the rest of it."""
    found = scores(_HOW.sub(" ", sentence.cut), sentence.heard, sentence.grams)
    about = {name: score for name, score in found.items() if name not in {"help", "cancel"} and score >= _ASKS_ABOUT}
    way = next((name for name, form in _WAYS_IN if form.search(sentence.heard)), "")
    topic = _TOPICS.get(way, "") if way else max(about, key=lambda name: about[name], default="")
    return {"topic": topic, "way": way}


def _language(sentence: Sentence) -> dict[str, Any]:
    return {"language": "en" if re.search("英|english", sentence.heard) else "zh"}


def _join(sentence: Sentence) -> dict[str, Any]:
    """The code, and the language, where the word for joining shows it."""
    word = _JOINS.match(sentence.said)
    spoken = {"加入": "zh", "join": "en"}.get(word[1].lower() if word else "", "")
    return {"code": read_code(sentence.said[word.end() :]) if word else "", "language": spoken}


_READERS: Mapping[str, Callable[[Sentence], dict[str, Any]]] = {
    "print_orders": _orders,
    "list_orders": _orders,
    "list_anomalies": _anomalies,
    "urge": _anomalies,
    "intercept": _intercept,
    "create_waybill": _create,
    "export_records": _export,
    "report": _figures,
    "compare_couriers": _figures,
    "unbind": _unbind,
    "bind_courier": _bind_courier,
    "help": _help,
    "language": _language,
    "track": _track,
    "template_settings": of_template,
    "printer_settings": of_printer,
    "alert_settings": of_alerts,
    "subscribe_alerts": of_subscription,
    "member": of_member,
    "join": _join,
}
