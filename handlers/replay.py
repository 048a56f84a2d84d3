"""Runs a conversation over its journal: as far as it goes, or just for the one piece of work it waits for."""

from typing import Any

from core.errors import MerchantError
from handlers.conversation import Chat, Found, Script, Suspended
from handlers.journal import Run


async def run(script: Script, chat: Chat, found: Run) -> Run:
    """Run a conversation as far as it goes. Its own errors come through."""
    try:
        await script(chat)
    except Suspended:
        pass
    finally:
        found.journal = chat.in_order_read()
    return found


async def perform(script: Script, chat: Chat) -> dict[str, Any]:
    """Do the work that the chat was made to perform; its result as the journal keeps it.

    Raises `LookupError` when the conversation does not come to that work any more.
    """
    try:
        await script(chat)
    except Found as work:
        try:
            return {"value": work.dump(await work.act())}
        except MerchantError as error:
            return {"error": error.record()}
    except (Suspended, MerchantError):
        pass
    raise LookupError
