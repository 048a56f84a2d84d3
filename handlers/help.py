"""帮助, and the language to speak."""

from handlers.conversation import Chat
from handlers.desk import Desk


async def help_(chat: Chat) -> None:
    """What can be said, with an example each."""
    await chat.say(
        "help",
        chat.button("bind_shop", "bind_shop"),
        chat.button("bind_courier", "bind_courier"),
        chat.button("print", "print_orders"),
    )


async def language(chat: Chat) -> None:
    """Speak Chinese or English from now on."""
    wanted = str(chat.slots["language"])
    await chat.look("speak", speak, chat.member.merchant, wanted)
    await chat.say(f"speaks_{wanted}")


async def speak(desk: Desk, merchant: str, wanted: str) -> None:
    """Keep the language."""
    await desk.kept.database.apply(desk.kept.merchants.speak(merchant, wanted))
