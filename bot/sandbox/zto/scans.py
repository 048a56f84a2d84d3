"""ZTO's scans as its track query tells them, and as its pushes do: the two have different codes (official tables)."""

from bot.sandbox.parcels import Event, Scan
from bot.sandbox.zto.gateway import Json

# Native scan types and words of the track query (official table; the two locker codes are English there).
_SCANS = {
    Scan.PICKED: ("收件", "已收件"),
    Scan.DEPARTED: ("发件", "已发往下一站"),
    Scan.ARRIVED: ("到件", "已到达"),
    Scan.DELIVERING: ("派件", "正在派件"),
    Scan.SIGNED: ("签收", "已签收，签收人：本人"),
    Scan.LOCKER: ("ARRIVAL", "已放入自提柜，请凭取件码领取"),
    Scan.TAKEN: ("SIGNED", "已从自提柜取走"),
    Scan.FAILED: ("问题件", "派送不成功：联系不上收件人"),
    Scan.HELD: ("问题件", "快件滞留"),
    Scan.REFUSED: ("问题件", "收件人拒收"),
    Scan.RETURNING: ("退件", "快件正在退回"),
    Scan.RETURNED: ("签收", "退件已由寄件人签收"),
    Scan.NOTE: ("其他", "客服备注"),
}
# Actions of pushes; those that the official list does not have are not pushed.
_ACTIONS = {
    Scan.PICKED: "GOT",
    Scan.DEPARTED: "DEPARTURE",
    Scan.ARRIVED: "ARRIVAL",
    Scan.DELIVERING: "DISPATCH",
    Scan.SIGNED: "SIGNED",
    Scan.LOCKER: "INBOUND",
    Scan.TAKEN: "DEPARTURE_SIGNED",
    Scan.RETURNED: "SIGNED",
}


def scan(number: str, event: Event) -> Json:
    """One row of `zto.merchant.waybill.track.query`."""
    kind, words = _SCANS[event.scan]
    return {
        "billCode": number,
        "scanType": kind,
        "scanDate": event.at,
        "desc": f"【{event.city}】{words}",
        "scanSite": {"code": "", "name": f"{event.city}网点", "city": event.city, "isCenter": 0, "isTransfer": 0},
        "preOrNextSite": None,
        "signMan": "本人" if event.scan is Scan.SIGNED else "",
        "weight": None,
    }


def pushed(number: str, event: Event, wall: str) -> Json | None:
    """The `data` of a push, None for what ZTO does not push. `wall`: the event's time on a Shanghai clock."""
    action = _ACTIONS.get(event.scan)
    if action is None:
        return None
    return {
        "billCode": number,
        "action": action,
        "actionTime": wall,
        "desc": f"【{event.city}】{_SCANS[event.scan][1]}",
        "city": event.city,
        "dist": "",
        "facilityName": f"{event.city}网点",
        "facilityCode": "",
        "facilityContactPhone": "95311",
        "courier": "",
        "courierPhone": "",
        "nextNodeName": "",
        "nextNodeCode": "",
        "nextCity": "",
        "expressSigner": "本人" if action == "SIGNED" else "",
    }
