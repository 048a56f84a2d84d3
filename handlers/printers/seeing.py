"""A photo in a conversation: fetched and looked at until it works, or she gives up."""

from core.errors import FileRefused, ServiceUnavailable
from handlers.conversation import Chat
from handlers.files import told_why
from handlers.messages import Attachment
from handlers.printers.photo_work import Sight, look_at


async def seen_on(chat: Chat, file: Attachment) -> Sight | None:
    """What is on the photo; None where it cannot be looked at, which is told. Tried until it works or she gives up."""
    while True:
        try:
            return await chat.do("look", look_at, chat.member.merchant, chat.member.channel, file.file)
        except FileRefused as refusal:
            await chat.say("photo.refused", why=told_why(chat, refusal))
            return None
        except ServiceUnavailable:
            again = chat.option("try_again", "photo.try_again", is_yes=True)
            await chat.choose("unreachable", [again, chat.cancel_option()], prompt="photo.unreachable")
