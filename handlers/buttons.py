"""What a button carries: an answer to a question, or a command with what is already known for it."""

from collections.abc import Mapping
from typing import Any

from handlers.journal import Question
from handlers.messages import Button

_LISTS = {"orders", "tracking"}
_COUNTS = {"count"}


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
    return (question, int(place)) if kind == "q" and place.isdecimal() else None


def command_data(intent: str, slots: Mapping[str, Any]) -> str:
    """What a button that starts a conversation carries: "c:print_orders:courier=ZTO"."""
    return ":".join(["c", intent, *(f"{key}={_written(value)}" for key, value in slots.items())])


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


def _written(value: Any) -> str:  # noqa: ANN401 - a slot is a text, a number or a list of texts
    return ",".join(value) if isinstance(value, list) else str(value)


def _read(key: str, value: str) -> Any:  # noqa: ANN401 - the same
    if key in _COUNTS and value.isdecimal():
        return int(value)
    return value.split(",") if key in _LISTS else value
