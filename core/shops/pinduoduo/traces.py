"""A parcel's journey as Pinduoduo sees it (action table: comments of older official pages, SDK history)."""

from collections.abc import Mapping

from core.errors import NoTrace, ServiceRefused
from core.parcels import Node, ParcelState, journey
from core.shops.pinduoduo.app import SERVICE
from core.shops.pinduoduo.calls import ShopCalls
from core.shops.pinduoduo.reading import Json, moment, rows, text

_STATES: Mapping[str, ParcelState] = {
    "GOT": ParcelState.PICKED_UP,
    "ARRIVAL": ParcelState.IN_TRANSIT,
    "DEPARTURE": ParcelState.IN_TRANSIT,
    "SEND": ParcelState.OUT_FOR_DELIVERY,
    "SIGN": ParcelState.DELIVERED,
    "SIGN_ON_BEHALF": ParcelState.DELIVERED_PROXY,
    "IN_CABINET": ParcelState.AT_PICKUP_POINT,
    "OUT_CABINET": ParcelState.DELIVERED,
    "STAY_IN_WAREHOUSE": ParcelState.HELD,
    "FAIL": ParcelState.PROBLEM,
    "REJECTION": ParcelState.REFUSED,
    "RETURN": ParcelState.RETURNING,
}
# For actions that say nothing: the first word found in the text decides.
_WORDS: Mapping[str, ParcelState] = {
    "退回": ParcelState.RETURNING,
    "拦截": ParcelState.INTERCEPTED,
    "拒收": ParcelState.REFUSED,
    "破损": ParcelState.PROBLEM,
    "丢失": ParcelState.PROBLEM,
    "无法联系": ParcelState.PROBLEM,
    "滞留": ParcelState.HELD,
}
_NOT_SEEN_YET = "ISV_TRACK_ERROR"  # seen in production


async def trace(calls: ShopCalls, shop: str, courier: str, tracking_number: str) -> tuple[Node, ...]:
    """The nodes, oldest first. Raises `NoTrace` before the first scan."""
    try:
        answer = await calls.read(shop, "pdd.logistics.ordertrace.get", company_code=courier, mail_no=tracking_number)
    except ServiceRefused as refusal:
        if _NOT_SEEN_YET in refusal.details["raw"]:
            raise NoTrace(**refusal.details) from refusal
        raise
    nodes = journey(map(_node, rows(answer, "trace_list")))
    if not nodes:
        raise NoTrace(service=SERVICE, shop=shop, raw="", said="")
    return tuple(nodes)


def _node(row: Json) -> Node:
    action, told = text(row, "action"), text(row, "desc")
    at = moment(row, "time") or moment(row, "status_time") or 0
    return Node(at=at, state=_STATES.get(action) or _state_by_words(told), text=told, raw=action)


def _state_by_words(told: str) -> ParcelState:
    return next((state for word, state in _WORDS.items() if word in told), ParcelState.OTHER)
