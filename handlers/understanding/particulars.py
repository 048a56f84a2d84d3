"""What a message says beyond its intent: the slots of each intent, and which of them are missing."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from handlers.understanding.intents import MARKS, Intent, scores
from handlers.understanding.normalise import names_of
from handlers.understanding.numerals import HAN, WORD, number
from handlers.understanding.sentence import Sentence
from handlers.understanding.settings import of_alerts, of_printer, of_subscription, of_template
from handlers.understanding.staff import of_member

_NUMBERS = ("order_numbers", "tracking_numbers")
_HOURS = re.compile(rf"(?P<n>\d+(?:\.\d+)?|{HAN}|{WORD}|半)\s?(?:个)?\s?(?P<unit>小时|钟头|天|日|hours?\b|hrs?\b|h\b|days?\b|d\b)")
_REDIRECTED = re.compile(r"改|换|转寄|转到|转派|redirect|re-?route|change|update|correct|forward|deliver (?:it|this)? ?(?:to|instead)|new address|wrong address")
_RETURNED = re.compile(r"退|原路|返回|追回|召回|叫回|拉回|拿回|要回|弄回|截回|return|recall|back\b|turn (?:it )?around")
_WHAT = (
    ("anomalies", r"异常|问题件|anomal|exception|problem"),
    ("bill", r"账单|对账|运费|费用|bill|statement|cost|freight|invoice"),
    ("prints", r"打印(?:记录|日志|明细|历史)?|打单|print"),
    ("tracking_numbers", r"(?:快递|运|物流)?单号|tracking numbers?"),
    ("waybills", r"面单|底单|运单|快递单|waybill|label"),
    ("shipments", r"发货|发出|寄出|出货|订单|物流|shipment|shipped|orders?|shipping|dispatch|parcel"),
)
_HOW = re.compile(r"怎么(?:样)?|怎样|如何|咋|在哪(?:里|儿)?|哪里(?:能|可以)?|教我|how (?:do|can|to|does|should|would)(?: i| you| we)?|show me how to|help")
_FIELDS = (
    ("paid", r"付款|支付|成交|paid"),
    ("created", r"下单|拍下?的|创建|进来?的|来的|placed|created|received|ordered"),
    ("shipped", r"发货的|发出的|发的|寄出的|shipped|dispatched"),
    ("printed", r"打印过?的|打过?的|printed"),
)
_PERIOD = MARKS["period"]
_PERIOD_FIELD = [(name, re.compile(rf"{_PERIOD}.{{0,2}}(?:{said})|(?:{said}) ?{_PERIOD}")) for name, said in _FIELDS]
_TARGETS = (("shop", re.compile("店|拼多多|pdd|shop|store|pinduoduo")), ("courier", re.compile("快递|网点|月结|courier|carrier|面单")))
_ACCOUNT = re.compile(r"(?:账号|账户|account)(?:是|为|:)?\s?([a-z0-9]{4,20})")


def of(intent: Intent, sentence: Sentence) -> dict[str, Any]:
    """The slots of this intent that the message fills."""
    slots = {key: value for key, value in sentence.slots.items() if key in intent.slots or key == "period_words"}
    reader = _READERS.get(intent.name)
    if reader:
        slots |= {key: value for key, value in reader(sentence).items() if value or value is False}
    if "period" not in slots:
        slots.pop("period_words", None)
    return slots


def missing(intent: Intent, slots: Mapping[str, Any]) -> str:
    """The slot to ask for; "" when everything is there."""
    if intent.name == "create_waybill":
        return str(slots.get("lacks", "") or ("" if slots.get("address") else "recipient"))
    if not intent.needs or any(need in slots for need in intent.needs):
        return ""
    return "number" if intent.needs[0] in _NUMBERS else intent.needs[0]


def is_harsh(intent: Intent, slots: Mapping[str, Any]) -> bool:
    """Whether the slots make a harmless intent one to be confirmed."""
    return intent.name == "member" and slots.get("action") in {"remove", "revoke"}


# Readers, by intent.


def _orders(sentence: Sentence) -> dict[str, Any]:
    field = next((name for name, pattern in _PERIOD_FIELD if pattern.search(sentence.cut)), "")
    return {"period_field": field}


def _anomalies(sentence: Sentence) -> dict[str, Any]:
    return {"anomaly": names_of("anomalies").named_in(sentence.heard, sentence.grams), "hours": _hours(sentence)}


def _hours(sentence: Sentence) -> float | None:
    """超过48小时, for 2 days: in hours, unless it is part of the period."""
    rest = sentence.heard.replace(sentence.slots.get("period_words", "\0"), " ")
    match = _HOURS.search(rest)
    if not match:
        return None
    amount = 0.5 if match["n"] == "半" else float(match["n"]) if match["n"][0].isdecimal() else float(number(match["n"]))
    hours = amount * (24 if match["unit"][0] in "天日d" else 1)
    return int(hours) if hours.is_integer() else hours


def _urge(sentence: Sentence) -> dict[str, Any]:
    return _anomalies(sentence)


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
    heard = sentence.heard
    form = "csv" if "csv" in heard else "xlsx" if re.search(r"表|excel|xls|spreadsheet|sheet", heard) else ""
    return {"what": next((name for name, pattern in _WHAT if re.search(pattern, heard)), ""), "format": form}


def _figures(sentence: Sentence) -> dict[str, Any]:
    metrics, groups = names_of("metrics").named_in(sentence.heard, sentence.grams), names_of("groups").named_in(sentence.heard, sentence.grams)
    return {"metric": metrics[0] if metrics else "", "group_by": groups[0] if groups else ""}


def _unbind(sentence: Sentence) -> dict[str, Any]:
    if sentence.slots.get("courier"):
        return {"target": "courier"}
    if sentence.slots.get("shop"):
        return {"target": "shop"}
    return {"target": next((name for name, pattern in _TARGETS if pattern.search(sentence.heard)), "")}


def _bind_courier(sentence: Sentence) -> dict[str, Any]:
    match = _ACCOUNT.search(sentence.heard)
    return {"account": match[1] if match else ""}


def _help(sentence: Sentence) -> dict[str, Any]:
    """What the question is about: the intent of the rest of it."""
    about = {name: score for name, score in scores(_HOW.sub(" ", sentence.cut), sentence.grams).items() if name not in {"help", "cancel"} and score > 2}  # noqa: PLR2004
    return {"topic": max(about, key=lambda name: about[name], default="")}


def _language(sentence: Sentence) -> dict[str, Any]:
    return {"language": "en" if re.search("英|english", sentence.heard) else "zh"}


_READERS: Mapping[str, Callable[[Sentence], dict[str, Any]]] = {
    "print_orders": _orders,
    "list_orders": _orders,
    "list_anomalies": _anomalies,
    "urge": _urge,
    "intercept": _intercept,
    "create_waybill": _create,
    "export_records": _export,
    "report": _figures,
    "compare_couriers": _figures,
    "unbind": _unbind,
    "bind_courier": _bind_courier,
    "help": _help,
    "language": _language,
    "template_settings": of_template,
    "printer_settings": lambda sentence: of_printer(sentence.heard),
    "alert_settings": of_alerts,
    "subscribe_alerts": of_subscription,
    "member": of_member,
}
