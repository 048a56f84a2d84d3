"""Kuaidi100's names of couriers and of states (console and state table; a sub state says more than its main state).

Sub states that only say that something takes long (201, 202) are no news: being overdue is for our own rules to tell.
"""

from collections.abc import Mapping

from core.parcels import ParcelState

COMPANIES: Mapping[str, str] = {
    "SF": "shunfeng",
    "ZTO": "zhongtong",
    "YTO": "yuantong",
    "STO": "shentong",
    "YUNDA": "yunda",
    "JT": "jtexpress",
    "JD": "jd",
    "EMS": "ems",
    "POSTB": "youzhengguonei",
    "DBKD": "debangkuaidi",
}
COURIERS: Mapping[str, str] = {company: courier for courier, company in COMPANIES.items()}

NO_NEWS = frozenset({"201", "202"})
_MEANINGS: Mapping[ParcelState, str] = {
    ParcelState.CREATED: "101 102",
    ParcelState.PICKED_UP: "1 103",
    ParcelState.IN_TRANSIT: "0 1002 1003",
    ParcelState.ARRIVED_CITY: "1001",
    ParcelState.OUT_FOR_DELIVERY: "5",
    ParcelState.AT_PICKUP_POINT: "501 205",
    ParcelState.DELIVERED: "3 301 302 304",
    ParcelState.DELIVERED_PROXY: "303",
    ParcelState.HELD: "208",
    ParcelState.ATTEMPT_FAILED: "204",
    ParcelState.PROBLEM: "2 206 207 209",
    ParcelState.REFUSED: "14 203",
    ParcelState.RETURNING: "6",
    ParcelState.RETURNED: "4",
    ParcelState.CANCELLED: "401 210",
    ParcelState.FORWARDED: "7",
    ParcelState.CUSTOMS: "8 9 10 11 12 13",
}
STATES: Mapping[str, ParcelState] = {code: state for state, codes in _MEANINGS.items() for code in codes.split()}
