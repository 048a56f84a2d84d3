"""What was understood, as conversations take it and as it is kept until the next message: plain JSON values."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.clock import DAY, day_of, moment_of, shanghai
from handlers.understanding import periods
from handlers.understanding.decide import Ask, Understood
from handlers.understanding.normalise import normalise
from handlers.understanding.periods import Period
from handlers.understanding.troubles import troubled

_LOOK_BACK = 30 * DAY  # where "before Friday" begins
_RENAMED = {"order_numbers": "orders", "tracking_numbers": "tracking"}
_UNLIKE = frozenset({"period", "period_words", "lacks", "courier", *_RENAMED})
_IN_WORDS = frozenset({"create_waybill", "troubleshoot"})
_PERSONAL = frozenset({"name", "phone", "address", "phone_tail", "recipient", "code"})


def for_conversations(understood: Understood, now: int, words: str = "") -> Understood:
    """The same wish with the slots by the names that conversations use; `now` and times in epoch milliseconds.

    `words` is the message itself, for conversations that read it once more.

    `orders` and `tracking` are numbers. `courier` is the one courier named, `couriers` are all where there are several.
    `day` is what was said of the period, "today" and "yesterday" in these words; `start` and `end` are its ends.
    """
    understood = troubled(understood, words)
    said = understood.slots
    slots = {key: value for key, value in said.items() if key not in _UNLIKE}
    slots |= {name: list(said[key]) for key, name in _RENAMED.items() if key in said}
    couriers = said.get("courier", ())
    if couriers:
        slots |= {"courier": couriers[0]} if len(couriers) == 1 else {"couriers": list(couriers)}
    if period := said.get("period"):
        slots |= _timed(period, str(said.get("period_words", "")), now)
    if words and understood.intent in _IN_WORDS:
        slots["said"] = words
    return replace(understood, slots=slots)


def in_full(slots: dict[str, Any], now: int) -> dict[str, Any]:
    """The slots, and the ends of the period that `day` names, where they are not among them yet."""
    if "day" not in slots or "start" in slots:
        return slots
    found = periods.find(normalise(str(slots["day"])), wall_clock(now))
    return {**slots, **_timed(found.period, str(slots["day"]), now)} if found else slots


def repeats(understood: Understood, slots: Mapping[str, Any]) -> bool:
    """Whether a wish only says again, in other words, what is under way with these slots: the same parcel, or none."""
    named = [understood.slots.get(key) for key in _RENAMED.values()]
    is_same = any(named) and named == [slots.get(key) for key in _RENAMED.values()]
    return understood.slots != slots and (is_same or understood.waits_for == "number")


def kept(understood: Understood) -> dict[str, Any]:
    """What the next message may go on from, without what names a person."""
    slots = {key: value for key, value in understood.slots.items() if key != "period" and key not in _PERSONAL}
    return {"intent": understood.intent, "slots": slots, "waits_for": understood.waits_for}


def restored(record: Mapping[str, Any], now: int) -> Understood:
    """The same again; a period is counted anew from its words."""
    slots = dict(record["slots"])
    found = periods.find(str(slots.get("period_words", "")), wall_clock(now))
    asks = (Ask("missing", (record["waits_for"],)),) if record["waits_for"] else ()
    return Understood(record["intent"], {**slots, "period": found.period} if found else slots, asks)


def wall_clock(now: int) -> datetime:
    """The moment as a Shanghai wall-clock time without a zone."""
    return shanghai(now).replace(tzinfo=None)


def _timed(period: Period, words: str, now: int) -> dict[str, Any]:
    today = day_of(now)
    end = moment_of(period.end) if period.end else today.end
    start = moment_of(period.start) if period.start else end - _LOOK_BACK
    if (start, end) == (today.start, today.end):
        day = "today"
    elif (start, end) == (today.start - DAY, today.start):
        day = "yesterday"
    else:
        day = words.strip()
    return {"day": day, "start": start, "end": end}
