"""Buttons as Telegram's inline keyboard, the menu of commands, and what belongs to an answer in a group."""

from collections.abc import Mapping

from telegram import BotCommand, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from bot.channels.base import Drawing
from handlers import texts
from handlers.messages import Button

_DATA = 64  # bytes


def keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    """Two buttons a row, one where the labels are long."""
    if not buttons:
        return None
    width = 1 if any(len(button.label) > 12 for button in buttons) else 2  # noqa: PLR2004 - what fits half a phone
    drawn = [_drawn(button) for button in buttons]
    return InlineKeyboardMarkup([drawn[start : start + width] for start in range(0, len(drawn), width)])


def answered(drawing: Drawing) -> ReplyParameters | None:
    """The message that is answered, where others write in between."""
    return ReplyParameters(int(drawing.answers), allow_sending_without_reply=True) if drawing.answers else None


def reply_box(drawing: Drawing) -> ForceReply | None:
    """In a group the bot hears words only in a reply to it, so whoever is asked finds the reply box open."""
    return ForceReply(selective=True) if drawing.asks and drawing.answers else None


def _drawn(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    if len(button.data.encode()) > _DATA:
        raise ValueError(f"button data too long: {button.data.partition('=')[0]}")
    return InlineKeyboardButton(button.label, callback_data=button.data)


def menus(menu: Mapping[str, str]) -> dict[str, list[BotCommand]]:
    """The menu (intent → label) by the language of a person's phone; "" for every language without one of its own."""
    english = {intent: texts.text("en", f"commands.{intent}") for intent in menu}
    shown = {"": menu, "en": english}
    return {language: [BotCommand(*each) for each in labels.items()] for language, labels in shown.items()}
