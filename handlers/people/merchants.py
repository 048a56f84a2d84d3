"""What a merchant is called, and who one of its people is, in a chat."""

from collections.abc import Sequence

from core.storage.staff import Colleague
from handlers import texts
from handlers.desk import Desk

_TAIL = 4


async def name_of(desk: Desk, merchant: str) -> str:
    """The names of its shops; "" before there is one."""
    return "、".join(shop.name for shop in await desk.kept.shops.of(merchant))


def shown(language: str, colleague: Colleague, me: str) -> str:
    """小王（打单员）; who was never given a name is told by channel and the end of her number there."""
    role = texts.text(language, f"roles.{colleague.role}")
    key = "merchants.me" if colleague.id == me else "merchants.person"
    return texts.text(language, key, name=colleague.name or _place(language, colleague), role=role)


def _place(language: str, colleague: Colleague) -> str:
    key = f"names.{colleague.channel}"
    channel = texts.text(language, key) if texts.has(key) else colleague.channel
    return f"{channel} …{colleague.peer[-_TAIL:]}"


def others(colleagues: Sequence[Colleague], me: str) -> list[Colleague]:
    """Everybody but the speaker."""
    return [each for each in colleagues if each.id != me]
