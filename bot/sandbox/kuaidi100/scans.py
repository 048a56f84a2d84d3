"""Scans as Kuaidi100 tells them: main state, sub state and words (state table, several codebases)."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.clock import wall
from bot.sandbox.kuaidi100.wire import Json
from bot.sandbox.parcels import DELIVERED, Event, Scan

_RETURNING = ("6", "6", "退回")
# state, statusCode, status
_STATES = {
    Scan.PICKED: ("1", "103", "揽收"),
    Scan.DEPARTED: ("0", "1002", "干线"),
    Scan.ARRIVED: ("0", "1001", "到达派件城市"),
    Scan.DELIVERING: ("5", "5", "派件"),
    Scan.SIGNED: ("3", "301", "本人签收"),
    Scan.LOCKER: ("5", "501", "投柜或驿站"),
    Scan.TAKEN: ("3", "304", "投柜或站签收"),
    Scan.FAILED: ("2", "204", "派件异常"),
    Scan.HELD: ("2", "208", "滞留"),
    Scan.REFUSED: ("14", "14", "拒签"),
    Scan.RETURNING: _RETURNING,
    Scan.RETURNED: ("4", "4", "退签"),
    Scan.NOTE: ("0", "0", "在途"),
}
_ROAD = frozenset({Scan.DEPARTED, Scan.ARRIVED})
_WORDS = {
    Scan.PICKED: "已揽收",
    Scan.DEPARTED: "已发往下一站",
    Scan.ARRIVED: "快件已到达",
    Scan.DELIVERING: "正在派件",
    Scan.SIGNED: "已签收，签收人：本人",
    Scan.LOCKER: "已放入快递柜",
    Scan.TAKEN: "已从快递柜取走",
    Scan.FAILED: "派送不成功：联系不上收件人",
    Scan.HELD: "快件滞留",
    Scan.REFUSED: "收件人拒收",
    Scan.RETURNING: "快件正在退回",
    Scan.RETURNED: "退件已由寄件人签收",
    Scan.NOTE: "客服备注",
}


@dataclass(frozen=True, slots=True)
class _Told:
    state: str
    code: str
    status: str
    event: Event


def result(com: str, number: str, events: Sequence[Event], level: str) -> Json:
    """The body of a query's answer and of a push's `lastResult`, the newest scan first. `level`: resultv2."""
    told = _told(events)
    newest = max(told, key=lambda one: one.event.at)
    is_signed = newest.event.scan in DELIVERED
    return {
        "message": "ok",
        "nu": number,
        "ischeck": str(int(is_signed)),
        "com": com,
        "status": "200",
        "state": newest.code if level >= "4" and len(newest.code) > 1 else newest.state,
        "condition": "F00",
        "data": [_row(one, level) for one in reversed(told)],
    }


def _told(events: Sequence[Event]) -> list[_Told]:
    """On its way home, a parcel on the road is told as returning."""
    back_at = min((event.at for event in events if event.scan is Scan.RETURNING), default=None)
    rows = []
    for event in events:
        is_back = back_at is not None and event.at >= back_at and event.scan in _ROAD
        rows.append(_Told(*(_RETURNING if is_back else _STATES[event.scan]), event))
    return rows


def _row(told: _Told, level: str) -> Json:
    at = wall(told.event.at)
    row: Json = {"time": at, "ftime": at, "context": f"【{told.event.city}】{_WORDS[told.event.scan]}"}
    if level >= "1":
        row["status"] = told.status
    if level >= "4":
        row |= {"statusCode": told.code, "areaCode": "", "areaName": f"中国,{told.event.city}", "location": ""}
    return row
