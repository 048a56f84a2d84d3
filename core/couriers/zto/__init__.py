"""ZTO Express (中通快递). Start reading at `courier.py`."""

from core.couriers.zto.calls import ZtoApp
from core.couriers.zto.courier import Zto
from core.couriers.zto.pushes import ZtoPushes

__all__ = ["Zto", "ZtoApp", "ZtoPushes"]
