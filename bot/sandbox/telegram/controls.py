"""The people's side over HTTP, for whoever tests from outside: say, press, heard, document."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.telegram.service import Telegram


def controls(telegram: Telegram) -> list[Route]:
    """The routes, below `/world/telegram`."""
    people = _People(telegram)
    return [
        Route("/say", people.say, methods=["POST"]),
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
