"""Who we are to Kuaidi100."""

import hashlib
from dataclasses import dataclass, field

SERVICE = "kuaidi100"


@dataclass(frozen=True, slots=True)
class Kuaidi100App:
    """The operator's account: customer and key from the console. `callback`: where pushes shall come.

    `price` of one query in fen, as in the operator's contract.
    """

    customer: str
    key: str = field(repr=False)
    callback: str = ""
    price: int = 0

    @property
    def salt(self) -> str:
        """What pushes to us are signed with. It follows from the key, so every process of an installation knows it."""
        return hashlib.sha256(f"miandan push {self.key}".encode()).hexdigest()[:32]
