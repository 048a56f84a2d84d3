"""Messages: the intent, then the slots of those whose intent is right."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handlers.understanding import decide

CORE = "period courier status count order_numbers tracking_numbers shop name phone address".split()
_ACTS = {"print_orders", "cancel_waybill", "intercept", "unbind"}
_DAY = timedelta(days=1)


@dataclass
class Verdict:
    """Figures of one set. `slots` is right and all by slot; `wrong_acts` were not asked about."""

    rows: int = 0
    right: int = 0
    asked: int = 0
    wrong_acts: int = 0
    slots: dict[str, list[int]] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    @property
    def intents(self) -> float:
        """Share of the intents that are right."""
        return self.right / max(1, self.rows)

    @property
    def right_or_asked(self) -> float:
        """Share of the intents that are right or asked about."""
        return (self.right + self.asked) / max(1, self.rows)

    @property
    def core_slots(self) -> float:
        """Share of the core slots that are right."""
        return sum(right for right, _ in self.slots.values()) / max(1, sum(count for _, count in self.slots.values()))


def score(rows: Iterable[Mapping[str, Any]]) -> Verdict:
    """Judge every row."""
    verdict = Verdict()
    for row in rows:
        _judge(verdict, row, decide(row["text"], datetime.fromisoformat(row["now"])).record())
    return verdict


def _judge(verdict: Verdict, row: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    verdict.rows += 1
    if told["intent"] in {row["intent"], *row.get("or", row.get("intent_alt", ()))}:
        verdict.right += 1
        _judge_slots(verdict, row, told["slots"])
    elif told["ask"]:
        verdict.asked += 1
        verdict.complaints.append(f"asked  {row['intent']:<18} {row['text']!r} → {told['intent']}")
    else:
        verdict.wrong_acts += told["intent"] in _ACTS
        verdict.complaints.append(f"wrong  {row['intent']:<18} {row['text']!r} → {told['intent']}")


def _judge_slots(verdict: Verdict, row: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    wanted, now = row["slots"], datetime.fromisoformat(row["now"])
    for key in wanted.keys() | told.keys():
        is_right = key in wanted and key in told and is_same(key, wanted[key], told[key], now)
        if key not in CORE:
            verdict.others["right" if is_right else "missed" if key not in told else "more"] += 1
            continue
        figures = verdict.slots.setdefault(key, [0, 0])
        figures[0] += is_right
        figures[1] += 1
        if not is_right:
            verdict.complaints.append(f"slot   {key:<18} {row['text']!r}: {wanted.get(key)} → {told.get(key)}")


def is_same(key: str, wanted: Any, told: Any, now: datetime) -> bool:
    """Whether a slot is right: lists in any order, addresses without their separators, periods as they are meant."""
    if key == "period":
        return is_same_period(wanted, told, now)
    if key == "address":
        return bool(re.sub(r"\W", "", wanted) == re.sub(r"\W", "", told))
    return bool(sorted(wanted) == sorted(told)) if isinstance(wanted, list) else bool(wanted == told)


def is_same_period(wanted: Mapping[str, Any], told: Mapping[str, Any], now: datetime) -> bool:
    """The last n days may be counted in three ways; what is open may end now, today or on its first day."""
    start, end = _moment(wanted["start"]), _moment(wanted["end"])
    told_start, told_end = _moment(told["start"]), _moment(told["end"])
    today = now.replace(hour=0, minute=0)
    if days := wanted.get("rolling_days"):
        return told_start in {today - (days - 1) * _DAY, now - days * _DAY, today - days * _DAY}
    if end is None and start is not None:
        ends = {None, now, today + _DAY, start.replace(hour=0, minute=0) + _DAY}
        return told_start == start and told_end in ends
    return (told_start, told_end) == (start, end)


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
