"""A parcel's life as couriers report it: raw nodes, and the state folded from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ParcelState(StrEnum):
    """Where a parcel is: the merged codes of the trade. Merchants read the texts under `[states]`."""

    NO_RECORD = "no_record"
    CREATED = "created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AT_PICKUP_POINT = "at_pickup_point"
    DELIVERED = "delivered"
    HELD = "held"
    PROBLEM = "problem"
    REFUSED = "refused"
    RETURNING = "returning"
    RETURNED = "returned"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Node:
    """One scan as the courier told it. `at` in epoch milliseconds UTC; `raw` is the courier's own code."""

    at: int
    state: ParcelState
    text: str
    place: str = ""
    raw: str = ""


_PROGRESS = list(ParcelState)


def journey(nodes: Iterable[Node]) -> list[Node]:
    """The nodes in order of event time, told once each; of two at one time the one further on comes last."""
    return sorted(set(nodes), key=lambda node: (node.at, _PROGRESS.index(node.state), node.text))


def current_state(nodes: Iterable[Node]) -> ParcelState:
    """The state after the last node that says one; `NO_RECORD` before the first."""
    told = [node.state for node in journey(nodes) if node.state is not ParcelState.OTHER]
    return told[-1] if told else ParcelState.NO_RECORD
