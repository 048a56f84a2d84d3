"""What is said to a message that starts nothing: what it may have meant, or what there is instead."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from handlers import texts
from handlers.buttons import command_data, lasting
from handlers.messages import Button, Outgoing
from handlers.understanding import intents, understand


def offered(language: str, kind: str, options: Sequence[str], slots: Mapping[str, Any]) -> Outgoing:
    """One of these intents ("which"), with what was said for them, or one of these examples, as if it had been said."""
    if kind == "which":
        return Outgoing(
            texts.text(language, "chat.which_wish"), (*wishes(language, options, slots), see_help(language))
        )
    meant = [(example, understand(example, 0)) for example in options]  # times are counted when it is tapped
    examples = [Button(example, command_data(each.intent, lasting(each.slots))) for example, each in meant]
    return Outgoing(texts.text(language, "chat.not_understood"), (*examples, see_help(language)))


def not_yet(language: str, intent: str, commands: Container[str]) -> Outgoing:
    """Understood, but there is no conversation for it yet: what there is."""
    can = [texts.text(language, f"commands.{name}") for name in intents() if name in commands]
    what, told = texts.text(language, f"commands.{intent}"), texts.text(language, "chat.list_comma").join(can)
    return Outgoing(texts.text(language, "chat.not_yet", what=what, can=told), (see_help(language),))


def wishes(language: str, meant: Sequence[str], slots: Mapping[str, Any]) -> list[Button]:
    """One for each intent, with the slots that were understood."""
    told = lasting(slots)
    return [Button(texts.text(language, f"commands.{intent}"), command_data(intent, told)) for intent in meant]


def see_help(language: str) -> Button:
    """能做什么."""
    return Button(texts.text(language, "chat.see_help"), command_data("help", {}))
