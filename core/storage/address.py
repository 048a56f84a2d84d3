"""Where a message comes from and goes to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A chat: a peer in a channel."""

    channel: str
    peer: str
