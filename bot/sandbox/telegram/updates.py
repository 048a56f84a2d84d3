"""What waits for the bot: numbered updates, handed out in order until the bot confirms them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

from bot.sandbox.clock import WorldClock
from bot.sandbox.telegram.wire import Json, Refusal, bad

_FIRST = 500_000_001
_GLANCE = 0.01  # real seconds after which a clock that has not moved is taken to stand still
_OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
KINDS = frozenset(
    """message edited_message channel_post edited_channel_post business_connection business_message
    edited_business_message deleted_business_messages message_reaction message_reaction_count inline_query
    chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll poll_answer
    my_chat_member chat_member chat_join_request chat_boost removed_chat_boost managed_bot guest_message""".split()
)


@dataclass(slots=True)
class _Poll:
    """A request that waits for something to happen."""

    bell: asyncio.Event = field(default_factory=asyncio.Event)
    ended_by: str = ""


class Updates:
    """The queue. `allowed` is what the bot wants to hear of; what happens meanwhile is lost, as on the real service."""

    def __init__(self, clock: WorldClock) -> None:
        self.allowed = KINDS
        self._clock = clock
        self._ids = count(_FIRST)
        self._waiting: list[Json] = []
        self._given: dict[int, Json] = {}
        self._again: list[Json] = []
        self._poll: _Poll | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def allow(self, kinds: object) -> None:
        """Set what the bot hears of: none leaves it as it is, an empty list means everything. Raises `Refusal`."""
        if kinds is None:
            return
        if not isinstance(kinds, list) or not KINDS.issuperset(kinds):
            raise bad("unknown update type in allowed_updates")
        self.allowed = frozenset(kinds) or KINDS

    def add(self, kind: str, content: Json) -> None:
        """Something happened."""
        if kind in self.allowed:
            self._waiting.append({"update_id": next(self._ids), kind: content})
            self.wake()

    def confirm(self, offset: int) -> None:
        """Forget what is older than `offset`; a negative one keeps that many, counted from the end."""
        if offset < 0:
            self._waiting = self._waiting[offset:]
        self._waiting = [each for each in self._waiting if _id(each) >= offset]

    def drop(self) -> None:
        """Forget everything that waits."""
        self._waiting = []

    def take(self, limit: int) -> list[Json]:
        """What comes next, at most `limit`; it waits on until it is confirmed."""
        taken = [*self._again, *self._waiting][:limit]
        self._again = self._again[limit:]
        self._given |= {_id(each): each for each in taken}
        return taken

    def first(self) -> Json | None:
        """What is to be delivered next."""
        return next(iter(self._again or self._waiting), None)

    def delivered(self, update: Json) -> None:
        """The bot has taken this one."""
        queue = self._again if update in self._again else self._waiting
        queue[:] = [each for each in queue if each is not update]
        self._given[_id(update)] = update

    def repeat(self, times: int) -> None:
        """Hand out the last ones once more, with their old numbers, whatever offset is asked for."""
        self._again = list(self._given.values())[-times:]
        self.wake()

    def wake(self) -> None:
        """Let a waiting request look again."""
        if self._poll is not None:
            self._poll.bell.set()

    def end_poll(self, reason: str) -> None:
        """A waiting request ends with a conflict, for this reason."""
        if self._poll is not None:
            self._poll.ended_by = reason
            self.wake()

    async def hold(self, ms: int) -> None:
        """Wait until something can be handed out, `ms` have passed or the clock turns out to stand still.

        Raises `Refusal` when another request takes this one's place.
        """
        if self.first() is not None or ms <= 0:
            return
        with self._polling() as poll:
            until = self._clock.now() + ms
            while not poll.bell.is_set() and self._clock.now() < until and await self._time_passes(poll):
                pass
        if poll.ended_by:
            raise Refusal(409, poll.ended_by)

    @contextmanager
    def _polling(self) -> Iterator[_Poll]:
        self.end_poll(_OTHER_POLL)
        poll = self._poll = _Poll()
        try:
            yield poll
        finally:
            self._poll = None if self._poll is poll else self._poll

    async def _time_passes(self, poll: _Poll) -> bool:
        before = self._clock.now()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GLANCE):
                await poll.bell.wait()
        return self._clock.now() != before


def _id(update: Json) -> int:
    return int(str(update["update_id"]))
