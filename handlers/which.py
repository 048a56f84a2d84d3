"""Which parcels are meant: the numbers in the command, or asked for."""

from handlers.conversation import Chat
from handlers.journal import Unclear
from handlers.understanding import numbers_in


async def which(chat: Chat) -> tuple[list[str], list[str]]:
    """Order numbers and waybill numbers, at least one of either."""
    orders, tracking = list(chat.slots.get("orders", ())), list(chat.slots.get("tracking", ()))
    if orders or tracking:
        return orders, tracking
    return await chat.ask("which", _read, prompt="chat.which")


def _read(typed: str) -> tuple[list[str], list[str]]:
    orders, tracking = numbers_in(typed)
    if not orders and not tracking:
        raise Unclear("chat.which_unclear")
    return orders, tracking
