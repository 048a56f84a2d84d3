"""From a merchant's words to an intent and its slots. Plain rules: verbs, names, numbers and days."""

from handlers.understanding.answers import is_back, is_cancel, is_news, is_nothing, is_yes, match_button, match_option
from handlers.understanding.commands import Understood, in_full, numbers_in, understand

__all__ = [
    "Understood",
    "in_full",
    "is_back",
    "is_cancel",
    "is_news",
    "is_nothing",
    "is_yes",
    "match_button",
    "match_option",
    "numbers_in",
    "understand",
]
