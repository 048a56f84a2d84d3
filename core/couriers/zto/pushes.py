"""ZTO's pushes (the request is official; the digest and the answer it wants are inferred from clients of it).

Their actions are another table than the query's: here ARRIVAL and DEPARTURE are hubs (official table).
"""

import hmac
import json
from collections.abc import Mapping

from core.couriers.zto.answers import Json, moment, words
from core.couriers.zto.calls import SERVICE, ZtoApp, digest
from core.parcels import Node, ParcelState
from core.pushes import BadPush, Push, checked_number

_TRACES = "Traces"
_STATES: Mapping[str, ParcelState] = {
    "GOT": ParcelState.PICKED_UP,
    "DEPARTURE": ParcelState.IN_TRANSIT,
    "ARRIVAL": ParcelState.IN_TRANSIT,
    "DISPATCH": ParcelState.OUT_FOR_DELIVERY,
    "INBOUND": ParcelState.AT_PICKUP_POINT,
    "HANDOVERSCAN_SIGNED": ParcelState.AT_PICKUP_POINT,
    "SIGNED": ParcelState.DELIVERED,
    "DEPARTURE_SIGNED": ParcelState.DELIVERED,
}


class ZtoPushes:
    """See `PushDoor`."""

    source = SERVICE
    accepted = b'{"message":"","result":"success","status":true,"statusCode":"0"}'
    refused = b'{"message":"","result":"fail","status":false,"statusCode":"1"}'

    def __init__(self, app: ZtoApp) -> None:
        self._app = app

    def read(self, form: Mapping[str, str]) -> Push:
        """One scan. Raises `BadPush`."""
        data = form.get("data", "")
        signed = digest(data.encode(errors="replace").decode(), self._app.app_secret)
        given = form.get("data_digest", "").encode(errors="replace")
        if form.get("company_id") != self._app.app_key or not hmac.compare_digest(signed.encode(), given):
            raise BadPush("signature")
        told = _object(data)
        number, at = checked_number(words(told, "billCode")), moment(told, "actionTime")
        if form.get("msg_type") != _TRACES or not at:
            raise BadPush("no scan")
        return Push(number, (_node(told, at),))


def _object(data: str) -> Json:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadPush("no JSON") from error
    if not isinstance(told, dict):
        raise BadPush("no object")
    return told


def _node(told: Json, at: int) -> Node:
    action = words(told, "action")
    return Node(
        at=at,
        state=_STATES.get(action, ParcelState.OTHER),
        text=words(told, "desc"),
        place=words(told, "facilityName"),
        raw=action,
        city=words(told, "city"),
    )
