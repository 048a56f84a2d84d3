"""A service that writes down recordings, with OpenAI's interface (API reference, "Create transcription").

The pretend recordings of this world hold their own words, so that the service hears what was really said in them.
Wordings of refusals are assumed.
"""

from functools import partial

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from bot.sandbox.service import Scene, Service

KEY = "sandbox-speech-key"
_HEADS = {"amr": b"#!AMR\npretend:"}
_OGG = b"OggS\x00\x02pretend:"
_LARGEST = 25 * 1024 * 1024
_FORMATS = "flac m4a mp3 mp4 mpeg mpga oga ogg wav webm".split()
_FIELDS = {"file", "model", "response_format", "language", "prompt", "temperature"}


def recording(words: str, form: str = "ogg") -> bytes:
    """Somebody saying these words, as Ogg Opus or in another format."""
    return _HEADS.get(form, _OGG) + words.encode()


def words_in(body: bytes) -> str:
    """What is said in a pretend recording of any format; nothing in anything else."""
    heads = (head for head in (*_HEADS.values(), _OGG) if body.startswith(head))
    return next((body.removeprefix(head).decode() for head in heads), "")


class Speech(Service):
    """The service. `model` is the one it has. `formats`: OpenAI's; others take what their decoder knows."""

    model = "whisper-1"

    def __init__(self, scene: Scene) -> None:
        super().__init__("speech", scene)
        self.formats = list(_FORMATS)
        self.app = Router([Route("/v1/audio/transcriptions", self._call, methods=["POST"])])

    def throttled(self) -> Response:
        """Answer 429."""
        return _refused(429, "Rate limit reached for requests")

    def takes_amr(self) -> None:
        """Understand AMR from now on, as a service with a decoder of its own may."""
        self.formats.append("amr")

    async def _call(self, request: Request) -> Response:
        async with request.form() as form:
            file = form.get("file")
            body = await file.read() if isinstance(file, UploadFile) else b""
            name = file.filename if isinstance(file, UploadFile) else ""
            fields = {key: value for key, value in form.items() if isinstance(value, str)}
        work = partial(self._heard, request.headers.get("authorization", ""), fields, name or "", body)
        return await self.serve("transcriptions", work)

    def _heard(self, authorization: str, fields: dict[str, str], name: str, body: bytes) -> Response:
        """The first thing that is wrong, else the words."""
        form = name.rpartition(".")[2]
        head = _HEADS.get(form, _OGG)
        faults = (
            (authorization != f"Bearer {KEY}", 401, "Incorrect API key provided"),
            (not fields.keys() <= _FIELDS, 400, "Unrecognized request argument supplied"),
            (fields.get("model") != self.model, 404, "The model does not exist or you do not have access to it"),
            (form not in self.formats, 400, f"Invalid file format. Supported formats: {self.formats}"),
            (len(body) > _LARGEST, 413, "Maximum content size limit exceeded"),
            (not body.startswith(head), 400, "Audio file might be corrupted or unsupported"),
        )
        for is_wrong, status, message in faults:
            if is_wrong:
                return _refused(status, message)
        return _told(fields.get("response_format", "json"), body.removeprefix(head).decode())


def _told(form: str, words: str) -> Response:
    if form not in {"json", "text"}:
        return _refused(400, "response_format must be json or text")
    return JSONResponse({"text": words}) if form == "json" else Response(f"{words}\n", media_type="text/plain")


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"error": {"message": message, "type": "invalid_request_error"}}, status)
