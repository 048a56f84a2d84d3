"""ZTO's envelope: developer apps, the digest over the exact bytes, and the shape of answers (official SDK)."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import Response

Json = dict[str, object]

NO_SUCH_INTERFACE, EMPTY, NOT_ALLOWED, BAD_DIGEST = "S207", "S208", "S210", "S211"
BAD_ADDRESS, BAD_TIME, TOO_OFTEN = "S212", "S214", "S206"
NO_ACCOUNT, PHONE_MISMATCH, PHONE_NEEDED = "E404", "E409", "E413"
OUT_OF_RANGE = "E23122"
NO_ORDER_HERE = "E23102"
SHORT, NO_ORDER, NOT_CANCELLABLE = "B001", "B404", "B409"  # assumed: only the messages are documented
_DONE = "SYS000"
_TOLERANCE = 600_000


class Algorithm(StrEnum):
    """The digest an app is set to."""

    MD5 = "md5"
    SHA256 = "sha256"


@dataclass(frozen=True, slots=True)
class App:
    """A developer app and its console settings."""

    key: str
    secret: str
    algorithm: Algorithm = Algorithm.MD5
    hexadecimal: bool = False
    timestamped: bool = False


class Refusal(Exception):
    """ZTO's no: a code and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def digest(app: App, body: bytes, timestamp: str = "") -> str:
    """Base64 (or hex) of the hash over timestamp, body and secret."""
    hashed = hashlib.new(app.algorithm, timestamp.encode() + body + app.secret.encode())
    return hashed.hexdigest() if app.hexadecimal else b64encode(hashed.digest()).decode()


def check(apps: Mapping[str, App], headers: Mapping[str, str], body: bytes, now: int) -> None:
    """Who calls, and whether the bytes are theirs. `now` in milliseconds. Raises `Refusal`."""
    app = apps.get(headers.get("x-appkey") or headers.get("x-companyid", ""))
    if app is None:
        raise Refusal(BAD_DIGEST, "签名错误：appKey不存在")
    timestamp = _timestamp(headers, now) if app.timestamped else ""
    if headers.get("x-datadigest") != digest(app, body, timestamp):
        raise Refusal(BAD_DIGEST, "签名错误")


def _timestamp(headers: Mapping[str, str], now: int) -> str:
    timestamp = headers.get("x-timestamp", "")
    if not timestamp.isdecimal() or abs(int(timestamp) - now) > _TOLERANCE:
        raise Refusal(BAD_TIME, "时间戳不合法")
    return timestamp


def read(body: bytes) -> Json:
    """The request's JSON object. Raises `Refusal`."""
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise Refusal(EMPTY, "请求报文不是合法的JSON") from error
    if not isinstance(fields, dict):
        raise Refusal(EMPTY, "请求报文为空")
    return fields


def done(result: object) -> Response:
    """A success."""
    return _json({"result": result, "message": "操作成功", "status": True, "statusCode": _DONE})


def failed(refusal: Refusal) -> Response:
    """A failure, with HTTP status 200 like everything else."""
    return _json({"result": None, "message": refusal.message, "status": False, "statusCode": refusal.code})


def _json(body: Json) -> Response:
    return Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), media_type="application/json")
