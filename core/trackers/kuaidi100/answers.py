"""Reading what Kuaidi100 tells: a journey's rows, and what its refusals mean."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TypeAlias

from core.clock import moment_of
from core.errors import BalanceShort, NotPermitted, RateLimited, ServiceError, ServiceRefused, ServiceUnavailable
from core.parcels import Node, ParcelState, journey
from core.pushes import MOST_NODES
from core.trackers.kuaidi100.app import SERVICE
from core.trackers.kuaidi100.codes import NO_NEWS, STATES

Json: TypeAlias = Mapping[str, object]

_PLACE = re.compile(r"【([^】]{1,40})】")
_CITY = re.compile(r".+(市|州|盟|地区)")
# Codes of both interfaces; 501 means another thing in each and is dealt with where it is met.
_CODES: Mapping[str, type[ServiceError]] = {
    "502": RateLimited,  # busy, or the number is locked
    "503": NotPermitted,  # our signature
    "600": NotPermitted,
    "601": BalanceShort,  # nothing left, or the key has expired
}


def opened(body: bytes) -> Json:
    """The answer as an object. Raises `ServiceUnavailable` when it cannot be read."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ServiceUnavailable(service=SERVICE) from error
    if not isinstance(answer, dict):
        raise ServiceUnavailable(service=SERVICE)
    return answer


def text(source: Json, key: str) -> str:
    """A text, "" where there is none."""
    value = source.get(key)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def refusal(answer: Json) -> ServiceError:
    """The error that a refusal means."""
    code = text(answer, "returnCode")
    return _CODES.get(code, ServiceRefused)(service=SERVICE, raw=code, said=text(answer, "message"))


def nodes(result: Json) -> tuple[Node, ...]:
    """The journey in a query's answer or in a push's `lastResult`, oldest first."""
    rows = result.get("data")
    told = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    known = (_node(row) for row in told[:MOST_NODES] if text(row, "statusCode") not in NO_NEWS)
    return tuple(journey(node for node in known if node))


def _node(row: Json) -> Node | None:
    at = _moment(text(row, "ftime")) or _moment(text(row, "time"))
    if not at:
        return None
    said = text(row, "context")
    place = _PLACE.search(said)
    code = text(row, "statusCode")
    return Node(
        at=at,
        state=STATES.get(code, ParcelState.OTHER),
        text=said,
        place=place[1] if place else "",
        raw=code,
        city=_city(text(row, "areaName")),
    )


def _moment(told: str) -> int:
    with suppress(ValueError, OverflowError):
        return moment_of(datetime.fromisoformat(told))
    return 0


def _city(area: str) -> str:
    """Of "广东,深圳,福田区" or "中国,广东省,深圳市"."""
    parts = [part.strip() for part in area.split(",") if part.strip() not in {"", "中国"}]
    named = [part for part in parts if _CITY.fullmatch(part)]
    return named[-1] if named else parts[1] if len(parts) > 1 else ""
