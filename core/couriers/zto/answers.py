"""Opening ZTO's answers: what is inside, or which of our errors the code and the words mean."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TypeAlias

from core.clock import moment_of
from core.errors import (
    AppRefused,
    BalanceShort,
    ClockWrong,
    CredentialsRejected,
    NotPermitted,
    OutcomeUnknown,
    OutOfRange,
    RateLimited,
    ServiceError,
    ServiceRefused,
)

Json: TypeAlias = Mapping[str, object]

_SERVICE = "ZTO"
_VERDICTS = {"True": True, "true": True, "False": False, "false": False}  # the boolean, or its name
_WRONG_SIGNATURE = "S211"
# Official codes. Timeouts and exceptions may have come after the work was done.
_CODES: Mapping[str, type[ServiceError]] = {
    "S200": OutcomeUnknown,
    "S202": OutcomeUnknown,
    "S203": OutcomeUnknown,
    "S206": RateLimited,
    "S210": NotPermitted,  # this API is not bound to the app
    _WRONG_SIGNATURE: AppRefused,
    "S212": AppRefused,  # our address is not in the app's white list
    "S214": ClockWrong,  # the timestamp of an app that must send one
    "S221": RateLimited,
    "E404": CredentialsRejected,  # no e-waybill account bound
    "E418": NotPermitted,  # the branch has not agreed
    "E23122": OutOfRange,
    "E23135": NotPermitted,  # no right to intercept
    "E23144": NotPermitted,
}
# Business refusals differ by their words only (assumed): the first line with a word in the message decides.
_WORDS: tuple[tuple[type[ServiceRefused], tuple[str, ...]], ...] = (
    (OutOfRange, ("超区", "停发")),
    (BalanceShort, ("余额不足", "余量不足", "单号不足")),
    (NotPermitted, ("未开通", "未授权", "无权限", "没有权限")),
    (CredentialsRejected, ("密码", "账号", "帐号", "账户")),
)


def opened(body: bytes, *, has_own_app: bool) -> Json:
    """The answer, when it says yes.

    Raises the error that it means otherwise, and `OutcomeUnknown` when it cannot be read. A wrong signature is the
    merchant's mistake only when the app is the merchant's (`has_own_app`).
    """
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise OutcomeUnknown(service=_SERVICE) from error
    if not isinstance(answer, dict) or words(answer, "status") not in _VERDICTS:
        raise OutcomeUnknown(service=_SERVICE)
    if not _VERDICTS[words(answer, "status")]:
        raise _fault(words(answer, "statusCode"), words(answer, "message"), has_own_app=has_own_app)
    return answer


def words(source: Json, key: str) -> str:
    """A text, "" where there is none."""
    value = source.get(key)
    return "" if value is None else str(value)


def integer(source: Json, key: str) -> int | None:
    """A whole number, given as such or as digits."""
    with suppress(ValueError):
        return int(words(source, key))
    return None


def moment(source: Json, key: str) -> int:
    """Epoch milliseconds, given as such or on a Shanghai wall clock; 0 for anything else."""
    told = words(source, key)
    with suppress(ValueError, OverflowError):
        return int(told) if told.isdecimal() else moment_of(datetime.fromisoformat(told))
    return 0


def section(source: Json, key: str) -> Json:
    """A nested object, empty where there is none."""
    value = source.get(key)
    return value if isinstance(value, dict) else {}


def _fault(code: str, said: str, *, has_own_app: bool) -> ServiceError:
    if code == _WRONG_SIGNATURE and has_own_app:
        return CredentialsRejected(service=_SERVICE, raw=code, said=said)
    meaning = _CODES.get(code) or _by_words(said)
    return meaning(service=_SERVICE, raw=code, said=said)


def _by_words(said: str) -> type[ServiceRefused]:
    return next((meaning for meaning, told in _WORDS if any(word in said for word in told)), ServiceRefused)
