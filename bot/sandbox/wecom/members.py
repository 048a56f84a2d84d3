"""The members of the company, what each of them was sent, and how often lately."""

from dataclasses import dataclass, field
from itertools import count

from bot.sandbox.clock import HOUR, MINUTE, WorldClock
from bot.sandbox.shown import Message

_A_MINUTE, _AN_HOUR = 30, 1000  # messages to one member (official page on sending)


@dataclass(slots=True)
class Member:
    """Somebody who has opened the application."""

    id: str
    messages: list[Message] = field(default_factory=list)
    sent_at: list[int] = field(default_factory=list)
    swallowed: int = 0  # messages beyond the limit, which nobody is told about


class Members:
    """Everybody in the company. `add` is where too frequent messages vanish without a word."""

    def __init__(self, clock: WorldClock) -> None:
        self.known: dict[str, Member] = {}
        self._clock = clock
        self._numbers = count(1)

    def opened(self, name: str) -> Member:
        """The member, who may now be written to."""
        return self.known.setdefault(name, Member(name))

    def add(self, member: Member, message: Message) -> None:
        """Show a message, unless there were too many."""
        now = self._clock.now()
        member.sent_at = [at for at in member.sent_at if now - at < HOUR]
        lately = sum(now - at < MINUTE for at in member.sent_at)
        member.sent_at.append(now)
        if lately >= _A_MINUTE or len(member.sent_at) > _AN_HOUR:
            member.swallowed += 1
        else:
            member.messages.append(message)

    def number(self) -> int:
        """The next message's number."""
        return next(self._numbers)
