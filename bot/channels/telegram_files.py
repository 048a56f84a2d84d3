"""Files in Telegram: what a message carries, and its bytes when they are asked for. A bot may fetch up to 20 MB."""

from collections.abc import Mapping, Sequence
from typing import Any

import telegram
from telegram.error import BadRequest, TelegramError

from core.errors import FileRefused, ServiceUnavailable
from handlers.messages import Attachment


def attachment(message: Mapping[str, Any]) -> Attachment | None:
    """The document, photo or voice of a Message of the Bot API; None where it has none of them."""
    caption = message.get("caption", "")
    if document := message.get("document"):
        name = document.get("file_name", "")
        return Attachment("document", document["file_id"], name, document.get("file_size", 0), caption=caption)
    if photo := message.get("photo"):
        largest = _largest(photo)
        return Attachment("photo", largest["file_id"], size=largest.get("file_size", 0), caption=caption)
    if voice := message.get("voice"):
        return Attachment("voice", voice["file_id"], size=voice.get("file_size", 0), seconds=voice["duration"])
    return None


async def download(bot: telegram.Bot, file: str, most: int) -> bytes:
    """The bytes of a file. See `bot.channels.base.FileKeeper`."""
    try:
        found = await bot.get_file(file)
        if (found.file_size or 0) > most:
            raise FileRefused(why="too_big")
        body = bytes(await found.download_as_bytearray())
    except BadRequest as error:
        raise FileRefused(why="too_big" if "too big" in error.message else "gone") from error
    except TelegramError as error:
        raise ServiceUnavailable(service="telegram") from error
    if len(body) > most:
        raise FileRefused(why="too_big")
    return body


def _largest(photo: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return max(photo, key=lambda size: int(size["width"]) * int(size["height"]))
