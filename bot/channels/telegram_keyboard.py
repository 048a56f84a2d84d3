"""Buttons as Telegram's inline keyboard."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.messages import Button

_DATA = 64  # bytes


def keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    """Two buttons a row, one where the labels are long."""
    if not buttons:
        return None
    width = 1 if any(len(button.label) > 12 for button in buttons) else 2  # noqa: PLR2004 - what fits half a phone
    drawn = [_drawn(button) for button in buttons]
    return InlineKeyboardMarkup([drawn[start : start + width] for start in range(0, len(drawn), width)])


def _drawn(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    if len(button.data.encode()) > _DATA:
        raise ValueError(f"button data too long: {button.data.partition('=')[0]}")
    return InlineKeyboardButton(button.label, callback_data=button.data)
