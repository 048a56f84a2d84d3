"""Putting messages into the outbox."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from core.storage.address import Address
from core.storage.database import Statement
from core.storage.outbox import Outbox
from handlers.messages import Button, Outgoing

OUTGOING: TypeAdapter[Outgoing] = TypeAdapter(Outgoing)
BUTTONS: TypeAdapter[tuple[Button, ...]] = TypeAdapter(tuple[Button, ...])


def post(outbox: Outbox, to: Address, outgoing: Outgoing, now: int) -> list[Statement]:
    """The message behind all others to this chat, its buttons remembered."""
    letter = outbox.add(to, OUTGOING.dump_json(outgoing).decode(), now, outgoing.card)
    return [letter, outbox.offer(to, offered(outgoing.buttons))] if outgoing.buttons else [letter]


def offered(buttons: Sequence[Button]) -> str:
    """Buttons as the outbox remembers them."""
    return BUTTONS.dump_json(tuple(buttons)).decode()
