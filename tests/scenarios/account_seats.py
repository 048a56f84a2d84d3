"""Seats in front of an Official Account: one that may push, and one that may only answer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from bot.channels.official_account import Account, OfficialAccount
from bot.sandbox.official_account import service as account_service
from bot.sandbox.world import World
from core.http import Http
from core.labels import Press
from core.storage.repositories import Repositories
from tests.scenarios.seats import is_photo
from tests.scenarios.undrawn import DOWNLOADS, LINK
from tests.scenarios.wechat_seats import WeChatSeat, pdf_pages
from tests.support.forms import SITE


class AccountSeat(WeChatSeat):
    """In front of an Official Account that may push."""

    may_push = True
    about: Mapping[str, Any] = {}  # what else the console shows of the account

    def __init__(self, world: World, folder: Path, press: Press) -> None:
        super().__init__(world, folder, press)
        self.fetched: dict[str, bytes] = {}

    @property
    def service(self) -> account_service.OfficialAccount:
        return self.world.official_account

    def channel(self, http: Http, kept: Repositories) -> OfficialAccount:
        self.service.call_with(self.called, f"{SITE}/official_account")
        return OfficialAccount(account(may_push=self.may_push, **self.about), http, self.world.clock, kept)

    async def leave(self) -> None:
        await super().leave()
        assert self.service.apologies == 0, "somebody read that the account is out of order"

    def pages(self) -> int:
        """Of the documents behind the links."""
        return sum(pdf_pages(body) for body in self.fetched.values())

    async def says(self, text: str) -> None:
        await super().says(text)
        await self._fetch()

    def hands(self, name: str, body: bytes) -> None:
        """A picture; documents cannot be sent to an account."""
        assert is_photo(name), "the account takes no documents"
        self.service.sends(self.who, "image", body)

    async def taps(self, label: str) -> None:
        """Tap a line, or reply with what stands there in words."""
        try:
            await super().taps(label)
        except KeyError:
            self.service.says(self.who, label)
            await self.arrives()
        await self._fetch()

    async def _fetch(self) -> None:
        """Download what was just offered."""
        links = (link for each in self.heard()[self.seen :] for link in LINK.findall(each["text"]))
        new = [url for label, url in links if label in DOWNLOADS and url not in self.fetched]
        async with httpx.AsyncClient(transport=self.site) as browser:
            self.fetched |= {url: (await browser.get(url)).content for url in new}


class PassiveAccountSeat(AccountSeat):
    """In front of an Official Account without the right to customer messages: what is not ready is asked for."""

    may_push = False

    async def sit(self) -> None:
        self.service.loses_right()
        await super().sit()

    async def opens(self, label: str) -> None:
        await super().opens(label)
        await self.asks()

    async def says(self, text: str) -> None:
        await super().says(text)
        await self.asks()

    async def sends(self, name: str, body: bytes) -> None:
        await super().sends(name, body)
        await self.asks()

    async def taps(self, label: str) -> None:
        await super().taps(label)
        await self.asks()

    async def waits(self, hours: float) -> None:
        await super().waits(hours)
        await self.asks()

    async def restart(self) -> None:
        await super().restart()
        await self.asks()

    async def asks(self) -> None:
        """Ask until there is nothing more to be told."""
        while await self.app.database.all("SELECT 1 FROM outbox"):
            self.service.says(self.who, "结果")
            await self.arrives()
        await self._fetch()


def account(**others: Any) -> Account:
    """The pretend Official Account."""
    seal = account_service.SEAL
    return Account(account_service.APP_ID, account_service.SECRET, seal.token, seal.aes_key, **others)
