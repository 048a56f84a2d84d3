"""Commands: a verb decides the intent, everything else fills its slots."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.clock import DAY, day_of
from core.couriers.base import Courier
from handlers.understanding.about_alerts import SLOTS, VERBS, alert_slots, receiver_slots
from handlers.understanding.normalise import normalise

_ORDER = re.compile(r"(?<!\d)\d{6}-\d{15}(?!\d)")  # Pinduoduo's form
_TRACKING = re.compile(r"(?<![0-9a-z-])(?:[a-z]{2,4}\d{9,14}|\d{12,15})(?![0-9a-z-])")
_COUNT = re.compile(
    r"(?<![\d-])(\d{1,4}) ?(?:单|张|笔|个|件|orders?|labels?|parcels?)|(?:first|earliest|前|最早的?) ?(\d{1,4})"
)

# The first rule that fits decides. Each verb is looked for in the normalised text without numbers.
_VERBS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (intent, re.compile(pattern))
    for intent, pattern in (
        *VERBS,
        ("help", r"帮助|怎么|能做什么|什么功能|哪些功能|help|^/start$|how do i|what can you"),
        ("language", r"^(?:/?language )?(?:英文|english|中文|chinese)$"),
        ("stop_batch", r"^(?:停|停止|停下|stop|别打了|先停)"),
        ("reissue", r"重新取号|换(?:个|一个)?新?单号|re-?issue|new number"),
        ("void", r"作废|回收单号|取消单号|void"),
        ("reprint", r"补打|重打|再打一[次遍张]|重新打印|reprint|print again"),
        (
            "bind_shop",
            r"(?:绑定?|授权|添加|重新授权).{0,4}(?:店|拼多多)|(?:bind|connect|add|authori[sz]e).{0,20}(?:shop|store)|^/bind_?shop",
        ),
        ("bind_courier", r"绑定?|^(?:bind|connect)|^add.{0,12}(?:courier|account)|^/bind_?courier"),
        ("urge", r"催|urge|chase"),
        ("intercept", r"拦截|拦下|截回|追回|改地址|改址|改送|intercept|call back|redirect"),
        ("print_orders", r"打印|打单|打面单|打(?:今|昨)|发货|出单|^打|print|^/print"),
        ("track", r"到哪|物流|查|轨迹|track|where is|^/track"),
    )
)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message asks for. `has_verb`: it said so, rather than being a bare number."""

    intent: str
    slots: dict[str, Any]
    has_verb: bool = True


def understand(said: str, now: int, couriers: Iterable[Courier]) -> Understood | None:
    """The command in a message; None where there is none. Periods are epoch milliseconds."""
    heard = normalise(said)
    slots = _slots(heard, now, couriers)
    verbs = re.sub(r"\d{6}-\d{15}|\d{9,}", " ", heard)
    for intent, pattern in _VERBS:
        if pattern.search(verbs):
            return Understood(intent, _kept(intent, slots, heard))
    if slots.keys() & {"orders", "tracking"}:
        return Understood("track", _kept("track", slots, heard), has_verb=False)
    return None


def numbers_in(said: str) -> tuple[list[str], list[str]]:
    """The order numbers and the waybill numbers in a text, each once, as they are written officially."""
    heard = normalise(said)
    tracking = _TRACKING.findall(_ORDER.sub(" ", heard))
    return list(dict.fromkeys(_ORDER.findall(heard))), [number.upper() for number in dict.fromkeys(tracking)]


def _kept(intent: str, slots: Mapping[str, Any], heard: str) -> dict[str, Any]:
    """Only what the conversation can use, so that the same wish in other words is the same wish."""
    if intent == "language":
        return {"language": "en" if re.search("英文|english", heard) else "zh"}
    wanted: dict[str, tuple[str, ...]] = {
        **SLOTS,
        "print_orders": ("day", "start", "end", "courier", "count", "orders"),
        "bind_courier": ("courier",),
        "reprint": ("orders", "tracking"),
        "reissue": ("orders", "tracking"),
        "void": ("orders", "tracking"),
        "track": ("orders", "tracking", "recipient", "phone_tail"),
        "urge": ("orders", "tracking"),
        "intercept": ("orders", "tracking"),
    }
    return {key: slots[key] for key in wanted.get(intent, ()) if key in slots}


def _slots(heard: str, now: int, couriers: Iterable[Courier]) -> dict[str, Any]:
    slots = in_full({"day": day}, now) if (day := _day(heard)) else {}
    orders, tracking = numbers_in(heard)
    slots |= {key: found for key, found in (("orders", orders), ("tracking", tracking)) if found}
    if count := _COUNT.search(heard):
        slots["count"] = int(count[1] or count[2])
    slots |= alert_slots(heard)
    slots |= {} if orders or tracking else receiver_slots(heard)
    named = [courier.code for courier in couriers if any(alias in heard for alias in courier.aliases)]
    if len(named) == 1:
        slots["courier"] = named[0]
    return slots


def in_full(slots: dict[str, Any], now: int) -> dict[str, Any]:
    """The slots, and the period of the day that they name, where it is not among them yet."""
    if "day" not in slots or "start" in slots:
        return slots
    period = day_of(now if slots["day"] == "today" else now - DAY)
    return {**slots, "start": period.start, "end": period.end}


def _day(heard: str) -> str:
    if re.search(r"今[天日]|today", heard):
        return "today"
    return "yesterday" if re.search(r"昨[天日]|yesterday", heard) else ""
