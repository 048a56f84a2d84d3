"""Kuaidi100's envelope: signatures (official demos), forms, and the shape of answers."""

import hashlib
import json
from urllib.parse import parse_qsl

from starlette.responses import Response

Json = dict[str, object]

OK, BAD_PARAM, BAD_PHONE, NOTHING, BUSY, BAD_SIGN, NO_BALANCE = "200", "400", "408", "500", "502", "503", "601"
NOT_A_POLL_USER, UNKNOWN_COMPANY, AGAIN = "600", "701", "501"


class Refusal(Exception):
    """Kuaidi100's no: a return code and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def query_sign(param: str, key: str, customer: str) -> str:
    """Of a query: upper-case hex MD5 over param, key and customer."""
    return hashlib.md5(f"{param}{key}{customer}".encode()).hexdigest().upper()


def push_sign(param: str, salt: str) -> str:
    """Of a push: upper-case hex MD5 over param and salt."""
    return hashlib.md5(f"{param}{salt}".encode()).hexdigest().upper()


def form(body: bytes) -> dict[str, str]:
    """The fields of a form body, as they were before they were encoded. Raises `Refusal`."""
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    except ValueError as error:
        raise Refusal(BAD_PARAM, "提交的数据不完整，或者贵公司没授权") from error


def param(fields: dict[str, str]) -> Json:
    """The JSON object in the field `param`. Raises `Refusal`."""
    try:
        told = json.loads(fields.get("param", ""))
    except ValueError as error:
        raise Refusal(BAD_PARAM, "param不是合法的JSON") from error
    if not isinstance(told, dict):
        raise Refusal(BAD_PARAM, "param不是JSON对象")
    return told


def word(told: Json, name: str) -> str:
    """A text of the object, "" where it is missing or nothing of the kind."""
    value = told.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def answered(body: object) -> Response:
    """Any answer, with HTTP status 200 like everything here."""
    return Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), media_type="application/json")


def failed(refusal: Refusal) -> Response:
    """A failure."""
    return answered({"result": False, "returnCode": refusal.code, "message": refusal.message})
