"""Shop platforms: the port in `base.py`, one package for each member, and here all members together."""

import asyncio
from dataclasses import dataclass

from core.clock import Clock
from core.http import Http
from core.shops.base import GrantKeeper, Messages, ShopPlatform
from core.shops.manual import ManualOrders
from core.shops.pinduoduo import Pause, Pinduoduo, PinduoduoApp, PinduoduoMessages
from core.sockets import Dial

__all__ = ["ManualOrders", "ShopApps", "all_shops"]


@dataclass(frozen=True, slots=True)
class ShopApps:
    """The operator's app on each platform."""

    pinduoduo: PinduoduoApp


def all_shops(
    http: Http, apps: ShopApps, grants: GrantKeeper, clock: Clock, pause: Pause = asyncio.sleep
) -> tuple[ShopPlatform, ...]:
    """Every platform that shops can be bound on. `pause` waits some seconds between two attempts."""
    return (Pinduoduo(http, apps.pinduoduo, grants, clock, pause),)


def all_messages(apps: ShopApps, clock: Clock, dial: Dial) -> tuple[Messages, ...]:
    """Every platform's message service, where the operator has an app."""
    return (PinduoduoMessages(apps.pinduoduo, clock, dial),) if apps.pinduoduo.client_id else ()
