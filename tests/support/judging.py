"""Our database against the world's ledger: what must be equal when everything is over."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Row = Sequence[Any]
SHIPMENTS = "SELECT key, orders, state, number FROM shipments"
_UNWANTED = {"refuses_zto", "must_sf"}  # may ship, but not with ZTO


@dataclass(frozen=True)
class Verdict:
    """How often a promise about parcels was broken; `unsure` are parcels left to a person, as the design says."""

    double_numbers: int
    lost_orders: int
    disagreements: int
    unsure: int


def judge(shipments: Sequence[Row], ledger: dict[str, Any], since: int = 0) -> Verdict:
    """`shipments` are rows of `SHIPMENTS`; no order confirmed from `since` on, epoch milliseconds, may be lost."""
    by_key = _grouped((entry["key"], entry["number"]) for entry in ledger["numbers"])
    uploads = _grouped((entry["order_sn"], entry["number"]) for entry in ledger["uploads"])
    return Verdict(
        double_numbers=_doubled(shipments, by_key),
        lost_orders=len(_shippable(ledger, since, set(uploads)) - _finished(shipments)),
        disagreements=_disagreements(shipments, by_key, uploads),
        unsure=sum(state == "unsure" for _, _, state, _ in shipments),
    )


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, number in pairs:
        groups[name].append(number)
    return dict(groups)


def _doubled(shipments: Sequence[Row], by_key: dict[str, list[str]]) -> int:
    """Numbers too many for an order, whatever it was called, and live shipments too many."""
    orders_of = {key: json.loads(orders) for key, orders, _, _ in shipments}
    given = Counter(order for key, numbers in by_key.items() for order in orders_of.get(key, [key]) * len(numbers))
    carried = Counter(order for key, _, state, _ in shipments if state != "voided" for order in orders_of[key])
    return sum(n - 1 for n in given.values()) + sum(n - 1 for n in carried.values())


def _shippable(ledger: dict[str, Any], since: int, uploaded: set[str]) -> set[str]:
    """The orders that may go with ZTO, by the world's own judgement."""
    return {
        entry["order_sn"]
        for entry in ledger["orders"]
        if entry["confirmed_at"] >= since
        and (entry["may_ship"] or entry["order_sn"] in uploaded)
        and not _UNWANTED & set(entry["beware"])
    }


def _finished(shipments: Sequence[Row]) -> set[str]:
    return {order for _, orders, state, _ in shipments if state in {"done", "unsure"} for order in json.loads(orders)}


def _disagreements(shipments: Sequence[Row], by_key: dict[str, list[str]], uploads: dict[str, list[str]]) -> int:
    """Finished parcels whose number or upload the world tells otherwise, and uploads of what is not finished."""
    done = {order: number for _, orders, state, number in shipments if state == "done" for order in json.loads(orders)}
    wrong = [key for key, _, state, number in shipments if state == "done" and by_key.get(key) != [number]]
    return len(wrong) + sum(uploads.get(order) != [done.get(order)] for order in done.keys() | uploads.keys())
