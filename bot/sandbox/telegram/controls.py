"""Sending files to the bot over HTTP, beside what `bot/sandbox/controls.py` offers for every chat."""

import base64
import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.telegram.service import Telegram


def sending(telegram: Telegram) -> list[Route]:
    """The route, below `/world/telegram`."""

    async def send(request: Request) -> Response:
        """`{"chat": 1, "kind": "document", "name": "…", "body": "base64"}` → `{"message_id": 1}`.

        `kind` is document, photo or voice; `caption` and, for voice, `seconds` may be given. 422 for anything else.
        """
        try:
            return JSONResponse({"message_id": _sent(telegram, json.loads(await request.body()))})
        except (AttributeError, KeyError, TypeError, ValueError):
            return JSONResponse({"error": "malformed request"}, 422)

    return [Route("/send", send, methods=["POST"])]


def _sent(telegram: Telegram, asked: Mapping[str, object]) -> int:
    chat, caption = int(str(asked["chat"])), str(asked.get("caption", ""))
    body = base64.b64decode(str(asked["body"]), validate=True)
    match asked["kind"]:
        case "document":
            return telegram.sends_document(chat, str(asked["name"]), body, caption)
        case "photo":
            return telegram.sends_photo(chat, body, caption)
        case "voice":
            return telegram.sends_voice(chat, body, int(str(asked.get("seconds", 3))))
    raise ValueError(asked["kind"])
