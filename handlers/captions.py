"""The words beside a file: what they want done with what is on it, and whether anything of them is left over."""

from dataclasses import dataclass
from typing import Any

from handlers import files
from handlers.messages import Attachment
from handlers.understanding import Understood

_NOTHING = Understood("none")
_OF_PARCELS = frozenset({"urge", "intercept", "reprint", "reissue", "cancel_waybill"})
_PRINTS = frozenset({"none", "print_orders", "create_waybill"})
_LOOKS = frozenset({"none", "track", "troubleshoot", "printer_settings"})
_WORDS = frozenset({"said", "about", "action"})  # slots that say in other words what the intent says


@dataclass(frozen=True, slots=True)
class Begun:
    """What is begun with a file. `is_all_used`: nothing of the words beside it is left out."""

    intent: str
    slots: dict[str, Any]
    is_all_used: bool


def begun_with(kind: str, file: Attachment, beside: Understood | None) -> Begun:
    """A sheet is printed, with the courier named; with the parcel on a photo is done what the words want."""
    words, record = beside or _NOTHING, {"file": files.record(file)}
    if kind == files.SHEET:
        return _printed(words, record)
    if not words.is_unsure and _is_of_parcels(words):
        return Begun(words.intent, words.slots | record, is_all_used=True)
    return Begun(files.INTENTS[kind], record, is_all_used=words.intent in _LOOKS and not words.is_unsure)


def fits(question_of: str, beside: Understood) -> bool:
    """Whether words beside the file that answers a question of this command want nothing else."""
    return beside.intent in {"none", question_of}


def _printed(words: Understood, record: dict[str, Any]) -> Begun:
    is_wish = words.is_unsure or words.intent in _PRINTS
    named = {"courier": words.slots["courier"]} if is_wish and "courier" in words.slots else {}
    has_more = bool(words.slots.keys() - named.keys() - _WORDS)
    is_heard = bool(named) or not words.is_unsure
    return Begun(files.INTENTS[files.SHEET], record | named, is_all_used=is_wish and is_heard and not has_more)


def _is_of_parcels(words: Understood) -> bool:
    return words.intent in _OF_PARCELS or words.slots.get("about") == "news"
