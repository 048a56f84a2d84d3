"""Floods: how many messages a minute one person may send. Counted in memory, for so many people at the most."""

from collections import OrderedDict
from dataclasses import dataclass

from core.clock import MINUTE
from core.storage.address import Address
from handlers import texts
from handlers.desk import Desk
from handlers.messages import Outgoing
from handlers.post import post

EASY = 60  # messages a minute, of a member
_PART_OF_A_STRANGER = 10  # a stranger may send a tenth of it
_REMEMBERED = 10_000  # people


@dataclass(slots=True)
class _Minute:
    """One person's messages since a moment."""

    since: int
    messages: int = 0


class Floods:
    """Keeps out what nobody could have typed. Strangers are dropped in silence; a member is told once a minute."""

    def __init__(self, desk: Desk, most: int) -> None:
        """`most`: a member's messages a minute."""
        self._desk = desk
        self._most = most
        self._minutes: OrderedDict[Address, _Minute] = OrderedDict()

    async def stems(self, to: Address) -> bool:
        """Whether one more message from there is one too many."""
        messages = self._counted(to.private)
        if messages <= self._most // _PART_OF_A_STRANGER:
            return False
        member = await self._desk.kept.merchants.member(to.channel, to.person)
        if member and messages == self._most + 1:
            told = Outgoing(texts.text(member.language, "chat.too_fast"))
            now, outbox = self._desk.clock.now(), self._desk.kept.outbox
            await self._desk.kept.database.apply(*post(outbox, to.private, told, now, member.language))
        return member is None or messages > self._most

    def _counted(self, person: Address) -> int:
        """How many it are within this person's minute, this one among them."""
        now = self._desk.clock.now()
        minute = self._minutes.pop(person, None)
        if minute is None or not 0 <= now - minute.since < MINUTE:
            minute = _Minute(now)
        minute.messages += 1
        self._minutes[person] = minute
        if len(self._minutes) > _REMEMBERED:
            self._minutes.popitem(last=False)
        return minute.messages
