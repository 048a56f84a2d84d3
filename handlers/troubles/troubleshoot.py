"""为什么绑不上, 绑定失败, 打歪了, 没有物流: look at own records and ask the service, then say what is wrong.

What can be known comes first: the last tries and what was answered, tokens and accounts, what was printed, uploaded and
heard; then one cheap question to the service, now. The answer names the fault and has the button that mends it.
"""

from collections.abc import Mapping

from handlers.conversation import Chat, Script
from handlers.troubles.courier import trouble_courier
from handlers.troubles.label import trouble_label
from handlers.troubles.news import trouble_news
from handlers.troubles.shop import trouble_shop

_TALKS: Mapping[str, Script] = {
    "shop": trouble_shop,
    "courier": trouble_courier,
    "label": trouble_label,
    "news": trouble_news,
}


async def troubleshoot(chat: Chat) -> None:
    """What the trouble is about, and the talk about that."""
    about = str(chat.slots.get("about", ""))
    if about not in _TALKS:
        options = [chat.option(each, f"about_{each}") for each in _TALKS]
        about = await chat.choose("about", [*options, chat.cancel_option()])
    await _TALKS[about](chat)
