"""Kuaidi100 (快递100). Start reading at `tracker.py`."""

from core.trackers.kuaidi100.app import Kuaidi100App
from core.trackers.kuaidi100.tracker import Kuaidi100

__all__ = ["Kuaidi100", "Kuaidi100App"]
