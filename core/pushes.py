"""News that a service sends us by itself: what a push says, and the port to whoever reads one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core.parcels import Node

MOST_NODES = 500
"""Scans that one push may carry; a parcel has a few dozen."""


_NUMBER = re.compile(r"[0-9A-Za-z-]{4,40}")


@dataclass(frozen=True, slots=True)
class Push:
    """News of one parcel. `gave_up`: the service will push no more, though the parcel has not arrived."""

    number: str
    nodes: tuple[Node, ...]
    gave_up: bool = False


class BadPush(Exception):
    """Not signed by the service, or nothing that can be read."""


def checked_number(told: str) -> str:
    """A waybill number as couriers write them. Raises `BadPush` for anything else."""
    if not _NUMBER.fullmatch(told):
        raise BadPush("no number")
    return told


class PushDoor(Protocol):
    """One service that pushes. `source` names it in addresses and beside every node it told."""

    source: str
    accepted: bytes  # the JSON that the service wants to hear; anything else, and it pushes again
    refused: bytes

    def read(self, form: Mapping[str, str]) -> Push:
        """What a form says, once its signature is found right. Raises `BadPush`."""
        ...
