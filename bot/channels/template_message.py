"""Template messages: all that an Official Account may say unasked, in the words of a template of its console.

Certified service accounts alone have them (official pages). One is sent to tell that something waits, and no other
until the merchant writes again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.channels.wechat_api import Json, Refused, WeChatApi
from core.clock import Clock, shanghai
from core.errors import OutcomeUnknown, ServiceUnavailable
from core.storage.address import Address
from core.storage.database import Conflict
from core.storage.repositories import Repositories

log = structlog.get_logger()
_THING = 20  # characters of a template's text


@dataclass(frozen=True, slots=True)
class Template:
    """`id` from the console, "" for none; in the texts of `fields` {what} and {when} are filled in."""

    id: str
    fields: Mapping[str, str]
    api: WeChatApi
    kept: Repositories
    clock: Clock

    async def knock(self, to: Address, text: str) -> None:
        """Tell, once, that this waits. Raises `ServiceUnavailable`, and then it has yet to be told."""
        if not self.id:
            return
        try:
            await self.kept.database.apply(self.kept.contacts.knocked(to, self.clock.now()))
        except Conflict:
            return
        try:
            await self.api.post("message/template/send", self._body(to, text))
        except Refused as refused:
            log.warning("official account template refused", code=refused.code)
        except OutcomeUnknown:
            log.info("official account template in doubt")
        except ServiceUnavailable:
            await self.kept.database.apply(self.kept.contacts.not_knocked(to))
            raise

    def _body(self, to: Address, text: str) -> Json:
        what = text.partition("\n")[0][:_THING]
        when = f"{shanghai(self.clock.now()):%Y-%m-%d %H:%M}"
        data = {name: {"value": told.format(what=what, when=when)} for name, told in self.fields.items()}
        return {"touser": to.peer, "template_id": self.id, "data": data}
