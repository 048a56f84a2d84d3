"""A message that goes on from the one before: 那中通的呢, 昨天的呢, 再打一次, a bare number."""

from collections.abc import Mapping
from typing import Any

from core.patterns import pattern
from core.writing import consists_of
from handlers.understanding.intents import intents
from handlers.understanding.normalise import list_of
from handlers.understanding.sentence import Sentence

_NUMBERS = ("order_numbers", "tracking_numbers")
_CHANGES = ("courier", "period", "region", "region_exclude", "status", "shop", "count", *_NUMBERS)
_GOES_ON = pattern(
    r"^(?:那|那么|还有|再看看?|换成?|改成?|改用|用|只要?|就|and|what about|how about|same for|now|then|also|only)"
    r"|[呢吧的]$|(?:instead|too|as well)$"
)
_REFERS = pattern(r"再|又|也|它|这|那|上面|刚才|again|\bit\b|this|that|too|once more|one more")
_SIGNS = frozenset(" ,，。、?？")


def slots_of(sentence: Sentence, intent: str, before: Mapping[str, Any], *, is_weak: bool) -> dict[str, Any]:
    """The slots of the same wish with what this message changes; nothing where it is no follow-up.

    `is_weak`: the message names no intent of its own.
    """
    known = intents().get(intent)
    said = {key: sentence.slots[key] for key in _CHANGES if key in sentence.slots}
    if known is None or not said or not is_weak or not consists_of(sentence.left, list_of("follow_up") | _SIGNS):
        return {}
    if not (_GOES_ON.search(sentence.heard) or _NUMBERS[0] in said or _NUMBERS[1] in said):
        return {}
    if not said.keys() <= known.slots:
        return {}
    kept = {key: value for key, value in before.items() if not (key in _NUMBERS and said.keys() & set(_NUMBERS))}
    words = {"period_words": sentence.slots["period_words"]} if "period" in said else {}
    return {**kept, **said, **words}


def refers(sentence: Sentence, intent: str, before: str) -> bool:
    """Whether a wish without a number is about the number before: another thing to do with it, or 再打一次.

    The bare command said again is about another parcel, so it is asked which.
    """
    return intent != before or bool(_REFERS.search(sentence.heard))


def meant(sentence: Sentence, intent: str, before: str, slots: Mapping[str, Any]) -> dict[str, Any]:
    """The order and waybill numbers that the message before was about; after a batch 再打一次 means that batch."""
    numbers = {key: slots[key] for key in _NUMBERS if key in slots}
    is_batch = intent == "reprint" and before == "print_orders" and _REFERS.search(sentence.heard) is not None
    if numbers:
        return numbers
    return {"ref": "last_batch"} if is_batch else {}
