"""Looking at every shop for what changed: all there is where no messages come, a second pair of eyes where they do."""

import asyncio

import structlog

from core.errors import MerchantError
from core.fulfilment import sync
from core.fulfilment.tools import Tools
from core.storage.shops import BoundShop

log = structlog.get_logger()

_AT_ONCE = 4  # shops


async def look_at_shops(tools: Tools) -> None:
    """Read what changed in every bound shop; one that cannot be asked holds up no other."""
    room = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as group:
        for shop in await tools.kept.shops.all():
            group.create_task(_look(tools, shop, room))


async def _look(tools: Tools, shop: BoundShop, room: asyncio.Semaphore) -> None:
    async with room:
        try:
            await sync.poll(tools, shop)
        except MerchantError as error:  # its authorisation has ended, or the platform is down: the next look may do
            log.info("shop not looked at", shop=shop.id, error=error.code)
