"""Buttons for what an unclear message may have meant."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import texts
from handlers.buttons import command_data, lasting
from handlers.messages import Button, Outgoing
from handlers.understanding import understand


def offered(language: str, kind: str, options: Sequence[str], slots: Mapping[str, Any]) -> Outgoing:
    """One of these intents ("which"), with what was said for them, or one of these examples, as if it had been said."""
    if kind == "which":
        return Outgoing(
            texts.text(language, "chat.which_wish"), (*wishes(language, options, slots), see_help(language))
        )
    meant = [(example, understand(example, 0)) for example in options]  # times are counted when it is tapped
    examples = [Button(example, command_data(each.intent, lasting(each.slots))) for example, each in meant]
    return Outgoing(texts.text(language, "chat.not_understood"), (*examples, see_help(language)))


def wishes(language: str, intents: Sequence[str], slots: Mapping[str, Any]) -> list[Button]:
    """One for each intent, with the slots that were understood."""
    told = lasting(slots)
    return [Button(texts.text(language, f"commands.{intent}"), command_data(intent, told)) for intent in intents]


def see_help(language: str) -> Button:
    """能做什么."""
    return Button(texts.text(language, "chat.see_help"), command_data("help", {}))
