"""The people's side over HTTP, for whoever tests from outside: say, send, press, heard, document."""

import base64
import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.telegram.service import Telegram


def controls(telegram: Telegram) -> list[Route]:
    """The routes, below `/world/telegram`."""
    people = _People(telegram)
    return [
        Route("/say", people.say, methods=["POST"]),
        Route("/send", people.send, methods=["POST"]),
        Route("/press", people.press, methods=["POST"]),
        Route("/heard", people.heard),
        Route("/document", people.document),
    ]


class _People:
    """Every answer is 422 for a malformed request, 404 for a chat, button or document that is not there."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def say(self, request: Request) -> Response:
        """`{"chat": 1, "text": "…"}` → `{"message_id": 1}`."""
        try:
            asked = json.loads(await request.body())
            return JSONResponse({"message_id": self._telegram.says(int(asked["chat"]), str(asked["text"]))})
        except (KeyError, TypeError, ValueError):
            return _MALFORMED

    async def send(self, request: Request) -> Response:
        """`{"chat": 1, "kind": "document", "name": "…", "body": "base64"}` → `{"message_id": 1}`.

        `kind` is document, photo or voice; `caption` and, for voice, `seconds` may be given.
        """
        try:
            return JSONResponse({"message_id": self._sent(json.loads(await request.body()))})
        except (AttributeError, KeyError, TypeError, ValueError):
            return _MALFORMED

    def _sent(self, asked: Mapping[str, object]) -> int:
        chat, caption = int(str(asked["chat"])), str(asked.get("caption", ""))
        body = base64.b64decode(str(asked["body"]), validate=True)
        match asked["kind"]:
            case "document":
                return self._telegram.sends_document(chat, str(asked["name"]), body, caption)
            case "photo":
                return self._telegram.sends_photo(chat, body, caption)
            case "voice":
                return self._telegram.sends_voice(chat, body, int(str(asked.get("seconds", 3))))
        raise ValueError(asked["kind"])

    async def press(self, request: Request) -> Response:
        """`{"chat": 1, "label": "…"}` → `{"url": ""}`, or the address the button opens; a `message_id` says whose."""
        try:
            asked = json.loads(await request.body())
            chat, label, message = int(asked["chat"]), str(asked["label"]), int(asked.get("message_id", 0))
        except (AttributeError, KeyError, TypeError, ValueError):
            return _MALFORMED
        try:
            return JSONResponse({"url": self._telegram.presses(chat, label, message)})
        except KeyError:
            return _MISSING

    async def heard(self, request: Request) -> Response:
        """`?chat=1` → what the bot sent there, oldest first; nothing for a chat that nobody has opened."""
        try:
            return JSONResponse(self._telegram.heard(int(request.query_params["chat"])))
        except (KeyError, ValueError):
            return _MALFORMED

    async def document(self, request: Request) -> Response:
        """`?chat=1&message=2` → the document's bytes."""
        try:
            chat, number = (int(request.query_params[name]) for name in ("chat", "message"))
        except (KeyError, ValueError):
            return _MALFORMED
        try:
            return Response(self._telegram.document(chat, number), media_type="application/octet-stream")
        except KeyError:
            return _MISSING


_MALFORMED = JSONResponse({"error": "malformed request"}, 422)
_MISSING = JSONResponse({"error": "no such thing"}, 404)
