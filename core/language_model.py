"""A language model behind an OpenAI-compatible interface: one question, one answer. Optional, and off by default.

The call has the form of "chat completions", which OpenAI documents and most other services and local servers copy.
"""

import json
from typing import Any

from core.errors import ServiceRefused
from core.http import Http

_SERVICE = "language_model"
_OK = 200
_LONGEST = 400  # tokens of an answer; a filled form has about fifty


class LanguageModel:
    """One model of one service. Raises throughout: `ServiceUnavailable`, `OutcomeUnknown`, `ServiceRefused`."""

    def __init__(self, http: Http, url: str, model: str, key: str = "") -> None:
        """`url` up to and with the version, as in https://api.example.com/v1; `key` goes as a bearer token."""
        self._http = http
        self._url = f"{url}/chat/completions"
        self._model = model
        self._headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})

    async def complete(self, instructions: str, message: str) -> str:
        """What the model answers; asked for one JSON object."""
        body = {
            "model": self._model,
            "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": message}],
            "response_format": {"type": "json_object"},
            "temperature": 0,
            "max_tokens": _LONGEST,
        }
        reply = await self._http.post(_SERVICE, self._url, json.dumps(body).encode(), self._headers)
        if reply.status != _OK:
            raise ServiceRefused(service=_SERVICE, said=str(reply.status), raw=str(reply.status))
        return _answer(reply.body)


def _answer(body: bytes) -> str:
    try:
        content: Any = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as error:
        raise ServiceRefused(service=_SERVICE, said="no answer in the reply") from error
    if not isinstance(content, str):
        raise ServiceRefused(service=_SERVICE, said="no text in the answer")
    return content
