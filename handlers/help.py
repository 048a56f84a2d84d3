"""帮助, and the language to speak."""

from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.understanding import intents


async def help_(chat: Chat) -> None:
    """What can be said, with an example each; or how to say one thing."""
    if topic := intents().get(chat.slots.get("topic", "")):
        is_english = chat.language == "en"
        examples = [f"• {each}" for each in topic.examples if each.isascii() == is_english]
        what = chat.text(f"commands.{topic.name}")
        await chat.say(
            "topic", chat.button(f"commands.{topic.name}", topic.name), what=what, examples="\n".join(examples)
        )
        return
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
