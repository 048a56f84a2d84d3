"""Files in WeChat's chats: what a message carries, and its bytes when they are asked for.

An application's or account's message names a medium that `media/get` hands out for three days (official pages). What is
sent to an intelligent bot lies sealed at an address that is good for five minutes, with its key in the message: base64,
AES-256-CBC with the key's first 16 bytes as IV, PKCS#7 padding to 32 (official page and SDK).
"""

import base64
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wechat_api import Refused, WeChatApi
from core.errors import FileRefused, ServiceRefused, ServiceUnavailable
from core.http import Http
from handlers.messages import Attachment

_GONE, _NO_RIGHT = 40007, 48001
_BLOCK = 32


def attachment(fields: Mapping[str, Any]) -> Attachment | None:
    """The picture, recording or document of a callback's message; None where it has none of them.

    A recording's format is amr or speex (official pages on receiving messages). That documents come at all, and with
    their name in FileName, is assumed: the official page lists no such message.
    """
    kind, media = fields["MsgType"], str(fields.get("MediaId") or "")
    if kind == "image" and media:
        return Attachment("photo", f"{media} {fields.get('PicUrl') or ''}".strip())
    if kind == "voice" and media:
        return Attachment("voice", media, f"voice.{fields.get('Format') or 'amr'}".lower())
    if kind == "file" and media:
        return Attachment("document", media, str(fields.get("FileName") or ""))
    return None


async def download(api: WeChatApi, service: str, file: str, most: int) -> bytes:
    """The bytes of a medium. See `bot.channels.base.FileKeeper`; raises `Refused` for want of the right to media."""
    try:
        return await api.download("media/get", {"media_id": file.partition(" ")[0]}, most)
    except Refused as refused:
        if refused.code == _GONE:
            raise FileRefused(why="gone") from refused
        if refused.code == _NO_RIGHT:
            raise
        raise ServiceUnavailable(service=service, raw=str(refused.code)) from refused


async def download_shown(http: Http, service: str, file: str, most: int) -> bytes:
    """A picture from where WeChat shows it, which takes no right: the address is the file's second word.

    Nothing else is shown anywhere.
    """
    url = file.partition(" ")[2]
    if not url:
        raise FileRefused(why="gone")
    return await _fetched(http, service, f"https://{url.partition('://')[2]}", most)


def sealed_attachment(body: Mapping[str, Any]) -> Attachment | None:
    """The picture or document of a message to an intelligent bot, with the words that came beside it."""
    items = (body.get("mixed") or {}).get("msg_item") or [body]
    caption = "\n".join(str((each.get("text") or {}).get("content") or "") for each in items).strip()
    for each in items:
        if picture := each.get("image"):
            return Attachment("photo", _named(picture), caption=caption)
        if document := each.get("file"):
            return Attachment("document", _named(document), caption=caption)
    return None


async def download_sealed(http: Http, service: str, file: str, most: int) -> bytes:
    """The bytes of what was sent to an intelligent bot. See `bot.channels.base.FileKeeper`."""
    key, _, url = file.partition(" ")
    body = _unsealed(key, await _fetched(http, service, url, most + _BLOCK))
    if len(body) > most:
        raise FileRefused(why="too_big")
    return body


def _named(lent: Mapping[str, Any]) -> str:
    return f"{lent.get('aeskey') or ''} {lent.get('url') or ''}"


async def _fetched(http: Http, service: str, url: str, most: int) -> bytes:
    try:
        return await http.fetch(service, url, most)
    except ServiceRefused as refused:
        raise FileRefused(why="too_big" if refused.details.get("raw") == "size" else "gone") from refused


def _unsealed(key: str, sealed: bytes) -> bytes:
    """Raises `FileRefused` ("gone") for what this key does not open."""
    try:
        secret = base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
        decryptor = Cipher(algorithms.AES256(secret), modes.CBC(secret[:16])).decryptor()
        padded = decryptor.update(sealed) + decryptor.finalize()
    except ValueError as error:
        raise FileRefused(why="gone") from error
    length = padded[-1] if padded else 0
    if not 1 <= length <= _BLOCK or padded[-length:] != bytes([length]) * length:
        raise FileRefused(why="gone")
    return padded[:-length]
