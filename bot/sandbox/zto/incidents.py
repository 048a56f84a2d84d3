"""ZTO's work orders (工单): a wish or a complaint about a parcel, taken at once, answered by a branch hours later."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.clock import HOUR, wall
from bot.sandbox.ledger import WorkOrder
from bot.sandbox.parcels import Parcel
from bot.sandbox.service import Scene
from bot.sandbox.zto.fields import Fields
from bot.sandbox.zto.gateway import NO_ORDER, Json, Refusal

KINDS = (
    "event-urge", "event-sign-not-receive", "damage-claim", "lose-claim", "damage-compensation", "check_goods_weight",
    "edit_delivery_address", "return_to_sender", "return_to_net_code", "cancel_return", "cancel_edit_address",
    "modify_recipient_contact_number",
)  # fmt: skip
_ROLES = "01234"
_SEEN_AFTER, _ANSWERED_AFTER = 1 * HOUR, 6 * HOUR
_ANSWER = "已联系派送网点核实，将尽快处理"


@dataclass(slots=True)
class _Filed:
    number: str
    at: int
    answer: str = ""
    answered_at: int = 0


class Incidents:
    """`create` and `query`. A repeated `traceId` makes a second work order: nothing says that it would not."""

    def __init__(self, scene: Scene, known: Callable[[str], Parcel]) -> None:
        """`known` finds a parcel of this app. Raises `Refusal` for any other."""
        self._scene = scene
        self._known = known
        self._filed: dict[str, _Filed] = {}

    def create(self, fields: Fields) -> Json:
        """`zto.open.merchant.incident.create`."""
        fields.text("traceId")
        customer, incident = fields.inner("customer"), fields.inner("incident")
        customer.text("name")
        customer.one_of("type", *_ROLES)
        number, kind = incident.text("billCode"), incident.one_of("type", *KINDS)
        incident.text("desc")
        incident.text("mobile")
        self._known(number)
        now, key = self._scene.clock.now(), f"GD{len(self._filed) + 1:012d}"
        self._filed[key] = _Filed(number, now)
        self._scene.ledger.work_orders.append(WorkOrder("ZTO", number, kind, key, now))
        return {"bizNo": key}

    def query(self, fields: Fields) -> Json:
        """`zto.open.merchant.incident.query`."""
        filed = self._filed.get(fields.text("bizNo"))
        if filed is None or filed.number != fields.text("billCode"):
            raise Refusal(NO_ORDER, "工单不存在")
        records = self._records(filed)
        return {"incidentStatus": self._status(filed, records), "handleRecords": records}

    def answers(self, key: str, reply: str) -> None:
        """The branch answers now. Raises `KeyError`."""
        filed = self._filed[key]
        filed.answer, filed.answered_at = reply, self._scene.clock.now()

    def _records(self, filed: _Filed) -> list[Json]:
        at = filed.answered_at or filed.at + _ANSWERED_AFTER
        if at > self._scene.clock.now():
            return []
        return [{"handleTime": wall(at), "reply": filed.answer or _ANSWER}]

    def _status(self, filed: _Filed, records: list[Json]) -> str:
        if records:
            return "finished"
        return "processing" if self._scene.clock.now() >= filed.at + _SEEN_AFTER else "created"
