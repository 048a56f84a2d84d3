"""The form that a language model may fill where the rules are unsure. Its answer is an offer, never a decision.

What names somebody stays here: numbers, phones, recipients and names are masked before anything is sent. An answer that
is not exactly the form is no answer.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from core.patterns import pattern
from core.recipients.names import SURNAMES
from core.recipients.phones import cut_phones
from handlers.understanding import periods
from handlers.understanding.intents import MARKS, intents
from handlers.understanding.naming import Named
from handlers.understanding.normalise import words
from handlers.understanding.sentence import Sentence, read
from handlers.understanding.staff import of_member

_MASKS = {"order": "[order]", "number": "[waybill]", "recipient": "[recipient]", "phone": "[phone]"}
_NAMED = pattern(
    r"(?:寄给|发给|收件人|收货人|客户|买家|顾客|叫)(?P<to>[\u4e00-\u9fff]{2,3}?)(?=的|[^\u4e00-\u9fff]|$)"
    r"|(?P<of>[\u4e00-\u9fff]{2,3}?)(?=的(?:快递|包裹|快件|件|订单|单|货|面单|地址|电话))"
    r"|(?P<titled>[\u4e00-\u9fff]{1,2})(?=先生|女士|小姐|太太|老师|师傅|阿姨)"
    r"|(?:给|替|找|联系|收件人|收货人)(?P<for>[\u4e00-\u9fff]{2,4}?)(?=弄|寄|发|打|补|送|查|催|办|搞|那|这|[^\u4e00-\u9fff]|$)"
    r"|(?P<that>[\u4e00-\u9fff]{2,4}?)(?=[那这](?:个|一|位)?(?:家伙|人|单|件|包裹|货|位|订单|姑娘|小伙))"
)
_NICKNAME = pattern(rf"[小老阿](?=[{''.join(sorted(SURNAMES - set('时号店家单板鼠虎人')))}])[\u4e00-\u9fff]")
_NOBODY = pattern("单|件|包裹|货|快递|全部|成员|员工|客户|买家|老板|打印|时候|那|这|应该|从|都|于")
_IDS = (
    (pattern(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[mail]"),
    (pattern(r"(?:微信|wechat|wx|vx|qq)(?:号|id)?\s?[:：是]?\s?[a-z0-9_-]{5,20}"), "[id]"),
    (pattern("[零〇一二三四五六七八九幺两]{7,}"), "[number]"),
)
_TWO_NAMES = pattern(r"\b[A-Z][a-z]{1,14} [A-Z][a-z]{1,14}\b")
_ADDRESS = pattern(
    r"[\u4e00-\u9fff]{1,8}(?:路|街|大道|巷|小区|花园|新村|苑)(?:[\d一二三四五六七八九十-]+(?:号楼?|栋|幢|弄|单元|室)?)+"
    r"|\d+ [a-z ]{2,30}(?:street|road|avenue|st|rd|ave)\b"
)
_LONG_NUMBER = pattern(r"[a-z]{0,4}\d[\d-]{4,}")
_LONGEST = 300  # characters that are sent
_MOST_ORDERS = 5_000
_INSTRUCTIONS = """\
You sort what merchants write to a shipping assistant, in Chinese or English. Answer with one JSON object and nothing
else: {{"intent": NAME, "slots": {{...}}}}. Words in square brackets stand for numbers and people. Use intent "none"
when the message asks for nothing in this list. Give only slots that the message says:
courier: list of {couriers}; status: list of {statuses}; count: number of orders; pick: earliest or latest;
period: the words of the message that name a time, unchanged.
Intents with examples:
{intents}
"""


class Model(Protocol):
    """As much of a language model as is needed here."""

    async def complete(self, instructions: str, message: str) -> str:
        """The model's answer. Raises `ServiceError`."""
        ...


@dataclass(frozen=True, slots=True)
class Form:
    """What the model made of a message; `slots` by the names of intents.toml, a period as its words."""

    intent: str
    slots: dict[str, Any] = field(default_factory=dict)


def masked(said: str, now: datetime, couriers: Iterable[Named] = ()) -> str:
    """The message without what names somebody or a parcel, as far as rules see it."""
    sentence = read(said[:_LONGEST], now, couriers)
    text, _ = cut_phones(sentence.heard, MARKS["phone"])
    for mark, mask in _MASKS.items():
        text = text.replace(MARKS[mark], mask)
    for name in _names(sentence, text):
        text = text.replace(name, "[name]")
    text = _NICKNAME.sub("[name]", text)
    for form, mask in _IDS:
        text = form.sub(mask, text)
    return _LONG_NUMBER.sub("[number]", _ADDRESS.sub("[address]", text))


def _names(sentence: Sentence, text: str) -> list[str]:
    """Whoever may be named there, as in `text`: rather one word too many than somebody's name."""
    member = str(of_member(sentence)["name"]).casefold()
    named = [match[match.lastgroup or 0] for match in _NAMED.finditer(text)]
    named = [name for name in named if name[0] in SURNAMES and not _NOBODY.search(name)]
    latin = [name.casefold() for name in _TWO_NAMES.findall(sentence.said)]
    strangers = [name for name in latin if _ours().isdisjoint(name.split())]
    return [name for name in (member, *named, *strangers) if name]


@cache
def _ours() -> frozenset[str]:
    """The English words of what merchants say."""
    examples = (word for intent in intents().values() for each in intent.examples for word in each.split())
    return frozenset(word for word in examples if word.islower())


def instructions() -> str:
    """What the model is told."""
    told = [f"{name}: {' | '.join(intent.examples[:3])} | {intent.examples[-1]}" for name, intent in intents().items()]
    couriers, statuses = (", ".join(words()[section]) for section in ("couriers", "status"))
    return _INSTRUCTIONS.format(couriers=couriers, statuses=statuses, intents="\n".join(told))


def read_form(answer: str, said: str, now: datetime) -> Form | None:
    """The filled form; None unless it is one in every part. `said` is the text that was sent."""
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.keys() != {"intent", "slots"} or not isinstance(told["slots"], dict):
        return None
    intent = intents().get(told["intent"]) if isinstance(told["intent"], str) else None
    if intent is None or intent.drops or not told["slots"].keys() <= intent.slots & _CHECKS.keys():
        return None
    if not all(_CHECKS[key](value, said, now) for key, value in told["slots"].items()):
        return None
    return Form(intent.name, told["slots"])


def _are_of(section: str) -> Callable[[Any, str, datetime], bool]:
    def check(value: Any, _said: str, _now: datetime) -> bool:  # noqa: ANN401 - whatever a model answers
        if not isinstance(value, list) or not value:
            return False
        return all(isinstance(each, str) and each in words()[section] for each in value)

    return check


def _is_count(value: Any, _said: str, _now: datetime) -> bool:  # noqa: ANN401 - the same
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MOST_ORDERS


def _is_pick(value: Any, _said: str, _now: datetime) -> bool:  # noqa: ANN401 - the same
    return value in ("earliest", "latest")


def _is_period(value: Any, said: str, now: datetime) -> bool:  # noqa: ANN401 - the same
    return isinstance(value, str) and value in said and periods.find(value, now) is not None


_CHECKS: Mapping[str, Callable[[Any, str, datetime], bool]] = {
    "courier": _are_of("couriers"),
    "status": _are_of("status"),
    "count": _is_count,
    "pick": _is_pick,
    "period": _is_period,
}
