"""People, what each of them was told, and how much more the account may tell them unasked.

Quotas: five messages for 48 hours after a person's message, three for a minute after a menu click, a follow or a scan
(official pages on customer messages). That the shorter quota is used up first is assumed.
"""

from dataclasses import dataclass, field

from bot.sandbox.clock import HOUR, MINUTE
from bot.sandbox.shown import Message
from bot.sandbox.wechat_wire import OUT_OF_TIME, TOO_MANY, Refusal

_AFTER_MESSAGE, _AFTER_ACT = (5, 48 * HOUR), (3, MINUTE)


@dataclass(slots=True)
class _Quota:
    """How many messages are left until when."""

    left: int = 0
    until: int = 0

    def takes(self, now: int) -> bool:
        """Use one up, if there is one."""
        if now >= self.until or self.left == 0:
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class Follower:
    """Somebody who follows the account."""

    id: str
    messages: list[Message] = field(default_factory=list)
    _spoken: _Quota = field(default_factory=_Quota)
    _acted: _Quota = field(default_factory=_Quota)

    def spoke(self, now: int) -> None:
        """They wrote: five messages from now on."""
        self._spoken = _Quota(_AFTER_MESSAGE[0], now + _AFTER_MESSAGE[1])

    def acted(self, now: int) -> None:
        """They clicked, followed or scanned: three messages, for a minute."""
        self._acted = _Quota(_AFTER_ACT[0], now + _AFTER_ACT[1])

    def admit(self, now: int) -> None:
        """One customer message. Raises `Refusal`."""
        if self._acted.takes(now) or self._spoken.takes(now):
            return
        if now < self._spoken.until:
            raise Refusal(TOO_MANY, "out of response count limit")
        raise Refusal(OUT_OF_TIME, "response out of time limit or subscription is canceled")
