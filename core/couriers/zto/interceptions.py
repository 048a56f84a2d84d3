"""ZTO's interception (official documents): back to the sender, or on to another address. Decided at the next scan."""

from collections.abc import Mapping

from core.couriers.base import Credentials, Interception, InterceptionState
from core.couriers.zto.answers import Json, words
from core.couriers.zto.calls import SERVICE, Calls
from core.errors import ServiceUnavailable
from core.orders import Recipient

_TO_SENDER, _TO_NEW_ADDRESS = "2", "3"
_STATES: Mapping[str, InterceptionState] = {
    "INTERCEPTING": InterceptionState.PENDING,
    "PACKAGE_DELIVERYING": InterceptionState.PENDING,
    "INTERCEPT_SUCCESS": InterceptionState.DONE,
    "INTERCEPT_FAIL": InterceptionState.FAILED,
    "INTERCEPT_DISCONTINUE": InterceptionState.FAILED,
    "INTERCEPT_CANCEL": InterceptionState.CANCELLED,
}


async def ask(calls: Calls, credentials: Credentials, interception: Interception) -> None:
    """Ask for it."""
    to = _TO_NEW_ADDRESS if interception.recipient else _TO_SENDER
    asked = {
        "billCode": interception.number,
        "requestId": interception.key,
        "thirdBizNo": interception.key,
        "destinationType": to,
    }
    where = _where(interception.recipient) if interception.recipient else {}
    await calls.do(credentials, "thirdcenter.createIntercept", {**asked, **where})


async def cancel(calls: Calls, credentials: Credentials, interception: Interception) -> None:
    """Take it back."""
    asked = {"billCode": interception.number, "thirdBizNo": interception.key}
    await calls.do(credentials, "thirdcenter.cancelIntercept", asked)


async def state(calls: Calls, credentials: Credentials, number: str) -> InterceptionState:
    """What came of it. The answer's inner shape is not documented: the word itself, or an object that holds it."""
    asked = {"billCode": number}
    answer = await calls.read(credentials, "thirdcenter.queryInterceptAndReturnStatus", asked)
    for word in _told(answer):
        if word in _STATES:
            return _STATES[word]
    raise ServiceUnavailable(service=SERVICE)


def _told(answer: Json) -> list[str]:
    result = answer.get("result")
    return [str(value) for value in result.values()] if isinstance(result, dict) else [words(answer, "result")]


def _where(recipient: Recipient) -> Json:
    return {
        "receiveUsername": recipient.name,
        "receivePhone": recipient.phone,
        "receiveProvince": recipient.region.province,
        "receiveCity": recipient.region.city,
        "receiveDistrict": recipient.region.district,
        "receiveAddress": recipient.address,
    }
