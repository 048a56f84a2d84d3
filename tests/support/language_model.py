"""A server with the interface of OpenAI's chat completions, as strict as the real one about what matters here."""

import json
from collections.abc import Callable
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

URL, KEY, NAME = "https://models.example/v1", "sk-sample", "small-model"
SETTINGS: dict[str, Any] = {"model_url": URL, "model_name": NAME}


class FakeModel:
    """Answers with what `answers` makes of the merchant's message, and keeps what it was asked."""

    def __init__(self, answers: Callable[[str], str]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.status = 200
        self.body: bytes | None = None  # sent instead of an answer
        self._app = Starlette(routes=[Route("/v1/chat/completions", self._complete, methods=["POST"])])

    @property
    def mounts(self) -> dict[str, httpx.AsyncBaseTransport]:
        """This server in place of the one in `URL`."""
        return {"https://models.example": httpx.ASGITransport(self._app)}

    async def _complete(self, request: Request) -> Response:
        told = json.loads(await request.body())
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return JSONResponse({"error": {"message": "Incorrect API key provided"}}, 401)
        if told["model"] != NAME:
            return JSONResponse({"error": {"message": "The model does not exist"}}, 404)
        roles = [each["role"] for each in told["messages"]]
        if roles != ["system", "user"] or "JSON" not in told["messages"][0]["content"]:
            return JSONResponse({"error": {"message": "'messages' must contain the word 'json'"}}, 400)
        self.asked.append(told["messages"][1]["content"])
        if self.body is not None or self.status != httpx.codes.OK:
            return Response(self.body or b"{}", self.status)
        message = {"role": "assistant", "content": self.answers(self.asked[-1])}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return JSONResponse({"id": "1", "object": "chat.completion", "choices": [choice]})


def form(intent: str, **slots: object) -> str:
    """A form as a model writes it."""
    return json.dumps({"intent": intent, "slots": slots}, ensure_ascii=False)
