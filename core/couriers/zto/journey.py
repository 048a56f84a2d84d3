"""ZTO's scans in the common states.

The query interface uses ARRIVAL and DEPARTURE for third-party lockers, while pushes use them for hubs
(official table); this is the query's table.
"""

from collections.abc import Mapping

from core.couriers.zto.answers import Json, integer, section, words
from core.parcels import Node, ParcelState, journey

_MEANINGS: Mapping[ParcelState, tuple[str, ...]] = {
    ParcelState.PICKED_UP: ("收件", "1", "GOT"),
    ParcelState.IN_TRANSIT: ("发件", "2", "到件", "3", "转单", "9", "安检"),
    ParcelState.OUT_FOR_DELIVERY: ("派件", "4", "DISPATCH", "DELIVERY"),
    ParcelState.AT_PICKUP_POINT: ("ARRIVAL", "INBOUND", "44", "第三方进站", "HANDOVERSCAN_SIGNED"),
    ParcelState.DELIVERED: ("签收", "5", "SIGNED", "7", "第三方签收", "DEPARTURE_SIGNED"),
    ParcelState.PROBLEM: ("DEPARTURE", "问题件", "事件"),
    ParcelState.RETURNING: ("退件", "8"),
}
_STATES: Mapping[str, ParcelState] = {code: state for state, codes in _MEANINGS.items() for code in codes}
# Trouble has one code, and words that say which: the first line with a word in the text decides.
_TROUBLES: tuple[tuple[ParcelState, tuple[str, ...]], ...] = (
    (ParcelState.REFUSED, ("拒收", "拒签")),
    (ParcelState.HELD, ("滞留", "留仓")),
    (ParcelState.ATTEMPT_FAILED, ("派送不成功", "派件不成功", "联系不上", "无法联系", "无人接听", "改期")),
)
_LEFT_THE_STATION = frozenset({"45", "第三方出站"})
_FETCHED = "取走"


def nodes(answer: Json) -> tuple[Node, ...]:
    """The scans of a track answer, oldest first."""
    scans = answer.get("result")
    told = scans if isinstance(scans, list) else []
    return tuple(journey(_node(scan) for scan in told if isinstance(scan, dict)))


def _node(scan: Json) -> Node:
    return Node(
        at=integer(scan, "scanDate") or 0,
        state=_state(scan),
        text=words(scan, "desc"),
        place=words(section(scan, "scanSite"), "name"),
        raw=words(scan, "scanType"),
        city=words(section(scan, "scanSite"), "city"),
    )


def _state(scan: Json) -> ParcelState:
    code = words(scan, "scanType")
    if code not in _LEFT_THE_STATION:
        state = _STATES.get(code, ParcelState.OTHER)
        return _trouble(words(scan, "desc")) if state is ParcelState.PROBLEM else state
    fetched = words(scan, "signMan") or _FETCHED in words(scan, "desc")
    return ParcelState.DELIVERED if fetched else ParcelState.OUT_FOR_DELIVERY


def _trouble(told: str) -> ParcelState:
    found = (state for state, signs in _TROUBLES if any(sign in told for sign in signs))
    return next(found, ParcelState.PROBLEM)
