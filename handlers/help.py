"""帮助, and the language to speak."""

from core.storage.address import Address
from core.storage.audit import Change
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.understanding import intents


async def help_(chat: Chat) -> None:
    """What can be said, with an example each; or how to say, show or send one thing."""
    if way := str(chat.slots.get("way", "")):
        off = "_off" if way == "voice" and chat.member.channel not in chat.desk.hears else ""
        await chat.say(f"help.{way}{off}", chat.button("see_all", "help"))
        return
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


async def news(chat: Chat) -> None:
    """结果: what waited in the outbox goes out by itself before this answer, which is needed only if nothing did."""
    if not await chat.look("waiting", is_waiting, chat.member.channel, chat.member.peer):
        await chat.say("nothing_new")


async def language(chat: Chat) -> None:
    """Speak Chinese or English from now on."""
    wanted = str(chat.slots.get("language", "en" if chat.language == "zh" else "zh"))
    await chat.look("speak", speak, chat.member.id, chat.language, wanted)
    await chat.say(f"speaks_{wanted}")


async def is_waiting(desk: Desk, channel: str, peer: str) -> bool:
    """Whether there is something to tell this chat already."""
    return await desk.kept.outbox.has(Address(channel, peer))


async def speak(desk: Desk, member: str, before: str, wanted: str) -> None:
    """Keep the language."""
    await desk.kept.change(Change(before=before, after=wanted), desk.kept.merchants.speak(member, wanted))
