"""The gateway's envelope: reading a request, its signature, and the shape of every answer (official calling guide)."""

import hashlib
import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.responses import Response

from bot.sandbox.clock import SECOND
from bot.sandbox.pinduoduo.params import BAD_SIGN, CLIENT, COMMON_PARAM, Json, Refusal

TOLERANCE = 600 * SECOND
_COMMON = ("type", "client_id", "timestamp", "sign")
_BAD_BODY = 10000


def sign(params: Mapping[str, str], secret: str) -> str:
    """MD5 over every parameter but `sign`, by name, between two secrets; upper-case hex."""
    joined = "".join(name + params[name] for name in sorted(params) if name != "sign")
    return hashlib.md5(f"{secret}{joined}{secret}".encode()).hexdigest().upper()


def read(body: bytes, content_type: str) -> dict[str, str]:
    """The parameters as they were signed, from a JSON or a form body. Raises `Refusal` when it is neither."""
    try:
        return _READERS[content_type.partition(";")[0].strip().lower()](body)
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(_BAD_BODY) from error


def _read_json(body: bytes) -> dict[str, str]:
    fields = json.loads(body)
    if not isinstance(fields, dict):
        raise TypeError
    return {name: _scalar(name, value) for name, value in fields.items()}


def _scalar(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise Refusal(_BAD_BODY, name)
    return str(value)


def _read_form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))


_READERS = {"application/json": _read_json, "application/x-www-form-urlencoded": _read_form}


def check(params: Mapping[str, str], secrets: Mapping[str, str], now: int) -> None:
    """The common parameters in the gateway's order; `secrets` by client id, `now` in milliseconds. Raises `Refusal`."""
    for name in _COMMON:
        if not params.get(name):
            raise Refusal(COMMON_PARAM, name)
    _check_form(params)
    if params["client_id"] not in secrets:
        raise Refusal(CLIENT)
    _check_time(params["timestamp"], now)
    if params["sign"] != sign(params, secrets[params["client_id"]]):
        raise Refusal(BAD_SIGN)


def _check_form(params: Mapping[str, str]) -> None:
    for name, only in (("data_type", "JSON"), ("version", "V1")):
        if params.get(name, only) != only:
            raise Refusal(COMMON_PARAM, name)


def _check_time(timestamp: str, now: int) -> None:
    if not timestamp.isdecimal() or abs(int(timestamp) * SECOND - now) > TOLERANCE:
        raise Refusal(COMMON_PARAM, "timestamp")


def answered(wrapper: str, body: Json, request_id: str) -> Response:
    """A success: one wrapper key, or none for the few interfaces that have none."""
    inner = {**body, "request_id": request_id}
    return _json({wrapper: inner} if wrapper else inner)


def failed(refusal: Refusal, request_id: str) -> Response:
    """A failure, with HTTP status 200 like everything else."""
    error = {
        "error_msg": refusal.message,
        "sub_msg": refusal.sub_msg,
        "sub_code": refusal.sub_code,
        "error_code": refusal.code,
        "request_id": request_id,
    }
    return _json({"error_response": error})


def _json(body: Json) -> Response:
    return Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), media_type="application/json")
