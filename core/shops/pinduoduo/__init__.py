"""Pinduoduo (拼多多). Start reading at `platform.py`; every call goes through `gateway.py`."""

from core.shops.pinduoduo.app import Pause, PinduoduoApp
from core.shops.pinduoduo.messages import Messages as PinduoduoMessages
from core.shops.pinduoduo.platform import Pinduoduo

__all__ = ["Pause", "Pinduoduo", "PinduoduoApp", "PinduoduoMessages"]
