"""Opening an answer: what is inside the irregular wrapper, or which of our errors it means."""

import json
from collections.abc import Mapping

from core.errors import (
    AuthorisationEnded,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    ServiceError,
    ServiceRefused,
    ServiceUnavailable,
)
from core.shops.pinduoduo.app import SERVICE
from core.shops.pinduoduo.reading import Json, number, section, text

COMMON_PARAMETER_WRONG = "10001"
BUSINESS_REFUSAL = "50001"
NOT_AUTHORISED = "20031"

# Gateway code → what it means to us (official table, printed on every API page). All others are plain refusals.
_MEANINGS: Mapping[int, type[ServiceError]] = {
    10016: NotPermitted,  # app offline or client_id wrong
    10017: NotPermitted,  # no such API for us
    10018: NotPermitted,
    10019: AuthorisationEnded,  # access_token expired
    20004: NotPermitted,  # signature: the app's secret is wrong
    20005: NotPermitted,  # our address is not in the app's white list
    20031: NotPermitted,  # the shop did not agree to this API, or the app lacks the package
    20032: AuthorisationEnded,  # access_token revoked or superseded
    20034: NotPermitted,
    20035: NotPermitted,
    30000: NotPermitted,
    30001: NotPermitted,
    50000: OutcomeUnknown,  # faults inside, perhaps after the work was done
    50002: OutcomeUnknown,
    52001: OutcomeUnknown,
    52002: OutcomeUnknown,
    52101: RateLimited,
    52102: ServiceUnavailable,  # degraded: turned away at the door
    52103: ServiceUnavailable,
    70031: RateLimited,
    70032: NotPermitted,
    70033: ServiceUnavailable,  # maintenance
    70034: NotPermitted,
    70035: NotPermitted,
    70036: NotPermitted,
}
_WRAPPER_ENDINGS = ("response", "_resposne")  # the second is the platform's own spelling
_SUCCESS_MARKS = ("success", "is_success")


def opened(body: bytes, shop: str) -> Json:
    """What the wrapper holds; a few APIs have none. `shop` goes into the error.

    Raises the error that the answer means; `OutcomeUnknown` when it cannot be read.
    """
    answer = _parsed(body)
    if "error_response" in answer:
        raise _fault(section(answer, "error_response"), shop)
    content = _unwrapped(answer)
    if any(content.get(mark) is False for mark in _SUCCESS_MARKS):
        raise _refusal_inside(content, shop)
    return content


def is_business_refusal(refusal: ServiceRefused) -> bool:
    """Whether the platform understood, and the shop or the order is the reason that it said no."""
    return str(refusal.details["raw"]).startswith(BUSINESS_REFUSAL)


def is_about_the_clock(refusal: ServiceRefused) -> bool:
    """Whether the platform found our timestamp more than ten minutes off (seen in production)."""
    return refusal.details["raw"] == COMMON_PARAMETER_WRONG and "timestamp" in str(refusal.details["said"])


def _parsed(body: bytes) -> Json:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise OutcomeUnknown(service=SERVICE) from error
    if not isinstance(answer, dict):
        raise OutcomeUnknown(service=SERVICE)
    return answer


def _unwrapped(answer: Json) -> Json:
    wrappers = [key for key in answer if key.endswith(_WRAPPER_ENDINGS)]
    return section(answer, wrappers[0]) if len(wrappers) == 1 else answer


def _fault(error: Json, shop: str) -> ServiceError:
    code, sub_code = number(error, "error_code"), text(error, "sub_code")
    raw = f"{code}:{sub_code}" if sub_code else str(code)
    said = text(error, "sub_msg") or text(error, "error_msg")
    return _MEANINGS.get(code, ServiceRefused)(
        service=SERVICE, shop=shop, raw=raw, said=said, request=text(error, "request_id")
    )


def _refusal_inside(content: Json, shop: str) -> ServiceRefused:
    # These APIs spell the two fields in either manner (SDK).
    code = text(content, "error_code") or text(content, "errorCode")
    said = text(content, "error_msg") or text(content, "errorMsg")
    return ServiceRefused(
        service=SERVICE, shop=shop, raw=f"{BUSINESS_REFUSAL}:{code}", said=said, request=text(content, "request_id")
    )
