"""What a button carries: an answer to a question, or a command with what is already known for it."""

from collections.abc import Mapping
from typing import Any

from handlers.journal import Question
from handlers.messages import Button

_LISTS = {"orders", "tracking", "couriers", "status", "region", "region_exclude"}
_COUNTS = {"count"}
_LONG = 9  # digits; nothing here is ever counted so far
_PASSING = {"start", "end"}  # counted anew from `day`
_PERSONAL = {"name", "phone", "address", "recipient", "phone_tail", "said", "file"}


def answer_data(question: str, option: int) -> str:
    """What the button of a question's option carries."""
    return f"q:{question}:{option}"


def option_buttons(question: Question) -> list[Button]:
    """A button for every option of a question."""
    return [Button(option.label, answer_data(question.token, n)) for n, option in enumerate(question.options)]


def read_answer_data(data: str) -> tuple[str, int] | None:
    """The question's token and the option's place; None for anything else."""
    kind, _, rest = data.partition(":")
    question, _, place = rest.partition(":")
    return (question, int(place)) if kind == "q" and place.isdecimal() and len(place) < _LONG else None


def command_data(intent: str, slots: Mapping[str, Any]) -> str:
    """What a button that starts a conversation carries: "c:print_orders:courier=ZTO"; a colon in a value as %3A."""
    return ":".join(["c", intent, *(f"{key}={_written(value)}" for key, value in slots.items())])


def lasting(slots: Mapping[str, Any]) -> dict[str, Any]:
    """The slots that a button may carry: those that name nobody and mean the same later on, as "today" does not."""
    return {key: value for key, value in slots.items() if key not in _PASSING | _PERSONAL and _is_writable(value)}


def is_command_data(data: str) -> bool:
    """Whether the button starts a conversation."""
    return data.startswith("c:")


def read_command_data(data: str) -> tuple[str, dict[str, Any]]:
    """The intent and the slots; no intent at all where the data makes no sense."""
    _, intent, *pairs = [*data.split(":"), ""] if ":" not in data else data.split(":")
    if not all("=" in pair for pair in pairs):
        return "", {}
    slots = dict(pair.split("=", 1) for pair in pairs)
    return intent, {key: _read(key, value) for key, value in slots.items()}


def _is_writable(value: Any) -> bool:  # noqa: ANN401 - a slot is what it is
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return isinstance(value, str | int) and not isinstance(value, bool)


def _written(value: Any) -> str:  # noqa: ANN401 - a slot is a text, a number or a list of texts
    written = ",".join(value) if isinstance(value, list) else str(value)
    return written.replace("%", "%25").replace(":", "%3A")


def _read(key: str, value: str) -> Any:  # noqa: ANN401 - the same
    value = value.replace("%3A", ":").replace("%25", "%")
    if key in _COUNTS and value.isdecimal() and len(value) < _LONG:
        return int(value)
    return value.split(",") if key in _LISTS else value
