"""From a merchant's words to an intent and its slots. Plain rules over data: intents.toml, words.toml, divisions.csv.

`decide` answers with slots by the names of intents.toml, as `miandan understand` prints them; `understand` with those
that conversations take. Importing this package loads none of the data.
"""

from collections.abc import Iterable

from handlers.understanding.answers import is_back, is_cancel, is_news, is_nothing, is_yes, match_button, match_option
from handlers.understanding.decide import Ask, Understood, decide
from handlers.understanding.handing_on import for_conversations, in_full, kept, repeats, restored, wall_clock
from handlers.understanding.intents import intents
from handlers.understanding.naming import Named
from handlers.understanding.numbers import numbers_in
from handlers.understanding.offsets import margins_in, moves_in
from handlers.understanding.pointing import names_any, pointed_at, without_numbers

__all__ = [
    "Ask",
    "Understood",
    "decide",
    "for_conversations",
    "in_full",
    "intents",
    "is_back",
    "is_cancel",
    "is_news",
    "is_nothing",
    "is_yes",
    "kept",
    "margins_in",
    "match_button",
    "match_option",
    "moves_in",
    "names_any",
    "numbers_in",
    "pointed_at",
    "repeats",
    "restored",
    "understand",
    "wall_clock",
    "without_numbers",
]


def understand(said: str, now: int, couriers: Iterable[Named] = (), context: Understood | None = None) -> Understood:
    """What a message wants, with the slots that conversations take; `now` in epoch milliseconds.

    The intent is "none" where it asks for nothing. `context`: what was understood of the message before, by `decide`.
    """
    return for_conversations(decide(said, wall_clock(now), couriers, context=context), now, said)
