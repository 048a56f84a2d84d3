"""Couriers: the port in `base.py`, one file for each member, and here all members together."""

from dataclasses import dataclass

from core.clock import Clock
from core.couriers.base import Courier
from core.couriers.zto import Zto, ZtoApp
from core.http import Http


@dataclass(frozen=True, slots=True)
class CourierApps:
    """The operator's own developer app with each courier."""

    zto: ZtoApp


def all_couriers(http: Http, apps: CourierApps, clock: Clock) -> tuple[Courier, ...]:
    """Every courier that can be bound."""
    return (Zto(http, apps.zto, clock),)
