"""The envelope that WeCom's and Official Accounts' APIs share: JSON in and out, errors as `errcode` and `errmsg`.

Codes are those of the official tables of return codes, except where marked. A field that is not on a message's list is
refused here, where the real services ignore it: that is how a misspelling shows.
"""

import json
from collections.abc import Collection, Mapping

from starlette.responses import JSONResponse, Response

Json = dict[str, object]

OUT_OF_FREQUENCY = 45009
BAD_SECRET, BAD_GRANT, BAD_PERSON, BAD_MEDIA_TYPE, BAD_SIZE, BAD_MEDIA = 40001, 40002, 40003, 40004, 40006, 40007
BAD_TYPE, BAD_OWNER, BAD_AGENT, BAD_ARGUMENT, BAD_APP_SECRET = 40008, 40013, 40056, 40058, 40125
BAD_BUTTONS, BAD_NAME, BAD_KEY, BAD_TEMPLATE = 40017, 40018, 40019, 40037
TOO_LONG, OUT_OF_TIME, TOO_MANY, BAD_FIELD, NO_RIGHT = 45002, 45015, 45047, 47003, 48001
UNTRUSTED_ADDRESS, NOBODY, NOT_JSON = 60020, 81013, 47001
BAD_TASK, BAD_CODE, BAD_CARD = 42014, 42017, 42030  # assumed within 42014 to 42039, which are about cards
NOTHING, TOO_OLD = 40097, 45074  # assumed


class Refusal(Exception):
    """The service's no."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(code)
        self.code = code
        self.said = said


def answered(**values: object) -> Response:
    """A success."""
    return JSONResponse({"errcode": 0, "errmsg": "ok"} | values)


def refused(refusal: Refusal) -> Response:
    """A failure, at HTTP 200 like everything else."""
    return JSONResponse({"errcode": refusal.code, "errmsg": refusal.said})


def read(body: bytes | str) -> Json:
    """The posted object. Raises `Refusal`."""
    try:
        read: object = json.loads(body)
    except ValueError as error:
        raise Refusal(NOT_JSON, "data format error") from error
    if not isinstance(read, dict):
        raise Refusal(NOT_JSON, "data format error")
    return read


def check_fields(values: Mapping[str, object], known: Collection[str], needed: Collection[str] = ()) -> None:
    """Raises `Refusal` for a field that nobody knows, or one that is not there."""
    if strange := set(values) - set(known) - set(needed):
        raise Refusal(BAD_ARGUMENT, f"unknown field {min(strange)}")
    if missing := set(needed) - set(values):
        raise Refusal(BAD_ARGUMENT, f"missing field {min(missing)}")


def part(values: Mapping[str, object], name: str) -> Json:
    """A field that is an object. Raises `Refusal`."""
    value = values.get(name)
    if not isinstance(value, dict):
        raise Refusal(BAD_ARGUMENT, f"{name} must be an object")
    return value


def rows(values: Mapping[str, object], name: str) -> list[Json]:
    """A field that is a list of objects; nothing when it is missing. Raises `Refusal`."""
    value = values.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Refusal(BAD_ARGUMENT, f"{name} must be a list of objects")
    return value


def text(values: Mapping[str, object], name: str) -> str:
    """A field that is a text; empty when it is missing. Raises `Refusal`."""
    value = values.get(name, "")
    if not isinstance(value, str):
        raise Refusal(BAD_ARGUMENT, f"{name} must be a string")
    return value


def whole(values: Mapping[str, object], name: str) -> int:
    """A field that is a whole number. Raises `Refusal`."""
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refusal(BAD_ARGUMENT, f"{name} must be an integer")
    return value
