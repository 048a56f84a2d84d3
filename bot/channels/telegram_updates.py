"""Updates of the Bot API as our messages. In a group only what is said to the bot is read: nothing else is kept."""

import re
from collections.abc import Mapping
from typing import Any

from bot.channels import telegram_files
from handlers.messages import Incoming

NAME = "telegram"
_COMMAND = re.compile(r"(/\w+)(?:@(\w+))?(.*)", re.DOTALL)


def read(update: Mapping[str, Any], bot: str) -> Incoming | None:
    """An update as our message; None for what needs no answer. `bot` is the bot's own name, without the @.

    Raises `KeyError`, `TypeError` or `AttributeError` for what is no update.
    """
    uid = _number(update["update_id"])
    if query := update.get("callback_query"):
        return _tapped(uid, query)
    message = update.get("message")
    if not message:
        return None
    if message["chat"]["type"] != "private":
        return _in_group(uid, message, bot)
    peer, text = _number(message["chat"]["id"]), _text(message, "text")
    if attached := telegram_files.attachment(message):
        return Incoming(NAME, peer, uid, attachment=attached, message=_number(message["message_id"]))
    if not text:
        return Incoming(NAME, peer, uid, notice="chat.only_text")
    return Incoming(NAME, peer, uid, text=text, message=_number(message["message_id"]), replies_to=_replies_to(message))


def _tapped(uid: str, query: Mapping[str, Any]) -> Incoming | None:
    data, person = _text(query, "data"), _number(query["from"]["id"])
    if not data:
        return None
    chat = (query.get("message") or {}).get("chat") or query["from"]
    peer = _number(chat["id"])
    return Incoming(NAME, peer, uid, sender="" if peer == person else person, button=data)


def _in_group(uid: str, message: Mapping[str, Any], bot: str) -> Incoming | None:
    """What a person, who is no bot and stands under her own name, says to us: by mention, command or reply.

    Of a file nothing is kept: what is on it is not for a group.
    """
    who, attached = message.get("from") or {}, telegram_files.attachment(message)
    text = _text(message, "caption" if attached else "text")
    if not (text or attached) or who.get("is_bot", True) or "sender_chat" in message:
        return None
    said = _said_to(bot, text)
    replied = ((message.get("reply_to_message") or {}).get("from") or {}).get("username", "")
    if said is None and (not bot or replied.lower() != bot.lower()):
        return None
    chat, sender, told = _number(message["chat"]["id"]), _number(who["id"]), _number(message["message_id"])
    if attached:
        return Incoming(NAME, chat, uid, sender=sender, message=told, notice="chat.file_in_private")
    words = text if said is None else said
    return Incoming(NAME, chat, uid, sender=sender, text=words, message=told, replies_to=_replies_to(message))


def _replies_to(message: Mapping[str, Any]) -> str:
    """The id of the message that it replies to in this chat, "" where it replies to none."""
    replied = message.get("reply_to_message")
    return _number(replied["message_id"]) if replied else ""


def _said_to(bot: str, text: str) -> str | None:
    """The text without our name; None for what names somebody else, or nobody."""
    if command := _COMMAND.fullmatch(text):
        name, addressee, rest = command.groups()
        return f"{name}{rest}" if (addressee or bot).lower() == bot.lower() else None
    mention = re.compile(rf"(?<![\w@/])@{re.escape(bot)}(?!\w)", re.IGNORECASE)
    return mention.sub(" ", text).strip() if bot and mention.search(text) else None


def _number(given: Any) -> str:  # noqa: ANN401 - it is looked at here
    """An id as it stands in our books. Raises `TypeError` for what is none."""
    if type(given) is not int:
        raise TypeError(type(given))
    return str(given)


def _text(given: Mapping[str, Any], name: str) -> str:
    """A text, "" where there is none. Raises `TypeError`."""
    text = given.get(name, "")
    if not isinstance(text, str):
        raise TypeError(type(text))
    return text
