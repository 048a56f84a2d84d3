"""Trackers: services that know parcels of many couriers. The port in `base.py`, one package for each member."""

from core.clock import Clock
from core.http import Http
from core.trackers.base import Tracker
from core.trackers.kuaidi100 import Kuaidi100, Kuaidi100App

__all__ = ["Kuaidi100", "Kuaidi100App", "Tracker", "all_trackers"]


def all_trackers(http: Http, kuaidi100: Kuaidi100App, clock: Clock) -> tuple[Tracker, ...]:
    """Every tracker that the operator has an account with."""
    return (Kuaidi100(http, kuaidi100, clock),) if kuaidi100.key else ()
