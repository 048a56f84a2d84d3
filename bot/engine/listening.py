"""Staying on the line with the message services, whatever happens to it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from core.errors import MerchantError
from core.shops.base import Messages, ShopMessage
from core.tracking.messages import take
from core.tracking.tools import Lookout
from handlers.errors import unforeseen

log = structlog.get_logger()

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0  # seconds between two tries
_LOOK = 30.0  # seconds between two looks for shops that were bound or authorised anew


class Listener:
    """One platform's line: shops are permitted on it, messages are kept, and it is dialled again when it ends."""

    def __init__(
        self, lookout: Lookout, messages: Messages, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """`pause` waits so many seconds before the line is dialled again."""
        self._lookout = lookout
        self._messages = messages
        self._pause = pause
        self._permitted: dict[str, str] = {}  # shop → the access token with which it was permitted
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin."""
        name = self._messages.platform
        self._tasks = [
            asyncio.create_task(self._listen(), name=f"messages of {name}"),
            asyncio.create_task(self._look(), name=f"shops of {name}"),
        ]

    async def stop(self) -> None:
        """Hang up. A message in hand is not acknowledged, so it comes again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def permit_new(self) -> None:
        """Have every shop spoken of that was bound, or authorised anew, since the last look."""
        for shop in await self._lookout.kept.shops.all():
            if shop.platform == self._messages.platform:
                with contextlib.suppress(MerchantError):  # its authorisation has ended, or nobody answers: next look
                    await self._permit(shop.id)

    async def _permit(self, shop: str) -> None:
        token = (await self._lookout.kept.shops.grant(shop)).access_token
        if self._permitted.get(shop) != token:
            await self._lookout.platforms[self._messages.platform].permit_messages(shop)
            self._permitted[shop] = token

    async def _look(self) -> None:
        while True:
            try:
                await self.permit_new()
            except Exception as error:  # noqa: BLE001 - the next look may go better
                unforeseen("shops not permitted", error)
            await asyncio.sleep(_LOOK)

    async def _listen(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._messages.listen(self._take)
            except ConnectionError:
                log.info("line ended", platform=self._messages.platform)
            except Exception as error:  # noqa: BLE001 - whatever it was, without a line there is no news
                unforeseen("line failed", error, platform=self._messages.platform)
            held = asyncio.get_running_loop().time() - began > _LONGEST_PAUSE
            pause = _FIRST_PAUSE if held else min(pause * 2, _LONGEST_PAUSE)
            await self._pause(pause)

    async def _take(self, message: ShopMessage) -> None:
        await take(self._lookout, message)
