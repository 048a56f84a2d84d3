"""Putting messages into the outbox. What others must not read goes past a group into the private chat."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from core.recipients.mask import mask_phones_in
from core.storage.address import Address
from core.storage.database import Statement
from core.storage.outbox import Outbox
from handlers import texts
from handlers.messages import Button, Outgoing

OUTGOING: TypeAdapter[Outgoing] = TypeAdapter(Outgoing)
BUTTONS: TypeAdapter[tuple[Button, ...]] = TypeAdapter(tuple[Button, ...])


def post(outbox: Outbox, to: Address, outgoing: Outgoing, now: int, language: str = "zh") -> list[Statement]:
    """The message behind all others to this chat, its buttons remembered."""
    if not to.is_group:
        return _posted(outbox, to, outgoing, now)
    if outgoing.document is None:
        return _posted(outbox, to, replace(outgoing, text=mask_phones_in(outgoing.text)), now)
    told = Outgoing(texts.text(language, "chat.sent_in_private", what=outgoing.text), answers=outgoing.answers)
    return [*_posted(outbox, to.private, outgoing, now), *_posted(outbox, to, told, now)]


def _posted(outbox: Outbox, to: Address, outgoing: Outgoing, now: int) -> list[Statement]:
    letter = outbox.add(to, OUTGOING.dump_json(outgoing).decode(), now, outgoing.card)
    return [letter, outbox.offer(to, offered(outgoing.buttons))] if outgoing.buttons else [letter]


def offered(buttons: Sequence[Button]) -> str:
    """Buttons as the outbox remembers them."""
    return BUTTONS.dump_json(tuple(buttons)).decode()
