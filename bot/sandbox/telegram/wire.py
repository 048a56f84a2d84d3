"""The Bot API's envelope: how arguments arrive, and the shape of answers.

Arguments come in the query, as a form, as multipart or as JSON (official page "Making requests"); a name that is not on
the method's list is refused here, where the real service ignores it: that is how a misspelling shows.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Json = dict[str, object]
_ATTACH = "attach://"
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


class Refusal(Exception):
    """Telegram's no: an error code, which is also the HTTP status, its description, and perhaps when to come back."""

    def __init__(self, code: int, description: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad(description: str) -> Refusal:
    """A 400."""
    return Refusal(400, f"Bad Request: {description}")


def stranger() -> Refusal:
    """A 401, for a token of no bot."""
    return Refusal(401, "Unauthorized")


def too_many(seconds: int) -> Refusal:
    """A 429 that says after how many seconds to come back."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", seconds)


def answered(result: object) -> Response:
    """A success."""
    return JSONResponse({"ok": True, "result": result})


def refused(refusal: Refusal) -> Response:
    """A failure."""
    body: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.retry_after:
        body["parameters"] = {"retry_after": refusal.retry_after}
    return JSONResponse(body, refusal.code)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body."""

    name: str
    media: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a method was called with. Every reader raises `Refusal` for a value of the wrong kind."""

    values: Mapping[str, object]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def check_names(self, known: Iterable[str]) -> None:
        """Raises `Refusal` for a name that is not known, and for a file that nothing refers to."""
        attached = {str(value).removeprefix(_ATTACH) for value in self.values.values() if _is_attached(value)}
        strangers = (set(self.values) - set(known)) | (set(self.files) - set(known) - attached)
        if strangers:
            raise bad(f'unknown parameter "{min(strangers)}"')

    def text(self, name: str) -> str:
        """A text; the empty string when missing."""
        value = self.values.get(name, "")
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise bad(f'parameter "{name}" must be a String')
        return str(value)

    def whole(self, name: str, default: int = 0) -> int:
        """A whole number."""
        written = self.text(name)
        if not written:
            return default
        try:
            return int(written)
        except ValueError as error:
            raise bad(f'parameter "{name}" must be an Integer') from error

    def truth(self, name: str) -> bool:
        """A Boolean; false when missing."""
        value = str(self.values.get(name, "false")).lower()
        if value not in _TRUTHS:
            raise bad(f'parameter "{name}" must be a Boolean')
        return _TRUTHS[value]

    def parsed(self, name: str) -> object:
        """A JSON value, serialised or not; none when missing or empty."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as error:
            raise bad(f'can\'t parse "{name}" JSON object') from error

    def file(self, name: str) -> Upload | None:
        """The file sent under this name, or under the one its value attaches."""
        value = self.values.get(name)
        return self.files.get(str(value).removeprefix(_ATTACH) if _is_attached(value) else name)


def _is_attached(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_ATTACH)


Method = Callable[[Arguments], object]


async def read(request: Request) -> Arguments:
    """The request's arguments, wherever they stand. Raises `Refusal`."""
    values: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return Arguments(values | _object(await request.body()))
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        fields, files = await _form(request)
        return Arguments(values | fields, files)
    return Arguments(values)


def _object(body: bytes) -> Json:
    try:
        values = json.loads(body or b"{}")
    except ValueError as error:
        raise bad("can't parse JSON object") from error
    if not isinstance(values, dict):
        raise bad("object expected as the request's body")
    return values


async def _form(request: Request) -> tuple[Json, dict[str, Upload]]:
    try:
        form = await request.form()
    except (HTTPException, MultiPartException) as error:
        raise bad("can't parse the form") from error
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    files = {name: await _upload(value) for name, value in form.multi_items() if isinstance(value, UploadFile)}
    await form.close()
    return dict(fields), files


async def _upload(part: UploadFile) -> Upload:
    return Upload(part.filename or "file", part.content_type or "application/octet-stream", await part.read())
