"""The people's side of a chat over HTTP, for whoever tests from outside: say, press, heard, document."""

import json
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class People(Protocol):
    """Whoever writes to the program in one kind of chat; `chat` is a number on Telegram, a name elsewhere."""

    def says(self, chat: Any, text: str) -> int: ...  # noqa: ANN401, D102 - see each service
    def presses(self, chat: Any, label: str, message_id: int = 0) -> str: ...  # noqa: ANN401, D102
    def heard(self, chat: Any) -> list[dict[str, object]]: ...  # noqa: ANN401, D102
    def document(self, chat: Any, number: int) -> bytes: ...  # noqa: ANN401, D102


def controls(people: People, chat: type[int] | type[str]) -> list[Route]:
    """The routes, below `/world/<service>`."""
    told = _Controls(people, chat)
    return [
        Route("/say", told.say, methods=["POST"]),
        Route("/press", told.press, methods=["POST"]),
        Route("/heard", told.heard),
        Route("/document", told.document),
    ]


class _Controls:
    """Every answer is 422 for a malformed request, 404 for a chat, button or document that is not there."""

    def __init__(self, people: People, chat: type[int] | type[str]) -> None:
        self._people = people
        self._chat = chat

    async def say(self, request: Request) -> Response:
        """`{"chat": 1, "text": "…"}` → `{"message_id": 1}`."""
        try:
            asked = json.loads(await request.body())
            return JSONResponse({"message_id": self._people.says(self._chat(asked["chat"]), str(asked["text"]))})
        except (KeyError, TypeError, ValueError):
            return _MALFORMED

    async def press(self, request: Request) -> Response:
        """`{"chat": 1, "label": "…"}` → `{"url": ""}`, or the address the button opens; a `message_id` says whose."""
        try:
            asked = json.loads(await request.body())
            chat, label, message = self._chat(asked["chat"]), str(asked["label"]), int(asked.get("message_id", 0))
        except (AttributeError, KeyError, TypeError, ValueError):
            return _MALFORMED
        try:
            return JSONResponse({"url": self._people.presses(chat, label, message)})
        except KeyError:
            return _MISSING

    async def heard(self, request: Request) -> Response:
        """`?chat=1` → what the program sent there, oldest first; nothing for a chat that nobody has opened."""
        try:
            return JSONResponse(self._people.heard(self._chat(request.query_params["chat"])))
        except (KeyError, ValueError):
            return _MALFORMED

    async def document(self, request: Request) -> Response:
        """`?chat=1&message=2` → the document's bytes."""
        try:
            chat, number = self._chat(request.query_params["chat"]), int(request.query_params["message"])
        except (KeyError, ValueError):
            return _MALFORMED
        try:
            return Response(self._people.document(chat, number), media_type="application/octet-stream")
        except KeyError:
            return _MISSING


_MALFORMED = JSONResponse({"error": "malformed request"}, 422)
_MISSING = JSONResponse({"error": "no such thing"}, 404)
