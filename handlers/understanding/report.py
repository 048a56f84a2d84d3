"""What was understood, as JSON data: the form that `miandan understand` prints."""

from typing import Any

from handlers.understanding.decide import Understood
from handlers.understanding.intents import intents
from handlers.understanding.periods import Period

_OURS = frozenset({"period_words", "lacks", "language"})  # for the conversations only


def public(understood: Understood) -> dict[str, Any]:
    """{"intent", "slots", "ask"}; `ask` is not empty when something would be asked back."""
    known = intents().get(understood.intent)
    return {
        "intent": known.reported_as if known else understood.intent,
        "slots": {key: _plain(value) for key, value in understood.slots.items() if key not in _OURS},
        "ask": [each.record() for each in understood.asks],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - a slot is what it is
    return value.record() if isinstance(value, Period) else value
