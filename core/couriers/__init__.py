"""Couriers: the port in `base.py`, one file for each member, and here all members together."""

from dataclasses import dataclass

from core.clock import Clock
from core.couriers.base import Courier
from core.couriers.zto import Zto, ZtoApp, ZtoPushes
from core.http import Http
from core.pushes import PushDoor


@dataclass(frozen=True, slots=True)
class CourierApps:
    """The operator's own developer app with each courier."""

    zto: ZtoApp


def all_couriers(http: Http, apps: CourierApps, clock: Clock) -> tuple[Courier, ...]:
    """Every courier that can be bound."""
    return (Zto(http, apps.zto, clock),)


def push_doors(apps: CourierApps) -> tuple[PushDoor, ...]:
    """Every courier that pushes to us, where the operator has an app with it."""
    return (ZtoPushes(apps.zto),) if apps.zto.app_key else ()
