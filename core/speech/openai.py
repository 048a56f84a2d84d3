"""Any service with OpenAI's /v1/audio/transcriptions: OpenAI itself, or one on the operator's own machine.

The form's fields are `file`, `model` and `response_format` (OpenAI API reference, "Create transcription"); the answer
to `json` is `{"text": "…"}`. The file's name must end as its format does: that is how the service tells formats apart.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import NotPermitted, OutcomeUnknown, RateLimited, ServiceError, ServiceRefused, ServiceUnavailable
from core.http import Http, Reply, multipart

SERVICE = "speech"
_OK = 200
_REFUSALS: Mapping[int, type[ServiceError]] = {401: NotPermitted, 403: NotPermitted, 429: RateLimited}


@dataclass(frozen=True, slots=True)
class SpeechService:
    """Where the service is. `url` without /audio/transcriptions; `key` may be empty on a machine of one's own."""

    url: str
    model: str
    key: str = field(default="", repr=False)


class OpenAiSpeech:
    """See `Transcriber`."""

    def __init__(self, http: Http, service: SpeechService) -> None:
        self._http = http
        self._service = service

    async def transcribe(self, recording: bytes, form: str) -> str:
        """The words of a recording."""
        fields = {"model": self._service.model, "response_format": "json"}
        body, headers = multipart("file", f"voice.{form}", recording, fields)
        if self._service.key:
            headers["Authorization"] = f"Bearer {self._service.key}"
        url = f"{self._service.url.rstrip('/')}/audio/transcriptions"
        try:
            reply = await self._http.post(SERVICE, url, body, headers)
        except OutcomeUnknown as lost:
            raise ServiceUnavailable(service=SERVICE) from lost
        return _words(reply)


def _words(reply: Reply) -> str:
    if reply.status == _OK:
        return _text(reply.body)
    raise _REFUSALS.get(reply.status, ServiceRefused)(service=SERVICE, raw=str(reply.status), said="")


def _text(body: bytes) -> str:
    """Raises `ServiceUnavailable` for what is no such answer."""
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ServiceUnavailable(service=SERVICE) from error
    text = answer.get("text") if isinstance(answer, dict) else None
    if not isinstance(text, str):
        raise ServiceUnavailable(service=SERVICE)
    return text.strip()
