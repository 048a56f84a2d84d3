"""Where a message comes from and goes to."""

from dataclasses import dataclass

_SPEAKING = "#"  # in no channel's names of groups and people


@dataclass(frozen=True, slots=True)
class Address:
    """Where one conversation is held: a peer of a channel. In a group every person holds one of her own.

    `peer` is the person of a private chat, or "GROUP#PERSON".
    """

    channel: str
    peer: str

    @classmethod
    def of(cls, channel: str, chat: str, sender: str = "") -> "Address":
        """A private chat, or what `sender` says in the group `chat`."""
        return cls(channel, f"{chat}{_SPEAKING}{sender}" if sender else chat)

    @property
    def is_group(self) -> bool:
        """Whether others read along."""
        return _SPEAKING in self.peer

    @property
    def chat(self) -> str:
        """What the channel calls the chat."""
        return self.peer.partition(_SPEAKING)[0]

    @property
    def person(self) -> str:
        """What the channel calls who speaks here."""
        return self.peer.rpartition(_SPEAKING)[2]

    @property
    def private(self) -> "Address":
        """The same person's chat with nobody else in it."""
        return Address(self.channel, self.person)
