"""ZTO's work orders (official documents): a 催件 is filed with the parcel's branch, which answers in writing.

Whether a repeated `traceId` is recognised is not documented, so a filing whose answer was lost is never repeated here.
"""

from collections.abc import Mapping

from core.couriers.base import Credentials, Reply, Urging, WorkOrder, WorkOrderState
from core.couriers.zto.answers import Json, moment, section, words
from core.couriers.zto.calls import SERVICE, Calls
from core.errors import OutcomeUnknown

_SENDER = "2"  # who asks: 0 other, 1 who ordered, 2 sender, 3 receiver, 4 branch staff
_URGE = "event-urge"
_STATES: Mapping[str, WorkOrderState] = {
    "created": WorkOrderState.OPEN,
    "processing": WorkOrderState.WORKING,
    "finished": WorkOrderState.CLOSED,
}


async def urge(calls: Calls, credentials: Credentials, urging: Urging) -> str:
    """File it; the work order's number."""
    asked = {
        "traceId": urging.key,
        "customer": {"name": urging.contact.name, "type": _SENDER},
        "incident": {
            "billCode": urging.number,
            "type": _URGE,
            "desc": urging.reason,
            "mobile": urging.contact.phone,
        },
    }
    answer = await calls.do(credentials, "zto.open.merchant.incident.create", asked)
    number = words(section(answer, "result"), "bizNo")
    if not number:
        raise OutcomeUnknown(service=SERVICE)
    return number


async def find(calls: Calls, credentials: Credentials, number: str, work_order: str) -> WorkOrder:
    """A work order of a parcel."""
    asked = {"bizNo": work_order, "billCode": number}
    result = section(await calls.read(credentials, "zto.open.merchant.incident.query", asked), "result")
    state = _STATES.get(words(result, "incidentStatus"), WorkOrderState.OPEN)
    return WorkOrder(work_order, state, tuple(_replies(result)))


def _replies(result: Json) -> list[Reply]:
    records = result.get("handleRecords")
    told = [record for record in records if isinstance(record, dict)] if isinstance(records, list) else []
    replies = [Reply(moment(record, "handleTime"), words(record, "reply")) for record in told]
    return sorted(replies, key=lambda reply: reply.at)
